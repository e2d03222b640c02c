"""The keys of an agency that ends, and of its people."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .signing_orm_common import SigningCase
from .test_vpdt_organization_reorganization import ReorganizationCase


@tagged("post_install", "-at_install")
class TestKeysOfAReorganizedAgency(SigningCase, ReorganizationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit_admin = cls._make_user("unit_admin", cls.agency, "group_unit_admin")
        cls.certificate = cls.authority.issue_agency(cls.agency.name, identifier="H99.01")
        values = {"name": "Con dấu số", "holder": "agency", "user_id": False, "permission_note": "Văn bản 1"}
        values["clerk_ids"] = [(6, 0, cls.clerk.ids)]
        cls.key = cls._loaded_key(cls.unit_admin, cls.certificate, **values)
        cls.own = cls._loaded_key(cls.leader, cls._person(cls.leader.name))

    def merge(self, **values):
        self.wizard("merge", self.old, [{"organization_id": self.new.id}], **values).action_apply()

    def refused(self, call):
        with self.assertRaises(UserError) as refused:
            call()
        self.assertIn(self.agency.name, str(refused.exception))

    def test_the_key_of_the_agency_is_suspended_for_good(self):
        wizard = self.wizard("merge", self.old, [{"organization_id": self.new.id}])
        self.assertIn("Con dấu số", wizard.plan)
        self.key.with_user(self.clerk)._check_usable()
        wizard.action_apply()
        self.assertEqual(self.key.state, "suspended")
        self.refused(self.key.with_user(self.clerk)._check_usable)
        self.refused(self.key.with_user(self.unit_admin).action_resume)

    def test_nor_is_a_new_one_loaded_for_it(self):
        self.merge()
        with self.assertRaises(UserError):
            values = {"name": "Mới", "holder": "agency", "user_id": False, "company_id": self.agency.id}
            self._loaded_key(self.unit_admin, self.certificate, **values)

    def test_a_key_that_is_active_all_the_same_signs_nothing(self):
        self.old.active = False
        self.assertEqual(self.key.state, "active")
        self.refused(self.key.with_user(self.clerk)._check_usable)

    def test_the_administrators_are_told_what_to_ask_for(self):
        self.merge()
        activity = self.key.activity_ids
        self.assertIn(self.unit_admin, activity.user_id)
        self.assertIn(self.other_agency.name, activity[0].summary)
        entries = self.env["vpdt.journal.entry"].search(
            [("res_model", "=", self.key._name), ("res_id", "=", self.key.id)]
        )
        self.assertIn('"to": "suspended"', " ".join(entries.mapped("detail")))

    def test_dissolved_without_a_successor(self):
        self.wizard("dissolve", self.old).action_apply()
        self.assertEqual(self.key.state, "suspended")
        self.assertTrue(self.key.activity_ids)
        self.assertEqual(self.own.company_id, self.agency)

    def test_a_part_is_taken_out_and_the_agency_signs_on(self):
        self.wizard("split", self.old, [{"name": "Sở Tách", "identifier": "H99.79"}], continues=True).action_apply()
        self.key.with_user(self.clerk)._check_usable()
        self.assertFalse(self.key.activity_ids)

    def test_renamed_it_signs_on_and_a_new_certificate_is_suggested(self):
        self.wizard("rename", self.old, new_name="Sở Mới").action_apply()
        self.key.with_user(self.clerk)._check_usable()
        self.assertIn("Sở Mới", self.key.activity_ids[0].summary)
        self.assertIn("Sở Nội vụ thử", self.key.activity_ids[0].summary)

    def test_the_key_of_a_person_goes_with_him(self):
        self.merge()
        self.assertEqual((self.own.company_id, self.own.state), (self.other_agency, "active"))
        self.assertEqual(self.own.activity_ids.user_id, self.leader)
        self.own.with_user(self.leader).with_company(self.other_agency)._check_usable()

    def test_it_stays_when_the_people_stay(self):
        self.merge(move_people=False)
        self.assertEqual(self.own.company_id, self.agency)
        self.assertEqual(self.key.state, "suspended")
