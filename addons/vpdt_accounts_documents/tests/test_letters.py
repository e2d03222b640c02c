"""Lists of accounts as letters of the keeper; work that is handed over with its documents."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_thread import AccountsOffice


@tagged("post_install", "-at_install")
class TestLetters(AccountsOffice):
    def test_a_list_goes_out_when_its_letter_is_issued(self):
        account = self.env["vpdt.account"].search([("user_id", "=", self.colleague.id)])
        policy = self.env["vpdt.account.policy"]._current()
        policy.keeper_id = self.agency  # whose keys are there
        self.keeper.write({"company_ids": [(6, 0, self.agency.ids)], "company_id": self.agency.id})
        letter = self.env["vpdt.account"]._write_letters("suspension", account).with_env(self.as_user(self.keeper))
        with self.assertRaises(UserError):
            letter.action_sent()
        letter.signer_id = self.leader
        letter.action_submit()
        made = letter.letter_id.sudo()
        self.assertEqual((made.state, made.company_id, letter.state), ("to_sign", self.agency, "draft"))
        self.issue(made)
        self.assertEqual((letter.state, letter.letter_number), ("sent", made.code))


@tagged("post_install", "-at_install")
class TestHandoverOfDocuments(AccountsOffice):
    def handover(self, user, receiver):
        given = {"user_id": user.id, "receiver_id": receiver.id}
        return self.as_user(self.leader)["vpdt.handover"].create(given)

    def test_parts_and_drafts(self):
        incoming = self.directed()
        draft = self.draft()
        handover = self.handover(self.specialist, self.colleague)
        self.assertEqual(set(handover.line_ids.mapped("part")), {"assignment", "drafting"})
        handover.action_hand_over()
        self.assertIn(self.colleague, incoming.sudo().assignment_ids.user_id)
        self.assertNotIn(self.specialist, incoming.sudo().assignment_ids.user_id)
        self.assertEqual(draft.sudo().drafter_id, self.colleague)
        self.assertTrue(draft.with_env(self.as_user(self.colleague)).has_access("read"))

    def test_who_has_a_part_already_keeps_the_weightier(self):
        incoming = self.directed()
        self.handover(self.unit_head, self.specialist).action_hand_over()
        parts = {part.user_id: part.part for part in incoming.sudo().assignment_ids}
        self.assertEqual(parts[self.specialist], "lead")
        self.assertNotIn(self.unit_head, parts)

    def test_initials_and_signatures(self):
        waiting = self.draft()
        waiting.action_submit()
        to_sign = self.to_sign()
        head = self._make_user("second_head", self.agency, "group_unit_head")
        self.handover(self.unit_head, head).action_hand_over()
        self.assertEqual(waiting.sudo().reviewer_id, head)
        second = self._make_user("second_leader", self.agency, "group_leader")
        self.handover(self.leader, second).action_hand_over()
        self.assertEqual((to_sign.sudo().state, to_sign.sudo().signer_id), ("draft", second))

    def test_tasks_that_he_has_given(self):
        lead = [{"kind": "user", "id": self.specialist.id, "part": "lead", "deadline": ""}]
        tasks = [self._given_task(lead, subject) for subject in ("Việc đang làm", "Việc chờ nhận", "Việc đã xong")]
        for task in tasks[1:]:
            task.with_env(self.as_user(self.specialist))._report("Đã làm xong.")
        tasks[2].action_accept()
        handover = self.handover(self.unit_head, self.colleague)
        self.assertEqual(
            {line.res_id for line in handover.line_ids if line.part == "giving"}, {task.id for task in tasks[:2]}
        )
        handover.action_hand_over()
        givers = [task.sudo().giver_id for task in tasks]
        self.assertEqual(givers, [self.colleague, self.colleague, self.unit_head])
        waiting = tasks[1].with_env(self.as_user(self.colleague))
        self.assertEqual(waiting.sudo().activity_ids.user_id, self.colleague)
        self.assertTrue(waiting.action_accept())
        with self.assertRaises(AccessError):
            tasks[0]._cancel("Không cần nữa")

    def _given_task(self, lines, subject):
        task = self.as_user(self.unit_head)["vpdt.task"].create({"subject": subject})
        task.direct(lines)
        return task
