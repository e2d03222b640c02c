"""Wrong passwords: counted for the account, alike for names that there are not, undone by the unit administrator."""

import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, mute_logger, tagged

from ..models.doors.vpdt_attempt import FREE_TRIES
from .common import VpdtCase

LOCKED = "unlock it"


@tagged("post_install", "-at_install")
@mute_logger("odoo.http", "odoo.addons.base.models.res_users")
class TestLoginTries(HttpCase, VpdtCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit_admin = cls._make_user("unit_admin", cls.agency, "group_unit_admin")
        cls.other_admin = cls._make_user("other_admin", cls.other_agency, "group_unit_admin")
        cls.env["res.lang"]._activate_lang("en_US")

    def log_in(self, login, password):
        """The words of the refusal, or None."""
        params = {"db": self.env.cr.dbname, "login": login, "password": password}
        headers = {"Content-Type": "application/json", "Accept-Language": "en-US"}
        answer = self.url_open("/web/session/authenticate", data=json.dumps({"params": params}), headers=headers).json()
        return answer["error"]["data"]["message"] if "error" in answer else None

    def strange_browser(self):
        self.opener.cookies.clear()

    def use_up(self, login):
        for _try in range(FREE_TRIES):
            self.strange_browser()
            self.assertEqual(self.log_in(login, "wrong words"), "Access Denied")

    def locked(self, login, password=None):
        self.strange_browser()
        return LOCKED in (self.log_in(login, password or login) or "")

    def test_one_account_is_locked_and_the_others_of_the_address_are_not(self):
        self.use_up(self.leader.login)
        self.assertTrue(self.locked(self.leader.login), "the right password does not help while there is a wait")
        self.strange_browser()
        self.assertIsNone(self.log_in(self.clerk.login, self.clerk.login))

    def test_the_right_password_forgets_what_was_wrong(self):
        for _round in range(2):
            for _try in range(FREE_TRIES - 1):
                self.strange_browser()
                self.log_in(self.clerk.login, "wrong words")
            self.strange_browser()
            self.assertIsNone(self.log_in(self.clerk.login, self.clerk.login))

    def test_a_name_that_is_none_answers_alike(self):
        self.use_up("nobody.at.all")
        self.assertTrue(self.locked("nobody.at.all"))
        self.assertFalse(self.env["vpdt.attempt"].search([("subject", "ilike", "nobody")]), "kept as a hash only")

    def test_an_unknown_name_costs_the_same_work(self):
        hashed, users = [], self.registry["res.users"]
        self.patch(users, "_take_time", lambda user, credential: hashed.append(credential["login"]))
        self.log_in("nobody.at.all", "wrong words")
        self.assertEqual(hashed, ["nobody.at.all"])
        self.env.cr.execute("UPDATE res_users SET password = NULL WHERE id = %s", [self.leader.id])
        self.log_in(self.leader.login, "wrong words")
        self.assertEqual(hashed, ["nobody.at.all", self.leader.login])

    def test_a_browser_that_is_known_is_not_shut_out_by_strangers(self):
        self.strange_browser()
        self.assertIsNone(self.log_in(self.leader.login, self.leader.login))
        known = self.opener.cookies.get("vpdt_device")
        self.assertTrue(known)
        self.use_up(self.leader.login)
        self.assertTrue(self.locked(self.leader.login))
        self.opener.cookies.set("vpdt_device", known)
        self.assertIsNone(self.log_in(self.leader.login, self.leader.login))

    def test_the_mark_of_one_person_is_none_of_another(self):
        self.strange_browser()
        self.log_in(self.clerk.login, self.clerk.login)
        known = self.opener.cookies.get("vpdt_device")
        self.use_up(self.leader.login)
        self.strange_browser()
        self.opener.cookies.set("vpdt_device", known)
        self.assertIn(LOCKED, self.log_in(self.leader.login, self.leader.login))

    def test_waits_double(self):
        self.use_up(self.leader.login)
        self.env.cr.execute("UPDATE vpdt_attempt SET locked_until = last_at")
        self.strange_browser()
        self.assertEqual(self.log_in(self.leader.login, "wrong words"), "Access Denied")
        self.strange_browser()
        self.assertIn("2 minutes", self.log_in(self.leader.login, self.leader.login))

    def test_the_unit_administrator_unlocks(self):
        self.use_up(self.leader.login)
        employee = self.env["hr.employee"].create(
            {"name": self.leader.name, "user_id": self.leader.id, "company_id": self.agency.id}
        )
        seen = employee.with_user(self.unit_admin).with_context(allowed_company_ids=self.agency.ids)
        self.assertEqual(seen.login_locked_for, 1)
        with self.assertRaises(AccessError):
            self.leader.with_user(self.other_admin).action_unlock_login()
        with self.assertRaises(AccessError):
            self.leader.with_user(self.clerk).action_unlock_login()
        seen.action_unlock_login()
        seen.action_unlock_login()
        rows = self.env["vpdt.journal.entry"].search([("res_model", "=", "res.users"), ("res_id", "=", self.leader.id)])
        details = [json.loads(row.detail).get("account") for row in rows.sorted("id")]
        self.assertEqual(details, ["locked", "unlocked"])
        self.strange_browser()
        self.assertIsNone(self.log_in(self.leader.login, self.leader.login))

    def test_guessing_with_a_stolen_session_is_counted_as_well(self):
        for _try in range(FREE_TRIES):
            with self.assertRaises(Exception):  # noqa: B017 – Odoo says it in several ways
                self.leader.with_user(self.leader).change_password("wrong words", "new words 123")
        self.assertTrue(self.locked(self.leader.login))

    def test_no_password_is_sent_by_mail(self):
        for user in (self.unit_admin, self.env.ref("base.user_admin")):
            with self.assertRaises(UserError):
                self.leader.with_user(user).action_reset_password()
        with self.assertRaises(UserError):
            self.env["res.users"].sudo().reset_password("nobody.at.all")
        page = self.url_open("/web/login").text
        self.assertNotIn("reset_password", page)
