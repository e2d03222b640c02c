"""Who leaves hands over: everything open is listed, goes to named people, and a record is signed."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.vpdt_base.tests.builders import tiny_pdf

from .common import AccountsCase


@tagged("post_install", "-at_install")
class TestHandover(AccountsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.key = cls.env["vpdt.signing.key"].create(
            {"name": "Khóa cơ quan", "holder": "agency", "user_id": False, "company_id": cls.agency.id,
             "clerk_ids": [(6, 0, cls.clerk.ids)], "permission_note": "QĐ 1"}
        )  # fmt: skip
        cls.second = cls._make_user("second_clerk", cls.agency, "group_clerk")

    def handover(self, role="leader", **values):
        given = {"user_id": self.clerk.id, "receiver_id": self.second.id, **values}
        return self.env_of(role)["vpdt.handover"].create(given)

    def test_the_key_of_the_agency_changes_hands(self):
        handover = self.handover()
        self.assertEqual(handover.line_ids.mapped("part"), ["clerk_key"])
        handover.action_hand_over()
        self.assertEqual(self.key.clerk_ids, self.second)
        self.assertEqual((handover.state, handover.line_ids.receiver_id), ("done", self.second))
        self.assertTrue(handover._file_of_role("main"))
        with self.assertRaises(UserError):
            handover.action_recorded()
        self.env["vpdt.file"]._store(handover.sudo(), "bien-ban.pdf", tiny_pdf(), "scan")
        self.assertEqual(self.key.handover_missing, self.second.name)
        with self.assertRaisesRegex(UserError, "number and notation"):
            handover.action_recorded()
        handover.code = "02/BB-SNV"
        self.clerk.write({"company_ids": [(6, 0, self.other_agency.ids)], "company_id": self.other_agency.id})
        handover.action_recorded()
        self.assertEqual(handover.state, "recorded")
        record = self.key.handover_ids
        self.assertEqual((record.code, record.handover_id), ("02/BB-SNV", handover))
        self.assertEqual(
            (record.giver_id, record.receiver_id, record.date), (self.clerk, self.second, handover.done_on)
        )
        self.assertFalse(self.key.handover_missing)
        self.assertFalse(handover.action_recorded())
        self.assertEqual(self.key.handover_ids, record)
        with self.assertRaises(AccessError):
            handover.code = "03/BB-SNV"

    def test_nothing_is_left_without_somebody(self):
        handover = self.handover(receiver_id=False)
        with self.assertRaises(UserError):
            handover.action_hand_over()
        handover.line_ids.receiver_id = self.second
        handover.action_hand_over()
        self.assertEqual(self.key.clerk_ids, self.second)

    def test_what_comes_meanwhile_is_not_forgotten(self):
        handover = self.handover()
        self.env["hr.department"].create(
            {
                "name": "Phòng",
                "company_id": self.agency.id,
                "manager_id": self.env["hr.employee"]
                .create({"name": self.clerk.name, "user_id": self.clerk.id, "company_id": self.agency.id})
                .id,
            }
        )
        with self.assertRaises(UserError):
            handover.action_hand_over()
        handover.action_collect()
        handover.action_hand_over()
        self.assertEqual(handover.line_ids.mapped("given"), [True, True])

    def test_what_went_elsewhere_meanwhile_is_not_taken_back(self):
        first, second = self.handover(), self.handover(receiver_id=self.leader.id)
        first.action_hand_over()
        with self.assertRaisesRegex(UserError, "changed meanwhile"):
            second.action_hand_over()
        self.assertEqual(self.key.clerk_ids, self.second)
        second.action_collect()
        self.assertFalse(second.line_ids)

    def test_who_takes_over_is_there(self):
        handover = self.handover()
        self.second.active = False
        with self.assertRaisesRegex(UserError, "no account in use"):
            handover.action_hand_over()
        self.assertEqual(self.key.clerk_ids, self.clerk)

    def test_who_prepares_and_who_hands_over(self):
        own = self.handover("clerk")
        self.assertEqual(own.line_ids.mapped("part"), ["clerk_key"])
        with self.assertRaises(AccessError):
            own.action_hand_over()
        with self.assertRaises(AccessError):
            self.handover("clerk", user_id=self.leader.id)
        with self.assertRaises(AccessError):
            self.handover("unit_admin")
        key = self.handover("unit_admin", kind="key", key_id=self.key.id)
        key.action_hand_over()
        self.assertEqual(self.key.clerk_ids, self.second)
