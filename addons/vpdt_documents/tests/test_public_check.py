"""The public page: anybody may ask, nobody learns more than is public, nothing that is sent does harm."""

import hashlib
import unittest
from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from ..controllers import public_check
from ..rate_limit import RateLimit, network_of
from .signing_documents import LEADER, SigningCase, letter

SECRET = "V/v kỷ luật ông Nguyễn Văn Bê"


@tagged("post_install", "-at_install")
class TestPublicCheck(HttpCase, SigningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = cls("test_a_file_is_recognised")
        cls.document = case.submit(case.make_document(annexes=[("a.pdf", letter(pages=2))], subject=SECRET))
        case.sign(cls.document)
        cls.unissued = case.main_pdf(cls.document)
        case.issue(cls.document)
        cls.file = cls.document.sudo()._file_of_role("main")
        cls.pdf = cls.file._content()

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(public_check, "LIMIT", RateLimit(1000, 60)))

    def post(self, data):
        return self.url_open("/vpdt/check/file", files={"file": ("a.pdf", data)})

    def test_a_file_is_recognised(self):
        found = self.post(self.pdf).json()["found"]
        self.assertEqual(found["code"], self.document.code)
        self.assertEqual(found["agency"], self.agency.name)
        self.assertEqual(set(found), {"agency", "code", "type", "date", "role"})

    def test_an_annex_is_recognised(self):
        self.assertEqual(self.post(self.document.sudo()._annexes()._content()).json()["found"]["role"], "annex")

    def test_what_is_not_issued_is_not(self):
        others = {
            "one byte more": self.pdf + b"\n",
            "one bit less": self.pdf[:-20] + b"X" + self.pdf[-19:],
            "before the seal": self.unissued,
            "the draft": letter(("GIÁM ĐỐC", LEADER)),
            "rubbish": b"\0" * 1000,
            "a script": b"<script>alert(1)</script>",
            "a bomb": b"%PDF-1.7\n" + b"1 0 obj<</Length 9999999999>>stream\n" * 1000,
        }
        for what, data in others.items():
            with self.subTest(what):
                self.assertIsNone(self.post(data).json()["found"])

    def test_too_large_is_said_before_it_is_read(self):
        with patch.object(public_check, "MAX_FILE", 1000):
            answer = self.post(b"x" * 1001)
        self.assertEqual((answer.status_code, answer.json()), (413, {"problem": "too_large"}))

    def test_the_code_is_recognised_as_people_type_it(self):
        code = self.file.check_code
        spaced = "-".join(code[i : i + 4] for i in range(0, 16, 4)).lower()
        misread = code.replace("0", "O").replace("1", "I")
        for typed in (code, spaced, f" {misread} "):
            with self.subTest(typed):
                page = self.url_open("/vpdt/check", data={"code": typed}).text
                self.assertIn(self.document.code, page)

    def test_the_address_of_the_qr_code(self):
        page = self.url_open(f"/vpdt/check/{self.file.check_code}")
        self.assertIn("Đúng là văn bản đã ban hành", page.text)
        self.assertIn(self.document.code, page.text)
        self.assertTrue(self.file._check_address().endswith(f"/vpdt/check/{self.file.check_code}"))

    def test_nothing_but_what_is_public(self):
        pages = [
            self.url_open(f"/vpdt/check/{self.file.check_code}").text,
            self.url_open("/vpdt/check", files={"file": ("a.pdf", self.pdf)}).text,
            self.post(self.pdf).text,
        ]
        for text in pages:
            self.assertIn(self.document.code, text)
            for private in (
                SECRET,
                "kỷ luật",
                LEADER,
                self.other_agency.name,
                self.leader.login,
                str(self.file.sha256),
            ):
                self.assertNotIn(private, text)

    def test_wrong_codes(self):
        codes = (
            "0" * 16,
            "%00",
            "../../etc/passwd",
            "<script>alert(1)</script>",
            "'; DROP TABLE vpdt_file; --",
            "x" * 5000,
        )
        for code in codes:
            with self.subTest(code[:20]):
                answer = self.url_open("/vpdt/check", data={"code": code})
                self.assertEqual(answer.status_code, 200)
                self.assertIn("Không tìm thấy", answer.text)
                self.assertNotIn("<script>alert", answer.text)

    def test_neither_file_nor_code(self):
        self.assertIn("Hãy chọn một tệp", self.url_open("/vpdt/check", data={"code": ""}).text)

    def test_the_page_works_without_script(self):
        page = self.url_open("/vpdt/check", files={"file": ("tên có dấu.pdf", self.pdf)})
        self.assertIn(self.document.code, page.text)

    def test_nothing_is_stored(self):
        before = self.env["ir.attachment"].sudo().search_count([])
        self.post(b"%PDF-1.4 harmless")
        self.url_open("/vpdt/check", files={"file": ("x.pdf", b"%PDF-1.4")})
        self.assertEqual(self.env["ir.attachment"].sudo().search_count([]), before)

    def test_headers_keep_scripts_and_frames_out(self):
        headers = self.url_open("/vpdt/check").headers
        self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
        self.assertIn("frame-ancestors 'none'", headers["Content-Security-Policy"])
        self.assertEqual(headers["X-Content-Type-Options"], "nosniff")

    def test_too_many_questions(self):
        with patch.object(public_check, "LIMIT", RateLimit(2, 60)):
            answers = [self.post(self.pdf).status_code for _index in range(3)]
            page = self.url_open(f"/vpdt/check/{self.file.check_code}")
        self.assertEqual(answers, [200, 200, 429])
        self.assertEqual(page.status_code, 429)
        self.assertNotIn(self.document.code, page.text)

    def test_the_page_itself_is_for_everybody(self):
        page = self.url_open("/vpdt/check")
        self.assertEqual(page.status_code, 200)
        self.assertTrue(page.text.startswith("<!DOCTYPE html>"), page.text[:40])
        self.assertIn('lang="vi"', page.text)

    def test_only_issued_files_have_a_code(self):
        self.assertFalse(self.make_document()._file_of_role("main").check_code)
        digest = hashlib.sha256(self.pdf).hexdigest()
        self.assertTrue(self.env["vpdt.file"]._find_published(sha256=digest))
        self.assertFalse(self.env["vpdt.file"]._find_published(code=""))
        self.assertFalse(self.env["vpdt.file"]._find_published())


class TestRateLimit(unittest.TestCase):
    def test_the_window_opens_again(self):
        now = [0.0]
        limit = RateLimit(2, 60, clock=lambda: now[0])
        self.assertEqual([limit.allows("10.0.0.1") for _index in range(3)], [True, True, False])
        self.assertTrue(limit.allows("10.0.0.2"))
        now[0] = 61
        self.assertTrue(limit.allows("10.0.0.1"))

    def test_memory_is_capped(self):
        limit = RateLimit(1, 60, addresses=100)
        for index in range(1000):
            limit.allows(f"10.0.{index // 250}.{index % 250}")
        self.assertLessEqual(len(limit._seen), 100)

    def test_addresses(self):
        self.assertEqual(network_of("2001:db8::1"), network_of("2001:db8::ffff"))
        self.assertNotEqual(network_of("2001:db8::1"), network_of("2001:db8:1::1"))
        self.assertEqual(network_of("::ffff:10.0.0.1"), "10.0.0.1")
        self.assertEqual(network_of("nonsense"), "")
