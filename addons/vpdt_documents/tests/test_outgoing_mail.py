"""A recipient on the way “E-mail” gets the signed file; what failed is seen and sent again. The release clock."""

from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.base.models.ir_mail_server import MailDeliveryException

from .common import PASSPHRASE, OfficeCase

SEND = "odoo.addons.base.models.ir_mail_server.IrMail_Server.send_email"


@tagged("post_install", "-at_install")
class TestMail(OfficeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agency.email = "vanthu@snv.thu.gov.vn"
        cls.line = {"name": "Công ty Thử", "email": "vanthu@congty.vn", "way": "email"}

    def mailed(self):
        return self.issued(recipient_ids=[(0, 0, self.line)])

    def test_the_signed_file_is_mailed(self):
        document = self.mailed()
        line = document.recipient_ids
        self.assertEqual(line.mail_state, "queued")
        with patch(SEND, autospec=True) as send:
            line._mail_out()
            line._mail_out()
        self.assertEqual(send.call_count, 1, "a second run sends nothing")
        message = send.call_args.args[1]
        self.assertEqual(message["To"], "vanthu@congty.vn")
        self.assertIn(document.code, str(message["Subject"]))
        self.assertEqual(message["Message-Id"], line.mail_name)
        (attached,) = message.iter_attachments()
        self.assertEqual(attached.get_content(), document._file_of_role("main")._content())
        self.assertEqual(line.mail_state, "sent")
        self.assertTrue(line.sent_at)

    def test_what_failed_is_seen_and_sent_again(self):
        line = self.mailed().recipient_ids
        with patch(SEND, side_effect=MailDeliveryException("Server từ chối")):
            line._mail_out()
            self.assertEqual(line.mail_state, "queued", "it is tried again by itself")
            line._mail_out(attempts=5)
        self.assertEqual((line.mail_state, line.mail_error), ("failed", "Server từ chối"))
        self.assertTrue(line.outgoing_id.sudo().activity_ids)
        with self.assertRaises(AccessError):
            line.with_env(self.as_user(self.specialist)).action_mail_again()
        line.with_env(self.as_user(self.clerk)).action_mail_again()
        self.assertEqual(line.mail_state, "queued")
        name = line.mail_name
        with patch(SEND):
            line._mail_out()
        self.assertEqual((line.mail_state, line.mail_name), ("sent", name))

    def test_an_address_is_asked_for_at_submission(self):
        document = self.draft(recipient_ids=[(0, 0, {"name": "Công ty Thử", "way": "email"})])
        document.recipient_ids.way = "email"
        with self.assertRaisesRegex(UserError, "Công ty Thử"):
            document.action_submit()


@tagged("post_install", "-at_install")
class TestRelease(OfficeCase):
    def test_the_clock_starts_with_the_signature(self):
        document = self.signed()
        self.assertGreater(document.release_due, fields.Datetime.now())
        self.assertEqual(document.release_due.hour, 5, "noon in Viet Nam of the next working day")
        self.assertTrue(document.release_words)
        waiting = self.as_user(self.clerk)["vpdt.outgoing"].search([("state", "in", ("signed", "numbered"))])
        self.assertIn(document, waiting)

    def test_urgent_at_once(self):
        document = self.to_sign(priority="2")
        document.sign(self.leader_key.id, PASSPHRASE)
        self.assertLess(document.release_due - fields.Datetime.now(), timedelta(minutes=1))
        self.assertEqual(document.release_level, "late")

    def test_paper_by_the_end_of_the_next_working_day(self):
        document = self.signed(recipient_ids=[(0, 0, {"name": "Ông Thử", "way": "post", "address": "Pleiku"})])
        self.assertEqual(document.release_due.time(), datetime(2026, 1, 1, 16, 59, 59).time())
