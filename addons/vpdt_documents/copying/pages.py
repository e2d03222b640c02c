"""The pages of a copy: those of the original, one after the other, and what is printed on them."""

import io

import pikepdf

from odoo.addons.vpdt_base.signing import places
from odoo.addons.vpdt_base.signing.copies import flatten
from odoo.addons.vpdt_base.signing.isolation import accept, require_readable
from odoo.addons.vpdt_base.signing.placing import upright

# A pixel darker than this is print; the ground of a scan is darker, too, and so never counts as free.
_INK = 245


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
