"""The command without a database, and names that came from outside."""

import contextlib
import io
import json
import re
import tempfile
from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

try:
    from .edxml_common import DATA, EdxmlCase, document, edxml, module
except ImportError:
    from edxml_common import DATA, EdxmlCase, document, edxml, module

main = module("__main__").main
safe_name = edxml.safe_name


class TestCommand(EdxmlCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_command(self, *arguments):
        """Return the exit code, the output and the errors."""
        out, err = io.StringIO(), io.StringIO()
        if "--lang" not in arguments:
            arguments += ("--lang", "en")
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main([str(argument) for argument in arguments])
        return code, out.getvalue(), err.getvalue()

    def packet(self, *attachments, **values):
        path = self.folder / "packet.edxml"
        values.setdefault("promulgation_date", date(2020, 3, 4))
        path.write_bytes(edxml.write(document(attachments=list(attachments), **values)))
        return path

    def test_show(self):
        code, out, _err = self.run_command("show", self.packet(subject="V/v \u202ethử"))
        self.assertEqual(code, 0)
        self.assertIn("document_id: 000.00.05.H41,2020/03/04,123/SVD-VP", out)
        self.assertNotIn("\u202e", out)

    def test_show_json(self):
        path = self.packet(edxml.Attachment("a.pdf", b"abc"))
        code, out, _err = self.run_command("show", path, "--json")
        shown = json.loads(out)
        self.assertEqual(code, 0)
        self.assertEqual(shown["promulgation_date"], "2020-03-04")
        self.assertEqual(shown["attachments"][0]["size"], 3)
        self.assertTrue(shown["attachments"][0]["sha256"].startswith("ba7816bf"))
        self.assertEqual(shown["problems"][0]["code"], "not_a_pdf")

    def test_extract_stays_in_the_folder_and_overwrites_nothing(self):
        path = self.packet(
            edxml.Attachment("../../evil.txt", b"1"),
            edxml.Attachment("công văn.doc", b"2"),
            edxml.Attachment("công văn.doc", b"3"),
        )
        target = self.folder / "out"
        for _again in range(2):
            self.assertEqual(self.run_command("extract", path, "--out", target)[0], 0)
        self.assertEqual({item.name for item in self.folder.iterdir()}, {"out", "packet.edxml"})
        found = {item.name: item.read_bytes() for item in target.iterdir()}
        self.assertEqual(found["evil.txt"], b"1")
        self.assertEqual(found["công văn.doc"], b"2")
        self.assertEqual(found["công văn (2).doc"], b"3")
        self.assertEqual(len(found), 6)

    def test_check(self):
        good = DATA / "05_status_03_receiver_to_sender.edxml"
        bad = DATA / "malformed" / "missing_organ_id.edxml"
        code, out, _err = self.run_command("check", good)
        self.assertEqual((code, out.count("ok, status 03")), (0, 1))
        code, out, _err = self.run_command("check", bad, good, self.folder / "absent.edxml")
        self.assertEqual(code, 1)
        self.assertIn("missing_element: The required element OrganId is missing or empty (line 6", out)
        self.assertIn("ok, status 03", out)
        self.assertIn("No such file", out)

    def test_refused_packet_is_an_error_of_show_and_extract(self):
        bad = DATA / "malformed" / "truncated.edxml"
        for arguments in (("show", bad), ("extract", bad, "--out", self.folder / "out")):
            code, out, err = self.run_command(*arguments)
            self.assertEqual((code, out), (1, ""))
            self.assertIn("truncated", err)
        self.assertFalse((self.folder / "out").exists())

    def test_in_vietnamese(self):
        bad = DATA / "malformed" / "missing_organ_id.edxml"
        good = DATA / "05_status_03_receiver_to_sender.edxml"
        odd = self.packet(edxml.Attachment("a.pdf", b"abc"))
        code, out, _err = self.run_command("check", bad, good, odd, "--lang", "vi")
        self.assertEqual(code, 1)
        self.assertIn("missing_element: Thiếu (hoặc để trống) thẻ bắt buộc OrganId (dòng 6", out)
        self.assertIn("đọc được, trạng thái 03", out)
        self.assertIn("đọc được, văn bản mới 000.00.05.H41,2020/03/04,123/SVD-VP, 1 tệp đính kèm", out)
        self.assertIn("lưu ý not_a_pdf: a.pdf không phải tệp PDF (tại /edXML", out)
        _code, _out, err = self.run_command("show", bad, "--lang", "vi")
        self.assertIn("Thiếu", err)

    def test_the_language_is_that_of_the_locale(self):
        language = module("__main__")._language
        self.assertEqual(language({"LANG": "vi_VN.UTF-8"}), "vi")
        self.assertEqual(language({"LANG": "vi_VN.UTF-8", "LC_ALL": "C"}), "en")
        self.assertEqual(language({}), "en")

    def test_every_note_is_said_in_both_languages(self):
        for code, (english, vietnamese) in module("errors").NOTES.items():
            with self.subTest(code):
                fields = [set(re.findall(r"{(\w+)}", words)) for words in (english, vietnamese)]
                self.assertEqual(*fields)


class TestSafeName(EdxmlCase):
    def test_examples(self):
        for name, expected in {
            "Công văn số 1.pdf": "Công văn số 1.pdf",
            "..": "attachment",
            "/etc/passwd": "_etc_passwd",
            "C:\\a\\b.doc": "C__a_b.doc",
            "CON.pdf": "_CON.pdf",
            "com1": "_com1",
            ".htaccess": "htaccess",
            "invoice\u202efdp.exe": "invoicefdp.exe",
            "a\x00b\n.pdf": "ab.pdf",
            "": "attachment",
        }.items():
            with self.subTest(name):
                self.assertEqual(safe_name(name), expected)
        self.assertEqual(len(safe_name("ơ" * 300 + ".pdf").encode()), 180)
        self.assertTrue(safe_name("ơ" * 300 + ".pdf").endswith("ơ.pdf"))

    @given(st.text(max_size=300))
    def test_any_name_is_one_harmless_component(self, name):
        found = safe_name(name)
        self.assertEqual(Path(found).name, found)
        self.assertTrue(0 < len(found.encode()) <= 190)
        self.assertFalse(set(found) & set('/\\:*?"<>|\x00\n\r'))
        self.assertNotIn(found, (".", ".."))
        self.assertEqual(safe_name(found), found)
