"""What is wrong with a line is said beside it; the clock of a request; who does it (Đồng Tháp, Điều 5, 9)."""

from datetime import datetime

from freezegun import freeze_time
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import AccountsCase


@tagged("post_install", "-at_install")
class TestRequestChecks(AccountsCase):
    def fault(self, line, **values):
        return self.new_request(line, **values).line_ids.fault or ""

    def test_faults_of_a_new_person(self):
        self.assertFalse(self.fault(self.person_line("An", "an.kt@tinh.vn")))
        self.leader.login = "da.co@tinh.vn"
        self.stranger.login = "o.noi.khac@tinh.vn"
        self.auditor.write({"login": "da.dong@tinh.vn", "active": False})
        for login, word in (
            ("", "missing"),
            ("an@gmail.com", "tinh.vn"),
            ("An@tinh.vn", "lower case"),
            ("an", "lower case"),
            ("da.co@tinh.vn", "already"),
            ("o.noi.khac@tinh.vn", "another agency"),
            ("da.dong@tinh.vn", "closed"),
        ):
            with self.subTest(login=login):
                self.assertIn(word, self.fault(self.person_line("An", login)))
        self.assertIn("role", self.fault(self.person_line("An", "an.kt@tinh.vn", role_ids=[(5,)])))
        recruited = self.env.ref("vpdt_accounts.case_01_2").id
        self.assertIn("decision", self.fault(self.person_line("An", "an.kt@tinh.vn", case_id=recruited)))

    def test_twice_in_a_list_and_in_two_requests(self):
        two = self.new_request(self.person_line("An", "an.kt@tinh.vn"), self.person_line("Ân", "an.kt@tinh.vn"))
        self.assertEqual(two.line_ids.mapped(lambda line: "twice" in (line.fault or "")), [True, True])
        with self.assertRaises(UserError):
            two.action_submit()
        other = self.new_request(self.person_line("An", "an.kt@tinh.vn"))
        self.assertTrue(other.line_ids.remark)
        self.assertFalse(other.line_ids.fault)

    def test_nothing_is_created_twice(self):
        first = self.checked(self.person_line("An", "an.kt@tinh.vn"))
        second = self.checked(self.person_line("An", "an.kt@tinh.vn"))
        first.line_ids.action_do()
        with self.assertRaises(UserError):
            second.line_ids.action_do()
        second.line_ids.refusal = "Đã có tài khoản"
        self.assertTrue(second.line_ids.action_refuse())
        self.assertFalse(second.line_ids.action_refuse())
        second.action_finish()
        self.assertEqual(self.env["res.users"].search_count([("login", "=", "an.kt@tinh.vn")]), 1)

    def test_a_line_is_refused_with_a_reason_only(self):
        request = self.checked(self.person_line("An", "an.kt@tinh.vn"))
        with self.assertRaises(UserError):
            request.line_ids.action_refuse()

    def test_the_clock_counts_working_days_of_the_province(self):
        with freeze_time("2026-01-15 03:00:00"):  # a Thursday
            request = self.received(self.person_line("An", "an.kt@tinh.vn"))
            self.assertEqual(request.due_at, datetime(2026, 1, 20, 16, 59, 59))
            self.policy.working_days = 1  # Kon Tum, khoản 5 Điều 6
            self.assertEqual(
                self.received(self.person_line("Ba", "ba.kt@tinh.vn")).due_at, datetime(2026, 1, 16, 16, 59, 59)
            )
        with freeze_time("2026-01-21 03:00:00"):
            request.invalidate_recordset(["late", "clock"])
            self.assertTrue(request.late)
            self.env["vpdt.account.request"]._cron_warn()
            self.assertIn(self.keeper, request.sudo().activity_ids.user_id)
            count = len(request.sudo().activity_ids)
            self.env["vpdt.account.request"]._cron_warn()
            self.assertEqual(len(request.sudo().activity_ids), count)

    def test_where_agencies_keep_their_own_the_administrator_does_what_the_head_has_signed(self):
        self.policy.keeper_id = False  # Gia Lai 2026, khoản 2 Điều 6
        request = self.new_request(self.person_line("An", "an.kt@tinh.vn"))
        self.assertEqual(request.sudo().keeper_id, self.agency)
        request.sudo()._move_to("to_sign")
        with self.assertRaises(UserError):
            request.action_check()
        request.sudo()._move_to("received", request._prepare_arrival_vals())
        request.action_check()
        request.line_ids.action_do()
        self.assertEqual(request.line_ids.state, "done")

    def test_the_first_login_is_sent_to_the_mailbox(self):
        request = self.checked(self.person_line("Nguyễn An", "an.kt@tinh.vn", department="Phòng Một"))
        request.line_ids.action_do()
        user = self.env["res.users"].search([("login", "=", "an.kt@tinh.vn")])
        self.assertEqual(user._accounts().line_id, request.line_ids.sudo())
        employee = self.env["hr.employee"].search([("user_id", "=", user.id)])
        self.assertEqual(employee.department_id.name, "Phòng Một")
        self.assertEqual(user.email, "an.kt@tinh.vn")
        self.env.cr.execute("SELECT password FROM res_users WHERE id = %s", [user.id])
        self.assertFalse(self.env.cr.fetchone()[0])
        self.assertEqual(self.env["mail.mail"].search_count([("email_to", "=", user.login)]), 1)

    def test_the_case_and_the_columns_are_data(self):
        self.form.column_ids.filtered(lambda column: column.content == "phone").name = "Điện thoại di động"
        request = self.new_request(self.person_line("An", "an.kt@tinh.vn"))
        headings = [column.title for column in request._form_table().columns]
        self.assertIn("Điện thoại di động", headings)


@tagged("post_install", "-at_install")
class TestOtherForms(AccountsCase):
    def test_change_of_information(self):
        form = self.env.ref("vpdt_accounts.form_mau_02").id
        employee = self.env["hr.employee"].create(
            {"name": self.clerk.name, "user_id": self.clerk.id, "company_id": self.agency.id}
        )
        account = self.account_of(self.clerk)
        line = {"account_id": account.id}
        request = self.checked(
            {**line, "change": "job_title", "new_value": "Trưởng phòng"}, form_id=form, subject="person"
        )
        request.line_ids.action_do()
        self.assertEqual(employee.signing_title, "Trưởng phòng")
        request = self.checked(
            {**line, "change": "roles", "role_ids": [(6, 0, self.roles["luu_tru"].ids)]}, form_id=form
        )
        request.line_ids.action_do()
        self.assertTrue(self.clerk.has_group("vpdt_base.group_archivist"))
        self.assertFalse(self.clerk.has_group("vpdt_base.group_clerk"))

    def test_who_moves_loses_the_roles_of_the_old_agency(self):
        form = self.env.ref("vpdt_accounts.form_mau_02").id
        account = self.account_of(self.leader)
        move = {
            "account_id": account.id,
            "change": "move",
            "to_organization_id": self.other_agency.organization_id.id,
            "job_title": "Chuyên viên",
            "role_ids": [(6, 0, self.roles["chuyen_vien"].ids)],
        }
        request = self.checked(move, form_id=form)
        request.line_ids.action_do()
        self.assertEqual((self.leader.company_id, self.leader.company_ids), (self.other_agency, self.other_agency))
        self.assertFalse(self.leader.has_group("vpdt_base.group_leader"))
        self.assertTrue(self.leader.has_group("vpdt_base.group_specialist"))
        self.assertEqual(account.company_id, self.other_agency)

    def test_revocation(self):
        form = self.env.ref("vpdt_accounts.form_mau_03").id
        retired = self.env.ref("vpdt_accounts.case_03_1").id
        account = self.account_of(self.clerk)
        line = {"account_id": account.id, "case_id": retired, "end_date": "2026-01-05"}
        self.assertIn("decision", self.new_request(line, form_id=form).faults)
        line |= {"basis": "12/QĐ-SNV", "basis_date": "2026-01-02"}
        request = self.checked(line, form_id=form)
        request.line_ids.action_do()
        self.assertEqual((account.state, self.clerk.active), ("revoked", False))
        self.assertIn("12/QĐ-SNV", account.state_reason)
        self.assertIn("already", self.new_request(line, form_id=form).faults)

    def test_a_new_agency_is_opened_with_its_administrator(self):
        line = {
            "name": "UBND xã Mới", "identifier": "H99.77", "parent_name": "UBND tỉnh", "address": "Xã Mới",
            "note": "Trần Văn Quản", "login": "quan.tv@tinh.vn",
        }  # fmt: skip
        request = self.checked(line, subject="agency")
        request.line_ids.action_do()
        organization = self.env["vpdt.organization"]._find_by_identifier("H99.77")
        user = self.env["res.users"].search([("login", "=", "quan.tv@tinh.vn")])
        self.assertEqual(user.company_id, organization.company_ids)
        self.assertTrue(user.has_group("vpdt_base.group_unit_admin"))
