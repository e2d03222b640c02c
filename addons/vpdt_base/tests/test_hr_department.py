"""Nobody makes himself head of a unit, whose drafts, parts and dossiers are open to the head."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import VpdtCase


@tagged("post_install", "-at_install")
class TestHrDepartment(VpdtCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls._make_user("unit_admin", cls.agency, "group_unit_admin")
        people = [
            {"name": user.name, "user_id": user.id, "company_id": cls.agency.id} for user in cls.admin | cls.clerk
        ]
        cls.himself, cls.colleague = cls.env["hr.employee"].create(people)
        cls.unit = cls.env["hr.department"].create({"name": "Phòng thử", "company_id": cls.agency.id})

    def test_an_administrator_names_others_and_not_himself(self):
        unit = self.unit.with_user(self.admin)
        with self.assertRaises(AccessError):
            unit.manager_id = self.himself
        unit.invalidate_recordset()
        unit.manager_id = self.colleague
        self.assertEqual(self.unit.manager_id, self.colleague)
        unit.write({"name": "Phòng thử 1", "manager_id": self.colleague.id})

    def test_nor_by_a_new_unit(self):
        with self.assertRaises(AccessError):
            unit = {"name": "Phòng mới", "company_id": self.agency.id, "manager_id": self.himself.id}
            self.env["hr.department"].with_user(self.admin).create(unit)

    def test_who_is_head_already_stays_it(self):
        self.unit.manager_id = self.himself
        self.unit.with_user(self.admin).write({"name": "Phòng thử 2", "manager_id": self.himself.id})
        self.assertEqual(self.unit.manager_id, self.himself)
