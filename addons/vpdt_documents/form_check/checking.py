"""The checks of a .docx, one function a rule of Phụ lục I."""

import io
import re
import unicodedata
import zipfile
from collections import Counter
from dataclasses import dataclass, field

from docx import Document
from docx.opc.exceptions import PackageNotFoundError

NATIONAL_NAME = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
#: Limits in mm (Phần I, I.1-3).
PAGE, TOLERANCE = (210, 297), 1.5
MARGINS = {"top": (20, 25), "bottom": (20, 25), "left": (30, 35), "right": (15, 20)}
BODY_SIZES = (13, 14)
#: Fonts of the same shapes as the one of the decree.
FONTS = ("times new roman", "tinos", "liberation serif")
_OLD_FONT = re.compile(r"^(\.vn|vni-)", re.IGNORECASE)
_DATE = re.compile(r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm", re.IGNORECASE)
_DATE_LINE = re.compile(r",\s*ngày[\s\u00a0.…_]*\d*[\s\u00a0.…_]*tháng", re.IGNORECASE)
_NUMBER_LINE = re.compile(r"^Số\s*:", re.IGNORECASE)
_PLACES = re.compile(r"^Nơi nhận\s*:", re.IGNORECASE)
_KEPT = re.compile(r"^-?\s*Lưu\s*:", re.IGNORECASE)
#: Each box that must be there → code of the finding.
_LONG_ENOUGH = 60  # letters of a paragraph of the text itself
#: What python-docx raises for a file that is none, or that says things which no Word writes.
_ODD = (PackageNotFoundError, zipfile.BadZipFile, SyntaxError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True)
class Finding:
    """One thing that differs from the form.

    :param code: see `checking`; the caller has the words
    :param box: number of the box ("ô") of Phụ lục I, or ""
    :param found: what is there instead, as text
    :param params: further values for the words
    """

    code: str
    box: str = ""
    found: str = ""
    params: dict = field(default_factory=dict)


def check_docx(content, *, dated=True):
    """Look at the form of a .docx.

    :param bytes content:
    :param bool dated: whether the document has place and date (Biên bản has none)
    :return: list of :class:`Finding`, empty when nothing was found; ``unreadable`` alone when it cannot be opened
    """
    try:
        return _check(Document(io.BytesIO(content)), dated)
    except _ODD:
        return [Finding("unreadable")]


def _check(document, dated):
    paragraphs = list(_paragraphs(document))
    return [
        *_page(document),
        *_fonts(document, paragraphs),
        *_components(paragraphs, dated),
        *date_findings(paragraph.text for paragraph in paragraphs),
        *letter_findings(paragraph.text for paragraph in paragraphs),
    ]


def _paragraphs(document):
    """Paragraphs in reading order: tables row by row, text in a cell once."""
    for block in document.iter_inner_content():
        if not hasattr(block, "rows"):
            yield block
            continue
        seen = set()
        for row in block.rows:
            for cell in row.cells:
                if cell._tc not in seen:
                    seen.add(cell._tc)
                    yield from cell.paragraphs


def _page(document):
    for section in document.sections[:1]:
        sides = {side: getattr(section, f"{side}_margin") for side in MARGINS}
        if None in (section.page_width, section.page_height, *sides.values()):
            yield Finding("page_unset")
            return
        size = (section.page_width.mm, section.page_height.mm)
        wide = (PAGE[1], PAGE[0])
        if not any(all(abs(a - b) <= TOLERANCE for a, b in zip(size, paper, strict=True)) for paper in (PAGE, wide)):
            yield Finding("page_size", found=f"{size[0]:.0f} × {size[1]:.0f} mm")
        for side, (low, high) in MARGINS.items():
            length = sides[side].mm
            if not low - 0.5 <= length <= high + 0.5:
                yield Finding("margin", found=f"{length:.0f}", params={"side": side, "low": low, "high": high})


def _fonts(document, paragraphs):
    names, sizes = Counter(), Counter()
    for paragraph in paragraphs:
        for run in paragraph.runs:
            letters = len(run.text.strip())
            if letters:
                names[_font_of(run, paragraph, document) or "?"] += letters
                if len(paragraph.text) >= _LONG_ENOUGH:
                    sizes[_size_of(run, paragraph, document)] += letters
    for name, letters in names.items():
        if _OLD_FONT.match(name):
            yield Finding("old_font", found=name)
        elif name != "?" and name.lower() not in FONTS and letters * 20 > sum(names.values()):
            yield Finding("font", found=name)
    wrong = {size for size in sizes if size and not BODY_SIZES[0] <= size <= BODY_SIZES[1]}
    if wrong and sum(sizes[size] for size in wrong) * 10 > sum(sizes.values()):
        yield Finding("text_size", "6", ", ".join(f"{size:g}" for size in sorted(wrong)))


def _font_of(run, paragraph, document):
    return run.font.name or _inherited(paragraph, document, "name")


def _size_of(run, paragraph, document):
    size = run.font.size or _inherited(paragraph, document, "size")
    return size.pt if size else None


def _inherited(paragraph, document, attribute):
    style = paragraph.style
    while style is not None:
        if value := getattr(style.font, attribute, None):
            return value
        style = style.base_style
    return getattr(document.styles["Normal"].font, attribute)


def _components(paragraphs, dated):
    texts = [" ".join(paragraph.text.split()) for paragraph in paragraphs]
    printed = [text for text in texts if text]
    names = {text.upper() for text in printed}
    if NATIONAL_NAME not in {name.replace("HOÀ", "HÒA") for name in names}:
        yield Finding("national_name_missing", "1")
    motto = next((text for text in printed if text.upper().replace("–", "-") == MOTTO.upper()), None)
    if motto is None:
        yield Finding("motto_missing", "1")
    elif motto != MOTTO:
        yield Finding("motto_written", "1", motto)
    if not any(_NUMBER_LINE.match(text) for text in printed):
        yield Finding("number_missing", "3")
    if dated and not any(_DATE_LINE.search(text) for text in printed):
        yield Finding("date_missing", "4")
    places = next((index for index, text in enumerate(printed) if _PLACES.match(text)), None)
    if places is None:
        yield Finding("places_missing", "9b")
    elif not any(_KEPT.match(text) for text in printed[places:]):
        yield Finding("kept_missing", "9b")
    if not any(text.endswith("./.") for text in printed):
        yield Finding("end_missing", "6")


def date_findings(texts):
    """Days below 10 and the months 1 and 2 have a zero before them, other months none (Phần I, II.4.b)."""
    for text in texts:
        for match in _DATE.finditer(text):
            day, month = match.groups()
            good = (f"{int(day):02d}", f"{int(month):02d}" if int(month) <= 2 else str(int(month)))
            if (day, month) != good:
                yield Finding("date_written", "4", match.group(), {"good": f"ngày {good[0]} tháng {good[1]} năm"})


def letter_findings(texts):
    """Unicode in normal form C (TCVN 6909:2001)."""
    for text in texts:
        if unicodedata.normalize("NFC", text) != text:
            yield Finding("not_composed", found=" ".join(text.split())[:60])
            return
