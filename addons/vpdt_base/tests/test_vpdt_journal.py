"""The journal is only ever added to, and shows an agency its own rows only."""

import json

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger
from psycopg2.errors import ForeignKeyViolation, RaiseException

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
        self.assert_database_refuses("TRUNCATE vpdt_journal_row")

    def test_database_refuses_in_a_month_alone(self):
        self.env.flush_all()
        month = f"vpdt_journal_row_{self.entry.at:%Y_%m}"
        for statement in (f"UPDATE {month} SET detail = ''", f"DELETE FROM {month}", f"TRUNCATE {month}"):
            self.assert_database_refuses(statement)

    def test_a_month_nobody_has_made_is_made_on_demand(self):
        with freeze_time("2031-05-06 07:08:09"):
            entry = self.env["vpdt.journal.entry"]._record("view", self.organization)
        self.env.cr.execute("SELECT tableoid::regclass::text FROM vpdt_journal_row WHERE id = %s", [entry.id])
        self.assertEqual(self.env.cr.fetchone()[0], "vpdt_journal_row_2031_05")
        self.assertEqual(entry.at.isoformat(), "2031-05-06T07:08:09")

    def test_the_next_months_are_made_ahead(self):
        self.env.cr.execute(
            "SELECT count(*) FROM pg_class WHERE relname ~ '^vpdt_journal_row_[0-9]{4}_[0-9]{2}$' AND relkind = 'r'"
        )
        self.assertGreaterEqual(self.env.cr.fetchone()[0], 4)

    def test_a_server_that_stood_still_has_its_months_when_it_starts(self):
        self.env.cr.execute("SELECT to_char(now() AT TIME ZONE 'UTC' + interval '2 month', 'YYYY_MM')")
        month = f"vpdt_journal_row_{self.env.cr.fetchone()[0]}"
        self.env.cr.execute(SQL("DROP TABLE %s", SQL.identifier(month)))
        self.env["vpdt.journal.entry"]._register_hook()
        self.env.cr.execute("SELECT to_regclass(%s)", [month])
        self.assertEqual(self.env.cr.fetchone()[0], month)

    def test_a_person_of_the_journal_cannot_be_deleted(self):
        with self.assertRaises(ForeignKeyViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute("DELETE FROM res_users WHERE id = %s", [self.clerk.id])

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
