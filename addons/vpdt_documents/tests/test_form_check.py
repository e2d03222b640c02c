"""The form (thể thức) of a .docx: our own templates have it, and each thing that is wrong is found."""

import io
import unicodedata

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from odoo.tests import BaseCase
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from odoo.addons.vpdt_base.conversion import to_pdf

from .. import form_check, templates
from .test_templates import context


def letter():
    body = [
        "Thực hiện chỉ đạo của cấp trên, Sở đề nghị các cơ quan, đơn vị báo cáo kết quả trước ngày 05 tháng 3 năm 2026."
    ]
    return templates.render("cong_van", context(body=body))


def changed(change):
    document = Document(io.BytesIO(letter()))
    change(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def codes(content, **values):
    return [finding.code for finding in form_check.check_docx(content, **values)]


def replace(document, old, new):
    cells = (cell for table in document.tables for row in table.rows for cell in row.cells)
    for paragraph in [*document.paragraphs, *(p for cell in cells for p in cell.paragraphs)]:
        for run in paragraph.runs:
            if old in run.text:
                run.text = run.text.replace(old, new)


class TestFormCheckOfPdf(BaseCase):
    def test_a_pdf_of_our_template_has_the_form(self):
        self.assertEqual(form_check.check_pdf(to_pdf(letter(), "docx")), [])

    def test_what_is_wrong_is_found(self):
        stream = io.BytesIO()
        canvas = Canvas(stream, pagesize=(216 * mm, 279 * mm))
        canvas.setFont("Helvetica", 10)
        canvas.drawString(10 * mm, 200 * mm, "A text in another font that begins too far to the left of the page.")
        canvas.save()
        found = {finding.code for finding in form_check.check_pdf(stream.getvalue())}
        self.assertLessEqual(
            {"page_size", "margin", "font", "text_size", "national_name_missing", "motto_missing", "number_missing",
             "date_missing", "places_missing", "end_missing"}, found,
        )  # fmt: skip

    def test_a_scan_and_no_pdf(self):
        stream = io.BytesIO()
        canvas = Canvas(stream, pagesize=(210 * mm, 297 * mm))
        canvas.rect(50, 50, 100, 100)
        canvas.save()
        self.assertEqual([f.code for f in form_check.check_pdf(stream.getvalue())], ["no_text"])
        self.assertEqual([f.code for f in form_check.check_pdf(b"no PDF")], ["unreadable_pdf"])


class TestFormCheck(BaseCase):
    def test_our_templates_have_the_form(self):
        for name in templates.TEMPLATES:
            form = templates.FORMS[name]
            values = context(
                body=["Một đoạn văn bản đủ dài để được coi là phần lời văn của văn bản hành chính."], articles=[]
            )
            with self.subTest(name):
                self.assertEqual(codes(templates.render(name, values), dated=form.dated), [])

    def test_what_is_wrong_is_found(self):
        def margin(document):
            document.sections[0].left_margin = Mm(25)

        def paper(document):
            document.sections[0].page_width, document.sections[0].page_height = Mm(216), Mm(279)

        def font(document):
            for paragraph in document.paragraphs:
                for run in paragraph.runs:
                    run.font.name = "Arial"

        def old_font(document):
            document.paragraphs[-1].add_run("Céng hßa").font.name = ".VnTime"

        def size(document):
            for paragraph in document.paragraphs:
                for run in paragraph.runs:
                    run.font.size = Pt(11)

        def said(old, new):
            return lambda document: replace(document, old, new)

        for change, code in (
            (margin, "margin"),
            (paper, "page_size"),
            (font, "font"),
            (old_font, "old_font"),
            (size, "text_size"),
            (said("CỘNG HÒA XÃ HỘI CHỦ NGHĨA", "CỘNG HÒA"), "national_name_missing"),
            (said("Độc lập - Tự do - Hạnh phúc", "ĐỘC LẬP - TỰ DO - HẠNH PHÚC"), "motto_written"),
            (said("Độc lập", "Độc"), "motto_missing"),
            (said("Số:", "No."), "number_missing"),
            (said(", ngày", " "), "date_missing"),
            (said("Nơi nhận:", "Gửi:"), "places_missing"),
            (said("Lưu:", "Giữ"), "kept_missing"),
            (said("./.", "."), "end_missing"),
            (said("ngày 05 tháng 3", "ngày 5 tháng 03"), "date_written"),
            (said("Thực hiện", unicodedata.normalize("NFD", "Thực hiện")), "not_composed"),
        ):
            with self.subTest(code):
                self.assertEqual(codes(changed(change)), [code])

    def test_pages_as_no_word_writes_them(self):
        def unset(document):
            properties = document.sections[0]._sectPr
            properties.remove(properties.find(qn("w:pgMar")))

        def wide(document):
            document.sections[0]._sectPr.find(qn("w:pgSz")).set(qn("w:w"), "wide")

        self.assertEqual(codes(changed(unset)), ["page_unset"])
        self.assertEqual(codes(changed(wide)), ["unreadable"])

    def test_the_right_date_is_said(self):
        finding, *_rest = form_check.check_docx(
            changed(lambda document: replace(document, "ngày 05 tháng 3", "ngày 5 tháng 03"))
        )
        self.assertEqual((finding.box, finding.params["good"]), ("4", "ngày 05 tháng 3 năm"))

    def test_what_cannot_be_opened(self):
        for content in (b"", b"MZ", b"PK\x03\x04 no zip"):
            self.assertEqual(codes(content), ["unreadable"])
