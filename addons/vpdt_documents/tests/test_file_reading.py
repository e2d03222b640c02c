"""Previews, searchable copies and the text of files; documents found by what is written in their files."""

import tempfile
from pathlib import Path

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.vpdt_base.conversion import sandbox
from odoo.addons.vpdt_base.tests.hostile_files import make_ooxml, make_zip
from odoo.addons.vpdt_base.tests.office_files import make_docx

from .file_common import FileCase
from .pdf_common import picture


@tagged("post_install", "-at_install")
class TestPreview(FileCase):
    def rendition(self, file, kind):
        return self.env["vpdt.file.rendition"].search([("sha256", "=", file.sha256), ("kind", "=", kind)])

    def text(self, file):
        return self.env["vpdt.file.text"].search([("file_id", "=", file.id)]).content

    def test_office_file(self):
        file = self.store(make_docx("Kế hoạch chuyển đổi số"), "ke-hoach.docx", "annex")
        self.assertEqual(file._shown(), ("waiting", 0))
        file._prepare_reading()
        preview = self.rendition(file, "preview")
        self.assertEqual((preview.state, preview.pages), ("done", 1))
        self.assertEqual(file._shown(), ("rendition", 1))
        self.assertIn("Kế hoạch chuyển đổi số", self.text(file))

    def test_a_font_that_is_missing_is_said(self):
        for font, expected in (("Times New Roman", ""), ("VNI-Helve", "VNI-Helve")):
            file = self.store(make_docx("Đơn vị", font=font), f"{font}.docx", "annex")
            file._prepare_reading()
            self.assertIn("Đơn vị", self.text(file))
            note = next(tab for tab in self.incoming.file_tabs() if tab["id"] == file.id)["note"]
            self.assertEqual(bool(note), bool(expected))
            self.assertIn(expected, note)

    def test_same_bytes_are_converted_once(self):
        content = make_docx("Một lần")
        first = self.store(content, "a.docx", "annex")
        first._prepare_reading()
        theirs = self.make_incoming("Khác", self.stranger, self.other_agency)
        stranger_s = self.store(content, "b.docx", "annex", theirs)
        self.assertEqual(stranger_s._shown(), ("rendition", 1))
        stranger_s._prepare_reading()
        self.assertEqual(len(self.rendition(first, "preview")), 1)

    def test_what_libreoffice_cannot_read(self):
        file = self.store(make_ooxml("docx"), "hong.docx", "annex")
        file._prepare_reading()
        self.assertEqual(self.rendition(file, "preview").state, "failed")
        self.assertEqual(file._shown(), ("failed", 0))
        self.assertEqual(file._prepare_reading(), "0 pages, 0 letters")

    def test_scan_gets_a_copy_and_stays_as_it_is(self):
        content = picture("QUYẾT ĐỊNH\nvề việc thành lập\ntổ công tác", "PDF")
        file = self.store(content, "ban-quet.pdf")
        file._prepare_reading()
        copy = self.rendition(file, "ocr")
        self.assertEqual(copy.state, "done", copy.error)
        self.assertEqual(file._content(), content)
        self.assertEqual(file._copy_for_search(), copy)
        self.assertIn("thành lập", self.text(file))
        self.assertEqual(copy.resolution, 150)
        note = next(tab for tab in self.incoming.file_tabs() if tab["id"] == file.id)["note"]
        self.assertIn("150 dpi", note)

    def test_picture(self):
        file = self.store(picture("Giấy mời họp\nnăm 2026", "PNG"), "giay-moi.png", "scan")
        file._prepare_reading()
        self.assertEqual(file._shown(), ("rendition", 1))
        self.assertIn("2026", self.text(file))
        self.assertEqual(self.rendition(file, "ocr").resolution, 150)

    def test_signed_scan_is_left_alone(self):
        content = picture("Đã ký", "PDF") + b"\n% /ByteRange [0 1 2 3]\n"
        file = self.store(content, "da-ky.pdf")
        file._prepare_reading()
        self.assertFalse(self.rendition(file, "ocr"))

    def test_pdf_with_text_gets_no_copy(self):
        file = self.store(self.text_pdf("Công văn có chữ", "Trang hai"))
        file._prepare_reading()
        self.assertFalse(self.rendition(file, "ocr"))
        self.assertEqual([page.strip() for page in self.text(file).split("\f")], ["Công văn có chữ", "Trang hai"])

    def test_archives_wait_for_nothing(self):
        file = self.store(make_zip({"a.txt": b"a"}), "a.zip", "annex")
        self.assertEqual(file._shown(), ("none", 0))

    def test_a_file_that_is_not_offered_is_not_opened(self):
        self.env.ref("vpdt_base.file_policy_general").unscanned = "hold"
        file = self.store(make_docx("x"), "a.docx", "annex")
        self.assertEqual(file._prepare_reading(), "not offered")


@tagged("post_install", "-at_install")
class TestContentSearch(FileCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.theirs = cls.make_incoming("Của nơi khác", cls.stranger, cls.other_agency)

    def setUp(self):
        super().setUp()
        self.file = self.with_text(self.incoming, "Điều động cán bộ tỉnh Đồng Tháp", "Số 15/QĐ-UBND ngày 03/02/2026")
        self.with_text(self.theirs, "Đồng Tháp, cán bộ nơi khác")

    def with_text(self, owner, *pages):
        file = self.store(self.text_pdf(*pages), owner=owner)
        self.env["vpdt.file.text"]._keep(file, list(pages))
        return file

    def found(self, query, user=None):
        return self.env["vpdt.incoming"].with_user(user or self.clerk).search([("content_words", "ilike", query)])

    def test_folded_words_in_any_order(self):
        for query in ("thap dong", "ĐỒNG THÁP cán bộ", "15/qđ-ubnd", '"can bo tinh"', "qd ubnd", "2026", "dong  THÁP"):
            with self.subTest(query):
                self.assertEqual(self.found(query), self.incoming)

    def test_not_found(self):
        for query in ("hà nội", '"bo can"', "đồng hà", "!!!", "' OR 1=1 --", "tha:*", "a & | b"):
            with self.subTest(query):
                self.assertFalse(self.found(query))

    def test_rules_decide_who_finds(self):
        self.assertEqual(self.found("dong thap", self.stranger), self.theirs)
        self.assertFalse(self.found("dong thap", self.specialist))
        self.assertEqual(self.found("dong thap", self.leader), self.incoming)
        self.incoming._add_participants(self.specialist, "Lead")
        self.assertEqual(self.found("dong thap", self.specialist), self.incoming)

    def test_signatures_are_read_by_who_may_read_their_file(self):
        """Who signed what is told to nobody who may not see the document, in the same agency neither."""
        signature = self.env["vpdt.signature"].create({"file_id": self.file.id, "verdict": "valid", "signer": "A"})
        for user, seen in ((self.specialist, False), (self.stranger, False), (self.clerk, True)):
            theirs = signature.with_user(user)
            with self.subTest(user=user.login):
                self.assertEqual(bool(theirs.search([("id", "=", signature.id)])), seen)
                self.assertEqual(theirs.has_access("read"), seen)
        with self.assertRaises(AccessError):
            signature.with_user(self.specialist).read(["signer"])
        self.incoming._add_participants(self.specialist, "Lead")
        self.assertEqual(self.file.with_user(self.specialist).signature_ids.signer, "A")

    def test_replaced_and_infected_files_are_not_found(self):
        newer = self.store(self.text_pdf("Bản mới"), replaces=self.file)
        self.env["vpdt.file.text"]._keep(newer, ["Bản mới"])
        self.assertFalse(self.found("dong thap"))
        self.assertEqual(self.found("ban moi"), self.incoming)
        newer.sudo()._work_to("scan_state", "infected")
        self.assertFalse(self.found("ban moi"))

    def test_snippet_of_the_list(self):
        row = self.incoming.with_user(self.clerk).with_context(vpdt_content_words=["dong thap"])
        self.assertIn("tỉnh <mark>Đồng</mark> <mark>Tháp</mark>", row.content_snippet)
        self.assertFalse(self.incoming.with_user(self.clerk).content_snippet)
        with self.assertRaises(AccessError):
            row.with_user(self.stranger).read(["content_snippet"])

    def test_snippet_is_escaped(self):
        self.env["vpdt.file.text"]._keep(self.file, ["<script>alert('Đồng')</script> Tháp"])
        row = self.incoming.with_user(self.clerk).with_context(vpdt_content_words="dong thap")
        self.assertIn("&lt;script&gt;", row.content_snippet)
        self.assertNotIn("<script", row.content_snippet)
        self.assertNotIn("<script", str(self.incoming.find_in_files("dong")))

    def test_find_in_files(self):
        hits = self.incoming.with_user(self.clerk).find_in_files("ubnd")
        self.assertEqual([(hit["file"], hit["page"]) for hit in hits], [(self.file.id, 2)])
        self.assertIn("<mark>UBND</mark>", hits[0]["html"])
        self.assertEqual(self.journal(self.file, "view").user_id, self.clerk)
        self.assertEqual(self.incoming.find_in_files(["x"]), [])
        with self.assertRaises(AccessError):
            self.incoming.with_user(self.stranger).find_in_files("ubnd")

    def test_index_is_used(self):
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute(
            "EXPLAIN SELECT file_id FROM vpdt_file_text WHERE words @@ to_tsquery('simple', '(dong) & (thap)')"
        )
        self.assertIn("vpdt_file_text_words", str(self.env.cr.fetchall()))

    def test_text_with_bytes_that_a_database_refuses(self):
        self.env["vpdt.file.text"]._keep(self.file, ["a\0b\fc", ""])
        self.assertEqual(self.env["vpdt.file.text"].search([("file_id", "=", self.file.id)]).content, "ab c\f")


@tagged("post_install", "-at_install")
class TestSecrets(FileCase):
    def test_programs_do_not_see_the_filestore(self):
        file = self.store()
        path = self.env["ir.attachment"]._full_path(file.sudo().attachment_id.store_fname)
        self.assertTrue(Path(path).exists())
        with tempfile.TemporaryDirectory() as folder:
            for secret in (path, *file._secrets()):
                with self.subTest(secret), self.assertRaises(sandbox.ConversionError):
                    command = ["sh", "-c", 'if [ -d "$0" ]; then [ -n "$(ls -A "$0")" ]; else cat "$0"; fi', secret]
                    sandbox.run(command, folder, seconds=10, memory=1 << 30, hidden=file._secrets())
