"""Who takes part in what is told in the agency of the document only, also of a colleague who works for two."""

import importlib.util
from pathlib import Path

from odoo.exceptions import AccessError
from odoo.tests import tagged

import odoo.addons.vpdt_base

from .matrix_common import DocumentsCase

SCRIPT = Path(odoo.addons.vpdt_base.__file__).parent / "migrations/19.0.1.1.0/pre-participant-company.py"


@tagged("post_install", "-at_install")
class TestParticipantAgency(DocumentsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.both = cls.cast["specialist"]
        cls.both.sudo().company_ids |= cls.other_agency
        cls.document = cls.make_document()
        cls.participant = cls.env["vpdt.participant"].search(
            [("res_model", "=", cls.document._name), ("res_id", "=", cls.document.id), ("user_id", "=", cls.both.id)]
        )

    @classmethod
    def make_document(cls):
        """An incoming document of the agency, told to the colleague who works for both."""
        document = cls.make_incoming().sudo()
        document._add_participants(cls.both, "For information")
        return document

    def test_it_is_of_the_agency_of_the_document(self):
        self.assertEqual(self.participant.company_id, self.agency)
        values = {"res_model": "vpdt.incoming", "res_id": self.document.id, "user_id": self.cast["archivist"].id}
        claimed = self.env["vpdt.participant"].create({**values, "company_id": self.other_agency.id})
        self.assertEqual(claimed.company_id, self.agency, "the caller is not asked")

    def test_the_other_agency_is_not_told(self):
        """A clerk or leader of B, where the same person works as well."""
        strangers = ("stranger", "strange_leader")
        for role in strangers:
            participant = self.as_role(self.participant, role)
            with self.subTest(role=role):
                self.assertFalse(participant.search([("user_id", "=", self.both.id)]))
                self.assertFalse(participant.has_access("read"))
                with self.assertRaises(AccessError):
                    participant.read(["reason"])
        self.assertTrue(self.as_role(self.participant, "clerk").has_access("read"))

    def test_it_follows_the_document(self):
        self.document.sudo().write({"company_id": self.other_agency.id})
        self.assertEqual(self.participant.company_id, self.other_agency)

    def test_what_is_there_is_brought_up_to_date(self):
        """The script of the upgrade, on rows as they were before it."""
        rule = self.env.ref("vpdt_base.rule_participant_company")
        rule.domain_force = "[('user_id.company_ids', 'in', company_ids)]"
        gone = self.make_document()
        row = gone.participant_ids.filtered(lambda p: p.user_id == self.both)
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE vpdt_participant ALTER COLUMN company_id DROP NOT NULL")
        self.env.cr.execute("UPDATE vpdt_participant SET company_id = NULL")
        self.env.cr.execute("UPDATE vpdt_participant SET res_id = 2000000000 WHERE id = %s", (row.id,))
        spec = importlib.util.spec_from_file_location("participant_company", SCRIPT)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertEqual(self.participant.company_id, self.agency)
        self.assertFalse(row.exists())
        self.assertEqual(rule.domain_force, "[('company_id', 'in', company_ids)]")
