"""The drawn forms of Nghị định 30/2020, Phụ lục IV: stamp "ĐẾN", handling slip, envelope.

Blank values leave the dotted line of the printed form, to be filled in by hand.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from reportlab.lib.colors import Color
from reportlab.lib.units import mm

from . import fonts, heading, typesetting
from .page import A4_PORTRAIT, OfficialCanvas, PageFrame

#: Mẫu V: "Được khắc sẵn, hình chữ nhật, kích thước 35 mm x 50 mm".
STAMP_WIDTH = 50 * mm
STAMP_HEIGHT = 35 * mm
STAMP_COLOUR = Color(0.8, 0, 0)
SLIP_QR_MM = 20
#: Not given by the decree; the DL envelope. Pass another size in mm to `envelope`.
ENVELOPE_SIZE_MM = (220, 110)


@dataclass(frozen=True)
class ArrivalStamp:
    """What the stamp "ĐẾN" says (mẫu V). Values are dates, numbers, text or None."""

    agency: str
    number: object = None
    date: object = None
    forwarded_to: object = None
    dossier: object = None


@dataclass(frozen=True)
class HandlingSlip:
    """The data of a handling slip, "Phiếu giải quyết văn bản đến" (mẫu VII).

    ``document`` is one text: type; number and symbol; date; issuing agency and subject.
    Part 1 is the agency's leader, part 2 the unit's leader, part 3 the handling officer.
    ``deadlines`` are lines such as "Phòng Văn thư: 05/3/2026".
    """

    agency: str
    document: str
    place: str = ""
    date: datetime.date | None = None
    lead: object = None
    collaborators: object = None
    deadlines: Sequence[str] = field(default_factory=tuple)
    agency_opinion: str = ""
    agency_date: object = None
    assignee: object = None
    assignee_deadline: object = None
    unit_opinion: str = ""
    unit_date: object = None
    proposal: str = ""
    proposal_date: object = None
    qr: str = ""


@dataclass(frozen=True)
class Envelope:
    """The face of an envelope, "Bì văn bản" (mẫu II); empty lines of contact are left out."""

    agency: str
    recipient: str
    number: str = ""
    address: str = ""
    telephone: str = ""
    fax: str = ""
    email: str = ""
    website: str = ""
    recipient_address: str = ""
    emblem: str = ""  # path of a picture


# --- stamp ----------------------------------------------------------------------------


def draw_arrival_stamp(canvas, stamp, x, y):
    """Draw the stamp "ĐẾN", 50 × 35 mm, red, with its lower left corner at ``x``, ``y`` pt."""
    canvas.saveState()
    canvas.translate(x, y)
    canvas.setStrokeColor(STAMP_COLOUR)
    canvas.setFillColor(STAMP_COLOUR)
    half = 0.6  # the border lies within the 50 × 35 mm
    canvas.setLineWidth(1.2)
    canvas.rect(half, half, STAMP_WIDTH - 2 * half, STAMP_HEIGHT - 2 * half)
    canvas.setLineWidth(0.6)
    for top in (8, 21, 28):
        canvas.line(half, STAMP_HEIGHT - top * mm, STAMP_WIDTH - half, STAMP_HEIGHT - top * mm)
    divide = 18 * mm
    canvas.line(divide, STAMP_HEIGHT - 8 * mm, divide, STAMP_HEIGHT - 21 * mm)
    _stamp_texts(canvas, stamp, divide)
    canvas.restoreState()


def _stamp_texts(canvas, stamp, divide):
    edge = 1.5 * mm
    _fit_centred(canvas, stamp.agency.upper(), STAMP_WIDTH / 2, 4, STAMP_WIDTH - 2 * edge)
    canvas.setFont(fonts.BOLD, 17)
    canvas.drawCentredString(divide / 2, STAMP_HEIGHT - 14.5 * mm - 6, "ĐẾN")
    right = STAMP_WIDTH - edge
    _fit_line(canvas, "Số:", stamp.number, divide + edge, right, 12.5)
    _fit_line(canvas, "Ngày:", stamp.date, divide + edge, right, 18.5)
    _fit_line(canvas, "Chuyển:", stamp.forwarded_to, edge, right, 25.5)
    _fit_line(canvas, "Số và ký hiệu HS:", stamp.dossier, edge, right, 32.5)


def _fit_centred(canvas, text, x, down, width):
    """Bold text around ``x``, its middle ``down`` mm below the stamp's edge, made to fit."""
    size, lines = 10, []
    while size > 4:
        lines = typesetting.break_lines(text, fonts.BOLD, size, width)
        if len(lines) * size * 1.1 <= 7 * mm:
            break
        size -= 0.5
    y = STAMP_HEIGHT - down * mm + len(lines) * size * 1.1 / 2 - size * 0.92
    canvas.setFont(fonts.BOLD, size)
    for line in lines:
        canvas.drawCentredString(x, y, line)
        y -= size * 1.1


def _fit_line(canvas, label, value, left, right, down):
    """A label with its value, or dots up to ``right``; ``down`` mm is the baseline."""
    y = STAMP_HEIGHT - down * mm
    canvas.setFont(fonts.REGULAR, 10)
    canvas.drawString(left, y, label)
    start = left + typesetting.text_width(label, fonts.REGULAR, 10) + 2
    text = _shown(value)
    if not text:
        dot = typesetting.text_width(".", fonts.REGULAR, 10)
        canvas.drawString(start, y, "." * int((right - start) / dot))
        return
    text = " ".join(typesetting.break_lines(text, fonts.BOLD, 10, 10_000))
    width = typesetting.text_width(text, fonts.BOLD, 10)
    canvas.setFont(fonts.BOLD, min(10, 10 * (right - start) / width))
    canvas.drawString(start, y, text)


def arrival_stamp(stream, stamp):
    """Write the stamp as a PDF page of 50 × 35 mm with a transparent ground, for overlaying."""
    frame = PageFrame.of_mm(50, 35, left=0, right=0, top=0, bottom=0)
    canvas = OfficialCanvas(stream, frame, title="Dấu ĐẾN", number_pages=False)
    draw_arrival_stamp(canvas, stamp, 0, 0)
    canvas.showPage()
    canvas.save()


# --- handling slip --------------------------------------------------------------------


def handling_slip(stream, data):
    """Write a `HandlingSlip` as an A4 PDF; long opinions go on to further pages."""
    canvas = OfficialCanvas(stream, A4_PORTRAIT, title="Phiếu giải quyết văn bản đến", author=data.agency)
    head = heading.OfficialHeading(agency=data.agency, place=data.place, date=data.date, show_number=False)
    y = heading.draw_heading(canvas, head) - 10
    y = _draw_slip_title(canvas, data, y)
    for title, lines in _slip_parts(data):
        y = _draw_slip_part(canvas, title, lines, y)
    canvas.showPage()
    canvas.save()


def _draw_slip_title(canvas, data, y):
    # Narrow enough to leave room for a QR code beside it.
    width = canvas.frame.width - 2 * (SLIP_QR_MM + 3) * mm
    if data.qr:
        heading.qr(canvas, data.qr, canvas.frame.left, y - SLIP_QR_MM * mm, SLIP_QR_MM)
        below = y - SLIP_QR_MM * mm
    else:
        below = y
    title = "PHIẾU GIẢI QUYẾT VĂN BẢN ĐẾN"
    y = heading.draw_centred(canvas, title, y, width, fonts.BOLD, 14)
    text = data.document or (
        "(Tên loại; số và ký hiệu; ngày, tháng, năm; cơ quan ban hành\nvà trích yếu nội dung văn bản đến)"
    )
    y = heading.draw_centred(canvas, text, y - 4, width, fonts.REGULAR, 13)
    middle = canvas.frame.centre
    canvas.line(middle - 15 * mm, y - 3, middle + 15 * mm, y - 3)
    return min(y - 16, below)


def _slip_parts(data):
    """Titles and lines of the three parts, in the words of the decree."""
    return (
        (
            "1. Ý kiến của lãnh đạo cơ quan, tổ chức",
            (
                ("- Giao đơn vị, cá nhân chủ trì:", data.lead, 1),
                (
                    "- Giao các đơn vị, cá nhân tham gia phối hợp giải quyết văn bản đến (nếu có):",
                    data.collaborators,
                    1,
                ),
                ("- Thời hạn giải quyết đối với mỗi đơn vị, cá nhân (nếu có):", data.deadlines, 1),
                ("- Ý kiến phân phối, giải quyết:", data.agency_opinion, 2),
                ("- Ngày tháng cho ý kiến phân phối, giải quyết:", data.agency_date, 0),
            ),
        ),
        (
            "2. Ý kiến của lãnh đạo đơn vị",
            (
                ("- Giao cho cá nhân:", data.assignee, 0),
                ("- Thời hạn giải quyết đối với cá nhân (nếu có):", data.assignee_deadline, 0),
                ("- Ý kiến:", data.unit_opinion, 2),
                ("- Ngày, tháng, năm cho ý kiến:", data.unit_date, 0),
            ),
        ),
        (
            "3. Ý kiến đề xuất của người giải quyết",
            (
                ("- Ý kiến đề xuất giải quyết văn bản đến của cá nhân:", data.proposal, 3),
                ("- Ngày, tháng, năm đề xuất ý kiến:", data.proposal_date, 0),
            ),
        ),
    )


def _draw_slip_part(canvas, title, lines, y):
    # The title never stands alone at the foot of a page.
    if y - 4 * 13 * heading.LEADING < canvas.frame.bottom:
        canvas.showPage()
        y = canvas.frame.top
    y = heading.draw_paragraph(canvas, title, y, indent=0, justify=False, font_name=fonts.BOLD)
    for label, value, blank_lines in lines:
        text = _shown(value)
        if text:
            y = heading.draw_paragraph(canvas, f"{label} {text}", y, indent=0)
        else:
            y = _draw_blank(canvas, label, blank_lines, y)
    return y - 8


def _draw_blank(canvas, label, blank_lines, y):
    """A label followed by dots to the margin, then whole dotted lines to write on."""
    frame = canvas.frame
    dot = typesetting.text_width(".", fonts.REGULAR, 13)
    label_width = typesetting.text_width(f"{label} ", fonts.REGULAR, 13)
    texts = [f"{label} {'.' * int((frame.width - label_width) / dot)}"]
    texts += ["." * int(frame.width / dot)] * blank_lines
    for text in texts:
        y = heading.draw_paragraph(canvas, text, y, indent=0, justify=False)
    return y


# --- envelope -------------------------------------------------------------------------


def envelope(stream, data, size_mm=ENVELOPE_SIZE_MM):
    """Write an `Envelope` as a one-page PDF of ``size_mm`` (width, height)."""
    frame = PageFrame.of_mm(*size_mm, left=12, right=12, top=10, bottom=10)
    canvas = OfficialCanvas(stream, frame, title="Bì văn bản", author=data.agency, number_pages=False)
    left = frame.left
    if data.emblem:
        canvas.drawImage(
            data.emblem, left, frame.top - 18 * mm, 18 * mm, 18 * mm, mask="auto", preserveAspectRatio=True
        )
        left += 22 * mm
    y = _draw_left(canvas, data.agency.upper(), left, frame.top, frame.width * 0.62, fonts.BOLD, 13)
    for line in _contact_lines(data):
        y = _draw_left(canvas, line, left, y, frame.width * 0.62, fonts.REGULAR, 11)
    y = min(y, frame.top - 18 * mm) - 4 * mm
    number = f"Số: {data.number}" if data.number else "Số: ……………………"
    y = _draw_left(canvas, number, frame.left, y, frame.width * 0.45, fonts.REGULAR, 13)
    y = min(y, frame.bottom + frame.height * 0.5)
    x = frame.left + frame.width * 0.36
    width = frame.right - x
    y = _draw_left(canvas, f"Kính gửi: {data.recipient}", x, y - 4 * mm, width, fonts.BOLD, 14)
    if data.recipient_address:
        _draw_left(canvas, data.recipient_address, x, y - 2, width, fonts.REGULAR, 13)
    canvas.showPage()
    canvas.save()


def _contact_lines(data):
    telephone = [("Điện thoại", data.telephone), ("Fax", data.fax)]
    network = [("E-mail", data.email), ("Website", data.website)]
    lines = []
    for pairs in ([("Địa chỉ", data.address)], telephone, network):
        filled = [f"{label}: {value}" for label, value in pairs if value]
        if filled:
            lines.append("; ".join(filled))
    return lines


def _draw_left(canvas, text, x, y, width, font_name, size):
    canvas.setFont(font_name, size)
    for line in typesetting.break_lines(text, font_name, size, width):
        canvas.drawString(x, y - size * heading.ASCENT, line)
        y -= size * heading.LEADING
    return y


def _shown(value):
    """Text of a value; the items of a list one after the other."""
    if isinstance(value, (list, tuple)):
        return "; ".join(filter(None, map(_shown, value)))
    return typesetting.as_text(value).strip()
