"""The way of a draft to the signature: by default the head of the unit, otherwise as the agency lays it down."""

import re

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import PASSPHRASE, OfficeCase


class RouteCase(OfficeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office_chief = cls._make_user("chief", cls.agency, "group_unit_head")
        cls.route = cls.as_user(cls.unit_admin)["vpdt.route"].create(
            {
                "name": "Có thẩm tra",
                "type_ids": [(4, cls.letter.id)],
                "line_ids": [
                    (0, 0, {"sequence": 1, "kind": "unit_head", "days": 2}),
                    (0, 0, {"sequence": 2, "kind": "person", "user_id": cls.office_chief.id}),
                    (0, 0, {"sequence": 3, "kind": "form", "condition": "not_urgent"}),
                ],
            }
        )

    def as_person(self, document, user):
        return document.with_env(self.as_user(user))

    def submitted_draft(self, **values):
        document = self.draft(**values)
        document.action_submit()
        return document


@tagged("post_install", "-at_install")
class TestRoute(RouteCase):
    def test_one_after_the_other(self):
        document = self.submitted_draft()
        self.assertEqual(document.step_ids.mapped("kind"), ["unit_head", "person", "form"])
        self.assertTrue(document.step_ids[0].due_date)
        with self.assertRaises(UserError):
            self.as_person(document, self.office_chief).action_initial()
        mine = self.as_person(document, self.unit_head)
        self.assertTrue(mine.action_initial())
        self.assertFalse(mine.action_initial(), "the second press changes nothing")
        self.assertEqual((document.state, document.reviewer_id), ("review", self.office_chief))
        with self.assertRaises(UserError):
            mine._move_to("to_sign")
        self.as_person(document, self.office_chief).action_initial()
        self.assertEqual((document.state, document.waits_for_form), ("review", True))
        with self.assertRaises(UserError):
            self.as_person(document, self.office_chief)._move_to("to_sign")
        cards = {card["key"]: card["count"] for card in self.as_user(self.clerk)["vpdt.desk"].cards()}
        self.assertEqual(cards["to_check_form"], 1)
        self.as_person(document, self.clerk).action_check_form()
        self.assertEqual((document.state, document.waits_for_form), ("to_sign", False))
        self.assertEqual(document.review_ids.mapped("kind"), ["submission", "initials", "initials", "form"])
        self.as_person(document, self.leader).sign(self.leader_key.id, PASSPHRASE)
        self.assertEqual(document.state, "signed")

    def test_the_usual_way_is_that_of_today(self):
        document = self.submitted_draft(type_id=self.decision.id)
        self.assertEqual(document.step_ids.mapped("kind"), ["unit_head"])
        self.as_person(document, self.unit_head).action_initial()
        self.assertEqual(document.state, "to_sign")

    def test_a_condition(self):
        document = self.submitted_draft(priority="2")
        self.assertEqual(document.step_ids.mapped("kind"), ["unit_head", "person"])

    def test_a_step_is_left_out_and_another_added(self):
        document = self.draft()
        self.assertTrue(document.action_lay_out_route())
        self.assertFalse(document.action_lay_out_route())
        second = document.step_ids[1]
        with self.assertRaises(UserError):
            second.unlink()
        second.skip_reason = "Chánh Văn phòng đi công tác"
        added = {"outgoing_id": document.id, "kind": "person", "sequence": 9}
        with self.assertRaises(ValidationError):
            document.step_ids.create({**added, "user_id": self.colleague.id})
        document.step_ids.create({**added, "user_id": self.office_chief.id})
        document.action_submit()
        self.as_person(document, self.unit_head).action_initial()
        self.as_person(document, self.clerk).action_check_form()
        self.assertEqual((document.state, document.reviewer_id), ("review", self.office_chief))
        self.as_person(document, self.office_chief).action_initial()
        self.assertEqual(document.state, "to_sign")
        with self.assertRaises(UserError):
            document.step_ids.create({**added, "user_id": self.office_chief.id})

    def test_back_to_an_earlier_step(self):
        document = self.submitted_draft()
        self.as_person(document, self.unit_head).action_initial()
        self.as_person(document, self.office_chief).action_initial()
        self.as_person(document, self.clerk).action_check_form()
        leader = self.as_person(document, self.leader)
        leader.return_to_id = document.step_ids[0]
        with self.assertRaises(UserError):
            leader.action_return()
        leader.draft_opinion = "Xem lại số liệu"
        leader.action_return()
        self.assertEqual((document.state, document.reviewer_id), ("review", self.unit_head))
        self.assertFalse(any(document.step_ids.mapped("done_at")))
        self.assertFalse(document.form_checked_by_id)
        self.assertEqual(document.review_ids[-1:].opinion, "Xem lại số liệu")
        self.as_person(document, self.unit_head).action_initial()
        chief = self.as_person(document, self.office_chief)
        chief.draft_opinion = "Làm lại"
        chief.action_return()
        self.assertEqual(document.state, "draft", "without a step it goes to its author")

    def test_initials_are_taken_back_until_the_next_has_opened(self):
        document = self.submitted_draft()
        head = self.as_person(document, self.unit_head)
        head.action_initial()
        self.assertTrue(head.action_take_back_initials())
        self.assertEqual((document.state, document.reviewer_id), ("review", self.unit_head))
        head.action_initial()
        self.as_person(document, self.office_chief).mark_read()
        with self.assertRaisesRegex(UserError, re.escape(self.office_chief.name)):
            head.action_take_back_initials()

    def test_a_way_names_somebody_who_initials(self):
        with self.assertRaises(ValidationError):
            self.as_user(self.unit_admin)["vpdt.route"].create(
                {"name": "Trống", "line_ids": [(0, 0, {"kind": "form"})]}
            )
        with self.assertRaises(ValidationError):
            self.route.line_ids[0].user_id = self.office_chief
