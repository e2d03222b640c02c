"""Pages of Nghị định 30/2020 (Phụ lục I, Phần I, mục I): frames, numbers, metadata.

`OfficialCanvas` is ReportLab's canvas with one difference that matters for long registers:
each page is compressed and written out as soon as it is shown, so that memory does not grow
with the document. (ReportLab itself keeps every page, uncompressed, until `save`.)
"""

import zlib
from array import array
from dataclasses import dataclass

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from . import fonts, typesetting

#: Size in pt of page numbers: "cỡ chữ 13 đến 14" (Phụ lục I, Phần I, I.7).
PAGE_NUMBER_SIZE = 13
CREATOR = "VPĐT"


@dataclass(frozen=True)
class PageFrame:
    """A page and its margins, all in pt; build it with `PageFrame.of_mm`."""

    page_width: float
    page_height: float
    margin_left: float
    margin_right: float
    margin_top: float
    margin_bottom: float

    @classmethod
    def of_mm(cls, width, height, *, left=30, right=15, top=20, bottom=20):
        """A frame from millimetres. Defaults: the margins of Phụ lục I, Phần I, I.3."""
        return cls(width * mm, height * mm, left * mm, right * mm, top * mm, bottom * mm)

    @property
    def left(self):
        return self.margin_left

    @property
    def right(self):
        return self.page_width - self.margin_right

    @property
    def top(self):
        return self.page_height - self.margin_top

    @property
    def bottom(self):
        return self.margin_bottom

    @property
    def width(self):
        return self.right - self.left

    @property
    def height(self):
        return self.top - self.bottom

    @property
    def centre(self):
        return (self.left + self.right) / 2


A4_PORTRAIT = PageFrame.of_mm(210, 297)
A4_LANDSCAPE = PageFrame.of_mm(297, 210)


class OfficialCanvas(Canvas):
    """A canvas for one official document, written to a binary stream page by page.

    ``stream`` needs only ``write``. ``title`` and ``author`` go into the document's
    information. Pages are numbered from the second on when ``number_pages``. After an error
    the stream holds an incomplete PDF: write to a temporary file where that matters.
    """

    def __init__(self, stream, frame, *, title, author="", subject="", number_pages=True):
        fonts.register()
        super().__init__(
            stream,
            pagesize=(frame.page_width, frame.page_height),
            pageCompression=1,
            # ReportLab starts each page with Helvetica, which is not embedded.
            initialFontName=fonts.REGULAR,
            initialFontSize=PAGE_NUMBER_SIZE,
        )
        self._doc = _StreamedDocument(stream, lang="vi")
        self._typesetters = {}
        self.frame = frame
        self.number_pages = number_pages
        self.setTitle(typesetting.as_text(title))
        self.setAuthor(typesetting.as_text(author))
        self.setSubject(typesetting.as_text(subject))
        self.setCreator(CREATOR)
        self.setViewerPreference("DisplayDocTitle", "true")
        self.addPageLabel(0, style="ARABIC", start=1)

    def typesetter(self, font_name, size):
        """The `typesetting.Typesetter` of this canvas for a style and a size in pt."""
        key = (font_name, size)
        if key not in self._typesetters:
            self._typesetters[key] = typesetting.Typesetter(self, font_name, size)
        return self._typesetters[key]

    def showPage(self):
        """Write the page out, with its number in the middle of the top margin (not page 1)."""
        if self.number_pages and self.getPageNumber() > 1:
            self._draw_page_number()
        return super().showPage()

    def _draw_page_number(self):
        frame = self.frame
        # Half of the height of a digit (about 0.66 em) below the middle of the margin.
        y = frame.page_height - frame.margin_top / 2 - 0.33 * PAGE_NUMBER_SIZE
        self.setFillColorRGB(0, 0, 0)
        self.setFont(fonts.REGULAR, PAGE_NUMBER_SIZE)
        self.drawCentredString(frame.centre, y, str(self.getPageNumber()))


class _PageTree(pdfdoc.PDFObject):
    """The page tree of a `_StreamedDocument`: it knows its pages by object number only."""

    __RefOnly__ = 1

    def __init__(self, numbers):
        self._numbers = numbers

    def format(self, document):
        kids = " ".join(f"{number} 0 R" for number in self._numbers)
        return (f"<<\n/Type /Pages /Count {len(self._numbers)}\n/Kids [ {kids} ]\n>>").encode("ascii")


class _StreamedDocument(pdfdoc.PDFDocument):
    """ReportLab's document, writing each page to the stream when it is added.

    Fonts, information and the catalogue follow at the end. Of a written page only the
    object numbers and offsets remain (24 bytes).
    """

    _FREE = 0

    def __init__(self, stream, lang):
        super().__init__(compression=1, pdfVersion=(1, 7), lang=lang)
        self._write = stream.write
        self._position = 0
        self._offsets = array("Q")  # by object number - 1; `_FREE` where there is none
        self._page_numbers = array("L")
        self.Pages = self.Catalog.Pages = _PageTree(self._page_numbers)
        self._emit(b"%PDF-1.7\n%\x93\x8c\x8b\x9e VPDT\n")

    def addPage(self, page):
        """Write a page and its content stream, and forget both."""
        name = self.thisPageName()
        self.Reference(page, name)
        self._page_numbers.append(self.idToObjectNumberAndVersion[name][0])
        self.pageCounter += 1
        self.inObject = None
        page.Contents = _compressed(page.stream)
        page.stream = None
        self._write_object(name)
        self._write_object(page.Contents.__InternalName__)
        for written in (name, page.Contents.__InternalName__):
            number, _version = self.idToObjectNumberAndVersion.pop(written)
            del self.idToObject[written], self.numberToId[number]

    def format(self):
        """Write everything that is left; the return value is what is still to be written."""
        catalog, info = self.Reference(self.Catalog), self.Reference(self.info)
        number = 1
        while number <= self.objectcounter:  # formatting an object may add others
            if number in self.numberToId:
                self._write_object(self.numberToId[number])
            number += 1
        start = self._position
        self._write_cross_references()
        trailer = pdfdoc.PDFTrailer(
            startxref=start,
            Size=self.objectcounter + 1,
            Root=catalog,
            Info=info,
            ID=self.ID(),
        )
        self._emit(trailer.format(self))
        return b""

    def _write_object(self, name):
        number, _version = self.idToObjectNumberAndVersion[name]
        data = pdfdoc.PDFIndirectObject(name, self.idToObject[name]).format(self)
        # Formatting may have registered further objects, never this one again.
        missing = max(self.objectcounter, number) - len(self._offsets)
        if missing > 0:
            self._offsets.extend([self._FREE] * missing)
        self._offsets[number - 1] = self._position
        self._emit(data)

    def _write_cross_references(self):
        missing = self.objectcounter - len(self._offsets)
        self._offsets.extend([self._FREE] * missing)
        self._emit(b"xref\n0 %d\n0000000000 65535 f \n" % (self.objectcounter + 1))
        for start in range(0, len(self._offsets), 4096):
            self._emit(
                b"".join(
                    b"%010d 00000 n \n" % offset if offset != self._FREE else b"0000000000 65535 f \n"
                    for offset in self._offsets[start : start + 4096]
                )
            )

    def _emit(self, data):
        self._position += len(data)
        self._write(data)


def _compressed(code):
    """The content stream of a page: latin-1 text (str) deflated."""
    stream = pdfdoc.PDFStream(content=zlib.compress(code.encode("latin-1"), 6), filters=[])
    stream.dictionary["Filter"] = pdfdoc.PDFName("FlateDecode")
    return stream
