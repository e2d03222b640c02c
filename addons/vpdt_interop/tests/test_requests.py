"""Take-back, recall, update, replacement: nothing is lost, the recipient decides, the sender sees who agreed."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .channel_common import ChannelCase


@tagged("post_install", "-at_install")
class TestRequests(ChannelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.document = cls.sent()
        cls.incoming = cls.other_clerk["vpdt.incoming"].search([("number", "=", cls.document.number)])
        cls.Request = cls.env["vpdt.exchange.request"]
        # What waits for the commit cannot be copied for each test.
        cls.env.flush_all()
        cls.env.cr.precommit.run()
        cls.env.cr.postcommit.clear()

    def ask(self, kind, reason="Ban hành nhầm"):
        self.document._ask_recipients(self.document.recipient_ids, kind, reason)
        self.deliver()
        return self.Request.search([("outgoing_id", "=", self.document.id)], limit=1)

    def answer(self, step, words="", incoming=None):
        request = (incoming or self.incoming).open_request_id
        self.assertTrue(request)
        if words:
            request.draft_answer = words
        getattr(request, step)()
        self.deliver()
        return request

    # Recall, take-back -----------------------------------------------------------------------------------------------

    def test_a_recall_of_a_registered_document(self):
        self.incoming.action_register()
        number = self.incoming.arrival_number
        asked = self.ask("recall")
        self.assertEqual(
            (asked.state, asked.message_id.state, asked.message_id.business), ("open", "delivered", "recall")
        )
        self.assertIn("Ban hành nhầm", self.incoming.open_request_words)
        self.assertIn("Ban hành nhầm", self.incoming.sudo().activity_ids.mapped("summary")[-1])
        self.assertTrue(self.incoming.file_ids[0]._is_offered())  # nothing happens before the clerk has agreed
        self.answer("action_agree")
        self.assertEqual((self.incoming.exchange_mark, self.incoming.arrival_number), ("recalled", number))
        for file in self.incoming.file_ids:
            with self.assertRaises(UserError):
                file._check_offered()
        self.assertTrue(self.document.file_ids[0]._is_offered())  # the sender's own file
        self.assertEqual(asked.state, "agreed")
        self.assertTrue(asked.answered_at)
        self.assertIn(self.other_agency.name, " ".join(self.document.sudo().activity_ids.mapped("summary")))
        self.assertEqual(self.document.recipient_ids.status_code, "15")
        self.assertEqual(len(self.incoming.search([("number", "=", self.document.number)])), 1)

    def test_the_recipient_declines_and_says_why(self):
        asked = self.ask("take_back")
        with self.assertRaises(UserError):
            self.incoming.open_request_id.action_decline()
        self.answer("action_decline", "Đã xử lý xong.")
        self.assertEqual((asked.state, asked.answer), ("declined", "Đã xử lý xong."))
        self.assertIn("16", self.document.recipient_ids.status_ids.mapped("code"))
        self.assertFalse(self.incoming.exchange_mark)
        self.assertTrue(self.incoming.file_ids[0]._is_offered())
        # a refused take-back may be tried again
        again = self.ask("take_back", "Xin xem lại")
        self.answer("action_agree")
        self.assertEqual((again.state, self.incoming.exchange_mark), ("agreed", "recalled"))

    def test_what_has_not_left_is_withdrawn_here(self):
        document = self.issued(subject="V/v chưa đi")
        document._ask_recipients(document.recipient_ids, "recall", "Nhầm")
        message = self.Message.search([("outgoing_id", "=", document.id)])
        self.assertEqual((message.state, len(message)), ("cancelled", 1))
        self.assertEqual(document.request_ids.state, "withdrawn")
        self.assertEqual(document.recipient_ids.message_state, "cancelled")
        self.run_jobs()
        self.assertEqual(message.state, "cancelled")
        self.assertFalse(self.other_clerk["vpdt.incoming"].search([("subject", "=", "V/v chưa đi")]))

    def test_a_recall_that_comes_twice_is_one(self):
        asked = self.ask("recall")
        self.once_more(asked.message_id)
        self.ask("recall", "Lần nữa")
        self.assertEqual(len(self.incoming.request_ids), 1)
        self.answer("action_agree")

    def test_who_may(self):
        for user in (self.specialist, self.leader):
            with self.assertRaises(AccessError):
                self.document.with_env(self.as_user(user)).action_ask_recipients()
        draft = self.draft(subject="V/v nháp").with_env(self.as_user(self.clerk))
        with self.assertRaises(UserError):
            draft.action_ask_recipients()
        with self.assertRaises(UserError):
            self.document._ask_recipients(self.document.recipient_ids, "recall", " ")
        self.ask("recall")
        request = self.incoming.open_request_id
        for user in (self.other_leader, self.other_specialist, self.clerk):
            with self.assertRaises(AccessError):
                request.with_env(self.as_user(user)).action_agree()

    def test_by_the_dialog(self):
        action = self.document.action_ask_recipients()
        dialog = self.document.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(dialog.recipient_ids, self.document.recipient_ids)
        dialog.reason = "Nhầm"
        dialog.action_ask()
        self.assertEqual(self.document.request_ids.kind, "take_back")

    def test_the_step_of_the_document_asks_everybody_who_has_it(self):
        self.document.recall_draft = "Sai căn cứ ban hành"
        self.document.action_take_out_of_force()
        self.deliver()
        asked = self.document.request_ids
        self.assertEqual((self.document.state, asked.kind, asked.reason), ("recalled", "recall", "Sai căn cứ ban hành"))
        self.assertIn("Sai căn cứ ban hành", self.incoming.open_request_words)
        with self.assertRaises(UserError):  # it is recalled: there is nothing to take back or to update
            self.document._ask_recipients(self.document.recipient_ids, "update", "x")
        self.answer("action_agree")
        self.assertEqual((self.incoming.exchange_mark, asked.state), ("recalled", "agreed"))

    def test_a_replacement_names_what_it_replaces(self):
        later = self.document.browse(self.document.action_replace()["res_id"])
        self.assertEqual((later.about_id, later.replaces_ids), (self.document, self.document))
        letter = self.document.browse(self.document.action_correct_by_letter()["res_id"])
        self.assertFalse(letter.replaces_ids)

    def test_a_document_of_another_agency_is_not_replaced(self):
        self.specialist.company_ids = [(4, self.other_agency.id)]
        own = {"company_id": self.other_agency.id, "type_id": self.document.type_id.id, "subject": "V/v của nơi khác"}
        foreign = self.env["vpdt.outgoing"].create(own)
        foreign._add_participants(self.specialist, "Test")
        draft = self.draft()
        for writer in (draft, draft.with_context(allowed_company_ids=self.specialist.company_ids.ids)):
            with self.assertRaises(UserError):
                writer.replaces_ids = [(4, foreign.id)]
                writer.flush_recordset()

    # Update ----------------------------------------------------------------------------------------------------------

    def test_an_update_puts_its_files_in_front_when_the_recipient_agrees(self):
        self.incoming.action_register()
        number, first = self.incoming.arrival_number, self.incoming._file_of_role("main")
        self.ask("update", "Bổ sung phụ lục")
        self.assertEqual(self.incoming._file_of_role("main"), first)
        self.answer("action_agree")
        self.assertEqual((self.incoming.exchange_mark, self.incoming.arrival_number), ("updated", number))
        second = self.incoming._file_of_role("main")
        self.assertEqual(second.replaces_id, first)
        self.assertEqual(len(self.incoming.search([("number", "=", self.document.number)])), 1)

    # Replacement -----------------------------------------------------------------------------------------------------

    def test_a_document_in_the_place_of_another(self):
        self.incoming.action_register()
        new = self.sent(subject="V/v thay thế", replaces_ids=[(6, 0, self.document.ids)])
        arrived = self.received(new)
        request = self.incoming.open_request_id
        self.assertEqual((request.kind, request.successor_id), ("replace", arrived))
        asked = self.document.request_ids
        self.assertEqual((asked.kind, asked.state), ("replace", "open"))
        self.answer("action_agree")
        self.assertEqual((self.incoming.exchange_mark, self.incoming.replaced_by_id), ("replaced", arrived))
        self.assertEqual(asked.state, "agreed")
        self.assertTrue(self.incoming.file_ids[0]._is_offered())

    # Statuses in any order -------------------------------------------------------------------------------------------

    def test_the_furthest_true_status_is_shown(self):
        recipient = self.document.recipient_ids
        Status = self.env["vpdt.exchange.status"]
        for minute, code in ((5, "06"), (3, "03"), (4, "03"), (1, "04")):
            Status.create({"recipient_id": recipient.id, "code": code, "at": f"2026-01-01 00:0{minute}:00"})
        self.assertEqual(recipient.status_code, "06")
        Status.create({"recipient_id": recipient.id, "code": "13", "at": "2026-01-02 00:00:00"})
        self.assertEqual(recipient.status_code, "06")  # it is finished: a take-back is not in front of that
        Status.create({"recipient_id": recipient.id, "code": "15", "at": "2026-01-03 00:00:00"})
        self.assertEqual(recipient.status_code, "15")
        self.assertEqual(len(recipient.status_story.splitlines()), 7)
