"""What the tests of documents share: two agencies that work, with people, keys and registers."""

import base64
import functools
import os
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.addons.vpdt_base.signing import pki
from odoo.addons.vpdt_base.signing.pictures import make_demo_seal, make_demo_signature
from odoo.addons.vpdt_base.tests.common import VpdtCase

PASSPHRASE = "mật khẩu 1"


@functools.cache
def identities(leader, agency, identifier):
    """An authority, and certificates with their keys for a leader and his agency: made once for all classes."""
    authority = pki.make_authority("VPDT Test Documents")
    person = authority.issue_person(leader, organization=agency)
    return authority, person, authority.issue_agency(agency, identifier=identifier)


class OfficeCase(VpdtCase):
    """Sở Nội vụ thử with everybody that a document passes; Sở Tài chính thử receives, and is a stranger to the rest."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.startClassPatcher(patch.dict(os.environ, {"VPDT_MASTER_KEY_FILE": str(Path(folder.name) / "master.key")}))
        cls.agency.write({"abbreviation": "SNV", "parent_agency_name": "UBND tỉnh Thử", "place": "Gia Lai"})
        cls.specialist, cls.unit_head, cls.colleague, cls.other_leader, cls.other_specialist = cls._make_users(
            ("specialist", cls.agency, "group_specialist"),
            ("unit_head", cls.agency, "group_unit_head"),
            ("colleague", cls.agency, "group_specialist"),
            ("other_leader", cls.other_agency, "group_leader"),
            ("other_specialist", cls.other_agency, "group_specialist"),
        )
        cls._make_people()
        cls._make_registers()
        cls._make_keys()
        cls.letter = cls.env["vpdt.document.type"].search([("name", "=", "Công văn")])
        cls.decision = cls.env["vpdt.document.type"].search([("name", "=", "Quyết định")])
        cls.ministry = cls.env["vpdt.organization"].create({"name": "Bộ Thử nghiệm", "identifier": "H99"})
        cls.pdf = cls._official_pdf_of_the_template()

    @classmethod
    def _make_people(cls):
        Department = cls.env["hr.department"]
        cls.department = Department.create({"name": "Văn phòng", "abbreviation": "VP", "company_id": cls.agency.id})
        titles = {cls.leader: "Giám đốc", cls.unit_head: "Trưởng phòng", cls.specialist: "Chuyên viên"}
        for user in (cls.leader, cls.unit_head, cls.specialist, cls.colleague, cls.clerk):
            cls.env["hr.employee"].create(
                {
                    "name": user.name,
                    "user_id": user.id,
                    "company_id": cls.agency.id,
                    "department_id": cls.department.id,
                    "signing_title": titles.get(user, "Chuyên viên"),
                }
            )
        cls.department.manager_id = cls.unit_head.with_company(cls.agency).employee_id

    @classmethod
    def _make_registers(cls):
        Register = cls.env["vpdt.register"]
        cls.registers = {
            (agency, direction): Register.create({"name": title, "direction": direction, "company_id": agency.id})
            for agency in (cls.agency, cls.other_agency)
            for direction, title in (("incoming", "Sổ văn bản đến"), ("outgoing", "Sổ văn bản đi"))
        }

    @classmethod
    def _make_keys(cls):
        authority, person, agency = identities(cls.leader.name, cls.agency.name, "H99.01")
        root = {"name": "Test root", "certificate": authority.root.pem.decode()}
        cls.env["vpdt.trust.anchor"].create(root)
        cls.leader_key = cls._make_key(
            cls.leader, {"holder": "person", "user_id": cls.leader.id}, make_demo_signature(cls.leader.name), person
        )
        cls.unit_admin = cls._make_user("unit_admin", cls.agency, "group_unit_admin")
        cls.agency_key = cls._make_key(
            cls.unit_admin,
            {
                "holder": "agency",
                "user_id": False,
                "clerk_ids": [(6, 0, cls.clerk.ids)],
                "permission_note": "Văn bản 1",
            },
            make_demo_seal("TỈNH THỬ", cls.agency.name),
            agency,
        )

    @classmethod
    def _make_key(cls, user, values, picture, identity):
        Key = cls.as_user(user)["vpdt.signing.key"]
        key = Key.create({"name": "Khóa", "company_id": cls.agency.id, "picture": base64.b64encode(picture), **values})
        key.load_pkcs12(base64.b64encode(identity.pkcs12(PASSPHRASE)).decode(), PASSPHRASE)
        return key

    @classmethod
    def as_user(cls, user):
        """The environment of ``user`` in his own agency."""
        return cls.env(user=user, context={"allowed_company_ids": user.company_ids.ids, "lang": "vi_VN"})

    @classmethod
    def _official_pdf_of_the_template(cls):
        """The PDF that LibreOffice makes from the template, once for the class."""
        document = cls.new_draft(body="Nội dung công văn thử nghiệm.")
        document.action_make_draft()
        return document._file_of_role("main")._content()

    @classmethod
    def new_draft(cls, **values):
        """A draft of the specialist without a file."""
        organization = cls.other_agency.organization_id
        return cls.as_user(cls.specialist)["vpdt.outgoing"].create(
            {
                "type_id": cls.letter.id,
                "subject": "Về việc thử nghiệm",
                "signer_id": cls.leader.id,
                "recipient_ids": [(0, 0, {"organization_id": organization.id})],
                **values,
            }
        )

    @classmethod
    def draft(cls, **values):
        """A draft with its PDF."""
        document = cls.new_draft(**values)
        cls.env["vpdt.file"]._store(document, document._pdf_name(), cls.pdf, "main")
        return document

    @classmethod
    def to_sign(cls, **values):
        """A document that waits for the leader's signature, in his environment."""
        document = cls.draft(**values)
        document.action_submit()
        document.with_env(cls.as_user(cls.unit_head)).action_initial()
        return document.with_env(cls.as_user(cls.leader))

    @classmethod
    def signed(cls, **values):
        """A signed document, in the environment of the clerk."""
        document = cls.to_sign(**values)
        document.sign(cls.leader_key.id, PASSPHRASE)
        return document.with_env(cls.as_user(cls.clerk))

    @classmethod
    def issued(cls, **values):
        """An issued document, in the environment of the clerk."""
        document = cls.signed(**values)
        document.take_number()
        document.seal(cls.agency_key.id, PASSPHRASE)
        return document

    @classmethod
    def arrived(cls, **values):
        """A document that came on paper to the first agency, in the environment of its clerk."""
        return cls.as_user(cls.clerk)["vpdt.incoming"].create(
            {
                "author_id": cls.ministry.id,
                "number": "15",
                "notation": "BTN-VP",
                "type_id": cls.letter.id,
                "subject": "Về việc báo cáo",
                "leader_id": cls.leader.id,
                **values,
            }
        )

    @classmethod
    def submitted(cls, **values):
        """An incoming document before its leader, in his environment."""
        document = cls.arrived(**values)
        document.action_register()
        document.action_submit()
        return document.with_env(cls.as_user(cls.leader))

    @classmethod
    def directed(cls, **values):
        """An incoming document with the unit head in the lead, a collaborator and one for information."""
        document = cls.submitted(**values)
        parts = ((cls.unit_head, "lead"), (cls.specialist, "collaborator"), (cls.clerk, "information"))
        document.assignment_ids = [(0, 0, {"user_id": user.id, "part": part}) for user, part in parts]
        document.draft_direction = "Trưởng phòng chủ trì."
        document.action_direct()
        return document.with_env(cls.as_user(cls.unit_head))
