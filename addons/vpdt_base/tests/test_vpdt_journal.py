"""The journal is only ever added to, and shows an agency its own rows only."""

import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import RaiseException

from .common import VpdtCase


@tagged("post_install", "-at_install")
class TestJournal(VpdtCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.organization = cls.agency.organization_id
        journal = cls.env["vpdt.journal.entry"].with_user(cls.clerk).with_company(cls.agency)
        cls.entry = journal._record("view", cls.organization, {"b": 1, "a": "Đồng Tháp"})

    def assert_database_refuses(self, statement):
        with (
            self.assertRaisesRegex(RaiseException, "only ever added"),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(statement)

    def test_row_says_who_what_and_where(self):
        self.assertEqual(self.entry.user_id, self.clerk)
        self.assertEqual(self.entry.company_id, self.agency)
        self.assertEqual((self.entry.res_model, self.entry.res_id), ("vpdt.organization", self.organization.id))
        self.assertEqual(self.entry.record_name, "Sở Nội vụ thử (H99.01)")
        self.assertEqual(json.loads(self.entry.detail), {"a": "Đồng Tháp", "b": 1})
        self.assertLess(self.entry.detail.index('"a"'), self.entry.detail.index('"b"'))

    def test_database_refuses_update(self):
        self.env.flush_all()
        self.assert_database_refuses("UPDATE vpdt_journal_entry SET detail = '{}'")

    def test_database_refuses_delete(self):
        self.env.flush_all()
        self.assert_database_refuses("DELETE FROM vpdt_journal_entry")

    def test_database_refuses_truncate(self):
        self.env.flush_all()
        self.assert_database_refuses("TRUNCATE vpdt_journal_entry")

    def test_orm_refuses_even_the_system(self):
        with self.assertRaises(UserError):
            self.entry.sudo().write({"detail": "{}"})
        with self.assertRaises(UserError):
            self.entry.sudo().unlink()

    def test_nobody_writes_a_row_by_hand(self):
        row = {"at": "2026-11-23", "user_id": self.leader.id, "kind": "view", "res_model": "x", "res_id": 1}
        for user in (self.clerk, self.leader, self.auditor, self.stranger):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["vpdt.journal.entry"].with_user(user).create(row)

    def test_only_an_auditor_of_the_agency_reads(self):
        auditor = self._make_user("foreign_auditor", self.other_agency, "group_auditor")
        self.assertTrue(self.entry.with_user(self.auditor).detail)
        for user in (self.clerk, self.leader, auditor):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.entry.with_user(user).read(["detail"])
