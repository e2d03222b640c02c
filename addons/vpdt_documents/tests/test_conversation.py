"""The conversation beside a document stays among the people who may see it; what the steps wrote there stands."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .matrix_common import DocumentsCase


class ConversationCase(DocumentsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.document = cls.make_outgoing("review")
        cls.of_drafter = cls.as_(cls.document, "drafter")

    @classmethod
    def as_(cls, record, role):
        return record.with_env(cls.env_of(role))

    def partner(self, role):
        return self.cast[role].partner_id


@tagged("post_install", "-at_install")
class TestWords(ConversationCase):
    def test_a_note_of_a_participant_is_read_by_participants_only(self):
        note = self.of_drafter.message_post(body="Đã sửa Điều 2", partner_ids=self.partner("reviewer").ids)
        self.assertEqual(note.author_id, self.partner("drafter"))
        self.assertIn("Đã sửa", self.as_(note, "reviewer").body)
        for role in ("stranger", "specialist", "unit_admin"):
            env = self.env_of(role)
            with self.subTest(role=role), self.assertRaises(AccessError):
                env["mail.message"].browse(note.id).read(["body"])
            self.assertFalse(env["mail.message"].search([("id", "=", note.id)]))

    def test_nobody_outside_is_written_to(self):
        for role in ("stranger", "specialist"):
            for write in (
                lambda ids: self.of_drafter.message_post(body="Xem", partner_ids=ids),
                lambda ids: self.of_drafter.message_notify(body="Xem", partner_ids=ids),
                lambda ids: self.of_drafter.message_subscribe(ids),
                lambda ids: self.of_drafter.write({"message_partner_ids": [(4, ids[0])]}),
                lambda ids: self.env_of("drafter")["mail.thread"].message_notify(
                    model="vpdt.outgoing", res_id=self.document.id, body="Xem", partner_ids=ids
                ),
            ):
                with self.subTest(role=role), self.assertRaises(AccessError):
                    write(self.partner(role).ids)

    def test_who_may_not_see_it_does_not_write_there(self):
        self.document.sudo()._message_subscribe(self.partner("stranger").ids)  # as a follower of old days
        for role in ("stranger", "specialist"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.as_(self.document, role).message_post(body="Tôi cũng viết")
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.env_of(role)["mail.message"].create(
                    {"model": "vpdt.outgoing", "res_id": self.document.id, "body": "Tôi cũng viết"}
                )

    def test_nobody_writes_in_anothers_name(self):
        leader, Message = self.leader.partner_id, self.env_of("drafter")["mail.message"]
        about = {"model": "vpdt.outgoing", "res_id": self.document.id, "body": "Đồng ý"}
        with self.assertRaises(AccessError):
            self.of_drafter.message_post(body="Đồng ý", author_id=leader.id)
        with self.assertRaises(AccessError):
            self.of_drafter.message_post(body="Đồng ý", email_from="lanhdao@example.vn")
        with self.assertRaises(AccessError):
            self.of_drafter.message_notify(body="Đồng ý", author_id=leader.id, partner_ids=leader.ids)
        with self.assertRaises(AccessError):
            Message.create({**about, "author_id": leader.id})
        with self.assertRaises(AccessError):
            Message.create({"body": "Đồng ý", "author_id": leader.id})
        own = self.of_drafter.message_post(body="Của tôi")
        with self.assertRaises(AccessError):
            own.write({"author_id": leader.id})

    def test_a_person_does_not_write_as_the_system(self):
        note = self.of_drafter.message_post(body="Đã ký số", message_type="notification", is_internal=False)
        self.assertEqual(note.message_type, "comment")

    def test_the_author_changes_his_own_words_only(self):
        note = self.of_drafter.message_post(body="Một")
        note.write({"body": "Hai"})
        self.assertIn("Hai", note.body)
        with self.assertRaises(AccessError):
            self.as_(note, "reviewer").write({"body": "Ba"})
        with self.assertRaises(AccessError):
            self.as_(note, "reviewer").unlink()
        note.unlink()

    def test_what_the_steps_wrote_is_not_deleted(self):
        self.env.flush_all()
        self.document._track_finalize() if hasattr(self.document, "_track_finalize") else None
        self.document.sudo()._message_log(body="Chuyển bước")
        for message in self.document.sudo().message_ids.filtered(lambda m: m.message_type != "comment"):
            for role in ("drafter", "clerk"):
                mine = self.as_(message, role)
                for act in (mine.unlink, lambda mine=mine: mine.write({"body": "x"})):
                    with self.assertRaises(AccessError):
                        act()
                with self.assertRaises(AccessError):
                    self.as_(self.document, role).write({"message_ids": [(2, message.id)]})

    def test_no_file_goes_round_the_policy(self):
        Attachment = self.env_of("drafter")["ir.attachment"]
        evil = {"name": "evil.exe", "raw": b"MZ", "res_model": "vpdt.outgoing", "res_id": self.document.id}
        with self.assertRaises(AccessError):
            Attachment.create(evil)
        pending = Attachment.create({**evil, "res_model": "mail.compose.message", "res_id": 0})
        with self.assertRaises(AccessError):
            pending.write({"res_model": "vpdt.outgoing", "res_id": self.document.id})
        with self.assertRaises(UserError):
            self.of_drafter.message_post(body="x", attachment_ids=pending.ids)
        with self.assertRaises(UserError):
            self.of_drafter.message_post(body="x", attachments=[("evil.exe", b"MZ")])
        with self.assertRaises(UserError):
            self.of_drafter.message_post(body='<img src="data:image/png;base64,AAAA">', body_is_html=True)

    def test_followers_are_told_to_who_may_see_the_document(self):
        self.of_drafter.message_subscribe(self.partner("reviewer").ids)
        about = [("res_model", "=", "vpdt.outgoing"), ("res_id", "=", self.document.id)]
        found = self.env["mail.followers"].search(about)
        self.assertTrue(self.env_of("reviewer")["mail.followers"].search(about))
        for role in ("stranger", "specialist"):
            followers = self.env_of(role)["mail.followers"]
            self.assertFalse(followers.search(about))
            with self.assertRaises(AccessError):
                followers.browse(found.ids).read(["partner_id", "email"])

    def test_a_follower_takes_himself_off_only(self):
        self.of_drafter.message_subscribe(self.partner("reviewer").ids)
        with self.assertRaises(AccessError):
            self.of_drafter.message_unsubscribe(self.partner("reviewer").ids)
        self.as_(self.document, "reviewer").message_unsubscribe(self.partner("reviewer").ids)
        self.assertNotIn(self.partner("reviewer"), self.document.message_partner_ids)

    def test_no_mail_gateway_and_no_template_of_ones_own(self):
        with self.assertRaises(AccessError):
            self.env_of("drafter")["mail.thread"].message_process("vpdt.outgoing", "From: lanhdao@example.vn\n\nĐồng ý")
        templates, model = self.env_of("drafter")["mail.template"], self.env["ir.model"]._get_id("vpdt.outgoing")
        values = {"name": "x", "model_id": model, "body_html": "Đồng ý"}
        with self.assertRaises(AccessError):
            templates.create(values)
        template = self.env["mail.template"].create(values).with_env(templates.env)
        with self.assertRaises(AccessError):
            template.send_mail(self.document.id, email_values={"author_id": self.leader.partner_id.id})


@tagged("post_install", "-at_install")
class TestNotices(ConversationCase):
    def notice(self, role="reviewer"):
        return self.document.sudo().activity_ids.filtered(lambda activity: activity.user_id == self.cast[role])

    def test_nobody_cancels_what_a_step_asks_for(self):
        notice = self.notice()
        self.assertTrue(notice.settled_by_step)
        for role in ("drafter", "clerk", "leader", "reviewer"):
            mine = self.as_(notice, role)
            for act in (
                mine.action_cancel,
                mine.action_done,
                mine.action_feedback,
                mine.unlink,
                lambda mine=mine: mine.write({"active": False}),
                lambda mine=mine: mine.write({"user_id": self.leader.id}),
                lambda role=role: self.as_(self.document, role).activity_unlink(["mail.mail_activity_data_todo"]),
                lambda role=role: self.as_(self.document, role).activity_feedback(["mail.mail_activity_data_todo"]),
                lambda role=role, n=notice: self.as_(self.document, role).write({"activity_ids": [(2, n.id)]}),
            ):
                with self.subTest(role=role), self.assertRaises(AccessError):
                    act()
            self.assertFalse(mine.can_write)
        self.assertTrue(notice.exists().active)

    def test_the_step_itself_ends_it(self):
        notice = self.notice()
        self.as_(self.document, "reviewer").action_initial()
        self.assertFalse(notice.exists())

    def test_a_returned_draft_is_forgotten_when_it_is_submitted_again(self):
        returned = self.as_(self.document, "reviewer")
        returned.draft_opinion = "Sửa lại"
        returned.action_return()
        notice = self.notice("drafter")
        self.assertTrue(notice)
        self.of_drafter.action_submit()
        self.assertFalse(notice.exists())
        self.assertTrue(self.notice("reviewer"))

    def test_a_to_do_of_ones_own_outlives_the_steps(self):
        mine = self.of_drafter.activity_schedule(
            "mail.mail_activity_data_todo", summary="Gọi điện", user_id=self.cast["drafter"].id, automated=True
        )
        self.assertFalse(mine.automated)
        self.as_(self.document, "reviewer").action_initial()
        self.assertTrue(mine.exists())
        with self.assertRaises(AccessError):
            self.as_(mine, "reviewer").unlink()
        mine.action_done()

    def test_a_person_cannot_make_a_notice_that_nobody_ends(self):
        for context in ({}, {"default_settled_by_step": True}):
            made = self.of_drafter.with_context(**context).activity_schedule(
                "mail.mail_activity_data_todo", user_id=self.cast["reviewer"].id, settled_by_step=True
            )
            self.assertFalse(made.settled_by_step)

    def test_a_to_do_is_for_people_who_may_see_the_document(self):
        for role in ("stranger", "specialist"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.of_drafter.activity_schedule("mail.mail_activity_data_todo", user_id=self.cast[role].id)
        own = self.of_drafter.activity_schedule("mail.mail_activity_data_todo", user_id=self.cast["drafter"].id)
        with self.assertRaises(AccessError):
            own.write({"user_id": self.cast["stranger"].id})

    def test_a_reminder_is_ticked_off_by_the_one_it_reminds(self):
        incoming = self.make_incoming("submitted")
        parts = [(self.cast["lead"], "lead"), (self.cast["specialist"], "information")]
        acting = self.as_(incoming, "leader")
        acting.write({"assignment_ids": [(0, 0, {"user_id": user.id, "part": part}) for user, part in parts]})
        acting.action_direct()
        notices = {activity.user_id: activity for activity in incoming.sudo().activity_ids}
        informed = notices[self.cast["specialist"]]
        with self.assertRaises(AccessError):
            self.as_(informed, "lead").action_done()
        self.as_(informed, "specialist").action_done()
        self.assertFalse(informed.active)
        with self.assertRaises(AccessError):
            self.as_(notices[self.cast["lead"]], "lead").action_done()

    def test_a_step_sends_no_mail_and_shows_no_failure(self):
        """Without a mail server Odoo tells whoever has taken the step that sending failed."""
        self.env["ir.mail_server"].search([]).active = False
        before = self.env["mail.mail"].search_count([])
        self.as_(self.document, "reviewer").action_initial()
        self.of_drafter.message_post(
            body="Xem", partner_ids=self.partner("reviewer").ids, subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(self.env["mail.mail"].search_count([]), before)
        told = self.env["mail.notification"].search([("mail_message_id.res_id", "=", self.document.id)])
        self.assertTrue(told)
        self.assertEqual(set(told.mapped("notification_type")), {"inbox"})
        self.assertFalse(told.filtered(lambda n: n.notification_status in ("exception", "bounce")))

    def test_who_is_asked_for_in_a_request_is_not_told_before_the_leader_confirms(self):
        self.env_of("drafter")["vpdt.access.change"].create(
            {
                "res_model": "vpdt.outgoing",
                "res_id": self.document.id,
                "user_id": self.cast["specialist"].id,
                "reason": "Cần phối hợp",
            }
        )
        told = self.env["mail.notification"].search([("res_partner_id", "=", self.partner("specialist").id)])
        self.assertFalse(told)
