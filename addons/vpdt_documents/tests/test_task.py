"""A task without a document: given, worked on, its result accepted or sent back; one mechanism with the documents."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.vpdt_base.tests.common import today

from .common import OfficeCase


@tagged("post_install", "-at_install")
class TestTask(OfficeCase):
    def new_task(self, user=None, **values):
        return self.as_user(user or self.leader)["vpdt.task"].create({"subject": "Chuẩn bị hội nghị", **values})

    def line(self, user, part="lead"):
        return {"kind": "user", "id": user.id, "part": part, "deadline": ""}

    def given(self, user=None, **values):
        task = self.new_task(user, **values)
        lines = [self.line(self.specialist), self.line(self.colleague, "collaborator")]
        answers = task.direct(lines, "Báo cáo trước hội nghị", str(today() + timedelta(days=9)))
        self.assertTrue(answers[0]["done"], answers)
        return task

    def of(self, user, task):
        return task.with_env(self.as_user(user))

    def cards(self, user):
        return {card["key"]: card["count"] for card in self.as_user(user)["vpdt.desk"].cards() if card["count"]}

    def test_from_giving_to_acceptance(self):
        task = self.new_task()
        self.assertEqual(task.action_give()["tag"], "vpdt_direction")
        task = self.given()
        self.assertEqual((task.state, task.handled_by), ("given", self.specialist.name))
        self.assertEqual(set(task.assignment_ids.mapped("deadline")), {today() + timedelta(days=9)})
        self.assertEqual(self.cards(self.specialist)["tasks"], 1)
        self.assertEqual(self.cards(self.leader)["tasks_given"], 1)
        mine = self.of(self.specialist, task)
        mine._note_progress("Đã đặt phòng")
        self.of(self.colleague, task)._own_part()._give_opinion("Nên mời thêm Sở Tài chính")
        mine._report("Đã xong")
        self.assertEqual((task.state, task.answer), ("reported", "Đã xong"))
        self.assertEqual(self.cards(self.leader)["tasks_reported"], 1)
        self.assertNotIn("tasks", self.cards(self.specialist))
        task._send_back("Thiếu danh sách")
        self.assertEqual(task.state, "given")
        mine._report("Đã bổ sung danh sách")
        self.assertTrue(task.action_accept())
        self.assertFalse(task.action_accept())
        self.assertEqual(set(task.assignment_ids.mapped("state")), {"done"})
        kinds = task.note_ids.sorted("id").mapped("kind")
        self.assertEqual(kinds, ["given", "progress", "opinion", "result", "sent_back", "result", "accepted"])
        task._reopen("Còn việc")
        self.assertEqual((task.state, mine._own_part().part), ("given", "lead"))

    def test_steps_by_person(self):
        task = self.given()

        def steps(user):
            return {step["action"] for step in self.of(user, task).next_steps if step["enabled"]}

        self.assertIn("action_open_report", steps(self.specialist))
        self.assertNotIn("action_open_report", steps(self.colleague) | steps(self.leader))
        self.assertIn("action_open_withdrawal", steps(self.leader))
        self.assertNotIn("action_open_withdrawal", steps(self.specialist))
        for user in (self.colleague, self.leader):
            with self.assertRaises(AccessError):
                self.of(user, task)._report("Xong")
        self.of(self.specialist, task)._report("Xong")
        with self.assertRaises(AccessError):
            self.of(self.specialist, task).action_accept()
        self.assertIn("action_accept", steps(self.leader))

    def test_who_sees_it(self):
        task = self.given()
        for user, sees in ((self.specialist, True), (self.colleague, True), (self.unit_head, False),
                           (self.clerk, False), (self.other_leader, False)):  # fmt: skip
            found = self.as_user(user)["vpdt.task"].search([("id", "=", task.id)])
            self.assertEqual(bool(found), sees, user.login)
            parts = self.as_user(user)["vpdt.assignment"].search([("task_id", "=", task.id)])
            self.assertEqual(bool(parts), sees, user.login)
            notes = self.as_user(user)["vpdt.handling.note"].search([("task_id", "=", task.id)])
            self.assertEqual(bool(notes), sees, user.login)

    def test_the_unit_head_gives_to_his_people_only(self):
        self.env["hr.employee"].search([("user_id", "=", self.leader.id)]).department_id = False
        task = self.given(self.unit_head)
        self.assertEqual(task.state, "given")
        other = self.new_task(self.unit_head)
        keys = {row["key"] for row in other.direction_options("direct")["rows"]}
        self.assertNotIn(f"user-{self.leader.id}", keys)
        with self.assertRaises(UserError):
            other.direct([self.line(self.leader)])
        with self.assertRaises(AccessError):
            self.new_task(self.specialist)

    def test_a_wrong_person_is_taken_out_and_never_the_lead(self):
        task = self.given()
        lead, other = task.assignment_ids.sorted(lambda a: a.part != "lead")
        with self.assertRaises(UserError):
            lead.action_remove()
        with self.assertRaises(AccessError):
            other.with_env(self.as_user(self.specialist)).action_remove()
        other.action_remove()
        self.assertEqual(task.assignment_ids, lead)
        self.assertFalse(self.as_user(self.colleague)["vpdt.task"].search([("id", "=", task.id)]))
        for write in (lambda: lead.unlink(), lambda: lead.write({"user_id": self.colleague.id})):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                write()

    def test_taken_back_and_given_to_others(self):
        task = self.given()
        task._withdraw("Nhầm người")
        self.assertEqual((task.state, task.assignment_ids.ids), ("draft", []))
        self.assertFalse(self.as_user(self.specialist)["vpdt.task"].search([("id", "=", task.id)]))
        task.direct([self.line(self.unit_head)])
        self.assertEqual(task.handled_by, self.unit_head.name)
        with self.assertRaises(UserError):
            task._cancel("  ")
        task._cancel("Không cần nữa")
        self.assertEqual(task.state, "cancelled")

    def test_given_on_within_the_unit_and_extended(self):
        task = self.new_task()
        task.direct([self.line(self.unit_head)], "", str(today() + timedelta(days=5)))
        head = self.of(self.unit_head, task)
        head.distribute([{**self.line(self.specialist), "deadline": str(today() + timedelta(days=4))}])
        below = task.assignment_ids.filtered("parent_id")
        self.assertEqual((below.user_id, below.parent_id.user_id), (self.specialist, self.unit_head))
        part = head._own_part()
        part._ask_extension(today() + timedelta(days=12), "Chờ số liệu")
        task._asked_extension()._decide_extension(True)
        self.assertEqual((part.deadline, task.due_date), (today() + timedelta(days=12),) * 2)
        task._chase("remind", "Khẩn trương")
        self.assertEqual(part.chased, 1)

    def test_reminded_like_the_part_of_a_document(self):
        task = self.given()
        task.sudo().assignment_ids.deadline = today()
        self.env["vpdt.assignment"]._cron_remind()
        self.assertEqual(set(task.assignment_ids.mapped("reminded")), {"on"})

    def test_a_part_belongs_to_one_work(self):
        task, document = self.given(), self.directed()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            document.assignment_ids[:1].with_env(self.as_user(self.leader)).task_id = task
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.as_user(self.leader)["vpdt.assignment"].create({"task_id": task.id, "user_id": self.unit_head.id})

    def test_text_changes_in_the_draft_only(self):
        task = self.new_task()
        task.subject = "Khác"
        for user in (self.unit_head, self.specialist):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.of(user, task).subject = "Của người khác"
        given = self.given()
        with self.assertRaises(AccessError):
            given.subject = "Khác"
