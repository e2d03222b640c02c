"""Bytes before the header of a PDF: one answer of the check, the same as when it is handed in."""

import re

try:
    from . import signing_common as common
    from .domain_common import load
    from .hostile_files import make_pdf
except ImportError:
    import signing_common as common
    from domain_common import load
    from hostile_files import make_pdf

pades = load("signing.pades")
reading = load("signing.reading")
validation = load("signing.validation")
signatures = load("text.signatures")


def offsets_from_the_file(pdf, rubbish):
    """A PDF behind rubbish whose table counts from the start of the file, as some programs write it."""
    text = re.sub(rb"(?m)^(\d{10}) (\d{5} n)", lambda m: b"%010d %s" % (int(m[1]) + len(rubbish), m[2]), pdf)
    moved = re.sub(rb"startxref\s+(\d+)", lambda m: b"startxref\n%d" % (int(m[1]) + len(rubbish)), text)
    return rubbish + moved


class TestHeader(common.Case):
    def codes(self, pdf):
        result = validation.verify(pdf, trust_roots=[])
        return result.verdict, [problem.code for problem in result.problems]

    def test_rubbish_before_the_header_is_read_however_the_offsets_count(self):
        for rubbish in (b"\n", b"TEXTmdos  \0", b"x" * 1019):
            for pdf in (rubbish + make_pdf(), offsets_from_the_file(make_pdf(), rubbish)):
                with self.subTest(pdf[:20]):
                    self.assertEqual(self.codes(pdf), ("not_signed", []))

    def test_beyond_1024_bytes_it_is_refused_in_words(self):
        result = validation.verify(b"x" * 1020 + make_pdf(), trust_roots=[])
        self.assertEqual((result.verdict, result.problems[0].code), ("unreadable", "not_a_pdf"))
        self.assertIn("1,024 bytes", result.problems[0].detail)

    def test_check_and_upload_agree(self):
        for start in (b"", b"\r\n", b"x" * 1019, b"x" * 1020, b"PK\x03\x04", b"\x78\x9f\x3e\x22\x01\0", b"<html>"):
            with self.subTest(start[:10]):
                readable = self.codes(start + make_pdf())[0] != "unreadable"
                self.assertEqual(readable, signatures.is_pdf(start + make_pdf()))

    def test_a_draft_is_prepared_without_the_rubbish(self):
        for pdf in (b"abc" + make_pdf(), offsets_from_the_file(make_pdf(), b"abc")):
            self.assertTrue(pades._well_formed(pdf).startswith(b"%PDF-"))

    def test_signed_with_rubbish_is_never_called_changed(self):
        signed = pades.sign_plain(make_pdf(), common.signer_of(common.person()))
        for pdf in (b"\n" + signed, b"TEXTmdos  \0" + signed):
            self.assertEqual(self.codes(pdf), ("unreadable", ["malformed_pdf"]))
            with self.assertRaises(pades.SigningError):
                reading.open_reader(pdf)
