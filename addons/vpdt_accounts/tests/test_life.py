"""What time does to an account, with the clock frozen (Đồng Tháp, khoản 4 và 5 Điều 5, khoản 7 Điều 6, Điều 11)."""

from datetime import date, timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import AccountsCase

NOW = "2026-07-20 03:00:00"
TODAY = date(2026, 7, 20)


@tagged("post_install", "-at_install")
class TestLife(AccountsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.account_of(cls.clerk)
        # everybody else is at work
        cls.env["vpdt.account"].search([]).write({"last_use_on": "2026-07-19", "granted_on": "2025-01-01"})
        cls.account.last_use_on = False

    def letters(self, kind):
        return self.env["vpdt.account.letter"].search([("kind", "=", kind), ("company_id", "=", self.agency.id)])

    def run_cron(self, name, now=NOW):
        with freeze_time(now):
            getattr(self.env["vpdt.account"], name)()

    def test_use_is_sending_receiving_and_handling(self):
        journal = self.env["vpdt.journal.entry"].with_user(self.clerk)
        with freeze_time("2026-07-18 18:30:00"):  # the 19th in Viet Nam
            journal._record("view", self.agency)
            self.env["vpdt.account"]._cron_note_use()
            self.assertFalse(self.account.last_use_on)
            journal._record("move", self.agency)
            self.env.flush_all()
            self.env["ir.config_parameter"].set_param("vpdt_accounts.use_noted_until", "2026-07-18 00:00:00")
            self.env["vpdt.account"]._cron_note_use()
        self.assertEqual(self.account.last_use_on, date(2026, 7, 19))

    def test_six_months_without_use_suspend(self):
        for used, state in ((date(2026, 1, 21), "active"), (date(2026, 1, 20), "suspended")):
            with self.subTest(used=used):
                self.account.last_use_on = used
                self.run_cron("_cron_idle")
                self.assertEqual(self.account.state, state)
        self.assertFalse(self.clerk.active)
        letter = self.letters("suspension")
        self.assertEqual(letter.line_ids.account_id, self.account)
        self.assertTrue(letter._file_of_role("main"))

    def test_the_unit_is_warned_fifteen_days_before(self):
        self.account.last_use_on = date(2026, 2, 3)
        self.run_cron("_cron_idle")
        self.assertEqual(self.account.state, "active")
        self.assertIn(self.cast["unit_admin"], self.account.activity_ids.user_id)
        count = len(self.account.activity_ids)
        self.run_cron("_cron_idle")
        self.assertEqual(len(self.account.activity_ids), count)

    def test_a_reason_told_in_time_keeps_the_account(self):
        mine = self.account.with_env(self.env_of("unit_admin"))
        mine.write({"idle_reason": "Nghỉ thai sản", "idle_until": "2026-08-31"})
        self.run_cron("_cron_idle")
        self.assertEqual(self.account.state, "active")
        self.run_cron("_cron_idle", "2026-09-02 03:00:00")
        self.assertEqual(self.account.state, "suspended")

    def test_fifteen_days_suspended(self):
        with freeze_time("2026-07-01 03:00:00"):
            self.account._move_to("suspended", self.account._prepare_state_vals("x"))
        self.run_cron("_cron_suspended", "2026-07-16 03:00:00")
        self.assertEqual(self.account.state, "suspended")
        self.run_cron("_cron_suspended", "2026-07-17 03:00:00")
        self.assertEqual(self.account.state, "suspended", "revocation is proposed, and somebody decides")
        self.assertIn(self.keeper, self.account.activity_ids.user_id)
        self.policy.revokes_itself = True
        self.run_cron("_cron_suspended", "2026-07-17 03:00:00")
        self.assertEqual(self.account.state, "revoked")
        self.assertTrue(self.letters("revocation"))

    def test_who_asks_to_go_on_is_not_revoked(self):
        with freeze_time("2026-07-01 03:00:00"):
            self.account._move_to("suspended", self.account._prepare_state_vals("x"))
        form = self.env.ref("vpdt_accounts.form_mau_02").id
        request = self.checked({"account_id": self.account.id, "change": "restore"}, form_id=form)
        self.policy.revokes_itself = True
        self.run_cron("_cron_suspended")
        self.assertEqual(self.account.state, "suspended")
        request.line_ids.action_do()
        self.assertEqual((self.account.state, self.clerk.active), ("active", True))

    def test_half_year_list_by_agency(self):
        with freeze_time("2026-07-10 03:00:00"):
            self.env["res.users.log"].with_user(self.leader).sudo().create({})
        self.run_cron("_cron_half_year")
        letter = self.letters("idle")
        self.assertIn(self.account, letter.line_ids.account_id)
        self.assertNotIn(self.account_of(self.leader), letter.line_ids.account_id)
        self.assertNotIn(self.account_of(self.stranger), letter.line_ids.account_id)
        other = self.env["vpdt.account.letter"].search(
            [("company_id", "=", self.other_agency.id), ("kind", "=", "idle")]
        )
        self.assertIn(self.account_of(self.stranger), other.line_ids.account_id)

    def test_who_has_left_is_flagged_after_five_days(self):
        employee = self.env["hr.employee"].create(
            {"name": self.clerk.name, "user_id": self.clerk.id, "company_id": self.agency.id}
        )
        employee.write({"active": False, "departure_date": TODAY - timedelta(days=5)})
        Account = self.env["vpdt.account"]
        self.assertEqual(Account.search([("left_on", "!=", False)]), self.account)
        self.run_cron("_cron_leavers")
        self.assertFalse(self.account.activity_ids)
        self.run_cron("_cron_leavers", "2026-07-21 03:00:00")
        self.assertIn(self.cast["unit_admin"], self.account.activity_ids.user_id)

    def test_suspending_takes_a_reason_and_nobody_does_it_to_himself(self):
        account = self.account.with_env(self.env_of("keeper"))
        with self.assertRaises(UserError):
            account.action_suspend()
        account.next_reason = "Điểm a khoản 4 Điều 5"
        account.action_suspend()
        self.assertEqual((account.state, self.clerk.active), ("suspended", False))
        self.assertEqual(self.letters("suspension").line_ids.note, "Điểm a khoản 4 Điều 5")
        mine = self.account_of(self.keeper).with_env(self.env_of("keeper"))
        mine.next_reason = "x"
        with self.assertRaises(AccessError):
            mine.action_suspend()
