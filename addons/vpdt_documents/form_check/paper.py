"""The checks of a PDF: what can be seen on its printed pages."""

import ctypes
import re
from collections import Counter

import pypdfium2

from odoo.addons.vpdt_base.signing import SigningError, places

from .checking import (
    _DATE_LINE,
    BODY_SIZES,
    MARGINS,
    MOTTO,
    NATIONAL_NAME,
    PAGE,
    TOLERANCE,
    Finding,
    date_findings,
    letter_findings,
)

_MM = 25.4 / 72
_SUBSET = re.compile(r"^[A-Z]{6}\+")
#: Fonts of the shapes of the decree's, as they are called inside of a PDF.
_FONTS = ("timesnewroman", "times", "tinos", "liberationserif")
_NUMBER = re.compile(r"\bSố\s*:")
_PLACES = re.compile(r"\bNơi nhận\s*:")
_KEPT = re.compile(r"\bLưu\s*:")


def check_pdf(content, *, dated=True):
    """Look at the form of a PDF, as far as its first and its last page show it.

    Margins that are too narrow are found; whether one is too wide cannot be told from the print.

    :param bytes content:
    :param bool dated: whether the document has place and date (Biên bản has none)
    :return: list of :class:`Finding`; ``unreadable`` alone when it cannot be opened, ``no_text`` for a scan
    """
    try:
        with places.opened(content) as document:
            pages = [_read(document[index]) for index in sorted({0, len(document) - 1})]
    except (SigningError, ValueError):
        return [Finding("unreadable_pdf")]
    text = "\n".join(page["text"] for page in pages)
    if not text.strip():
        return [Finding("no_text")]
    return [*_page(pages[0]), *_fonts(pages), *_components(text, dated), *date_findings([text]),
            *letter_findings([text])]  # fmt: skip


def _read(page):
    """Size in mm, text, extent of the print in mm, letters by font and by size of one page."""
    raw, text_page = pypdfium2.raw, page.get_textpage()
    fonts, sizes, extent = Counter(), Counter(), None
    try:
        text = text_page.get_text_bounded()
        for index in range(text_page.count_chars()):
            if chr(raw.FPDFText_GetUnicode(text_page, index)).isspace():
                continue
            left, bottom, right, top = text_page.get_charbox(index)
            if right <= left:
                continue
            fonts[_font_name(raw, text_page, index)] += 1
            sizes[round(places._baseline_and_size(text_page, index)[1] * 2) / 2] += 1
            box = (left, bottom, right, top)
            extent = _united(extent, box) if extent else box
        size = (page.get_width(), page.get_height())
    finally:
        text_page.close()
        page.close()
    return {"size": tuple(length * _MM for length in size), "text": text, "fonts": fonts, "sizes": sizes,
            "extent": extent and tuple(length * _MM for length in extent)}  # fmt: skip


def _united(one, other):
    return (min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3]))


def _font_name(raw, text_page, index):
    flags, buffer = ctypes.c_int(), ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(text_page, index, buffer, len(buffer), flags)
    return _SUBSET.sub("", buffer.value.decode("utf-8", "replace"))


def _page(page):
    size = page["size"]
    papers = (PAGE, (PAGE[1], PAGE[0]))
    if not any(all(abs(a - b) <= TOLERANCE for a, b in zip(size, paper, strict=True)) for paper in papers):
        yield Finding("page_size", found=f"{size[0]:.0f} × {size[1]:.0f} mm")
    left, bottom, right, top = page["extent"]
    found = {"left": left, "right": size[0] - right, "top": size[1] - top, "bottom": bottom}
    for side, (low, high) in MARGINS.items():
        if found[side] < low - TOLERANCE:
            yield Finding("margin", found=f"{found[side]:.0f}", params={"side": side, "low": low, "high": high})


def _fonts(pages):
    fonts, sizes = sum((page["fonts"] for page in pages), Counter()), sum((page["sizes"] for page in pages), Counter())
    for name, letters in fonts.items():
        plain = re.sub(r"[^a-z]", "", name.lower())
        if plain.startswith(("vn", "vni")) and name[:1] in ".Vv":
            yield Finding("old_font", found=name)
        elif name and not plain.startswith(_FONTS) and letters * 20 > fonts.total():
            yield Finding("font", found=name)
    usual = sizes.most_common(1)[0][0]
    if not BODY_SIZES[0] - 0.5 <= usual <= BODY_SIZES[1] + 0.5:
        yield Finding("text_size", "6", f"{usual:g}")


def _components(text, dated):
    flat = " ".join(text.split())
    upper = flat.upper().replace("HOÀ", "HÒA").replace("–", "-")
    if NATIONAL_NAME not in upper:
        yield Finding("national_name_missing", "1")
    if MOTTO.upper() not in upper:
        yield Finding("motto_missing", "1")
    elif MOTTO not in flat:
        found = flat[upper.index(MOTTO.upper()) :][: len(MOTTO)]
        yield Finding("motto_written", "1", found)
    if not _NUMBER.search(flat):
        yield Finding("number_missing", "3")
    if dated and not _DATE_LINE.search(flat):
        yield Finding("date_missing", "4")
    if not _PLACES.search(flat):
        yield Finding("places_missing", "9b")
    elif not _KEPT.search(flat):
        yield Finding("kept_missing", "9b")
    if "./." not in flat:
        yield Finding("end_missing", "6")
