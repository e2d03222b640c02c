"""Where on the pages number, date, signature and seal go, found from the text of the PDF.

Nghị định 30/2020/NĐ-CP, Phụ lục I: ô 3 (số, ký hiệu), ô 4 (địa danh và thời gian), ô 7c (chữ ký, between 7a chức vụ and
7b họ tên), ô 8 (dấu, over the left third of the signature).

All lengths are points (1/72 inch) in the coordinates of the PDF page: origin at the lower left, y upwards.
"""

import ctypes
import re
import threading
import unicodedata
from contextlib import contextmanager
from dataclasses import dataclass

import pypdfium2

from .errors import SigningError
from .isolation import require_readable

MM = 72 / 25.4
SEAL_DIAMETER_MM = 36  # the round seal of state agencies; the picture's own size prevails
PICTURE_WIDTH_MM, PICTURE_HEIGHT_MM = 50, 22  # assumed when no picture of the signature is given
MAX_SIGNATURE_WIDTH = 60 * MM
MIN_SIGNATURE_HEIGHT = 18.0  # less is no room to sign: the template has no blank lines there
YEAR_EM = 2.6  # room for four digits
MIN_BLANK_WIDTH = 8.0  # a blank that takes no digit at 13 pt is no blank
SIGNATURE_PADDING = 2.0

LAST_PAGES = 40  # a table of recipients or an annex may follow the page that is signed
# pdfium knows no threads, not even on different documents, and the server has several.
pdfium_lock = threading.Lock()


@dataclass(frozen=True)
class Box:
    """A rectangle on a page: 0-based page, points, ``x0 < x1`` and ``y0 < y1``."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self):
        return self.x1 - self.x0

    @property
    def height(self):
        return self.y1 - self.y0

    @property
    def rect(self):
        """The numbers of a PDF rectangle, rounded to a thousandth of a point."""
        return tuple(round(value, 3) for value in (self.x0, self.y0, self.x1, self.y1))

    def fit(self, width, height):
        """Give the greatest box of the proportion ``width : height`` centred in this one."""
        scale = min(self.width / width, self.height / height)
        dx, dy = (self.width - width * scale) / 2, (self.height - height * scale) / 2
        return Box(self.page, self.x0 + dx, self.y0 + dy, self.x1 - dx, self.y1 - dy)


@dataclass(frozen=True)
class Blank:
    """A place for text: its box, the baseline (y) and size (points) of the text around it."""

    box: Box
    baseline: float
    font_size: float


@dataclass(frozen=True)
class Places:
    """Everything that :func:`signing.pades.prepare` turns into fields.

    :param number: :class:`Blank` for the number, or None when the document gets none
    :param day: likewise, with ``month``; None for a document whose form has no date (Biên bản)
    :param year: likewise; None where the year is printed already
    :param persons: one :class:`Box` for each person who signs, in the order of signing
    :param agency: :class:`Box` of the seal in its real size, or None
    """

    number: Blank | None
    day: Blank | None
    month: Blank | None
    persons: tuple
    agency: Box | None
    year: Blank | None = None


@dataclass(frozen=True)
class _Char:
    """A printed character: folded letter, its cell, baseline and size as printed."""

    letter: str
    x0: float
    y0: float
    x1: float
    y1: float
    baseline: float
    size: float


def fold(text):
    """Fold text for comparison: no diacritics, đ as d, lower case; one character stays one character or becomes
    none."""
    text = unicodedata.normalize("NFD", text).replace("đ", "d").replace("Đ", "d")
    return "".join(char for char in text if not unicodedata.combining(char)).lower()


# --- reading the page ------------------------------


@contextmanager
def opened(pdf):
    """Open a PDF with pdfium for the block, alone: pdfium knows no threads.

    :raises SigningError: ``not_a_pdf``, ``encrypted_pdf``, ``too_heavy``
    """
    require_readable(pdf)
    with pdfium_lock:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as error:
            code = "encrypted_pdf" if "assword" in str(error) else "not_a_pdf"
            raise SigningError(code, str(error)) from error
        try:
            yield document
        finally:
            document.close()


def _page_chars(page):
    """Read the printed characters of a page, line by line from top to bottom, in each line from left to right.

    pdfium's own order follows the content stream, in which the two columns of the head come one after the other; for
    finding a blank between two words on one line that is as good, so its order is kept and only its line breaks matter.
    """
    text_page = page.get_textpage()
    raw = pypdfium2.raw
    chars = []
    for index in range(text_page.count_chars()):
        code = raw.FPDFText_GetUnicode(text_page, index)
        letter = fold(chr(code)) if code else ""
        if chr(code).isspace():
            letter = "\n" if chr(code) in "\r\n" else " "
        if not letter:
            continue
        left, bottom, right, top = text_page.get_charbox(index, loose=True)
        baseline, size = _baseline_and_size(text_page, index)
        chars += [_Char(part, left, bottom, right, top, baseline, size) for part in letter]
    text_page.close()
    return chars


def _baseline_and_size(text_page, index):
    """Give baseline (y) and size of a character as printed: the text matrix may scale the nominal size of the font."""
    raw = pypdfium2.raw
    x, y, matrix = ctypes.c_double(), ctypes.c_double(), raw.FS_MATRIX()
    raw.FPDFText_GetCharOrigin(text_page, index, x, y)
    scale = 1.0
    if raw.FPDFText_GetMatrix(text_page, index, matrix):
        scale = abs(matrix.a * matrix.d - matrix.b * matrix.c) ** 0.5 or 1.0
    return y.value, raw.FPDFText_GetFontSize(text_page, index) * scale


def _search(pattern, chars):
    """Find a pattern in the folded text of the characters; the groups of the match index ``chars``."""
    return re.finditer(pattern, "".join(char.letter for char in chars))


BLANK = r"[\s.…_]*"


def _blank(page_index, before, after):
    """Give the blank between two characters of one line, or None if there is no room."""
    same_line = abs(before.baseline - after.baseline) < 0.3 * before.size
    if not same_line or after.x0 - before.x1 < MIN_BLANK_WIDTH:
        return None
    box = Box(page_index, before.x1, min(before.y0, after.y0), after.x0, max(before.y1, after.y1))
    return Blank(box, before.baseline, round(before.size * 2) / 2)


def _find_number(chars):
    """Find the blank between "Số:" and "/" on the first page."""
    for match in _search(rf"so\s*:{BLANK}/", chars):
        blank = _blank(0, chars[match.start() + match.group().index(":")], chars[match.end() - 1])
        if blank:
            return blank
    return None


def _find_date(chars):
    """Find the blanks of "ngày … tháng … năm" on the first page."""
    for match in _search(rf"(ngay){BLANK}(thang){BLANK}(nam)", chars):
        day = _blank(0, chars[match.end(1) - 1], chars[match.start(2)])
        month = _blank(0, chars[match.end(2) - 1], chars[match.start(3)])
        if day and month:
            return day, month
    return None, None


def _find_year(chars):
    """Find what stands for the year in "ngày … tháng … năm …" on the first page.

    :return: (:class:`Blank`, None) where nothing is printed, (None, the printed year), or (None, None) without a date
    """
    for match in _search(rf"ngay{BLANK}thang{BLANK}(nam)", chars):
        last = chars[match.end() - 1]
        rest = [char for char in chars[match.end() :] if abs(char.baseline - last.baseline) < 0.3 * last.size]
        rest = [char for char in rest if char.x0 >= last.x0]
        printed = re.match(rf"{BLANK}(\d{{4}})(?!\d)", "".join(char.letter for char in rest))
        if printed:
            return None, int(printed.group(1))
        blank = re.match(BLANK, "".join(char.letter for char in rest)).end()
        end = rest[blank].x0 if blank < len(rest) else max((char.x1 for char in rest[:blank]), default=last.x1)
        if end - last.x1 < YEAR_EM * last.size and blank == len(rest):
            end = last.x1 + YEAR_EM * last.size  # at the end of the line there is room
        if end - last.x1 >= MIN_BLANK_WIDTH:
            box = Box(0, last.x1, last.y0, end, last.y1)
            return Blank(box, last.baseline, round(last.size * 2) / 2), None
    return None, None


def printed_year(pdf):
    """The year that is printed in the date on the first page, or None where it is left blank or no date is found.

    :raises SigningError: ``not_a_pdf``, ``encrypted_pdf``
    """
    return _find_year(read_pages(pdf)[0][0])[1]


# --- the signature block ------------------------------


def _phrase(text):
    """Make a pattern for words in any white space, line breaks included."""
    words = [re.escape(word) for word in fold(text).replace("/", " ").split()]
    return r"(?<!\w)" + r"\s*".join(words) + r"(?!\w)"


def _extent(chars):
    printed = [char for char in chars if not char.letter.isspace()]
    return (
        min(char.x0 for char in printed),
        min(char.y0 for char in printed),
        max(char.x1 for char in printed),
        max(char.y1 for char in printed),
    )


def _occurrences(text, chars):
    return [_extent(chars[match.start() : match.end()]) for match in _search(_phrase(text), chars)]


def _overlap(first, second):
    """Tell whether two extents share a part of their width: position and name stand in one column."""
    return min(first[2], second[2]) - max(first[0], second[0]) > 0


def _gap_above(name, positions):
    """Give the lowest position above a name in the same column, or None."""
    above = [pos for pos in positions if pos[1] >= name[3] - 1 and _overlap(pos, name)]
    return min(above, key=lambda pos: pos[1], default=None)


def _person_box(page_index, position, name, page_width):
    """Give the box between position and name, centred over both, not wider than a signature."""
    bottom, top = name[3] + SIGNATURE_PADDING, position[1] - SIGNATURE_PADDING
    if top - bottom < MIN_SIGNATURE_HEIGHT:
        return None
    centre = (min(position[0], name[0]) + max(position[2], name[2])) / 2
    half = min(MAX_SIGNATURE_WIDTH / 2, centre - MM, page_width - centre - MM)
    return Box(page_index, centre - half, bottom, centre + half, top)


def _find_person(pages, position, name):
    """Find the last pair of position and name with room between them."""
    if not fold(position).strip() or not fold(name).strip():
        return None
    for page_index in reversed(range(len(pages))):
        chars, width = pages[page_index]
        positions = _occurrences(position, chars)
        for name_extent in reversed(_occurrences(name, chars)):
            above = _gap_above(name_extent, positions)
            box = _person_box(page_index, above, name_extent, width) if above else None
            if box:
                return box
    return None


def seal_box(person, *, picture_size=None, seal_size_mm=(SEAL_DIAMETER_MM, SEAL_DIAMETER_MM)):
    """Place the seal so that it covers the left third of the person's signature picture, centred on its height
    (Nghị định 30/2020/NĐ-CP, Phụ lục I, and điểm b khoản 1 Điều 33 for the seal on paper).

    :param Box person: box of the person's signature field
    :param picture_size: (width, height) of the signature picture in any unit, for its proportion
    :param seal_size_mm: (width, height) of the seal
    :return: :class:`Box` in the real size of the seal
    """
    picture = person.fit(*(picture_size or (PICTURE_WIDTH_MM, PICTURE_HEIGHT_MM)))
    width, height = (side * MM for side in seal_size_mm)
    right = picture.x0 + picture.width / 3
    middle = (picture.y0 + picture.y1) / 2
    return Box(person.page, right - width, middle - height / 2, right, middle + height / 2)


def find_places(
    pdf,
    *,
    position,
    name,
    more_signers=(),
    picture_size=None,
    seal_size_mm=(SEAL_DIAMETER_MM, SEAL_DIAMETER_MM),
    numbered=True,
):
    """Find all places of a document from its text.

    :param bytes pdf:
    :param str position: the signer's position as printed, possibly several lines
        (``'KT. GIÁM ĐỐC\\nPHÓ GIÁM ĐỐC'``); letter case, diacritics and white space do not matter
    :param str name: the signer's name as printed
    :param more_signers: further pairs (position, name) of a document that several sign
    :param picture_size: (width, height) of the first signer's picture, for the place of the seal
    :param seal_size_mm: real size of the seal picture
    :param bool numbered: whether blanks for number and date must be there
    :return: :class:`Places`
    :raises SigningError: ``place_not_found`` with ``which`` = ``number``, ``date``, ``person_1`` …; ``not_a_pdf``;
        ``encrypted_pdf``
    """
    pages = read_pages(pdf)
    number, (day, month) = _find_number(pages[0][0]), _find_date(pages[0][0])
    if numbered and number is None:
        raise SigningError("place_not_found", which="number")
    if numbered and day is None:
        raise SigningError("place_not_found", which="date")
    persons = []
    for index, (its_position, its_name) in enumerate([(position, name), *more_signers], start=1):
        box = _find_person(pages, its_position, its_name)
        if box is None:
            raise SigningError("place_not_found", which=f"person_{index}", position=its_position, name=its_name)
        persons.append(box)
    agency = seal_box(persons[0], picture_size=picture_size, seal_size_mm=seal_size_mm)
    return Places(number, day, month, tuple(persons), agency, _find_year(pages[0][0])[0])


def read_pages(pdf):
    """Read the characters of the pages on which places can be: the first one and the last :data:`LAST_PAGES`.

    :return: list of (characters, page width in points)
    :raises SigningError: ``not_a_pdf``, ``encrypted_pdf``, ``too_heavy``
    """
    pages = []
    with opened(pdf) as document:
        for index in range(len(document)):
            page = document[index]
            near = index == 0 or index >= len(document) - LAST_PAGES
            pages.append((_page_chars(page) if near else [], page.get_width()))
            page.close()
    if not pages:
        raise SigningError("not_a_pdf", "the PDF has no pages")
    return pages
