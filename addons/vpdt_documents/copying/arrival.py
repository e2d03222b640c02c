"""The stamp "ĐẾN" on a copy of a document that arrived (Nghị định 30/2020, Phụ lục IV, mẫu V)."""

import io

import pikepdf

from odoo.addons.vpdt_base.official_pdf.drawings import STAMP_HEIGHT, STAMP_WIDTH, arrival_stamp
from odoo.addons.vpdt_base.signing import places

from .pages import plain, saved

_MM = 72 / 25.4
# A pixel darker than this is print, as in `pages`.
_INK = 245
_STEP = 3 * _MM


def stamp_arrival(pdf, stamp):
    """Print the stamp on the first page of a flat copy; the original is not touched.

    Where the decree wants it: on free paper below number and notation, below the subject, or below the date.

    :param pdf: bytes
    :param stamp: `official_pdf.drawings.ArrivalStamp`
    :return: bytes of the copy
    :raises SigningError: ``not_a_pdf``, ``encrypted_pdf``
    """
    flat = plain(pdf)
    drawn = io.BytesIO()
    arrival_stamp(drawn, stamp)
    x, y = free_place(flat)
    with pikepdf.open(io.BytesIO(flat)) as document, pikepdf.open(io.BytesIO(drawn.getvalue())) as overlay:
        box = pikepdf.Rectangle(x, y, x + STAMP_WIDTH, y + STAMP_HEIGHT)
        document.pages[0].add_overlay(overlay.pages[0], box)
        return saved(document)


def free_place(pdf):
    """Lower left corner, in points, of the stamp on the first page: the place in its upper half with least print."""
    with places.opened(pdf) as document:
        picture = document[0].render(scale=1, may_draw_forms=False).to_pil().convert("L")
    width, height = picture.size  # a pixel a point
    dark = picture.point(lambda value: 255 if value < _INK else 0)
    best = None
    for x, y in _candidates(width, height):
        box = (int(x), int(height - y - STAMP_HEIGHT), int(x + STAMP_WIDTH), int(height - y))
        ink = sum(dark.crop(box).histogram()[1:])
        if not ink:
            return x, y
        if best is None or ink < best[0]:
            best = ink, x, y
    return best[1:]


def _candidates(width, height):
    """Places from the top down: at the left edge of the text, then below the date on the right."""
    left, right = max(min(20 * _MM, width - STAMP_WIDTH), 0), max(width - 18 * _MM - STAMP_WIDTH, 0)
    top, lowest = height - 45 * _MM - STAMP_HEIGHT, max(height / 2 - STAMP_HEIGHT, 0)
    for x in (left, right):
        y = max(top, 0)
        yield x, y
        while (y := y - _STEP) > lowest:
            yield x, y
