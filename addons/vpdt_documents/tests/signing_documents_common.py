"""A document on its way to the signature, for the tests of signing."""

import base64

from odoo import Command

from odoo.addons.vpdt_base.signing import pictures
from odoo.addons.vpdt_base.tests import signing_common
from odoo.addons.vpdt_base.tests.signing_orm_common import SigningCase


class SigningDocumentCase(SigningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.specialist, cls.unit_head, cls.unit_admin = cls._make_users(
            ("specialist", cls.agency, "group_specialist"),
            ("unit_head", cls.agency, "group_unit_head"),
            ("unit_admin", cls.agency, "group_unit_admin"),
        )
        titles = {"competence": "KT.", "competence_title": "Chủ tịch", "signing_title": "Phó Chủ tịch"}
        cls.env["hr.employee"].create(
            {"name": signing_common.NAME, "user_id": cls.leader.id, "company_id": cls.agency.id, **titles}
        )
        cls.recipient = cls.env["vpdt.organization"].create({"name": "Sở Tư pháp thử", "identifier": "H99.03"})
        cls.type = cls.env["vpdt.document.type"].search([("abbreviation", "=", "QĐ")], limit=1)
        register = cls.env["vpdt.register"].create(
            {"name": "Sổ văn bản đi", "direction": "outgoing", "company_id": cls.agency.id}
        )
        cls.env["vpdt.register.volume"].create({"register_id": register.id})
        cls.picture = _encoded(pictures.make_demo_signature("An"))
        cls.seal = _encoded(pictures.make_demo_seal("SỞ NỘI VỤ", "H99.01"))

    @classmethod
    def _submitted(cls, annexes=()):
        """A document in state *to_sign*, as the leader sees it.

        :param annexes: names of annexes in files of their own
        """
        Document = cls.env["vpdt.outgoing"].with_user(cls.specialist).with_company(cls.agency)
        document = Document.create(
            {
                "type_id": cls.type.id,
                "subject": "Văn bản thử ký số",
                "signer_id": cls.leader.id,
                "reviewer_id": cls.unit_head.id,
                "recipient_ids": [Command.create({"organization_id": cls.recipient.id})],
            }
        )
        document._upload("du-thao.pdf", signing_common.draft())
        for name in annexes:
            document._upload_annex(name, signing_common.annex())
        document.action_submit()
        document.with_user(cls.unit_head).action_initial()
        return document.with_user(cls.leader)

    @classmethod
    def _agency_key(cls, **values):
        """The key of the agency, open to its clerk, as the clerk sees it."""
        identity = cls.authority.issue_agency("Sở Nội vụ", identifier="H99.01")
        given = {"clerk_ids": cls.clerk.ids, "permission_note": "12/QĐ-SNV ngày 05/01/2026", "picture": cls.seal}
        key = cls._loaded_key(
            cls.unit_admin, identity, **{"name": "Con dấu", "holder": "agency", "user_id": False, **given, **values}
        )
        return key.with_user(cls.clerk)


def _encoded(content):
    return base64.b64encode(content).decode()
