"""One rule for what a PDF is, from the upload to the check, and words for what only has its name."""

import struct

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.vpdt_base.signing import validation
from odoo.addons.vpdt_base.tests.hostile_files import make_pdf

from .file_common import FileCase

PAGE = b"<html><body><table><tr><td>So 1</td></tr></table></body></html>"
TNEF = struct.pack("<IH", 0x223E9F78, 1) + b"\x01\x06\x90\x08\0" * 10


@tagged("post_install", "-at_install")
class TestKinds(FileCase):
    def refusal(self, name, content):
        with self.assertRaises(UserError) as caught:
            self.store(content, name, owner=self.incoming.with_context(lang="vi_VN"))
        return str(caught.exception)

    def test_a_pdf_with_rubbish_before_it_is_one_everywhere(self):
        content = b"TEXTmdos  \0" + self.text_pdf("Kính gửi cơ quan")
        file = self.store(content)
        self.assertEqual((file.mimetype, file.pages), ("application/pdf", 1))
        file._check_signatures()
        self.assertEqual(file.verdict, "not_signed")
        self.assertEqual(validation.verify(content, trust_roots=[]).verdict, "not_signed")
        file._prepare_reading()
        [tab] = self.incoming.file_tabs()
        self.assertEqual(tab["pages"], 1)
        self.assertFalse(tab["trouble"])

    def test_beyond_1024_bytes_it_is_refused_everywhere_in_words(self):
        content = b"x" * 1500 + make_pdf()
        self.assertIn("1.024 byte đầu", self.refusal("cong-van.pdf", content))
        self.assertEqual(validation.verify(content, trust_roots=[]).verdict, "unreadable")

    def test_outlooks_envelope_and_a_mail_say_how_to_hand_in_the_attachments(self):
        mail = b"From: a@b.vn\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
        for name, content in (("winmail.dat", TNEF), ("x.pdf", TNEF + make_pdf()), ("thu.eml", mail + make_pdf())):
            with self.subTest(name):
                words = self.refusal(name, content)
                self.assertIn("winmail.dat", words)
                self.assertIn("lưu các tệp đính kèm", words)

    def test_a_web_page_named_as_a_workbook(self):
        for name in ("danh-ba.xls", "danh-ba.xlsx"):
            self.assertIn("trang web đổi tên", self.refusal(name, PAGE))

    def test_a_wrong_name_is_told_with_the_real_kind(self):
        self.assertIn("PDF", self.refusal("anh.png", make_pdf()))
