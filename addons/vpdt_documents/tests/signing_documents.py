"""What the tests of signing documents share: an agency that can sign, and documents on their way."""

import base64
import functools
import io
import os
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo import Command

from odoo.addons.vpdt_base.signing import pki
from odoo.addons.vpdt_base.signing.pictures import make_demo_seal, make_demo_signature
from odoo.addons.vpdt_base.tests.common import VpdtCase, today

PASSPHRASE = "mật khẩu của khóa"
LEADER, SECOND = "Nguyễn Văn An", "Trần Thị Bình"


@functools.cache
def authority():
    return pki.make_authority("VPDT Test Documents")


@functools.cache
def letter(*signers, blanks=True, pages=1):
    """A letter drawn with ReportLab (fast), with a place for each signer (position, name)."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    for style in ("Regular", "Italic", "Bold"):
        pdfmetrics.registerFont(TTFont(f"Tinos-{style}", f"/usr/share/fonts/truetype/croscore/Tinos-{style}.ttf"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=True)

    def line(x, y, text, style="Regular", size=13):
        canvas.setFont(f"Tinos-{style}", size)
        canvas.drawCentredString(x, y, text)

    line(170, 785, "SỞ NỘI VỤ", "Bold")
    if blanks:
        line(170, 745, "Số:            /SNV-VP")
        line(430, 745, f"Gia Lai, ngày       tháng       năm {today().year}", "Italic")
    line(300, 690, "Kính gửi: Sở Tài chính")
    line(300, 600, "Nội dung thử nghiệm", size=14)
    for index, (position, name) in enumerate(signers):
        centre = 430 if index == 0 else 150
        line(centre, 420, position, "Bold")
        line(centre, 330, name, "Bold", 14)
    for page in range(1, pages):
        canvas.showPage()
        line(300, 700, f"PHỤ LỤC {page}")
    canvas.save()
    return buffer.getvalue()


@functools.cache
def scan():
    """A page without a letter of text."""
    import pikepdf

    buffer = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(595.28, 841.89))
        document.save(buffer)
    return buffer.getvalue()


class SigningCase(VpdtCase):
    """Sở Nội vụ thử with a leader, a second leader, a unit head, a specialist and a clerk who may use the seal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.startClassPatcher(
            patch.dict(os.environ, {"VPDT_MASTER_KEY_FILE": str(Path(folder.name) / "master.key")}),
        )
        # The register is made in the test's own transaction, which no second connection can see.
        Register = type(cls.env["vpdt.register"])
        cls.startClassPatcher(patch.object(Register, "_is_new_in_transaction", lambda register: True))
        cls.env["vpdt.trust.anchor"].create(
            {"name": "VPDT Test Documents", "certificate": authority().root.pem.decode()},
        )
        cls.agency.organization_id.write({"abbreviation": "SNV", "place": "Gia Lai"})
        cls.second, cls.head, cls.specialist, cls.unit_admin = cls._make_users(
            ("second", cls.agency, "group_leader"),
            ("head", cls.agency, "group_unit_head"),
            ("specialist", cls.agency, "group_specialist"),
            ("unit_admin", cls.agency, "group_unit_admin"),
        )
        for user, name, title in (
            (cls.leader, LEADER, "Giám đốc"),
            (cls.second, SECOND, "Phó Giám đốc"),
            (cls.head, "Trưởng phòng", "Trưởng phòng"),
        ):
            cls.env["hr.employee"].create(
                {"name": name, "user_id": user.id, "company_id": cls.agency.id, "signing_title": title}
            )
        cls.register = cls.env["vpdt.register"].create(
            {"name": "Sổ văn bản đi", "direction": "outgoing", "company_id": cls.agency.id}
        )
        cls.type = cls.env.ref("vpdt_documents.type_cong_van")
        cls.leader_key = cls._make_person_key(cls.leader, LEADER)
        cls.second_key = cls._make_person_key(cls.second, SECOND)
        cls.agency_key = cls._make_agency_key()
        cls.env.invalidate_all()  # the users of a role were read before all of them were made

    @classmethod
    def _make_person_key(cls, user, name):
        person = authority().issue_person(name, organization=cls.agency.name)
        values = {"name": f"Khóa của {name}", "holder": "person", "user_id": user.id}
        return cls._load_key(user, values, make_demo_signature(name), person.pkcs12(PASSPHRASE))

    @classmethod
    def _make_agency_key(cls):
        identity = authority().issue_agency(cls.agency.name, identifier="H99.01")
        values = {
            "name": "Con dấu số",
            "holder": "agency",
            "user_id": False,
            "clerk_ids": [Command.set(cls.clerk.ids)],
            "permission_note": "Quyết định thử",
        }
        picture = make_demo_seal("TỈNH GIA LAI", "SỞ NỘI VỤ THỬ")
        return cls._load_key(cls.unit_admin, values, picture, identity.pkcs12(PASSPHRASE))

    @classmethod
    def _load_key(cls, user, values, picture, pkcs12):
        Key = cls.env["vpdt.signing.key"].with_user(user).with_company(cls.agency)
        key = Key.create({**values, "company_id": cls.agency.id, "picture": base64.b64encode(picture)})
        key.load_pkcs12(base64.b64encode(pkcs12).decode(), PASSPHRASE)
        return key

    # A document on its way ----------------------------------------------------------------------------------------

    def make_draft(self, **values):
        Outgoing = self.env["vpdt.outgoing"].with_user(self.specialist).with_company(self.agency)
        recipient = {"organization_id": self.other_agency.organization_id.id}
        return Outgoing.create(
            {
                "type_id": self.type.id,
                "subject": "V/v thử nghiệm",
                "signer_id": self.leader.id,
                "reviewer_id": self.head.id,
                "recipient_ids": [Command.create(recipient)],
                **values,
            }
        )

    def make_document(self, pdf=None, annexes=(), **values):
        """A draft with its PDF."""
        document = self.make_draft(**values)
        document._upload("van-ban.pdf", pdf or letter(("GIÁM ĐỐC", LEADER)))
        for name, content in annexes:
            document._upload_annex(name, content)
        return document

    def submit(self, document):
        document.with_user(self.specialist).action_submit()
        document.with_user(self.head).action_initial()
        return document

    def sign(self, document):
        return document.with_user(self.leader).sign(self.leader_key.id, PASSPHRASE)

    def issue(self, document):
        mine = document.with_user(self.clerk)
        mine.take_number()
        return mine.seal(self.agency_key.id, PASSPHRASE)

    def main_pdf(self, document):
        return document.sudo()._file_of_role("main")._content()

    def roots(self):
        return self.env["vpdt.trust.anchor"]._pem_list()
