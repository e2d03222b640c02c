"""Directing in few presses, second distribution, opinions, extensions, the ways back, chasing."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.vpdt_base.tests.common import today

from .common import OfficeCase


@tagged("post_install", "-at_install")
class TestHandling(OfficeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.soon = today() + timedelta(days=10)

    def line(self, user, part, **more):
        return {"kind": "user", "id": user.id, "part": part, **more}

    def part_of(self, document, user):
        return document.assignment_ids.filtered(lambda a: a.user_id == user).with_env(self.as_user(user))

    def as_(self, document, user):
        return document.with_env(self.as_user(user))

    def dialog(self, action, user, **values):
        """Fill in the dialog that a button has opened, and confirm it."""
        dialog = self.as_user(user)[action["res_model"]].browse(action["res_id"])
        dialog.write(values)
        return dialog.action_confirm()

    # Directing --------------------------------------------------------------------------------------------------------

    def test_three_people_and_a_unit_in_one_press(self):
        document = self.submitted()
        unit = {"kind": "unit", "id": self.department.id, "part": "lead"}
        lines = [unit, self.line(self.specialist, "collaborator"), self.line(self.clerk, "information")]
        [answer] = document.direct(lines, "Chủ trì xử lý", str(self.soon))
        self.assertTrue(answer["done"], answer)
        lead = document.assignment_ids.filtered(lambda a: a.part == "lead")
        self.assertEqual((lead.user_id, lead._who(), lead.deadline), (self.unit_head, "Văn phòng", self.soon))
        self.assertEqual((document.state, document.direction), ("directed", "Chủ trì xử lý"))
        [row] = document._register_rows()
        self.assertIn("Văn phòng", row[6])

    def test_without_a_lead_the_button_asks_for_people(self):
        document = self.submitted()
        self.assertEqual(document.action_direct()["tag"], "vpdt_direction")
        self.assertEqual(document.state, "submitted")
        with self.assertRaisesRegex(UserError, "chủ trì"):
            document.direct([self.line(self.specialist, "collaborator")])

    def test_many_at_once_each_with_its_own_result(self):
        documents = self.submitted() + self.submitted() + self.directed().with_env(self.as_user(self.leader))
        answers = documents.direct([self.line(self.specialist, "lead")])
        self.assertEqual([answer["done"] for answer in answers], [True, True, False])
        self.assertTrue(answers[2]["message"])

    def test_a_proposal_and_the_like_before_are_suggested(self):
        self.directed()
        document = self.submitted()
        options = document.direction_options("direct")
        self.assertEqual(options["chosen"][f"user-{self.unit_head.id}"], "lead")
        document.sudo().assignment_ids = [(0, 0, {"user_id": self.specialist.id, "part": "lead"})]
        self.assertEqual(document.direction_options("direct")["chosen"], {f"user-{self.specialist.id}": "lead"})
        self.assertIn("Chủ trì, phối hợp", " ".join(options["texts"]))

    def test_strangers_and_slips_are_refused(self):
        document = self.submitted()
        for lines in (
            [],
            "x",
            [self.line(self.stranger, "lead")],
            [self.line(self.specialist, "boss")],
            [self.line(self.specialist, "lead"), self.line(self.specialist, "information")],
        ):
            with self.subTest(lines=lines), self.assertRaises(UserError):
                document.direct(lines)
        [answer] = document.direct([self.line(self.specialist, "lead")], "", "2062-12-05")
        self.assertIn("2062", answer["message"])
        [answer] = document.direct([self.line(self.specialist, "lead")], "", "2020-01-01")
        self.assertIn("đã qua", answer["message"])
        self.assertEqual(document.state, "submitted")
        [answer] = self.as_(document, self.clerk).direct([self.line(self.specialist, "lead")])
        self.assertFalse(answer["done"])

    def test_people_are_added_later(self):
        document = self.as_(self.directed(), self.leader)
        document.add_people([self.line(self.colleague, "information")], "Để biết")
        self.assertTrue(self.as_user(self.colleague)["vpdt.incoming"].search([("id", "=", document.id)]))
        with self.assertRaises(UserError):
            document.add_people([self.line(self.leader, "lead")])
        with self.assertRaises(AccessError):
            self.as_(document, self.specialist).add_people([self.line(self.leader, "information")])

    # Within the unit --------------------------------------------------------------------------------------------------

    def test_second_distribution(self):
        document = self.directed(due_date=self.soon)
        document.distribute([self.line(self.colleague, "lead", deadline=str(today()))], "Soạn báo cáo")
        child = document.assignment_ids.filtered(lambda a: a.user_id == self.colleague)
        self.assertEqual(child.parent_id.user_id, self.unit_head)
        self.assertEqual(document._leads(), self.unit_head)
        self.as_(child, self.colleague)._give_opinion("Đã soạn xong")
        self.assertEqual(child.state, "done")
        document.draft_answer = "Đã báo cáo"
        self.assertTrue(document.action_finish())
        self.assertEqual(document.state, "finished")

    def test_not_later_than_ones_own_deadline_and_to_ones_own_people(self):
        document = self.directed(due_date=self.soon)
        late = str(self.soon + timedelta(days=1))
        for lines in ([self.line(self.colleague, "lead", deadline=late)], [self.line(self.stranger, "lead")]):
            with self.subTest(lines=lines), self.assertRaises(UserError):
                document.distribute(lines)
        with self.assertRaises(UserError):
            self.as_(document, self.specialist).distribute([self.line(self.colleague, "lead")])

    def test_the_collaborators_opinion_reaches_the_lead(self):
        document = self.directed()
        action = self.as_(document, self.specialist).action_open_opinion()
        self.dialog(action, self.specialist, text="Đồng ý với dự thảo")
        part = self.part_of(document, self.specialist)
        self.assertEqual((part.state, part.answer), ("done", "Đồng ý với dự thảo"))
        told = self.env["mail.activity"].search([("res_id", "=", document.id), ("user_id", "=", self.unit_head.id)])
        self.assertTrue(any("Đồng ý" in str(activity.note) for activity in told))

    def test_extension_asked_and_cut(self):
        document = self.directed(due_date=self.soon)
        asked, granted = self.soon + timedelta(days=9), self.soon + timedelta(days=4)
        self.dialog(document.action_open_extension(), self.unit_head, text="Chờ số liệu", date=asked)
        leader = self.as_(document, self.leader)
        self.dialog(leader.action_open_decision(), self.leader, date=granted, granted=True)
        self.assertEqual(self.part_of(document, self.unit_head).deadline, granted)
        self.assertEqual(
            (document.due_date, document.assignment_ids.filtered("extension_date")),
            (granted, self.env["vpdt.assignment"]),
        )
        self.assertEqual(self.part_of(document, self.unit_head).extensions, 1)

    def test_extension_is_not_ones_own_to_grant(self):
        document = self.directed(due_date=self.soon)
        part = self.part_of(document, self.unit_head)
        part._ask_extension(self.soon + timedelta(days=3), "Cần thêm thời gian")
        with self.assertRaises(AccessError):
            part._decide_extension(True)
        with self.assertRaises(UserError):
            part._ask_extension(self.soon, "Không muộn hơn")

    def test_handing_over(self):
        document = self.directed()
        action = document.action_open_hand_over()
        self.dialog(action, self.unit_head, user_id=self.colleague.id, text="Nghỉ phép")
        self.assertEqual(document._leads(), self.colleague)
        with self.assertRaises(UserError):
            self.dialog(document.action_open_hand_over(), self.unit_head, user_id=self.colleague.id, text="x")

    # Ways back --------------------------------------------------------------------------------------------------------

    def test_taken_back_until_it_is_opened(self):
        document = self.as_(self.submitted(), self.clerk)
        document.action_take_back()
        self.assertEqual(document.state, "registered")
        document.action_submit()
        self.as_(document, self.leader).mark_read()
        with self.assertRaisesRegex(UserError, "đã mở"):
            document.action_take_back()

    def test_a_direction_is_taken_back_until_it_is_opened(self):
        document = self.as_(self.directed(), self.leader)
        document.action_take_back()
        self.assertEqual((document.state, len(document.assignment_ids)), ("submitted", 0))
        document.direct([self.line(self.specialist, "lead")])
        self.as_(document, self.specialist).mark_read()
        with self.assertRaisesRegex(UserError, "đã mở"):
            document.action_take_back()

    def test_a_wrong_assignment_goes_back_with_its_reason(self):
        document = self.directed()
        self.dialog(document.action_open_wrong(), self.unit_head, text="Không thuộc chức năng")
        self.assertEqual(document.state, "submitted")
        self.assertIn("Không thuộc chức năng", document.note_ids.mapped("text"))
        with self.assertRaises(UserError):
            self.as_(self.directed(), self.specialist)._return_to_leader("x")

    def test_returned_after_it_was_registered_the_number_stays(self):
        document = self.as_(self.submitted(), self.clerk)
        number = document.arrival_number
        self.dialog(document.action_open_return_late(), self.clerk, text="Gửi nhầm nơi nhận")
        self.assertEqual((document.state, document.arrival_number), ("refused", number))
        [row] = document._register_rows()
        self.assertIn("Gửi nhầm nơi nhận", row[9])

    def test_a_void_number_is_never_given_again(self):
        document = self.arrived()
        document.action_register()
        self.dialog(document.action_open_void(), self.clerk, text="Vào sổ nhầm")
        after = self.arrived(number="16")
        after.action_register()
        self.assertEqual((document.state, after.arrival_number), ("void", document.arrival_number + 1))
        with self.assertRaises(UserError):
            document._void("")

    def test_reopened_with_a_reason(self):
        document = self.directed()
        document._finish("Xong")
        self.dialog(document.action_open_reopening(), self.unit_head, text="Còn thiếu số liệu")
        self.assertEqual((document.state, self.part_of(document, self.unit_head).state), ("directed", "open"))
        with self.assertRaises(UserError):
            self.as_(document, self.clerk)._reopen("x")

    def test_the_leader_files_it(self):
        document = self.submitted()
        document.action_file()
        self.assertEqual(document.state, "finished")
        with self.assertRaises(UserError):
            self.as_(self.submitted(), self.clerk).action_file()

    # Chasing ----------------------------------------------------------------------------------------------------------

    def test_chasing_is_counted(self):
        document = self.as_(self.directed(), self.leader)
        self.dialog(document.action_open_chaser(), self.leader, chaser="criticise", text="Chậm báo cáo")
        document._chase("remind", "")
        self.assertEqual(document.assignment_ids.filtered(lambda a: a.part == "lead").chased, 2)
        with self.assertRaises(AccessError):
            self.as_(document, self.specialist)._chase("remind", "")
        with self.assertRaises(UserError):
            document.note_ids[:1].write({"text": "khác"})

    def test_reminders_once_each_at_their_height(self):
        document = self.directed(due_date=self.soon)
        part = document.assignment_ids.filtered(lambda a: a.part == "lead").sudo()
        Assignment = self.env["vpdt.assignment"]
        for days, stage in ((0, "on"), (-1, "head"), (-30, "leader")):
            part.deadline = today() + timedelta(days=days)
            before = len(document.activity_ids)
            Assignment._cron_remind()
            first = len(document.activity_ids)
            Assignment._cron_remind()
            with self.subTest(days=days):
                self.assertIn(part.reminded, (stage, "head", "leader") if days else (stage,))
                self.assertGreater(first, before)
                self.assertEqual(len(document.activity_ids), first)

    # Steps ------------------------------------------------------------------------------------------------------------

    def test_each_sees_the_steps_that_are_his(self):
        document = self.directed()
        seen = {
            user: {step["action"] for step in self.as_(document, user)._steps_of_user()}
            for user in (self.leader, self.unit_head, self.specialist, self.clerk)
        }
        self.assertLessEqual({"action_open_addition", "action_open_chaser", "action_take_back"}, seen[self.leader])
        self.assertLessEqual(
            {"action_open_result", "action_open_distribution", "action_open_extension"}, seen[self.unit_head]
        )
        self.assertIn("action_open_opinion", seen[self.specialist])
        self.assertIn("action_seen", seen[self.clerk])
        self.assertNotIn("action_open_chaser", seen[self.specialist])

    def test_the_slip_and_the_follow_up_register(self):
        document = self.directed(due_date=self.soon)
        document.distribute([self.line(self.colleague, "lead")], "Soạn báo cáo")
        document._note_progress("Đang lấy số liệu")
        pdf = document._official_pdf_handling_slip({})
        self.assertTrue(pdf.startswith(b"%PDF"))
        [row] = document._follow_up_rows()
        self.assertIn("Đang lấy số liệu", row[4])
        volume = self.env["vpdt.register.volume"].create({"register_id": document.register_id.id})
        self.assertEqual(len(list(volume.with_env(self.as_user(self.clerk))._official_table_follow_up({}).rows())), 1)
