"""Code and QR code of the public check in the lower right margin of the last page of a copy.

The law gives the top right of page 1 to one line and nothing else; the lower margin is free, and what is put there
touches no text.
"""

import io

from reportlab.lib.units import mm

from odoo.addons.vpdt_base.official_pdf import fonts, heading, typesetting
from odoo.addons.vpdt_base.official_pdf.page import OfficialCanvas, PageFrame

from .pages import last_page_size, overlay, printed_box

QR = 16  # mm, with its quiet zone; a telephone reads it from a print of 300 dpi
EDGE = 4 * mm  # what printers cannot print on
SIZE = 7
LEADING = 9


def add_lookup(pdf, address, code):
    """Put code and QR code into the lower right margin of the last page, if nothing is printed there.

    :param bytes pdf:
    :param str address: what the QR code opens
    :param str code: 16 characters, printed in groups of four
    :return: (bytes, whether there was room; the PDF is unchanged when not)
    """
    width, height = last_page_size(pdf)
    lines = (f"Mã tra cứu: {'-'.join(code[i : i + 4] for i in range(0, len(code), 4))}", address.rpartition("/")[0])
    fonts.register()
    longest = max(typesetting.text_width(line, fonts.REGULAR, SIZE) for line in lines)
    left = width - EDGE - QR * mm - longest - 2
    if left < EDGE or printed_box(pdf, (left, 0, width, EDGE + QR * mm)):
        return pdf, False
    return overlay(pdf, _drawn(width, height, address, lines)), True


def _drawn(width, height, address, lines):
    stream = io.BytesIO()
    frame = PageFrame.of_mm(width / mm, height / mm)
    canvas = OfficialCanvas(stream, frame, title=lines[0], number_pages=False)
    x, y = width - EDGE - QR * mm, EDGE
    heading.qr(canvas, address, x, y, QR)
    canvas.setFont(fonts.REGULAR, SIZE)
    baseline = y + QR * mm / 2 + 2
    for line in lines:
        canvas.drawRightString(x - 1, baseline, line)
        baseline -= LEADING
    canvas.showPage()
    canvas.save()
    return stream.getvalue()
