"""One mail to the agency's address is one document, whatever it carries."""

from email.message import EmailMessage

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import OfficeCase


@tagged("post_install", "-at_install")
class TestMailGateway(OfficeCase):
    def mail(self, message_id="<1@bo.example>", **files):
        message = EmailMessage()
        message["Message-Id"] = message_id
        message["From"] = "Bộ Thử nghiệm <vanthu@bo.example>"
        message["To"] = "vanthu@so.example"
        message["Subject"] = "Công văn số 15 về việc báo cáo"
        message.set_content("Kính gửi Quý cơ quan.")
        for name, content in {"Công văn số 15.pdf": self.pdf, **files}.items():
            message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        return message.as_bytes()

    def take(self, raw):
        values = {"company_id": self.agency.id}
        self.env["mail.thread"].sudo().message_process("vpdt.incoming", raw, custom_values=values)
        self.env.flush_all()
        return self.env["vpdt.incoming"].search([("source", "=", "email"), ("company_id", "=", self.agency.id)])

    def test_a_mail_with_its_attachments(self):
        self.ministry.email = "vanthu@bo.example"
        document = self.take(self.mail())
        self.assertEqual((document.state, document.author_id), ("arrived", self.ministry))
        self.assertEqual(document._file_of_role("main")._content(), self.pdf)
        self.assertEqual(document._file_of_role("main").original_name, "Công văn số 15.pdf")
        self.assertTrue(document.value_note)
        told = document.activity_ids.user_id
        self.assertIn(self.clerk, told)
        self.assertIn(document, self.as_user(self.clerk)["vpdt.incoming"].search([]))

    def test_the_same_mail_twice_is_one(self):
        raw = self.mail()
        self.assertEqual(len(self.take(raw)), 1)
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            self.assertEqual(len(self.take(raw)), 1)

    def test_what_the_policy_refuses_is_named(self):
        document = self.take(self.mail(**{"mo-toi.exe": b"MZ" + b"\0" * 200}))
        self.assertEqual(len(document.file_ids), 1)
        self.assertIn("mo-toi.exe", document.note)

    def test_nobody_else_brings_mail_in(self):
        with self.assertRaises(AccessError):
            self.as_user(self.clerk)["vpdt.incoming"].message_new({"subject": "x"}, {})
