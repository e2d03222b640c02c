"""Office files to PDF with the real LibreOffice, and how it fails; pages to pictures."""

import io
import shutil
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path
from unittest.mock import patch

import openpyxl
import pypdfium2
from PIL import Image

try:
    from .domain_common import MARKED_LETTERS, DomainCase, load
    from .hostile_files import make_ooxml, make_pdf
    from .office_files import make_docx, make_pptx, make_xlsx
except ImportError:
    import importlib
    import sys

    from domain_common import MARKED_LETTERS, DomainCase, load

    # These two name each other relatively: give them a package.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    office_files = importlib.import_module("tests.office_files")
    make_docx, make_pptx, make_xlsx = office_files.make_docx, office_files.make_pptx, office_files.make_xlsx
    hostile_files = importlib.import_module("tests.hostile_files")
    make_ooxml, make_pdf = hostile_files.make_ooxml, hostile_files.make_pdf

office = load("conversion.office")
drawing = load("conversion.drawing")
fonts = load("conversion.fonts")
ocr = load("conversion.ocr")
reading = load("conversion.reading")
sandbox = load("conversion.sandbox")


def text_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


class TestOffice(DomainCase):
    def setUp(self):
        super().setUp()
        if not shutil.which("soffice"):
            raise unittest.SkipTest("LibreOffice is not installed: ./vpdt setup installs it")

    def failure(self, content=None, extension="docx"):
        with self.assertRaises(office.ConversionError) as caught:
            office.to_pdf(content or make_docx("x"), extension)
        return caught.exception.code, caught.exception.retryable

    def test_writer(self):
        self.assertIn("Kế hoạch năm 2026", text_of(office.to_pdf(make_docx("Kế hoạch năm 2026"), "docx")))

    def test_behind_each_wall(self):
        for kind in (sandbox.BUBBLEWRAP, sandbox.WARDEN):
            if sandbox.wall_trouble(kind) is None:
                with self.subTest(kind), patch.object(sandbox, "wall", lambda kind=kind: kind):
                    self.assertIn("Kế hoạch", text_of(office.to_pdf(make_docx("Kế hoạch"), "docx")))
                    copy = ocr.to_searchable_pdf(make_pdf())
                    self.assertEqual(reading.read_text(copy).pages, [""])

    def test_no_word_falls_apart_in_a_font_that_is_not_there(self):
        """Letters that a font lacks come from another one: "Đ n v ơ ị"."""
        words = "Đơn vị: Sở Nội vụ, ĐỘC LẬP, ưỡng ẵ ợ ế"
        for font in (None, "Times New Roman", "Arial", "Calibri", "Courier New", "Tahoma", "Aptos", "VNI-Helve"):
            with self.subTest(font):
                self.assertIn(words, text_of(office.to_pdf(make_docx(words, font=font), "docx")))

    def test_calc(self):
        pdf = office.to_pdf(make_xlsx(["Đơn vị", "Số lượng"], ["Sở Nội vụ", 1234]), "xlsx")
        self.assertIn("Sở Nội vụ", text_of(pdf))
        self.assertIn("1234", text_of(pdf))

    def test_impress(self):
        pdf = office.to_pdf(make_pptx("Chuyển đổi số", "Trang thứ hai"), "pptx")
        self.assertIn("Chuyển đổi số", text_of(pdf))
        self.assertIn("Trang thứ hai", text_of(pdf))

    def test_a_document_it_cannot_read_is_not_tried_again(self):
        self.assertEqual(self.failure(make_ooxml("docx")), ("failed", False))

    def test_it_took_too_long(self):
        with patch.object(office, "TIMEOUT_SECONDS", 0.05):
            self.assertEqual(self.failure(), ("timeout", True))

    def test_it_broke_off(self):
        with patch.object(office, "MEMORY_BYTES", 150 << 20):
            self.assertEqual(self.failure(), ("crashed", True))

    def test_it_is_not_there(self):
        with patch.object(shutil, "which", return_value=None):
            self.assertEqual(self.failure(), ("missing", False))


class TestFonts(DomainCase):
    """Every font that offices use has a twin of the same widths with all of Vietnamese; another one is named."""

    def test_twins_are_installed_with_all_of_vietnamese(self):
        if not shutil.which("fc-list"):
            raise unittest.SkipTest("fontconfig is not installed: ./vpdt setup installs it")
        twins = fonts.twins_of()
        for font in ("times new roman", "arial", "calibri", "courier new"):
            self.assertIn(font, twins)
        letters = [ord(letter) for letter in MARKED_LETTERS + MARKED_LETTERS.upper()]
        for font, names in twins.items():
            for name in names:
                with self.subTest(font, twin=name):
                    command = ["fc-list", f"{name}:charset={' '.join(f'{letter:x}' for letter in letters)}", "style"]
                    styles = subprocess.run(command, capture_output=True, text=True, check=True).stdout
                    self.assertEqual(
                        {line.strip(":").split("=")[-1] for line in styles.split()} >= {"Regular", "Bold"}, True
                    )

    def test_what_is_asked_for_and_not_there(self):
        book, file = openpyxl.Workbook(), io.BytesIO()
        book.active["A1"].font = openpyxl.styles.Font(name="Aptos Narrow")
        book.active["A1"] = "Đơn vị"
        book.save(file)
        for content, expected in (
            (make_docx("x", font="Arial"), []),
            (make_docx("x", font="Calibri"), []),
            (make_docx("x", font=None), ["Cambria"]),
            (make_docx("x", font=".VnTime"), [".VnTime"]),
            (make_docx("x", font="A & B"), ["A & B"]),
            (file.getvalue(), ["Aptos Narrow"]),
            (make_xlsx(["x"]), []),
            (make_pptx("x"), []),
            (make_pdf(), []),
            (make_docx("x", font=".VnTime")[:-40], []),
        ):
            self.assertEqual(fonts.missing_fonts(content), expected)


class TestDrawing(DomainCase):
    def draw(self, pdf, number=1):
        with tempfile.NamedTemporaryFile() as file:
            file.write(pdf)
            file.flush()
            return drawing.draw_page(file.name, number)

    def test_a_page_as_a_picture(self):
        picture = Image.open(io.BytesIO(self.draw(make_pdf(pages=2), 2)))
        self.assertEqual(picture.format, "PNG")
        self.assertEqual(picture.width, round(612 / 72 * drawing.DPI))  # pikepdf's blank page is Letter

    def test_a_page_that_is_not_there(self):
        for number in (0, 2, -1):
            self.assertIsNone(self.draw(make_pdf(), number))

    def test_no_pdf(self):
        with self.assertRaises(drawing.ConversionError) as caught:
            self.draw(b"%PDF-1.7 and nothing more")
        self.assertFalse(caught.exception.retryable)

    def test_several_at_a_time(self):
        """A browser asks for many pages at once, and pdfium knows no threads."""
        pdf, pictures = make_pdf(), []
        threads = [threading.Thread(target=lambda: pictures.append(self.draw(pdf))) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(set(pictures)), 1)
        self.assertEqual(len(pictures), 6)
