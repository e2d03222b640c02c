"""Name, e-mail and password of an account are the system administrator's, on every road."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .common import VpdtCase

STOLEN = "audit-takeover@example.com"


class TestAccountKept(VpdtCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit_admin = cls._make_user("unit_admin", cls.agency, "group_unit_admin")
        cls.leader.email = "lanhdao@example.vn"
        cls.employee = cls._employ(cls.leader)

    @classmethod
    def _employ(cls, user):
        values = {"name": user.name, "user_id": user.id, "company_id": user.company_id.id, "work_email": user.email}
        return cls.env["hr.employee"].create(values)

    def seen(self, record, user=None):
        return record.with_user(user or self.unit_admin).with_context(allowed_company_ids=self.agency.ids)

    def kept(self, work, *args):
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            work(*args)
            self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.leader.email, "lanhdao@example.vn")
        self.assertEqual(self.leader.name, self.employee.name)
        self.assertEqual(self.employee.user_id, self.leader)

    def test_the_work_email_of_the_employee(self):
        self.kept(self.seen(self.employee).write, {"work_email": STOLEN})
        self.kept(self.seen(self.employee).web_save, {"work_email": STOLEN}, {})
        self.kept(lambda: setattr(self.seen(self.employee), "work_email", STOLEN))

    def test_the_work_email_by_an_import(self):
        self.env["ir.model.data"].create(
            {"name": "kept_employee", "module": "vpdt_test", "model": "hr.employee", "res_id": self.employee.id}
        )
        result = self.seen(self.env["hr.employee"]).load(["id", "work_email"], [["vpdt_test.kept_employee", STOLEN]])
        self.assertFalse(result["ids"])
        self.assertEqual(self.leader.email, "lanhdao@example.vn")

    def test_the_name_of_the_employee(self):
        self.kept(self.seen(self.employee).write, {"name": "Người khác"})
        self.kept(self.seen(self.employee.resource_id).write, {"name": "Người khác"})

    def test_whose_account_the_employee_is(self):
        self.kept(self.seen(self.employee).write, {"user_id": False})
        self.kept(self.seen(self.employee).write, {"user_id": self.unit_admin.id})
        self.kept(self.seen(self.employee.resource_id).write, {"user_id": self.unit_admin.id})
        other = self.seen(self.env["hr.employee"]).create({"name": "Người mới"})
        self.kept(other.write, {"user_id": self.clerk.id})
        self.kept(self.seen(self.env["hr.employee"]).create, {"name": "Tên khác", "user_id": self.clerk.id})

    def test_the_contact_of_an_account_at_another_employee(self):
        other = self.seen(self.env["hr.employee"]).create({"name": "Người mới"})
        other.sudo().work_contact_id = self.leader.partner_id
        self.employee.sudo().work_contact_id = False
        self.kept(other.write, {"work_email": STOLEN})

    def test_an_employee_is_made_with_the_contact_of_an_account(self):
        values = {"name": "Người mới", "work_contact_id": self.leader.partner_id.id, "work_email": STOLEN}
        self.employee.sudo().work_contact_id = False
        self.kept(self.seen(self.env["hr.employee"]).create, values)

    def test_the_contact_and_the_account_themselves(self):
        self.kept(self.seen(self.leader.partner_id).write, {"email": STOLEN})
        self.kept(self.seen(self.leader.partner_id).sudo().write, {"email": STOLEN})
        self.kept(self.seen(self.leader).write, {"email": STOLEN})
        for values in ({"login": "x"}, {"password": "mật khẩu mới 1"}, {"new_password": "x"}):
            self.kept(self.seen(self.leader).write, values)
            self.kept(self.seen(self.leader).sudo().write, values)

    def test_not_even_with_rights_on_contacts(self):
        powerful = new_test_user(
            self.env,
            "vpdt_test_powerful",
            groups="vpdt_base.group_unit_admin,base.group_partner_manager,hr.group_hr_manager",
            company_id=self.agency.id,
            company_ids=[(6, 0, self.agency.ids)],
        )
        self.kept(self.seen(self.leader.partner_id, powerful).write, {"email": STOLEN})
        self.kept(self.seen(self.leader.partner_id, powerful).write, {"name": "Người khác"})

    def test_what_stays_the_unit_administrators(self):
        seen = self.seen(self.employee)
        department = self.seen(self.env["hr.department"]).create({"name": "Phòng Một", "company_id": self.agency.id})
        seen.write(
            {"work_phone": "0241", "signing_title": "Giám đốc", "department_id": department.id, "name": seen.name}
        )
        new = self.seen(self.env["hr.employee"]).create({"name": "Người mới", "work_email": "moi@example.vn"})
        new.write({"work_email": "moi2@example.vn", "name": "Người mới hơn"})
        linked = self.seen(self.env["hr.employee"]).create({"name": self.clerk.name, "user_id": self.clerk.id})
        self.assertEqual(linked.user_id, self.clerk)

    def test_the_form_greys_what_a_save_would_refuse(self):
        self.assertTrue(self.seen(self.employee).account_kept)
        self.assertFalse(self.employee.account_kept)
        self.assertFalse(self.seen(self.env["hr.employee"]).create({"name": "Người mới"}).account_kept)

    def test_ones_own_email_for_notices_and_not_ones_name(self):
        self.leader.with_user(self.leader).write({"email": "moi@example.vn"})
        self.assertEqual(self.leader.email, "moi@example.vn")
        with self.assertRaises(AccessError):
            self.leader.partner_id.with_user(self.leader).sudo().write({"name": "Chủ tịch"})

    def test_ones_own_email_is_not_that_of_another_account(self):
        for address in (self.leader.email.upper(), self.leader.email.replace("@", " @ ")):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.clerk.with_user(self.clerk).write({"email": address})
        self.leader.login = "ten.dang.nhap@example.vn"
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.clerk.with_user(self.clerk).write({"email": "Ten.dang.nhap@example.vn"})

    def test_the_system_administrator_changes_all_of_it(self):
        admin = self._make_user("system_admin", self.agency, "group_system_admin")
        self.seen(self.employee, admin).write({"work_email": "khac@example.vn"})
        self.assertEqual(self.leader.email, "khac@example.vn")
        self.leader.with_user(admin).write({"name": "Tên đúng"})
        self.assertEqual(self.employee.name, "Tên đúng")

    def test_the_contact_of_an_employee_is_nobody_else(self):
        """Odoo writes telephone and e-mail of an employee into his contact, whoever that is."""
        agency = self.stranger.company_id.partner_id
        agency.write({"phone": "0260", "email": "so@example.vn"})
        new = self.seen(self.env["hr.employee"]).create({"name": "Người mượn"})
        for contact in (agency, self.stranger.partner_id, self.leader.partner_id):
            values = {"work_contact_id": contact.id}
            self.kept(new.write, values)
            self.kept(self.seen(self.env["hr.employee"]).create, {"name": "Người mượn khác", **values})
        new.write({"work_phone": "0999", "work_email": "moi@example.vn"})
        self.assertEqual((agency.phone, agency.email), ("0260", "so@example.vn"))
        self.assertEqual(new.work_contact_id.phone, "0999")

    def test_nobody_gives_himself_a_title(self):
        employee = self._employ(self.clerk)
        with self.assertRaises(AccessError):
            self.clerk.with_user(self.clerk).write({"job_title": "Giám đốc"})
        self.assertFalse(employee.job_title)
        self.clerk.with_user(self.clerk).write({"work_phone": "0123"})
        self.seen(employee).job_title = "Văn thư"
        self.assertEqual(employee.job_title, "Văn thư")
