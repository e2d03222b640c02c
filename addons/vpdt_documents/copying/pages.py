"""The pages of a copy: which ones of the original, in which order, and what is printed on them."""

import io
import re

import pikepdf

from odoo.addons.vpdt_base.signing import places
from odoo.addons.vpdt_base.signing.copies import flatten
from odoo.addons.vpdt_base.signing.isolation import accept, require_readable
from odoo.addons.vpdt_base.signing.placing import upright

_RANGE = re.compile(r"(\d{1,6})(?:\s*[-–—]\s*(\d{1,6}))?")
# A pixel darker than this is print; the ground of a scan is darker, too, and so never counts as free.
_INK = 245


class PageRangeError(ValueError):
    """A choice of pages that cannot be used.

    :param str code: ``empty``, ``unreadable``, ``backwards`` or ``outside``
    :param str part: the piece of the text that is wrong
    """

    def __init__(self, code, part=""):
        super().__init__(f"{code}: {part}")
        self.code, self.part = code, part


def parse_pages(text, count):
    """Read a choice of pages as people write it.

    :param str text: e.g. ``1-2, 5``
    :param int count: pages of the document
    :return: list of page numbers from 1, in the order of the document, each once
    :raises PageRangeError: it names no page, is no such text, or names a page that is not there
    """
    chosen = set()
    for part in filter(None, (piece.strip() for piece in re.split("[,;]", text or ""))):
        found = _RANGE.fullmatch(part)
        if not found:
            raise PageRangeError("unreadable", part)
        first, last = int(found[1]), int(found[2] or found[1])
        if last < first:
            raise PageRangeError("backwards", part)
        if not 1 <= first <= last <= count:
            raise PageRangeError("outside", part)
        chosen.update(range(first, last + 1))
    if not chosen:
        raise PageRangeError("empty")
    return sorted(chosen)


def plain(pdf):
    """Give the pages as they print, upright, without form, signature or script.

    :raises SigningError: ``not_a_pdf``, ``encrypted_pdf``
    """
    return upright(flatten(pdf))


def page_count(pdf):
    """Number of pages of a PDF."""
    with _open(pdf) as document:
        return len(document.pages)


def _open(pdf):
    """Open a PDF with pikepdf, after it was tried out.

    :raises SigningError: ``too_heavy``
    """
    require_readable(pdf)
    return pikepdf.open(io.BytesIO(pdf))


def join(pdfs):
    """Put the pages of several PDFs one after the other into one."""
    if len(pdfs) == 1:
        return pdfs[0]
    with pikepdf.new() as joined:
        for pdf in pdfs:
            with _open(pdf) as document:
                joined.pages.extend(document.pages)
        return saved(joined)


def take_pages(pdf, numbers):
    """Give a PDF of these pages only (numbers from 1)."""
    with _open(pdf) as document, pikepdf.new() as taken:
        taken.pages.extend(document.pages[number - 1] for number in numbers)
        return saved(taken)


def saved(document):
    """Bytes of an open pikepdf document."""
    buffer = io.BytesIO()
    document.save(buffer)
    return accept(buffer.getvalue())


def printed_box(pdf, area=None):
    """What is printed on the last page.

    :param area: (x0, y0, x1, y1) in points from the lower left to look at; the whole page by default
    :return: (x0, y0, x1, y1) of all ink there in points, or None where the paper is blank
    """
    with places.opened(pdf) as document:
        picture = document[len(document) - 1].render(scale=1, may_draw_forms=False).to_pil().convert("L")
    width, height = picture.size  # a pixel a point
    x0, y0, x1, y1 = area or (0, 0, width, height)
    left, upper = max(int(x0), 0), max(int(height - y1), 0)
    part = picture.crop((left, upper, min(int(x1) + 1, width), min(int(height - y0) + 1, height)))
    found = part.point(lambda value: 255 if value < _INK else 0).getbbox()
    if not found:
        return None
    return left + found[0], height - upper - found[3], left + found[2], height - upper - found[1]


def overlay(pdf, drawn, *, new_page=False):
    """Lay the one page of ``drawn`` over the last page of ``pdf``, or add it as a page of its own."""
    with _open(pdf) as document, _open(drawn) as sheet:
        if new_page:
            document.pages.extend(sheet.pages)
        else:
            page = document.pages[-1]
            page.add_overlay(sheet.pages[0], pikepdf.Rectangle(*(float(value) for value in page.mediabox)))
        return saved(document)


def last_page_size(pdf):
    """(width, height) of the last page in points."""
    with _open(pdf) as document:
        left, bottom, right, top = (float(value) for value in document.pages[-1].mediabox)
        return right - left, top - bottom
