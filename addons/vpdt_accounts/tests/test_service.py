"""Notices, incidents, the second factor, the state of the system."""

from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import AccountsCase


@tagged("post_install", "-at_install")
class TestNotices(AccountsCase):
    def notice(self, **values):
        given = {"name": "Bảo trì", "text": "Dừng dịch vụ", "kind": "maintenance", **values}
        return self.env_of("keeper")["vpdt.notice"].create(given)

    def test_a_stop_is_told_a_working_day_before(self):
        with freeze_time("2026-01-16 03:00:00"):  # Friday, 10:00 in Viet Nam
            for starts, told in (("2026-01-19 02:59:00", False), ("2026-01-19 03:00:00", True)):
                notice = self.notice(starts_at=starts, ends_at="2026-01-19 10:00:00")
                with self.subTest(starts=starts):
                    if told:
                        notice.action_post()
                        self.assertEqual(notice.state, "posted")
                    else:
                        with self.assertRaises(UserError):
                            notice.action_post()
            urgent = self.notice(starts_at="2026-01-16 05:00:00", ends_at="2026-01-16 06:00:00", emergency="Hỏng đĩa")
            urgent.action_post()
            self.assertEqual(urgent.state, "posted")

    def test_everybody_sees_it_until_he_has_read_it(self):
        notice = self.notice(kind="information")
        notice.action_post()
        Notice = self.env_of("clerk")["vpdt.notice"]
        self.assertEqual([each["id"] for each in Notice.current()], [notice.id])
        self.assertTrue(Notice.read_by_me(notice.id))
        self.assertFalse(Notice.read_by_me(notice.id))
        self.assertFalse(Notice.current())
        self.assertEqual(notice.reading_ids.user_id, self.clerk)
        self.assertTrue(self.env_of("leader")["vpdt.notice"].current())

    def test_only_for_the_agencies_named_and_only_by_the_keeper(self):
        notice = self.notice(kind="information", company_ids=[(6, 0, self.other_agency.ids)])
        notice.action_post()
        self.assertFalse(self.env_of("clerk")["vpdt.notice"].current())
        self.assertTrue(self.env_of("stranger")["vpdt.notice"].current())
        for role in ("clerk", "leader", "unit_admin"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.env_of(role)["vpdt.notice"].create({"name": "x", "text": "x"})

    def test_what_is_over_comes_down(self):
        notice = self.notice(kind="information", shown_until=fields.Datetime.now() + timedelta(days=1))
        notice.action_post()
        with freeze_time(datetime.now() + timedelta(days=2)):
            self.assertFalse(self.env_of("clerk")["vpdt.notice"].current())
            self.env["vpdt.notice"]._cron_end()
        self.assertEqual(notice.state, "ended")


@tagged("post_install", "-at_install")
class TestIncidents(AccountsCase):
    def report(self, role="clerk", **values):
        Incident = self.env_of(role)["vpdt.incident"]
        return Incident.browse(Incident.report("Không mở được tệp", **values))

    def test_from_the_unit_to_the_keeper_and_back(self):
        incident = self.report(description="Bấm vào tệp, trang trắng", page="/odoo/action-1")
        self.assertEqual((incident.state, incident.sudo().keeper_id), ("reported", self.other_agency))
        self.assertIn(self.cast["unit_admin"], incident.sudo().activity_ids.user_id)
        unit = incident.with_env(self.env_of("unit_admin"))
        unit.action_forward()
        keeper = incident.with_env(self.env_of("keeper"))
        with self.assertRaises(UserError):
            keeper.action_solve()
        keeper.solution = "Đã sửa"
        keeper.action_solve()
        self.assertIn(self.clerk, incident.sudo().activity_ids.user_id)

    def test_a_breach_goes_to_the_keeper_at_once_and_has_its_steps(self):
        incident = self.report(kind="personal")
        self.assertEqual(incident.state, "forwarded")
        keeper = incident.with_env(self.env_of("keeper"))
        keeper.solution = "Đã xử lý"
        with self.assertRaises(UserError):
            keeper.action_solve()
        keeper.step_ids.action_done()
        keeper.action_solve()
        self.assertEqual(keeper.state, "solved")

    def test_the_clock_is_that_of_its_steps(self):
        steps = self.env["vpdt.incident.step.template"].search([("kind", "=", "personal")])
        steps.hours, steps[0].hours = 48, 5
        with freeze_time("2026-01-05 02:00:00"):
            incident = self.report(kind="personal").sudo()
            hours = {(step.due_at - incident.reported_at).total_seconds() / 3600 for step in incident.step_ids}
            self.assertEqual((hours, len(incident.step_ids)), ({5, 48}, len(steps)))
            self.assertEqual((incident.due_at - incident.reported_at).total_seconds() / 3600, 5)
        with freeze_time("2026-01-05 07:01:00"):
            incident.invalidate_recordset()
            self.assertIn("quá hạn", incident.with_context(lang="vi_VN").clock.lower())

    def test_who_sees_it(self):
        incident = self.report()
        for role, sees in (("clerk", True), ("unit_admin", True), ("keeper", False), ("leader", False)):
            with self.subTest(role=role):
                self.assertEqual(incident.with_env(self.env_of(role)).has_access("read"), sees)

    def test_a_picture_goes_with_it(self):
        dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
        incident = self.report(picture=f"data:image/png;base64,{dot}")
        self.assertEqual(incident.sudo().file_ids.role, "evidence")
        with self.assertRaises(UserError):
            self.report(picture="x" * 9)

    def test_a_password_that_others_know_is_closed_at_once(self):
        self.clerk.login = "van.thu@tinh.vn"
        self.report(kind="password")
        self.assertEqual(self.env["mail.mail"].search_count([("email_to", "=", "van.thu@tinh.vn")]), 1)


@tagged("post_install", "-at_install")
class TestSecondFactor(AccountsCase):
    def test_of_whom_it_is_asked_and_from_when(self):
        self.assertFalse(self.clerk._must_enrol())
        self.policy.second_factor_from = fields.Date.today() + timedelta(days=2)
        self.assertFalse(self.clerk._must_enrol())
        self.policy.second_factor_from = fields.Date.today() - timedelta(days=2)
        for role in ("clerk", "leader", "unit_admin", "keeper", "system_admin"):
            self.assertTrue(self.cast[role]._must_enrol(), role)
        self.assertFalse(self.cast["specialist"]._must_enrol())
        self.clerk.sudo().totp_secret = "ORSXG5A="
        self.assertFalse(self.clerk._must_enrol())

    def test_resetting(self):
        for role in ("specialist", "leader", "unit_admin"):
            self.cast[role].sudo().write({"login": f"{role}.h@tinh.vn".replace("_", "."), "totp_secret": "ORSXG5A="})
        admin, keeper = self.env_of("unit_admin"), self.env_of("keeper")
        self.account_of(self.cast["specialist"]).with_env(admin).action_reset_second_factor()
        self.assertFalse(self.cast["specialist"].totp_enabled)
        self.assertEqual(self.env["mail.mail"].search_count([("email_to", "=", "specialist.h@tinh.vn")]), 1)
        with self.assertRaises(AccessError):
            self.account_of(self.leader).with_env(admin).action_reset_second_factor()
        with self.assertRaises(AccessError):
            self.account_of(self.cast["unit_admin"]).with_env(admin).action_reset_second_factor()
        self.account_of(self.leader).with_env(keeper).action_reset_second_factor()
        self.assertFalse(self.leader.totp_enabled)


@tagged("post_install", "-at_install")
class TestHealth(AccountsCase):
    def test_every_check_measures_and_says_what_to_do(self):
        rows = self.env["vpdt.health"]._measure()
        self.assertEqual([row["code"] for row in rows], self.env["vpdt.health"]._checks())
        for row in rows:
            with self.subTest(check=row["code"]):
                self.assertIn(row["level"], ("good", "look", "bad"))
                self.assertTrue(row["words"])
                self.assertTrue(row["advice"] or row["level"] == "good")

    def test_for_administrators_only(self):
        for role in ("clerk", "leader", "unit_admin"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.env_of(role)["vpdt.health"].action_look()
        self.assertTrue(self.env_of("keeper")["vpdt.health"].action_look()["res_id"])


@tagged("post_install", "-at_install")
class TestOfficers(AccountsCase):
    def test_named_by_the_unit_and_told_of_faults(self):
        Officers = self.env_of("unit_admin")["vpdt.account.officers"]
        Officers.create({"contact_id": self.leader.id, "it_officer_id": self.auditor.id}).action_set()
        self.assertEqual((self.agency.contact_id, self.agency.it_officer_id), (self.leader, self.auditor))
        incident = self.env["vpdt.incident"].browse(self.env_of("clerk")["vpdt.incident"].report("Lỗi"))
        self.assertEqual(incident.activity_ids.user_id, self.auditor)
        with self.assertRaises(AccessError):
            self.env_of("clerk")["vpdt.account.officers"].create({})
