"""What the tests of the PDF engine share: reading PDFs back, a few builders."""

import io

import pypdf
import pypdfium2

try:
    from .domain_common import MARKED_LETTERS, DomainCase, load
except ImportError:
    from domain_common import MARKED_LETTERS, DomainCase, load

__all__ = [
    "EVERY_LETTER",
    "MARKED_LETTERS",
    "OfficialPdfCase",
    "bare",
    "column_texts",
    "load",
    "squeeze",
]

#: Every letter that Vietnamese adds to ASCII, both cases.
EVERY_LETTER = MARKED_LETTERS + MARKED_LETTERS.upper()


def squeeze(text):
    """Text with its white space (and pdfium's own line ends) made single spaces."""
    return " ".join(text.split())


def bare(text):
    """Text without any white space: what must survive wrapping and breaking of words."""
    return "".join(text.split())


class OfficialPdfCase(DomainCase):
    """Writes documents to memory and reads them back with pdfium and pypdf."""

    def pdf(self, write, *arguments):
        """The bytes that ``write(stream, *arguments)`` writes."""
        stream = io.BytesIO()
        write(stream, *arguments)
        return stream.getvalue()

    def pages(self, data):
        """The text of each page (list of str)."""
        document = pypdfium2.PdfDocument(data)
        self.addCleanup(document.close)
        return [page.get_textpage().get_text_bounded() for page in document]

    def text_in(self, data, page, left, bottom, right, top):
        """The text within a rectangle (pt) of page number ``page`` (from 0)."""
        document = pypdfium2.PdfDocument(data)
        self.addCleanup(document.close)
        return document[page].get_textpage().get_text_bounded(left, bottom, right, top)

    def assert_within(self, data, left, bottom, right, top, skip=lambda box, character: False):
        """Every visible character of every page lies in the rectangle (pt)."""
        document = pypdfium2.PdfDocument(data)
        self.addCleanup(document.close)
        for number, page in enumerate(document, 1):
            text = page.get_textpage()
            for index in range(text.count_chars()):
                character = text.get_text_range(index, 1)
                if not character.strip():
                    continue
                box = text.get_charbox(index)
                if skip(box, character):
                    continue
                inside = box[0] >= left and box[1] >= bottom and box[2] <= right and box[3] <= top
                self.assertTrue(inside, f"{character!r} at {box} leaves the margins on page {number}")

    def assert_fonts_embedded(self, data):
        """Every font of every page has its file in the document."""
        names = set()
        for page in pypdf.PdfReader(io.BytesIO(data)).pages:
            for font in page["/Resources"]["/Font"].values():
                font = font.get_object()
                names.add(font["/BaseFont"])
                self.assertIn("/FontFile2", font["/FontDescriptor"], font["/BaseFont"])
        self.assertTrue(names)


def column_texts(case, data, page, frame, columns):
    """The text of each column on a page, read by its place: list of str."""
    millimetre = 72 / 25.4
    x = frame.left + (frame.width - sum(c.width_mm for c in columns) * millimetre) / 2
    texts = []
    for column in columns:
        right = x + column.width_mm * millimetre
        texts.append(squeeze(case.text_in(data, page, x, frame.bottom, right, frame.top)))
        x = right
    return texts
