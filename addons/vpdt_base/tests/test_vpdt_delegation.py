"""Delegations: who gives them, what stands in the way, when they hold, what is printed."""

import base64
from datetime import timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from psycopg2 import IntegrityError

from .builders import tiny_pdf
from .common import VpdtCase


def prepare_delegation_vals(principal, deputy, **values):
    """A delegation of signing and directing from today to in ten days, written document included."""
    env = principal.env
    today = env["vpdt.delegation"]._today()
    types = {}
    if "type_ids" in env["vpdt.delegation"]._fields:  # vpdt_documents asks for the types that may be signed
        types["type_ids"] = [(6, 0, env["vpdt.document.type"].sudo().search([]).ids)]
    return {
        **types,
        "principal_id": principal.id,
        "deputy_id": deputy.id,
        "company_id": principal.company_id.id,
        "may_sign": True,
        "date_from": today,
        "date_to": today + timedelta(days=10),
        "document_code": "05/GUQ-SNV",
        "document_date": today,
        **values,
    }


@tagged("post_install", "-at_install")
class TestDelegation(VpdtCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.head = cls._make_user("unit_head", cls.agency, "group_unit_head")
        cls.second = cls._make_user("second_leader", cls.agency, "group_leader")
        cls.other_head = cls._make_user("other_head", cls.agency, "group_unit_head")
        for user, title in (
            (cls.leader, "Giám đốc"),
            (cls.head, "Trưởng phòng"),
            (cls.second, "Phó Giám đốc"),
            (cls.other_head, "Chánh Văn phòng"),
        ):
            cls.env["hr.employee"].create(
                {"name": user.name, "user_id": user.id, "company_id": cls.agency.id, "signing_title": title}
            )
        cls.today = cls.env["vpdt.delegation"]._today()

    def make(self, principal=None, deputy=None, activate=True, **values):
        principal = principal or self.leader
        Delegation = self.env["vpdt.delegation"].with_user(principal)
        Delegation = Delegation.with_context(allowed_company_ids=self.agency.ids)
        delegation = Delegation.create(prepare_delegation_vals(principal, deputy or self.head, **values))
        if activate:
            delegation.action_activate()
        return delegation

    def find(self, deputy=None, purpose="sign", **kwargs):
        return self.env["vpdt.delegation"]._find(self.leader, deputy or self.head, purpose, **kwargs)

    def test_holds_between_its_days_for_its_purpose(self):
        self.assertFalse(self.find())
        delegation = self.make(date_from=self.today + timedelta(days=1))
        self.assertFalse(self.find())
        self.assertFalse(delegation.holds_today)
        for days, holds in ((1, True), (10, True), (11, False)):
            with self.subTest(days=days):
                self.assertEqual(bool(self.find(day=self.today + timedelta(days=days))), holds)
        tomorrow = self.today + timedelta(days=1)
        self.assertFalse(self.find(purpose="direct", day=tomorrow))
        self.assertFalse(self.find(deputy=self.second, day=tomorrow))

    def test_holds_today_is_searched_as_it_is_shown(self):
        held, later = self.make(), self.make(may_sign=False, may_direct=True, date_from=self.today + timedelta(days=2))
        Delegation = self.env["vpdt.delegation"]
        both = held | later
        for value in (True, False):
            domain = [("id", "in", both.ids), ("holds_today", "=", value)]
            self.assertEqual(Delegation.search(domain), both.filtered_domain(domain).sudo())
        self.assertEqual((held.holds_today, later.holds_today), (True, False))

    def test_the_day_is_that_of_viet_nam(self):
        self.make(date_from="2031-05-06", date_to="2031-05-07")
        with freeze_time("2031-05-05 16:59:59"):
            self.assertFalse(self.find())
        with freeze_time("2031-05-05 17:00:00"):
            self.assertTrue(self.find())
        with freeze_time("2031-05-07 17:00:00"):
            self.assertFalse(self.find())

    def test_ends_by_itself(self):
        delegation = self.make()
        with freeze_time(self.today + timedelta(days=11)):
            self.assertFalse(self.find())
            self.env["vpdt.delegation"]._cron_end()
        self.assertEqual(delegation.state, "ended")

    def test_the_job_leaves_what_still_holds(self):
        delegation = self.make()
        self.env["vpdt.delegation"]._cron_end()
        self.assertEqual(delegation.state, "active")

    def test_revoked_no_longer_holds(self):
        delegation = self.make()
        delegation.action_revoke()
        self.assertFalse(self.find())
        self.assertFalse(delegation.action_revoke() and self.find())

    def test_needs_a_written_document_days_and_a_purpose(self):
        for values, words in (
            ({"document_code": False}, "in writing"),
            ({"document_date": False}, "in writing"),
            ({"may_sign": False}, "what the delegation is for"),
            ({"date_from": "2020-01-01", "date_to": "2020-01-02"}, "has passed"),
        ):
            with self.subTest(values=values), self.assertRaisesRegex(UserError, words):
                self.make(**values)

    def test_days_in_order_and_two_people(self):
        for values in ({"date_to": "2020-01-02"}, {"deputy_id": self.leader.id}):
            with (
                self.subTest(values=values),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
                self.assertLogs("odoo.sql_db", "ERROR"),
            ):
                self.make(activate=False, **values)

    def test_only_ones_own_authority_is_given(self):
        with self.assertRaisesRegex(AccessError, ""), self.env.cr.savepoint():
            self.make(principal=self.second, activate=False, principal_id=self.leader.id)
        delegation = self.make(activate=False)
        with self.assertRaises(AccessError):
            delegation.with_user(self.second).action_activate()

    def test_the_administrator_prepares_but_does_not_give(self):
        admin = self._make_user("unit_admin", self.agency, "group_unit_admin")
        delegation = self.make(principal=admin, activate=False, principal_id=self.leader.id)
        with self.assertRaisesRegex(UserError, "Only .* can put this delegation in force"):
            delegation.action_activate()
        delegation.with_user(self.leader).action_activate()
        delegation.with_user(admin).action_revoke()
        self.assertEqual(delegation.state, "revoked")

    def test_no_sub_delegation(self):
        self.make()
        with self.assertRaisesRegex(UserError, "not\\s+passed on"):
            self.make(self.head, self.second)  # the head of a unit has no signature of his own to give
        self.make(
            self.second, self.head, may_sign=False, may_direct=True
        ).action_revoke()  # a leader gives what is his …
        chain = self.make(self.leader, self.second, may_sign=False, may_direct=True)
        self.assertTrue(chain)
        self.assertFalse(self.find(deputy=self.clerk, purpose="direct"))  # … not what was given to him

    def test_only_the_head_delegates_signing(self):
        self.second._vpdt_employee().competence = "KT."
        with self.assertRaisesRegex(UserError, "Only the head delegates"):
            self.make(self.second, self.head)
        self.second._vpdt_employee().write({"competence": "TM.", "competence_title": "UBND", "deputy_of": "Chủ tịch"})
        with self.assertRaisesRegex(UserError, "Only the head delegates.*TM. / KT."):
            self.make(self.second, self.head)
        self.make(self.second, self.head, may_sign=False, may_direct=True)

    def test_a_deputy_head_by_title_delegates_no_signing(self):
        with self.assertRaisesRegex(UserError, "Only the head delegates.*Phó Giám đốc"):
            self.make(self.second, self.head)

    def test_signing_goes_to_heads_of_units_only(self):
        """Khoản 3 Điều 13: người đứng đầu cơ quan, tổ chức, đơn vị thuộc cơ cấu tổ chức của mình."""
        for deputy in (self.clerk, self.second):
            with self.subTest(deputy=deputy.login), self.assertRaisesRegex(UserError, "not at the head of a unit"):
                self.make(deputy=deputy)
        self.make(deputy=self.clerk, may_sign=False, may_direct=True)

    def test_it_ends_when_the_deputy_heads_his_unit_no_more(self):
        employee = self.head._vpdt_employee()
        department = self.env["hr.department"].create(
            {"name": "Phòng thử", "company_id": self.agency.id, "manager_id": employee.id}
        )
        employee.department_id = department
        delegation = self.make()
        department.manager_id = self.second._vpdt_employee()
        self.assertFalse(self.find())
        self.env["vpdt.delegation"]._cron_end()
        self.assertEqual(delegation.state, "ended")

    def test_the_head_of_a_body_below_may_sign(self):
        below = self._make_agency("Chi cục thử", "H99.01.01")
        below.organization_id.parent_id = self.agency.organization_id
        head = self._make_user("head_below", below, "group_leader")
        head.company_ids += self.agency
        self.make(deputy=head)
        self.assertTrue(self.find(deputy=head))

    def test_the_deputy_of_an_acting_head(self):
        self.make()
        self.leader._vpdt_employee().write({"competence": "Q.", "competence_title": "Giám đốc", "signing_title": False})
        self.assertEqual(self.head._vpdt_signing_lines(self.leader)[0], "TUQ. GIÁM ĐỐC")

    def assert_ends(self, record, values):
        delegation = self.make()
        self.assertTrue(self.find())
        record.sudo().write(values)
        self.assertEqual(delegation.sudo().state, "ended")
        self.assertTrue(delegation.sudo().end_reason)

    def test_it_ends_when_the_principal_is_archived(self):
        self.assert_ends(self.leader, {"active": False})

    def test_it_ends_when_the_employee_has_left(self):
        self.assert_ends(self.leader._vpdt_employee(), {"active": False})

    def test_it_ends_when_the_principal_is_a_leader_no_more(self):
        self.assert_ends(self.leader, {"group_ids": [(3, self.env.ref("vpdt_base.group_leader").id)]})

    def test_it_ends_when_the_role_is_taken_at_the_role(self):
        self.assert_ends(self.env.ref("vpdt_base.group_leader"), {"user_ids": [(3, self.leader.id)]})

    def test_it_ends_when_the_principal_is_the_head_no_more(self):
        self.assert_ends(self.leader._vpdt_employee(), {"competence": "KT.", "competence_title": "Giám đốc"})

    def test_it_ends_when_one_of_the_two_is_moved(self):
        moved = {"company_id": self.other_agency.id, "company_ids": [(6, 0, self.other_agency.ids)]}
        self.assert_ends(self.head, moved)
        self.head.write({"company_ids": [(4, self.agency.id)]})
        self.assert_ends(self.leader, moved)

    def test_the_end_is_in_the_journal_and_the_deputy_is_told(self):
        delegation = self.make()
        self.leader.active = False
        domain = [("res_model", "=", "vpdt.delegation"), ("res_id", "=", delegation.id), ("kind", "=", "permission")]
        entry = self.env["vpdt.journal.entry"].search(domain, order="id DESC", limit=1)
        self.assertIn("does not work for", entry.detail)
        told = self.env["mail.message"].search([("model", "=", "vpdt.delegation"), ("res_id", "=", delegation.id)])
        self.assertEqual(told.notified_partner_ids, self.head.partner_id)

    def test_it_does_not_hold_though_nobody_has_ended_it(self):
        """Rights changed beside the ORM: the use itself asks again, and the nightly job ends it."""
        delegation = self.make()
        self.env.cr.execute("UPDATE res_users SET active = FALSE WHERE id = %s", (self.leader.id,))
        self.env.invalidate_all()
        self.assertEqual(delegation.state, "active")
        self.assertFalse(self.find())
        self.assertFalse(self.env["vpdt.delegation"]._of_deputy(self.head))
        self.env["vpdt.delegation"]._cron_end()
        self.assertEqual(delegation.state, "ended")

    def test_a_copy_is_a_new_draft(self):
        for step in ("action_activate", "action_revoke"):
            delegation = self.make(activate=False, date_to=self.today + timedelta(days=3))
            delegation.action_activate()
            if step == "action_revoke":
                delegation.end_reason = "Về sớm"
                delegation.action_revoke()
            with self.subTest(state=delegation.state), freeze_time(self.today + timedelta(days=20, hours=3)):
                copy = delegation.copy()
                self.assertEqual((copy.state, copy.document_code, copy.end_reason), ("draft", False, False))
                self.assertEqual(copy.date_from, self.today + timedelta(days=20))
                self.assertEqual((copy.date_to - copy.date_from).days, 3)
                self.assertEqual((copy.principal_id, copy.deputy_id, copy.may_sign), (self.leader, self.head, True))
            if delegation.state == "active":
                delegation.action_revoke()

    def test_no_overlap(self):
        first = self.make()
        for values in ({}, {"deputy": self.other_head}, {"date_from": first.date_to, "date_to": first.date_to}):
            with self.subTest(values=values), self.assertRaisesRegex(UserError, "delegated already"):
                self.make(**values)
        with self.assertRaisesRegex(UserError, first.date_to.strftime("%d/%m/%Y")):
            self.make()
        self.make(date_from=first.date_to + timedelta(days=1), date_to=first.date_to + timedelta(days=2))
        self.make(may_sign=False, may_direct=True)

    def test_nobody_stands_in_for_his_own_deputy(self):
        directing = {"may_sign": False, "may_direct": True}
        self.make(deputy=self.second, **directing)
        with self.assertRaisesRegex(UserError, "delegated already"):
            self.make(self.second, self.leader, **directing)

    def test_people_of_the_agency_only(self):
        with self.assertRaisesRegex(ValidationError, "does not work for"):
            self.make(deputy=self.stranger, activate=False)

    def test_in_force_it_stands_and_is_not_deleted(self):
        delegation = self.make()
        for values in ({"date_to": "2099-01-01"}, {"may_direct": True}, {"deputy_id": self.second.id}):
            with self.subTest(values=values), self.assertRaisesRegex(UserError, "not changed any more"):
                delegation.write(values)
        with self.assertRaisesRegex(UserError, "Only the draft"):
            delegation.unlink()
        with self.assertRaisesRegex(UserError, "only through its steps"):
            delegation.write({"state": "draft"})

    def test_it_is_in_the_journal(self):
        delegation = self.make()
        domain = [("res_model", "=", "vpdt.delegation"), ("res_id", "=", delegation.id)]
        entries = self.env["vpdt.journal.entry"].search(domain, order="id")
        self.assertEqual(entries.mapped("kind"), ["move", "permission"])
        self.assertIn(self.head.login, entries[1].detail)
        self.assertIn("05/GUQ-SNV", entries[1].detail)

    def test_lines_of_a_deputy(self):
        with self.assertRaisesRegex(UserError, "no delegation to sign"):
            self.head._vpdt_signing_lines(self.leader)
        self.make()
        self.assertEqual(self.head._vpdt_signing_lines(self.leader), ["TUQ. GIÁM ĐỐC", "TRƯỞNG PHÒNG"])
        self.assertEqual(self.head._vpdt_signing_lines(), ["TRƯỞNG PHÒNG"])
        self.assertEqual(self.leader._vpdt_signing_lines(self.leader), ["GIÁM ĐỐC"])
        with self.assertRaises(UserError):
            self.head._vpdt_signing_lines(self.leader, day=self.today + timedelta(days=11))

    def test_the_document_is_kept_as_a_file(self):
        delegation = self.make(activate=False)
        pdf = tiny_pdf("GUQ")
        delegation.write({"upload": base64.b64encode(pdf), "upload_name": "Giấy ủy quyền.pdf"})
        self.assertEqual(delegation.main_file_id._content(), pdf)
        delegation.action_activate()
        with self.assertRaisesRegex(UserError, "not changed any more"):
            delegation.write({"upload": base64.b64encode(pdf), "upload_name": "khac.pdf"})

    def test_a_draft_with_a_file_is_cancelled_not_deleted(self):
        """Its file can never be deleted: without its owner ./vpdt files verify would find it orphaned for good."""
        bare, delegation = self.make(activate=False), self.make(activate=False)
        delegation.write({"upload": base64.b64encode(tiny_pdf("GUQ")), "upload_name": "Giấy ủy quyền.pdf"})
        bare.unlink()
        with self.assertRaisesRegex(UserError, "Cancel the draft"):
            delegation.unlink()
        with self.assertRaises(UserError):
            delegation.sudo().unlink()
        with self.assertRaises(AccessError):
            delegation.with_user(self.head).action_cancel()
        delegation.action_cancel()
        self.assertEqual(delegation.state, "cancelled")
        with self.assertRaises(UserError):
            delegation.action_activate()
        report = self.env["vpdt.file"]._verify_stored()
        self.assertFalse([found for found in report["orphaned"]["first"] if "vpdt.delegation" in str(found)])

    def test_no_owner_of_files_is_deleted(self):
        """The same for every model that has files, though none grants the right to delete today."""
        owner = self.env.registry["vpdt.file.owner.mixin"]
        models = [m for m, c in self.env.registry.items() if issubclass(c, owner) and not c._abstract]
        self.assertIn("vpdt.delegation", models)
        for model in models:
            names = [method.__name__ for method in self.env[model]._ondelete_methods]
            self.assertIn("_unlink_without_files_only", names, model)
