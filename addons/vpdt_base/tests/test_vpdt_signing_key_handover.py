"""Records of handing over the device of an agency's key (điểm b khoản 2 Điều 32 Nghị định 30/2020)."""

from datetime import timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import VpdtCase, today


@tagged("post_install", "-at_install")
class TestHandover(VpdtCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls._make_user("unit_admin", cls.agency, "group_unit_admin")
        cls.key = cls.env["vpdt.signing.key"].create(
            {
                "name": "Khóa cơ quan",
                "holder": "agency",
                "company_id": cls.agency.id,
                "user_id": False,
                "permission_note": "Văn bản 1",
                "clerk_ids": cls.clerk.ids,
            }
        )

    def make(self, key=None, **values):
        people = {"giver_id": self.leader.id, "receiver_id": self.clerk.id}
        row = (0, 0, {"code": "02/BB-SNV", **people, **values})
        key = (key or self.key).with_user(self.admin).with_context(allowed_company_ids=self.agency.ids)
        key.write({"handover_ids": [row]})
        return key.handover_ids[:1]

    def test_the_clerk_without_a_record_is_named_until_it_is_entered(self):
        self.assertEqual(self.key.handover_missing, self.clerk.name)
        handover = self.make(what="Thiết bị số 123")
        self.assertFalse(self.key.handover_missing)
        self.assertEqual(handover.date, today())
        entry = self.env["vpdt.journal.entry"].search(
            [("res_model", "=", "vpdt.signing.key"), ("res_id", "=", self.key.id)], order="id DESC", limit=1
        )
        self.assertIn("02/BB-SNV", entry.detail)

    def test_it_stays_as_it_was_drawn_up(self):
        handover = self.make()
        with self.assertRaises(UserError):
            handover.write({"code": "03/BB-SNV"})
        with self.assertRaises(UserError):
            handover.unlink()

    def test_what_cannot_be(self):
        for values, words in (
            ({"receiver_id": self.stranger.id}, "Not people of this agency"),
            ({"date": today() + timedelta(days=1)}, "lies ahead"),
        ):
            with self.subTest(values=values), self.assertRaisesRegex(ValidationError, words):
                self.make(**values)
