"""Parts of an official document around its content (Nghị định 30/2020, Phụ lục I, Phần I).

Boxes ("ô số") of mục IV: 1 national name and motto, 2 agency, 3 number and symbol, 4 place and
date, 5a/5b type and subject, 7 signer, 9b recipients. Sizes are those of mục V. The decree's
drawing with the coordinates is not text; a two-column head of 42 % and 58 % is the usual one.
All functions draw on an `OfficialCanvas` from ``y`` (pt, from below) downwards and give the y
below what they drew.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import segno
from reportlab.lib.units import mm

from . import fonts, typesetting

NATIONAL_NAME = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
LEADING = 1.2
#: The highest Vietnamese capital (Ẵ) reaches 0.916 of the size above the baseline.
ASCENT = 0.92
RULE_WIDTH = 0.6
#: Share of the text width taken by the left boxes (2, 3, 5b).
LEFT_SHARE = 0.42
#: Room for the signature picture between position and name, in mm.
SIGNATURE_ROOM = 26
FIRST_LINE_INDENT = 12.7 * mm
PARAGRAPH_GAP = 6
_ROOM = "\xa0" * 9
#: Never broken in the name of an agency.
_PHRASES = ("ỦY BAN NHÂN DÂN", "UỶ BAN NHÂN DÂN", "HỘI ĐỒNG NHÂN DÂN", "VIỆT NAM")


@dataclass(frozen=True)
class OfficialHeading:
    """Boxes 1–5. Empty parts are left out; ``date=None`` with a place leaves blanks (``year`` fills its own in).

    ``number`` is the whole number and symbol without "Số:", e.g. ``05/QĐ-UBND``. With
    ``type_name`` the subject stands below it in the middle (5a), without it is a công văn's
    "V/v …" below the number (5b). ``subtitle`` lines follow in the middle. ``show_number``
    and ``show_date`` False leave those boxes out (lists of Phụ lục V).
    """

    agency: str
    parent: str = ""
    number: str = ""
    place: str = ""
    date: datetime.date | None = None
    type_name: str = ""
    subject: str = ""
    subtitle: Sequence[str] = ()
    show_number: bool = True
    show_date: bool = True
    year: int | None = None


@dataclass(frozen=True)
class Signature:
    """Box 7: authority and position lines (upper case), a note in brackets, the full name.

    ``above`` is an italic line over it, such as place and date in Phụ lục V, mẫu III.
    """

    titles: Sequence[str]
    name: str = ""
    note: str = ""
    above: str = ""


@dataclass(frozen=True)
class SignaturePlace:
    """Where the signature picture goes (x, y, width, height in pt) and the y below the block."""

    x: float
    y: float
    width: float
    height: float
    bottom: float


def agency_name(name):
    """An agency's name in capitals, its fixed phrases kept on one line."""
    name = typesetting.as_text(name).upper()
    for phrase in _PHRASES:
        name = name.replace(phrase, phrase.replace(" ", "\xa0"))
    return name


def official_date(date, place="", year=None):
    """ "Gia Lai, ngày 05 tháng 01 năm 2026"; blanks when ``date`` is None, but for a ``year`` that is known.

    Days below 10 and the months 1 and 2 take a leading zero, no other month does
    (Phụ lục I, Phần I, II.4.b).
    """
    if date:
        month = f"{date.month:02d}" if date.month <= 2 else str(date.month)
        text = f"ngày {date.day:02d} tháng {month} năm {date.year}"
    else:
        # With the year the rest is filled in after the signature: room, and no dots below the figures.
        text = f"ngày{_ROOM}tháng{_ROOM}năm {year}" if year else "ngày …… tháng …… năm ………"
    return f"{place}, {text}" if place else text


def draw_heading(canvas, heading, y=None):
    """Draw boxes 1–5 at the top of the frame."""
    frame = canvas.frame
    y = frame.top if y is None else y
    left_width = frame.width * LEFT_SHARE
    left = frame.left + left_width / 2
    right = frame.left + left_width + (frame.width - left_width) / 2
    # 3 mm between the two columns, so that long names never touch.
    agency_bottom = _draw_agency(canvas, heading, left, left_width - 3 * mm, y)
    national_bottom = _draw_national_name(canvas, right, frame.width - left_width, y)
    # Number and date stand on one line (Phụ lục I, II.4.c).
    y = min(agency_bottom, national_bottom) - 4
    below = y
    if heading.show_number:
        below = _draw_number(canvas, heading, left, left_width - 3 * mm, y)
    if heading.show_date:
        text = official_date(heading.date, heading.place, heading.year)
        date_bottom = draw_centred(canvas, text, y, frame.width - left_width, fonts.ITALIC, 13, right)
        below = min(below, date_bottom)
    return _draw_type(canvas, heading, below - 8)


def _draw_agency(canvas, heading, x, width, y):
    if heading.parent:
        parent = agency_name(heading.parent)
        y = draw_centred(canvas, parent, y, width, fonts.REGULAR, 12, x)
    agency = agency_name(heading.agency)
    y = draw_centred(canvas, agency, y, width, fonts.BOLD, 12, x)
    return draw_short_rule(canvas, agency, fonts.BOLD, 12, x, y, width)


def _draw_national_name(canvas, x, width, y):
    y = draw_centred(canvas, NATIONAL_NAME, y, width, fonts.BOLD, 12, x)
    y = draw_centred(canvas, MOTTO, y, width, fonts.BOLD, 13, x)
    # The rule is exactly as long as the motto (Phụ lục I, II.1.b).
    half = typesetting.text_width(MOTTO, fonts.BOLD, 13) / 2
    return _rule(canvas, x - half, x + half, y)


def _draw_number(canvas, heading, x, width, y):
    y = draw_centred(canvas, f"Số: {heading.number or '……/……'}", y, width, fonts.REGULAR, 13, x)
    if heading.subject and not heading.type_name:
        y = draw_centred(canvas, f"V/v {heading.subject}", y - 6, width, fonts.REGULAR, 12, x)
    return y


def _draw_type(canvas, heading, y):
    if not heading.type_name:
        return y
    subject = [heading.subject] if heading.subject else []
    return draw_title(canvas, heading.type_name, [*subject, *heading.subtitle], y)


def draw_title(canvas, title, subtitle, y):
    """Box 5a: type of document in capitals, subject below it, rule of a third of the last line."""
    frame = canvas.frame
    y = draw_centred(canvas, title.upper(), y, frame.width, fonts.BOLD, 14)
    last = title.upper()
    for last in subtitle:
        # "(Kèm theo Quyết định số …)" is not bold (Phụ lục V, mẫu II).
        font_name = fonts.REGULAR if last.startswith("(") else fonts.BOLD
        y = draw_centred(canvas, last, y, frame.width * 0.8, font_name, 13)
    return draw_short_rule(canvas, last, fonts.BOLD, 13, frame.centre, y, frame.width * 0.8) - 8


def draw_centred(canvas, text, y, width, font_name, size, x=None):
    """Draw centred lines of ``text`` within ``width`` pt around ``x`` (default: the frame's)."""
    x = canvas.frame.centre if x is None else x
    canvas.setFont(font_name, size)
    for line in typesetting.break_lines(text, font_name, size, width):
        canvas.drawCentredString(x, y - size * ASCENT, line)
        y -= size * LEADING
    return y


def draw_short_rule(canvas, text, font_name, size, x, y, width):
    """A rule of 2/5 of the last line of ``text``: "từ 1/3 đến 1/2 độ dài của dòng chữ"."""
    lines = typesetting.break_lines(text, font_name, size, width) or [""]
    half = typesetting.text_width(lines[-1], font_name, size) / 5
    return _rule(canvas, x - half, x + half, y)


def _rule(canvas, x1, x2, y):
    canvas.setLineWidth(RULE_WIDTH)
    canvas.line(x1, y - 2.5, x2, y - 2.5)
    return y - 5


def draw_paragraph(canvas, text, y, *, size=13, indent=FIRST_LINE_INDENT, justify=True, font_name=None):
    """A paragraph of body text over the frame's width, going on to new pages as needed.

    Justified, first line indented by 1.27 cm, 6 pt before the next (Phụ lục I, II.6.e).
    """
    frame = canvas.frame
    setter = canvas.typesetter(font_name or fonts.REGULAR, size)
    scale = size / 1000
    for paragraph in typesetting.as_text(text).splitlines():
        lines = setter.wrap(paragraph, frame.width / scale, indent / scale)
        for position, (used, tokens) in enumerate(lines):
            if y - size * LEADING < frame.bottom:
                canvas.showPage()
                y = frame.top
            stretch = 0
            spaces = setter.spaces(tokens)
            if justify and position < len(lines) - 1 and spaces > 0:
                stretch = (frame.width - used * scale) / spaces
            x = frame.left + (0 if position else indent)
            canvas.addLiteral(
                f"BT {setter.select} {stretch:.3f} Tw 1 0 0 1 {x:.2f} {y - size * ASCENT:.2f} Tm "
                f"{setter.operator(tokens)} 0 Tw ET"
            )
            y -= size * LEADING
        y -= PARAGRAPH_GAP
    return y


def draw_signature(canvas, signature, y, *, keep=False, x=None, width=None):
    """Box 7 in the right half of the frame (or around ``x``); gives a `SignaturePlace`.

    With ``keep`` the block moves to a new page when it does not fit on this one.
    """
    frame = canvas.frame
    width = frame.width * (1 - LEFT_SHARE) if width is None else width
    x = frame.right - width / 2 if x is None else x
    if keep and y - signature_height(canvas, signature, width) < frame.bottom:
        canvas.showPage()
        y = frame.top
    if signature.above:
        y = draw_centred(canvas, signature.above, y, width, fonts.ITALIC, 13, x)
    for title in signature.titles:
        y = draw_centred(canvas, title, y, width, fonts.BOLD, 13, x)
    if signature.note:
        y = draw_centred(canvas, signature.note, y, width, fonts.ITALIC, 13, x)
    room = SIGNATURE_ROOM * mm
    image_y = y - room
    bottom = draw_centred(canvas, signature.name, image_y, width, fonts.BOLD, 13, x)
    return SignaturePlace(x - width / 2, image_y, width, room, bottom)


def signature_height(canvas, signature, width=None):
    """Height in pt of a `Signature` (None: 0) within ``width`` pt."""
    if not signature:
        return 0
    width = canvas.frame.width * (1 - LEFT_SHARE) if width is None else width
    texts = [
        (signature.above, fonts.ITALIC),
        *((title, fonts.BOLD) for title in signature.titles),
        (signature.note, fonts.ITALIC),
        (signature.name or "x", fonts.BOLD),
    ]
    lines = sum(len(typesetting.break_lines(text, name, 13, width)) for text, name in texts)
    return lines * 13 * LEADING + SIGNATURE_ROOM * mm


def recipients_height(canvas, recipients):
    """Height in pt of the block "Nơi nhận" in its usual place (no recipients: 0)."""
    if not recipients:
        return 0
    width = canvas.frame.width * LEFT_SHARE - 3 * mm
    lines = [
        part for line in recipient_lines(recipients) for part in typesetting.break_lines(line, fonts.REGULAR, 11, width)
    ]
    return (12 + 11 * len(lines)) * LEADING


def draw_recipients(canvas, recipients, y, *, x=None, width=None):
    """Box 9b: "Nơi nhận:" 12 pt bold italic, the list 11 pt, each "- …;", the last "- ….".

    ``recipients`` are names (str); dashes and closing signs are added where missing
    (Phụ lục I, Phần I, II.9.d).
    """
    frame = canvas.frame
    x = frame.left if x is None else x
    width = frame.width * LEFT_SHARE - 3 * mm if width is None else width
    canvas.setFont(fonts.BOLD_ITALIC, 12)
    canvas.drawString(x, y - 12 * ASCENT, "Nơi nhận:")
    y -= 12 * LEADING
    canvas.setFont(fonts.REGULAR, 11)
    for line in recipient_lines(recipients):
        for part in typesetting.break_lines(line, fonts.REGULAR, 11, width):
            canvas.drawString(x, y - 11 * ASCENT, part)
            y -= 11 * LEADING
    return y


def recipient_lines(recipients):
    """The list of recipients with dash and closing sign (list of str)."""
    names = [typesetting.as_text(name).strip(" -;.\t") for name in recipients]
    names = [name for name in names if name]
    last = len(names) - 1
    return [f"- {name}{'.' if i == last else ';'}" for i, name in enumerate(names)]


# The names used in the decree's own words, for callers that build documents part by part.
signature_block = draw_signature
recipients_block = draw_recipients


def qr(canvas, data, x, y, size_mm=20):
    """Draw ``data`` (str) as a QR code, ``size_mm`` wide with its quiet zone, lower left x, y pt.

    Drawn as filled squares, no picture. Raises `segno.DataOverflowError` when too long.
    """
    code = segno.make(data, error="m", micro=False)
    rows = list(code.matrix_iter(border=4))
    module = size_mm * mm / len(rows)
    path = canvas.beginPath()
    for index, row in enumerate(rows):
        top = y + (len(rows) - index - 1) * module
        start = None
        for column, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                path.rect(x + start * module, top, (column - start) * module, module)
                start = None
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawPath(path, stroke=0, fill=1)
