"""What is wrong with the paper is found at submission and at the signature, before anybody has signed it."""

import io
import re
import subprocess
import unittest

import docx as python_docx
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.vpdt_base.docx_marks import clean_copy, find_marks
from odoo.addons.vpdt_base.tests import docx_files
from odoo.addons.vpdt_base.tests.docx_files import docx, paragraph, run
from odoo.addons.vpdt_base.tests.test_docx_marks import SAMPLES

from .common import PASSPHRASE, OfficeCase
from .signing_documents import letter, scan


def pdf_words(content):
    found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return re.sub(r"\s+", " ", found.stdout.decode())


def with_signature(content, *lines):
    """A .docx that also has what a letter has, so that its places are found."""
    document = python_docx.Document(io.BytesIO(content))
    for line in ("Số:            /SNV-VP", "Gia Lai, ngày       tháng       năm 2026", *lines):
        document.add_paragraph(line)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


@tagged("post_install", "-at_install")
class TestSubmissionChecks(OfficeCase):
    def made(self, **values):
        document = self.new_draft(body="Nội dung công văn thử nghiệm.", **values)
        document.action_make_draft()
        return document

    def refused(self, document):
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            document.action_submit()
        return str(caught.exception)

    def uploaded(self, content, name="dự thảo.docx"):
        document = self.new_draft()
        document._upload(name, content)
        return document

    # Tracked changes, comments, fields --------------------------------------------------------------------------------

    def test_tracked_changes_stop_submission_and_a_clean_copy_helps(self):
        content = docx_files.tracked()
        document = self.uploaded(content)
        original = document._file_of_role("original")
        self.assertEqual(original._content(), content)  # kept byte for byte
        words = pdf_words(document._file_of_role("main")._content())
        self.assertIn("5.000.000 đồng", words)
        self.assertNotIn("9.000.000", words)
        self.assertIn("1 chỗ xóa, 1 chỗ thêm, 1 nhận xét", document.findings)
        self.assertIn("1 chỗ xóa, 1 chỗ thêm, 1 nhận xét", self.refused_for_marks(document))
        self.assertTrue(document.action_clean_copy())
        clean = document._file_of_role("original")
        self.assertEqual((clean.replaces_id, clean.original_name), (original, "dự thảo.docx"))
        self.assertFalse(find_marks(clean._content()))
        self.assertEqual(original._content(), content)
        self.assertFalse(document.has_marks)
        self.assertNotIn("chỗ xóa", document.findings or "")
        before = document._file_of_role("main")
        self.assertFalse(document.action_clean_copy())  # a second press
        self.assertEqual(document._file_of_role("main"), before)
        rows = self.env["vpdt.journal.entry"].search([("res_model", "=", "vpdt.file"), ("res_id", "=", clean.id)])
        self.assertIn("1 deleted", rows.mapped("detail")[0])

    def refused_for_marks(self, document):
        """Past the places, which a small file does not have."""
        with self.assertRaises(UserError) as caught:
            document._check_paper()
        return str(caught.exception)

    def test_fields_that_change_by_themselves(self):
        document = self.uploaded(docx_files.volatile())
        words = pdf_words(document._file_of_role("main")._content())
        self.assertIn("05/01/2024", words)
        self.assertIn("Du thao lan 3.docx", words)
        self.assertIn("DATE, FILENAME", self.refused_for_marks(document))
        document.action_clean_copy()
        self.assertFalse(document.has_marks)

    def test_an_annex_is_looked_at_too(self):
        document = self.made()
        document._upload_annex("phụ lục.docx", docx_files.tracked())
        self.assertIn("phụ lục.docx", self.refused(document))
        document.action_clean_copy()
        document.action_submit()
        self.assertEqual(document.state, "review")

    def test_what_was_submitted_before_is_not_signed(self):
        document = self.made()
        document.action_submit()
        document.with_env(self.as_user(self.unit_head)).action_initial()
        self.env["vpdt.file"]._store(document.sudo(), "phụ lục.docx", docx_files.tracked(), "annex")
        mine = document.with_env(self.as_user(self.leader))
        with self.assertRaisesRegex(UserError, "1 chỗ xóa"):
            mine.sign(self.leader_key.id, PASSPHRASE)
        with self.assertRaisesRegex(UserError, "1 chỗ xóa"):
            mine.action_sign_batch()
        with self.assertRaises(UserError):
            document.action_clean_copy()  # no draft any more
        self.assertIn("1 chỗ xóa", mine.findings)

    def test_a_pdf_uploaded_later_settles_it(self):
        document = self.uploaded(docx_files.tracked())
        document._upload("sạch.pdf", letter(("Giám đốc", self.leader.name)))
        self.assertFalse(document.has_marks)

    def test_the_preview_says_what_it_leaves_out(self):
        document = self.arrived()
        file = self.env["vpdt.file"]._store(document, "đến.docx", docx_files.tracked(), "main")
        file._prepare_reading()
        preview = self.env["vpdt.file.rendition"]._of(file.sha256, "preview")
        self.assertNotIn("9.000.000", pdf_words(file._bytes_of(preview)))
        self.assertIn("1 chỗ xóa", document.file_tabs()[0]["trouble"]["words"])

    @unittest.skipUnless(SAMPLES.is_dir(), "no samples here")
    def test_samples(self):
        for name, never in (
            ("b09_docx_tracked_changes_and_comment.docx", "9.000.000"),
            ("b09_docx_deleted_inside_inserted_and_moved.docx", "7.000.000"),
            ("b10_docx_date_and_filename_fields.docx", "2026"),
        ):
            with self.subTest(name):
                document = self.uploaded((SAMPLES / name).read_bytes(), name)
                self.assertNotIn(never, pdf_words(document._file_of_role("main")._content()))
                self.assertTrue(document.has_marks)
                self.refused_for_marks(document)

    # The placeholder --------------------------------------------------------------------------------------------------

    def test_the_placeholder_is_no_text(self):
        document = self.new_draft()
        document.action_make_draft()
        self.assertIn("[Nội dung văn bản]", document.findings)
        self.assertIn("[Nội dung văn bản]", self.refused(document))
        document.body = "Nội dung công văn."
        document.action_make_draft()
        self.assertFalse(document.findings)
        document.action_submit()

    def test_the_placeholder_in_an_uploaded_pdf(self):
        document = self.new_draft()
        document._upload("dự thảo.pdf", self.with_placeholder())
        self.assertIn("[Nội dung văn bản]", self.refused_for_marks(document))

    @staticmethod
    def with_placeholder():
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont
        from reportlab.pdfgen.canvas import Canvas

        pdfmetrics.registerFont(TTFont("Tinos-Regular", "/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf"))
        buffer = io.BytesIO()
        canvas = Canvas(buffer, pagesize=(595, 842))
        canvas.setFont("Tinos-Regular", 14)
        canvas.drawString(100, 500, "[Nội dung văn bản]./.")
        canvas.save()
        return buffer.getvalue()

    # Form and paper --------------------------------------------------------------------------------------------------

    def test_a_draft_of_the_template_is_compared_exactly(self):
        changes = {
            "subject": ({"subject": "Về việc khác hẳn"}, "trích yếu"),
            "recipients": ({"recipient_ids": [(0, 0, {"organization_id": self.ministry.id})]}, "Bộ Thử nghiệm"),
            "text": ({"body": "Một nội dung khác."}, "nội dung"),
            "notation": ({"notation": "KHAC-VP"}, "KHAC-VP"),
        }
        document = self.made()
        self.assertFalse(document.findings)
        for what, (values, words) in changes.items():
            with self.subTest(what), self.env.cr.savepoint() as savepoint:
                document.write(values)
                self.assertIn(words, document.findings)
                self.assertIn(words, self.refused(document))
                savepoint.rollback()
            self.env.invalidate_all()
        self.leader.with_company(self.agency).employee_id.signing_title = "Quyền Giám đốc"
        self.assertIn("QUYỀN GIÁM ĐỐC", self.refused(document))
        document.action_make_draft()
        document.action_submit()
        self.assertEqual(document.state, "review")

    def test_an_uploaded_file_is_compared_with_what_the_form_said(self):
        document = self.new_draft(subject="Nội dung thử nghiệm")
        document._upload("văn bản.pdf", letter(("Giám đốc", self.leader.name)))
        self.assertFalse(document.findings)
        document.subject = "Về việc báo cáo tài chính"
        self.assertIn("báo cáo tài chính", self.refused(document))
        document.subject = "Về việc thử nghiệm"  # that is on the paper, too
        self.assertFalse(document.findings)

    def test_what_only_looks_wrong_stops_nothing(self):
        document = self.new_draft(subject="Về việc không có trên giấy")
        document._upload("văn bản.pdf", letter(("Giám đốc", self.leader.name)))
        self.assertIn("không có trên giấy", document.remarks)
        self.assertFalse(document.findings)
        document.action_submit()
        self.assertEqual(document.state, "review")

    def test_an_annex_that_the_agency_cannot_sign_is_said(self):
        document = self.made()
        document._upload_annex("bảng biểu.docx", docx_files.docx(docx_files.paragraph(docx_files.run("Bảng"))))
        self.assertIn("bảng biểu.docx", document.remarks)
        document._upload_annex("bảng biểu 2.pdf", letter(("Giám đốc", self.leader.name)))
        self.assertNotIn("bảng biểu 2.pdf", document.remarks)
        document.action_submit()
        self.assertEqual(document.state, "review")

    def test_a_scan_says_nothing(self):
        document = self.new_draft()
        document._upload("bản quét.pdf", scan())
        self.assertFalse(document.findings or document.remarks)
        document.subject = "Về việc khác"
        self.assertFalse(document.findings)

    def test_after_editing_the_docx_the_template_is_no_measure(self):
        document = self.made()
        edited = with_signature(document._file_of_role("original")._content(), "Sửa thêm một đoạn.")
        document._upload("đã sửa.docx", edited)
        document.body = False
        self.assertFalse(document.findings)
        document.action_submit()

    # People -----------------------------------------------------------------------------------------------------------

    def test_the_signer_is_somebody_who_can_sign(self):
        archivist = self._make_user("archivist", self.agency, "group_archivist")
        self.env["hr.employee"].create({"name": "Lưu Trữ", "user_id": archivist.id, "company_id": self.agency.id,
                                        "signing_title": "Lưu trữ viên"})  # fmt: skip
        document = self.made(signer_id=archivist.id)
        self.assertIn(archivist.name, self.refused(document))
        document.signer_id = self.leader
        document.reviewer_id = archivist
        document.action_make_draft()
        self.assertIn(archivist.name, self.refused(document))
        document.reviewer_id = self.unit_head
        document.signer_ids = [(0, 0, {"user_id": archivist.id})]
        with self.assertRaisesRegex(UserError, re.escape(archivist.name)):
            document._check_people()

    def test_a_clean_file_costs_nothing(self):
        plain = docx(paragraph(run("Nội dung")))
        self.assertEqual(docx_files.members_of(clean_copy(plain)), docx_files.members_of(plain))
