"""Files that are taken for others: PDF with rubbish before it, envelopes of e-mail, web pages named as workbooks."""

import struct

try:
    from . import hostile_files as make
    from .domain_common import DomainCase, load
except ImportError:
    import hostile_files as make
    from domain_common import DomainCase, load

file_types = load("text.file_types")
signatures = load("text.signatures")

PAGE = "<html><body><table><tr><td>Mã định danh</td><td>Tên cơ quan</td></tr></table></body></html>"
TNEF = struct.pack("<IH", 0x223E9F78, 1)


def codes(name, data):
    """The codes of the problems of a file."""
    return [problem.code for problem in file_types.check_file(name, data)]


class TestPdfHeader(DomainCase):
    def test_rubbish_before_the_header_within_1024_bytes_is_accepted(self):
        for rubbish in (b"\n", b"\xef\xbb\xbf", b"TEXTmdos  \0", b"x" * 1019):
            with self.subTest(len(rubbish)):
                pdf = rubbish + make.make_pdf()
                self.assertEqual(codes("a.pdf", pdf), [])
                self.assertEqual(file_types.pdf_info(pdf).pages, 1)
                self.assertTrue(signatures.is_pdf(pdf))

    def test_a_header_beyond_1024_bytes_is_refused_in_words(self):
        for before in (1020, 1500, 5000):
            with self.subTest(before):
                pdf = b"x" * before + make.make_pdf()
                self.assertFalse(signatures.is_pdf(pdf))
                [problem] = file_types.check_file("a.pdf", pdf)
                self.assertEqual(problem.code, "pdf_header")
                self.assertIn("1,024 bytes", problem.message)

    def test_what_begins_as_something_else_is_no_pdf_whatever_it_holds(self):
        for start in (TNEF, b"PK\x03\x04", b"<html>", b"From: a@b.vn\r\nMIME-Version: 1.0\r\n\r\n"):
            with self.subTest(start):
                self.assertFalse(signatures.is_pdf(start + make.make_pdf()))


class TestMail(DomainCase):
    def test_outlooks_envelope_is_named_under_any_name(self):
        envelope = TNEF + b"\x01\x06\x90\x08\0" * 10 + make.make_pdf()
        for name in ("winmail.dat", "x.pdf", "cong-van.docx"):
            with self.subTest(name):
                [problem] = file_types.check_file(name, envelope)
                self.assertEqual(problem.code, "mail")
                self.assertIn("winmail.dat", problem.message)
                self.assertIn("save the attachments", problem.message)

    def test_a_whole_mail_is_named(self):
        lines = (b"X-Mailer: a", b"From: a@b.vn", b"MIME-Version: 1.0", b"Content-Type: multipart/mixed; boundary=x")
        mail = b"\r\n".join(lines) + b"\r\n\r\n--x\r\nContent-Type: application/octet-stream\r\n\r\n" + make.make_pdf()
        for name in ("thu.eml", "x.pdf"):
            self.assertEqual(codes(name, mail), ["mail"])
        self.assertEqual(codes("thu.msg", make.make_ole(["__properties_version1.0"])), ["mail"])


class TestWebPage(DomainCase):
    def test_a_web_page_named_as_a_document(self):
        single_file = (
            b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n"
        )
        pages = [PAGE.encode(), b"\xef\xbb\xbf" + PAGE.encode(), PAGE.encode("utf-16"), b"<table border=1><tr><td>a"]
        for page in [*pages, single_file + PAGE.encode()]:
            for name in ("danh-ba.xls", "danh-ba.xlsx", "bao-cao.doc"):
                with self.subTest(page=page[:20], name=name):
                    self.assertEqual(codes(name, page), ["web_page"])

    def test_a_web_page_by_its_own_name_stays_a_program(self):
        self.assertEqual(codes("trang.html", PAGE.encode()), ["executable"])
        self.assertEqual(codes("trang.pdf", PAGE.encode()), ["executable"])


class TestPartNames(DomainCase):
    def test_parts_with_backslashes_or_in_another_case_are_a_workbook(self):
        for types, book in (("[Content_Types].xml", "xl\\workbook.xml"), ("[content_types].XML", "XL/Workbook.xml")):
            with self.subTest(book):
                self.assertEqual(codes("a.xlsx", make.make_zip({types: b"<Types/>", book: b"<workbook/>"})), [])

    def test_a_text_with_such_names_is_no_document(self):
        """What looks for tracked changes would not find them there."""
        for name in ("word\\document.xml", "Word/document.xml"):
            text = make.make_zip({"[Content_Types].xml": b"<Types/>", name: b"<document/>"})
            self.assertEqual(codes("a.docx", text), ["extension_mismatch"])

    def test_macros_do_not_hide_behind_them(self):
        for name in ("xl\\vbaProject.bin", "XL/VBAPROJECT.BIN", "\\xl\\macrosheets\\a.xml"):
            with self.subTest(name):
                book = make.make_zip({"[Content_Types].xml": b"<Types/>", "xl\\workbook.xml": b"<x/>", name: b""})
                self.assertIn("macro", codes("a.xlsx", book))
