"""An incoming document from arrival to its answer, and who may change what on the way."""

import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import OfficeCase


@tagged("post_install", "-at_install")
class TestIncoming(OfficeCase):
    def test_the_whole_way(self):
        document = self.directed()
        document.draft_answer = "Đã báo cáo."
        document.action_finish()
        self.assertEqual((document.state, document.answer), ("finished", "Đã báo cáo."))
        self.assertEqual(document.arrival_number, 1)

    def test_second_press_changes_nothing(self):
        document = self.arrived()
        self.assertTrue(document.action_register())
        number = document.arrival_number
        self.assertFalse(document.action_register())
        self.assertEqual(document.arrival_number, number)
        self.assertTrue(document.action_submit())
        self.assertFalse(document.action_submit())

    def test_numbers_go_up_by_one(self):
        numbers = []
        for _time in range(3):
            document = self.arrived()
            document.action_register()
            numbers.append(document.arrival_number)
        self.assertEqual(numbers, [1, 2, 3])

    def test_incomplete_is_not_registered_and_takes_no_number(self):
        document = self.arrived(author_id=False, author_name=False)
        with self.assertRaises(UserError):
            document.action_register()
        self.assertEqual((document.state, document.arrival_number), ("arrived", 0))

    def test_lead_is_needed(self):
        document = self.submitted()
        self.assertEqual(document.action_direct()["tag"], "vpdt_direction")  # the button asks whom
        self.assertEqual(document.state, "submitted")
        with self.assertRaisesRegex(UserError, "chủ trì"):
            document._move_to("directed")

    def test_only_the_lead_finishes_and_says_how(self):
        document = self.directed()
        with self.assertRaisesRegex(UserError, "kết quả"):
            document.action_finish()
        with self.assertRaises(UserError):
            document.with_env(self.as_user(self.specialist)).action_finish()
        self.assertEqual(document.state, "directed")

    def test_return_wants_a_reason(self):
        document = self.arrived()
        with self.assertRaisesRegex(UserError, "lý do"):
            document.action_refuse()
        document.draft_refusal = "Sai địa chỉ."
        document.action_refuse()
        self.assertEqual((document.state, document.refusal_reason), ("refused", "Sai địa chỉ."))

    def test_a_registered_document_is_closed_to_everybody(self):
        document = self.directed()
        for user in (self.unit_head, self.specialist, self.clerk, self.leader):
            for values in ({"subject": "Khác"}, {"arrival_number": 9}, {"answer": "Khác"}, {"company_id": 1}):
                with self.subTest(user.login, values=values), self.assertRaises(UserError):
                    document.with_env(self.as_user(user)).write(values)

    def test_assignments_are_closed_after_the_direction(self):
        document = self.directed()
        lead = document.assignment_ids.filtered(lambda a: a.part == "lead")
        with self.assertRaises(UserError):
            lead.write({"user_id": self.colleague.id})
        with self.assertRaises(UserError):
            lead.with_env(self.as_user(self.leader)).unlink()

    def test_collaborator_finishes_his_own_part_only(self):
        document = self.directed()
        own = document.assignment_ids.filtered(lambda a: a.user_id == self.specialist)
        own.with_env(self.as_user(self.specialist)).action_done()
        self.assertEqual((own.state, document.state), ("done", "directed"))
        other = document.assignment_ids.filtered(lambda a: a.user_id == self.clerk)
        with self.assertRaises(UserError):
            other.with_env(self.as_user(self.specialist)).action_done()

    def test_who_is_given_a_part_sees_the_document(self):
        document = self.submitted()
        self.assertFalse(self.as_user(self.specialist)["vpdt.incoming"].search([("id", "=", document.id)]))
        directed = self.directed()
        self.assertTrue(self.as_user(self.specialist)["vpdt.incoming"].search([("id", "=", directed.id)]))
        self.assertFalse(self.as_user(self.colleague)["vpdt.incoming"].search([("id", "=", directed.id)]))

    def test_stranger_sees_nothing(self):
        document = self.directed()
        stranger = self.as_user(self.stranger)
        for model in ("vpdt.incoming", "vpdt.assignment"):
            self.assertFalse(stranger[model].search([]), model)
        with self.assertRaises(AccessError):
            document.with_env(stranger).read(["subject"])

    def test_a_scan_is_stored_once_and_checked(self):
        document = self.arrived(upload=base64.b64encode(self.pdf), upload_name="Công văn đến.pdf")
        scan = document._file_of_role("main")
        self.assertEqual(scan._content(), self.pdf)
        self.assertEqual(document.main_verdict, "not_signed")
        with self.assertRaisesRegex(UserError, "Không được thay"):
            document.write({"upload": base64.b64encode(self.pdf), "upload_name": "khác.pdf"})

    def test_found_without_marks_in_any_order(self):
        document = self.arrived(subject="Về việc chấn chỉnh kỷ luật, kỷ cương hành chính")
        Incoming = self.as_user(self.clerk)["vpdt.incoming"]
        self.assertIn(document, Incoming.search([("search_words", "ilike", "hanh chinh ky cuong")]))
        self.assertNotIn(document, Incoming.search([("search_words", "ilike", "hanh chinh ke toan")]))
