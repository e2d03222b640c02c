"""Mẫu 04 from the true state each December, and what has changed since the last one (Đồng Tháp, khoản 6 Điều 17)."""

from freezegun import freeze_time
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import AccountsCase


@tagged("post_install", "-at_install")
class TestYearlyList(AccountsCase):
    def lists(self, year):
        return self.env["vpdt.account.request"].search([("company_id", "=", self.agency.id), ("year", "=", year)])

    def test_in_december_once(self):
        Request = self.env["vpdt.account.request"]
        with freeze_time("2026-11-30 03:00:00"):
            Request._cron_yearly_lists()
        self.assertFalse(self.lists(2026))
        with freeze_time("2026-12-02 03:00:00"):
            Request._cron_yearly_lists()
            Request._cron_yearly_lists()
        made = self.lists(2026)
        self.assertEqual(len(made), 1)
        self.assertEqual(
            made.line_ids.account_id, self.env["vpdt.account"].search([("company_id", "=", self.agency.id)])
        )
        self.assertFalse(made.faults)
        self.assertIn(self.cast["unit_admin"], made.activity_ids.user_id)
        self.assertTrue(made.with_env(self.env_of("unit_admin"))._form_pdf())

    def test_what_has_changed(self):
        form = self.env.ref("vpdt_accounts.form_mau_04").id
        first = self.new_request(form_id=form)
        first.action_fill_list()
        first.sudo()._move_to("to_sign")
        self.clerk.active = False
        self.account_of(self.auditor).sudo()._move_to("revoked", {"state_reason": "x"})
        new = self._make_user("newcomer", self.agency, "group_specialist")
        second = self.new_request(form_id=form)
        second.action_fill_list()
        self.assertIn(new.name, second.differences)
        self.assertIn(self.auditor.name, second.differences)
        with self.assertRaises(UserError):
            self.new_request(self.person_line("An", "an.ds@tinh.vn")).action_fill_list()
