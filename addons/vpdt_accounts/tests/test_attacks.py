"""Nobody raises himself or anybody else without a list that the head has signed; tried over every road."""

import re

from odoo.exceptions import AccessDenied, AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import AccountsCase

REFUSED = (AccessError, UserError, ValidationError, AccessDenied, IntegrityError)


@tagged("post_install", "-at_install")
class TestAttacks(AccountsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.env_of("unit_admin")
        cls.leader_account = cls.account_of(cls.leader)
        cls.leader_group = cls.env.ref("vpdt_base.group_leader")

    def refused(self, act):
        """Whether ``act`` is refused; what it has done is taken back."""
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                act()
                self.env.flush_all()
                raise ZeroDivisionError
        except ZeroDivisionError:
            return False
        except REFUSED:
            return True
        finally:
            self.env.invalidate_all()

    def test_roads_to_more_rights(self):
        me, lead = self.cast["unit_admin"], self.leader
        Users, Employees = self.admin["res.users"], self.admin["hr.employee"]
        mine = self.account_of(me).with_env(self.admin)
        leader_employee = self.env["hr.employee"].search([("user_id", "=", lead.id)]).with_env(self.admin)
        roads = {
            "roles of oneself": lambda: Users.browse(me.id).write({"group_ids": [(4, self.leader_group.id)]}),
            "roles by the group": lambda: self.admin["res.groups"].browse(self.leader_group.id).write(
                {"user_ids": [(4, me.id)]}
            ),
            "agencies of oneself": lambda: Users.browse(me.id).write({"company_ids": [(4, self.other_agency.id)]}),
            "a new user": lambda: Users.create({"name": "x", "login": "x@tinh.vn"}),
            "password of the head": lambda: Users.browse(lead.id).write({"password": "x" * 12}),
            "e-mail of the head": lambda: leader_employee.write({"work_email": "toi@tinh.vn"}),
            "the head's employee is mine": lambda: leader_employee.write({"user_id": me.id}),
            "a second employee of the head": lambda: Employees.create(
                {"name": lead.name, "user_id": lead.id, "work_email": "toi@tinh.vn", "company_id": self.agency.id}
            ).work_email != "toi@tinh.vn" and self.fail(),
            "account of the head": lambda: mine.write({"user_id": lead.id}),
            "another account": lambda: self.admin["vpdt.account"].create({"user_id": me.id}),
            "state of an account": lambda: self.leader_account.with_env(self.admin).write({"state": "revoked"}),
            "suspend the head": lambda: self.leader_account.with_env(self.admin).action_suspend(),
            "suspend by the move": lambda: self.leader_account.with_env(self.admin).with_context(
                vpdt_move=True, vpdt_system=True
            ).write({"state": "suspended"}),
            "rules of the province": lambda: self.admin["vpdt.account.policy"].browse(self.policy.id).write(
                {"keeper_id": self.agency.id}
            ),
            "what a role stands for": lambda: self.roles["chuyen_vien"].with_env(self.admin).write(
                {"group_id": self.leader_group.id}
            ),
        }  # fmt: skip
        for road, act in roads.items():
            with self.subTest(road=road):
                self.assertTrue(self.refused(act), road)

    def test_a_request_goes_to_the_keeper_whatever_is_handed_in(self):
        Requests = self.admin["vpdt.account.request"]
        for values in ({"keeper_id": self.agency.id}, {"company_id": self.other_agency.id}, {"state": "checked"}):
            with self.subTest(values=values):
                self.assertTrue(self.refused(lambda v=values: Requests.create({"form_id": self.form.id, **v})))
        request = Requests.with_context(default_keeper_id=self.agency.id).create({"form_id": self.form.id})
        self.assertEqual(request.sudo().keeper_id, self.other_agency)

    def test_the_list_is_what_the_head_has_signed(self):
        request = self.new_request(self.person_line("An", "an.tc@tinh.vn"))
        request.sudo()._move_to("to_sign")
        line = request.line_ids
        leader_role = self.roles["lanh_dao"]
        roads = {
            "role": lambda: line.write({"role_ids": [(4, leader_role.id)]}),
            "through the list": lambda: request.write({"line_ids": [(1, line.id, {"login": "khac@tinh.vn"})]}),
            "one line more": lambda: request.write({"line_ids": [(0, 0, self.person_line("B", "b.tc@tinh.vn"))]}),
            "one line more by itself": lambda: self.admin["vpdt.account.request.line"].create(
                {"request_id": request.id, **self.person_line("B", "b.tc@tinh.vn")}
            ),
            "carried over": lambda: self.new_request(self.person_line("C", "c.tc@tinh.vn")).line_ids.write(
                {"request_id": request.id}
            ),
            "taken out": lambda: line.unlink(),
            "sent without a signature": lambda: request._move_to("received"),
            "done by oneself": lambda: line.action_do(),
            "signed by oneself": lambda: request.action_approve(),
        }  # fmt: skip
        for road, act in roads.items():
            with self.subTest(road=road):
                self.assertTrue(self.refused(act), road)

    def test_an_account_of_another_agency_is_not_reached_by_a_line(self):
        stranger = self.account_of(self.stranger)
        form = self.env.ref("vpdt_accounts.form_mau_03")
        line = {"account_id": stranger.id, "end_date": "2026-01-05", "name": "x"}
        try:
            request = self.new_request(line, form_id=form.id)
        except REFUSED:
            return
        self.assertIn("không phải của cơ quan", request.with_context(lang="vi_VN").faults or "", request.faults)
        self.assertTrue(self.refused(request.action_submit))

    def test_who_asks_for_a_link_does_not_get_it(self):
        user = self.leader
        user.sudo().write({"login": "lanh.dao@tinh.vn", "email": "khac@example.com"})
        self.leader_account.with_env(self.admin).action_send_link()
        mail = self.env["mail.mail"].search([("email_to", "=", "lanh.dao@tinh.vn")])
        self.assertEqual(len(mail), 1)
        secret = re.search(r"/vpdt/password/([\w-]+)", mail.body_html).group(1)
        for role in ("unit_admin", "keeper", "clerk", "stranger", "leader"):
            env = self.env_of(role)
            with self.subTest(role=role):
                self.assertFalse(env["mail.message"].search([("id", "=", mail.mail_message_id.id)]))
                self.assertTrue(
                    self.refused(lambda env=env: env["mail.message"].browse(mail.mail_message_id.id).read())
                )
                self.assertTrue(self.refused(lambda env=env: env["mail.mail"].search([]).read()))
                self.assertTrue(self.refused(lambda env=env: env["vpdt.account.link"].search([]).read()))
        self.assertNotIn(secret, str(self.env["vpdt.account.link"].search([]).read()))
        self.assertNotIn(secret, str(self.env["vpdt.journal.entry"].search([]).mapped("detail")))

    def test_links_hold_once_and_for_their_time(self):
        self.clerk.sudo().login = "van.thu@tinh.vn"
        account = self.account_of(self.clerk).with_env(self.admin)
        Link = self.env["vpdt.account.link"]

        def sent():
            account.action_send_link()
            mail = self.env["mail.mail"].search([("email_to", "=", "van.thu@tinh.vn")], order="id desc", limit=1)
            return re.search(r"/vpdt/password/([\w-]+)", mail.body_html).group(1)

        first, second = sent(), sent()
        self.assertFalse(Link._open(first), "a newer link takes the place of the former one")
        link = Link._open(second)
        link.valid_until = "2020-01-01"
        self.assertFalse(Link._open(second))
        third = sent()
        account.sudo()._move_to("suspended", {"state_reason": "x"})
        self.assertFalse(Link._open(third))
        self.assertFalse(self.clerk.active)
        for nonsense in ("", "x", None, 5, "x" * 500, "%" * 30):
            self.assertFalse(Link._open(nonsense))

    def test_weak_passwords_are_refused_on_every_road(self):
        self.clerk.login = "van.thu@tinh.vn"
        for weak in ("", "ngan", "aaaaaaaaaaaa", "van.thu 2026 2026"):
            with self.subTest(weak=weak):
                self.assertTrue(self.refused(lambda weak=weak: self.clerk._change_password(weak)))
                link = self.env["vpdt.account.link"].create(
                    {
                        "account_id": self.account_of(self.clerk).id,
                        "purpose": "reset",
                        "digest": "x",
                        "valid_until": "2099-01-01",
                    }
                )
                self.assertTrue(self.refused(lambda link=link, weak=weak: link._use(weak)))
        self.assertFalse(self.refused(lambda: self.clerk._change_password("Bốn con trâu trắng")))

    def test_a_stranger_with_the_link_chooses_the_password(self):
        """The page is opened by nobody who is logged in, also while the account waits after wrong passwords."""
        self.clerk.sudo().login = "van.thu@tinh.vn"
        self.account_of(self.clerk).with_env(self.admin).action_send_link()
        mail = self.env["mail.mail"].search([("email_to", "=", "van.thu@tinh.vn")], order="id desc", limit=1)
        secret = re.search(r"/vpdt/password/([\w-]+)", mail.body_html).group(1)
        public = self.env["vpdt.account.link"].with_user(self.env.ref("base.public_user"))
        public._open(secret)._use("Bốn con trâu trắng")
        self.assertFalse(public._open(secret))

    def test_a_passkey_is_no_second_factor_of_a_password(self):
        self.policy.second_factor_from = "2020-01-01"
        self.clerk.sudo().password = "Bốn con trâu trắng"
        self.env.flush_all()
        right = {"type": "password", "login": self.clerk.login, "password": "Bốn con trâu trắng"}

        def log_in():
            return self.env["res.users"].sudo()._login(right, {"interactive": True})["uid"]

        self.assertEqual(log_in(), self.clerk.id)
        self.env.cr.execute(
            "INSERT INTO auth_passkey_key (name, credential_identifier, public_key, create_uid)"
            " VALUES ('x', 'x', 'x', %s)",
            [self.clerk.id],
        )
        self.env.invalidate_all()
        self.assertFalse(self.clerk._must_enrol())
        with self.assertRaisesRegex(AccessDenied, "passkey|khóa truy cập"):
            log_in()
        self.policy.second_factor_from = False
        self.assertEqual(log_in(), self.clerk.id)

    def test_no_agency_opens_accounts_in_another_that_keeps_its_own(self):
        """Where each agency keeps its accounts, its head and administrator have no word in another one."""
        self.policy.keeper_id = False
        target = self.other_agency.organization_id
        move = {"account_id": self.account_of(self.clerk).id, "change": "move", "to_organization_id": target.id,
                "role_ids": [(6, 0, self.roles["lanh_dao"].ids)], "basis": "1", "basis_date": "2026-01-05"}  # fmt: skip
        form = self.env.ref("vpdt_accounts.form_mau_02")
        line = self.new_request(move, form_id=form.id).line_ids
        self.assertIn(target.name, line.fault)
        agency = {"name": "Cơ quan giả", "identifier": "H99.77", "login": "gia@tinh.vn"}
        line = self.new_request(agency, subject="agency").line_ids
        self.assertTrue(self.refused(line.request_id.action_submit))
        self.assertRegex(line.with_context(lang="vi_VN").fault, "quản trị hệ thống")

    def test_a_personal_key_is_not_handed_over(self):
        key = {"name": "Khóa của lãnh đạo", "user_id": self.leader.id, "company_id": self.agency.id}
        key = self.env["vpdt.signing.key"].create(key)
        values = {"kind": "key", "user_id": self.clerk.id, "key_id": key.id}
        self.assertTrue(self.refused(lambda: self.admin["vpdt.handover"].create(values)))
        self.assertTrue(self.refused(lambda: self.env["vpdt.handover"].create(values)))
