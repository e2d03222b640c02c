"""A file put into a form keeps its name, on a new record as on one that is there."""

import base64

from odoo.tests import tagged

from odoo.addons.vpdt_base.tests.hostile_files import make_zip
from odoo.addons.vpdt_base.tests.office_files import make_docx

from .common import OfficeCase
from .signing_documents import letter


@tagged("post_install", "-at_install")
class TestUploadNames(OfficeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contents = {
            "Kế hoạch số 15.docx": make_docx("Kế hoạch"),
            "hồ sơ.zip": make_zip({"a.txt": "a"}),
            "Công văn.pdf": cls.pdf,
        }

    def saved(self, model, user, values, field, name, record=None):
        """What the web client does when a form is saved: bytes and name in one call, in no certain order."""
        values = {f"{field}_name": name, field: base64.b64encode(self.contents[name]).decode(), **values}
        records = record or self.as_user(user)[model]
        answer = records.web_save(values, {"id": {}})
        return self.env[model].browse(answer[0]["id"])

    def test_every_file_field_hands_its_name_over_with_its_bytes(self):
        """Odoo calls one inverse after the other: two would lose the name on a new record."""
        apart = []
        for name, model in self.env.registry.items():
            if not name.startswith("vpdt."):
                continue
            for field in model._fields.values():
                named = model._fields.get(f"{field.name}_name")
                if field.type == "binary" and field.inverse and named and named.inverse != field.inverse:
                    apart.append(str(field))
        self.assertFalse(apart)

    def test_incoming(self):
        for name in self.contents:
            with self.subTest(name):
                values = {"author_name": "Bộ Thử", "subject": "Về việc báo cáo", "type_id": self.letter.id}
                document = self.saved("vpdt.incoming", self.clerk, values, "upload", name)
                self.assertEqual(document.main_file_id.original_name, name)
                later = self.arrived()
                self.saved("vpdt.incoming", self.clerk, {}, "upload", name, later)
                self.assertEqual(later.main_file_id.original_name, name)

    def test_annex_of_outgoing(self):
        for name in self.contents:
            with self.subTest(name):
                people = {"signer_id": self.leader.id, "type_id": self.letter.id, "subject": "Về việc họp"}
                document = self.saved("vpdt.outgoing", self.specialist, people, "annex_upload", name)
                self.assertEqual(document._annexes().original_name, name)
                later = self.new_draft()
                self.saved("vpdt.outgoing", self.specialist, {}, "annex_upload", name, later)
                self.assertEqual(later._annexes().original_name, name)

    def test_main_file_of_outgoing(self):
        people = {"signer_id": self.leader.id, "type_id": self.letter.id, "subject": "Về việc họp"}
        document = self.saved("vpdt.outgoing", self.specialist, people, "upload", "Kế hoạch số 15.docx")
        self.assertEqual(document._file_of_role("original").original_name, "Kế hoạch số 15.docx")
        self.contents["Công văn.pdf"] = letter(("GIÁM ĐỐC", self.leader.name))
        document = self.saved("vpdt.outgoing", self.specialist, people, "upload", "Công văn.pdf")
        self.assertEqual(document._file_of_role("scan").original_name, "Công văn.pdf")

    def test_delegation(self):
        values = {
            "principal_id": self.leader.id,
            "deputy_id": self.unit_head.id,
            "company_id": self.agency.id,
            "may_direct": True,
            "date_from": "2026-11-01",
            "date_to": "2026-12-31",
            "document_code": "5/UQ",
            "document_date": "2026-11-01",
        }
        delegation = self.saved("vpdt.delegation", self.leader, values, "upload", "Kế hoạch số 15.docx")
        self.assertEqual(delegation.sudo().main_file_id.original_name, "Kế hoạch số 15.docx")
