"""What one agency learns of another one's people, and what a refusal tells."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import VpdtCase


def _in_debug_mode(user, group):
    return user._has_group(group)


@tagged("post_install", "-at_install")
class TestPeopleOfAgencies(VpdtCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.system_admin = cls._make_user("system_admin", cls.other_agency, "group_system_admin")
        cls.clerk.partner_id.write({"email": "vanthu-kin@example.vn", "phone": "0123456789"})

    def as_(self, user):
        return self.env(user=user, context={"allowed_company_ids": user.company_ids.ids})

    def test_accounts_of_other_agencies_are_not_told(self):
        strange = self.as_(self.stranger)
        Users, Partners = strange["res.users"], strange["res.partner"]
        partner = self.clerk.partner_id
        self.assertFalse(Users.search([("login", "=", self.clerk.login)]))
        self.assertFalse(Users.name_search(self.clerk.login))
        self.assertFalse(Partners.search([("email", "=", partner.email)]))
        self.assertFalse(Partners.name_search(partner.name))
        for fields in (["login"], ["name"], ["email"], ["group_ids"], ["login_date"], None):
            with self.subTest(fields=fields), self.assertRaises(AccessError):
                Users.browse(self.clerk.id).read(fields)
        for fields in (["name"], ["email"], ["phone"]):
            with self.subTest(fields=fields), self.assertRaises(AccessError):
                Partners.browse(partner.id).read(fields)
        with self.assertRaises(AccessError):
            Users.browse(self.clerk.id).has_group("vpdt_base.group_clerk")
        with self.assertRaises(UserError):
            Users.browse(self.clerk.id).export_data(["login", "name"])

    def test_colleagues_are_seen(self):
        Users = self.as_(self.leader)["res.users"]
        self.assertEqual(Users.search([("login", "=", self.clerk.login)]), self.clerk)
        self.assertEqual(Users.browse(self.clerk.id).read(["name"])[0]["name"], self.clerk.name)
        self.assertIn(self.clerk.id, [found[0] for found in Users.name_search(self.clerk.login)])
        self.assertTrue(self.as_(self.leader)["res.partner"].browse(self.clerk.partner_id.id).email)

    def test_a_name_stands_where_its_bearer_acted(self):
        """Authors and actors of other agencies are shown; the code may read their card, and no more."""
        shown = self.as_(self.stranger)["res.users"].browse(self.clerk.id)
        self.assertEqual(shown.name, self.clerk.name)
        self.assertEqual(shown.partner_id.display_name, self.clerk.partner_id.display_name)
        with self.assertRaises(AccessError):
            shown.login  # noqa: B018 - read on purpose
        with self.assertRaises(AccessError):
            shown.partner_id.email  # noqa: B018 - read on purpose

    def test_a_context_adds_no_address_to_a_name(self):
        closed = self.as_(self.stranger)["res.partner"].browse(self.clerk.partner_id.id).sudo()
        self.assertNotIn("vanthu-kin", closed.with_context(show_email=True).display_name)
        own = self.as_(self.leader)["res.partner"].browse(self.clerk.partner_id.id).sudo()
        self.assertIn("vanthu-kin", own.with_context(show_email=True).display_name)

    def test_no_room_lists_the_people_of_all_agencies(self):
        self.assertFalse(self.env.ref("mail.channel_all_employees").active)
        members = self.as_(self.stranger)["discuss.channel.member"].search([])
        self.assertNotIn(self.clerk.partner_id, members.sudo().partner_id)

    def test_notices_to_others_are_not_listed(self):
        self.env["mail.thread"].message_notify(
            partner_ids=self.clerk.partner_id.ids, subject="Về việc kín", body="x", author_id=self.leader.partner_id.id
        )
        found = self.as_(self.stranger)["mail.notification"].search_read([], ["mail_message_id"])
        self.assertNotIn("Về việc kín", str(found))
        self.assertIn(
            "Về việc kín", str(self.as_(self.clerk)["mail.notification"].search_read([], ["mail_message_id"]))
        )

    def test_the_system_administrator_sees_all_accounts(self):
        Users = self.as_(self.system_admin)["res.users"]
        self.assertEqual(Users.search([("login", "=", self.clerk.login)]).login, self.clerk.login)

    def test_a_filter_is_for_oneself(self):
        Filters = self.as_(self.stranger)["ir.filters"]
        mine = {"name": "Của tôi", "model_id": "res.partner", "is_default": True}
        for users in ([(5,)], [], [(6, 0, [self.clerk.id])], [(6, 0, [self.stranger.id, self.clerk.id])]):
            with self.subTest(users=users), self.assertRaises(AccessError):
                Filters.create({**mine, "user_ids": users})
            with self.subTest(users=users, by="create_filter"), self.assertRaises(AccessError):
                Filters.create_filter({**mine, "user_ids": users})
        own = Filters.create_filter({**mine, "user_ids": [(6, 0, self.stranger.ids)]})
        with self.assertRaises(AccessError):
            own.write({"user_ids": [(5,)]})
        own.write({"name": "Vẫn của tôi"})
        general = self.env["ir.filters"].create({**mine, "name": "Chung"})
        for act in (lambda: general.with_user(self.stranger).write({"domain": "[(0,'=',1)]"}),
                    lambda: general.with_user(self.stranger).unlink()):  # fmt: skip
            with self.assertRaises(AccessError):
                act()

    def test_a_refusal_names_no_record(self):
        """Not in debug mode either, which everybody can switch on."""
        key = self.env["vpdt.signing.key"].create(
            {"name": "Khóa kín", "company_id": self.agency.id, "user_id": self.clerk.id}
        )
        with patch.object(type(self.env["res.users"]), "has_group", _in_debug_mode):
            for operation in ("read", "write", "unlink"):
                with self.subTest(operation=operation), self.assertRaises(AccessError) as refused:
                    key.with_env(self.as_(self.stranger)).check_access(operation)
                self.assertNotIn("Khóa kín", str(refused.exception))

    def test_what_is_closed_is_not_written_on_a_record_of_ones_own(self):
        """Its name would stand there, for whoever reads the record."""
        department = self.env["hr.department"].create({"name": "Phòng kín", "company_id": self.agency.id})
        admin = self._make_user("unit_admin", self.other_agency, "group_unit_admin")
        Department = self.as_(admin)["hr.department"]
        own = Department.create({"name": "Phòng mình", "company_id": self.other_agency.id})
        for act in (
            lambda: self.as_(admin)["hr.employee"].create({"name": "Người mới", "department_id": department.id}),
            lambda: Department.create({"name": "Tổ", "company_id": self.other_agency.id, "parent_id": department.id}),
            lambda: own.write({"parent_id": department.id}),
        ):
            with self.assertRaises(AccessError) as refused:
                act()
            self.assertNotIn("Phòng kín", str(refused.exception))
