"""The papers of a dossier and of its transfer: what stands in them, and what does not."""

import io

import pypdfium2
from odoo.tests import tagged

from .archive_common import ArchiveCase


def words_of(pdf):
    """The text of a PDF (bytes) on one line."""
    pages = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())


@tagged("post_install", "-at_install")
class TestArchivePapers(ArchiveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.limited = cls.make_dossier("closed", notation="01.HC", title="Hồ sơ mười năm")
        cls.forever = cls.make_dossier("closed", notation="02.HC", title="Hồ sơ lâu dài", retention_id=cls.permanent.id)

    def test_the_list_of_documents(self):
        document = self.limited.item_ids._owner()
        [row] = self.limited._official_table_dossier_contents({}).rows()
        self.assertEqual(row[:2], (1, document.code))
        self.assertIn(document.subject, row[3])
        self.assertEqual(row[4], self.agency.name)

    def test_the_closing_sheet_says_how_much_there_is_in_vietnamese(self):
        pdf, _ending = self.env["ir.actions.report"]._render_official_pdf(
            "vpdt_archive.report_dossier_closing", self.limited.ids
        )
        words = words_of(pdf)
        self.assertIn("CHỨNG TỪ KẾT THÚC", words)
        self.assertIn("Hồ sơ gồm có: 1 văn bản, tài liệu; 1 trang", words)
        self.assertIn("Thời hạn bảo quản: 10 năm", words)

    def test_two_lists_of_a_transfer_and_its_minutes(self):
        transfer = self.make_transfer(self.limited | self.forever, "accepted").with_context(lang="vi_VN")
        [kept_for_a_time] = transfer._official_table_transfer_list({}).rows
        [kept_for_ever] = transfer._official_table_transfer_list_permanent({}).rows
        self.assertEqual(kept_for_a_time[1:3], ("01.HC", "Hồ sơ mười năm"))
        self.assertEqual(kept_for_ever[1:3], ("02.HC", "Hồ sơ lâu dài"))
        self.assertIn("10 năm", kept_for_a_time)
        self.assertEqual(len(kept_for_ever), len(kept_for_a_time) - 1, "no column of the retention")
        words = words_of(transfer._official_pdf_transfer_minutes({}))
        self.assertIn("Tổng số hồ sơ: 2; tổng số tệp tin trong hồ sơ: 2", words)
        self.assertIn("BÊN NHẬN: Lưu trữ cơ quan", words)
