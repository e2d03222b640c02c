"""The components of a paper copy (thể thức bản sao giấy): Nghị định 30/2020, Phụ lục I, Phần II, mục II.2.a; Mẫu 3.1.

Boxes: 1 form of copy, 2 agency that makes the copy, 3 number and symbol of the copy, 4 place and date, 5a-c position,
name and signature, 6 seal, 7 recipients; "cùng tờ giấy với văn bản được sao, ngay sau phần cuối cùng của văn bản cần
sao được trình bày, dưới một đường kẻ nét liền, kéo dài hết chiều ngang của vùng trình bày văn bản". Where exactly the
boxes lie is a drawing: the two columns of every official document are taken.
"""

import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.units import mm

from odoo.addons.vpdt_base.official_pdf import fonts, heading
from odoo.addons.vpdt_base.official_pdf.page import A4_PORTRAIT, OfficialCanvas, PageFrame

from .pages import last_page_size, overlay, printed_box

SIZE = 13
RULE_WIDTH = 0.6
GAP = 6 * mm  # between the last line of the document and the rule
# A sheet that is narrower has no room for two columns; the block takes a page of its own.
LEAST_WIDTH = 190 * mm


@dataclass(frozen=True)
class CopyBlock:
    """What stands under the rule. ``titles`` are the lines above the signature, ``number`` is the whole symbol."""

    form: str
    agency: str
    number: str
    place: str
    date: datetime.date
    titles: Sequence[str]
    signer: str
    recipients: Sequence[str]


def add_block(pdf, block):
    """Write the components of a paper copy after the end of a document.

    On the last page when they fit between its last line and the lower margin, otherwise on a page of their own.

    :param bytes pdf:
    :param CopyBlock block:
    :return: bytes
    """
    width, height = last_page_size(pdf)
    frame = PageFrame.of_mm(width / mm, height / mm)
    needed = frame.top - _drawn(block, frame, frame.top)[1]
    box = printed_box(pdf)
    start = min(box[1] - GAP, frame.top) if box else frame.top
    if width >= LEAST_WIDTH and start - needed >= frame.bottom:
        return overlay(pdf, _drawn(block, frame, start)[0])
    return overlay(pdf, _drawn(block, A4_PORTRAIT, A4_PORTRAIT.top)[0], new_page=True)


def _drawn(block, frame, y):
    """(PDF of one page with the block from ``y`` downwards, y below it)."""
    stream = io.BytesIO()
    canvas = OfficialCanvas(stream, frame, title=block.form, author=block.agency, number_pages=False)
    bottom = _draw(canvas, block, y)
    canvas.showPage()
    canvas.save()
    return stream.getvalue(), bottom


def _draw(canvas, block, y):
    frame = canvas.frame
    canvas.setLineWidth(RULE_WIDTH)
    canvas.line(frame.left, y, frame.right, y)
    left_width = frame.width * heading.LEFT_SHARE
    left, right = frame.left + left_width / 2, frame.right - (frame.width - left_width) / 2
    columns = ((left, left_width - 3 * mm), (right, frame.width - left_width))
    y = _head(canvas, block, columns, y - 3 * mm) - 8
    recipients = heading.draw_recipients(canvas, block.recipients, y) if block.recipients else y
    signature = heading.draw_signature(canvas, heading.Signature(block.titles, block.signer), y)
    return min(recipients, signature.bottom)


def _head(canvas, block, columns, y):
    (left, left_width), (right, right_width) = columns
    agency = heading.agency_name(block.agency)
    below = heading.draw_centred(canvas, agency, y, left_width, fonts.BOLD, SIZE, left)
    below = heading.draw_short_rule(canvas, agency, fonts.BOLD, SIZE, left, below, left_width)
    form = heading.draw_centred(canvas, block.form, y, right_width, fonts.BOLD, 14, right)
    y = min(below, form) - 4
    number = heading.draw_centred(canvas, f"Số: {block.number}", y, left_width, fonts.REGULAR, SIZE, left)
    date = heading.official_date(block.date, block.place)
    return min(number, heading.draw_centred(canvas, date, y, right_width, fonts.ITALIC, SIZE, right))
