"""An extract (trích sao) made anew: the full components of the original around the part of its text that is copied
(Nghị định 30/2020, điểm b khoản 3 Điều 25). Pages are not cut out."""

import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass

from odoo.addons.vpdt_base.official_pdf import heading
from odoo.addons.vpdt_base.official_pdf.page import A4_PORTRAIT, OfficialCanvas

#: Stands in place of what is left out before and after the part that is copied.
LEFT_OUT = "[…]"


@dataclass(frozen=True)
class Extract:
    """What the original says of itself, and the part of its text.

    :param number: number and notation, ``05/QĐ-UBND``
    :param type_name: name of the type, "" for an official letter
    :param text: paragraphs, one a line
    :param titles: lines above the signature of the original
    :param recipients: of the original
    """

    agency: str
    number: str
    text: str
    parent: str = ""
    place: str = ""
    date: datetime.date | None = None
    type_name: str = ""
    subject: str = ""
    titles: Sequence[str] = ()
    signer: str = ""
    recipients: Sequence[str] = ()


def make_extract(extract):
    """Draw an extract; the signature of the original is said, not drawn.

    :param extract: :class:`Extract`
    :return: PDF, bytes
    """
    buffer = io.BytesIO()
    canvas = OfficialCanvas(buffer, A4_PORTRAIT, title=extract.subject, author=extract.agency)
    head = heading.OfficialHeading(
        agency=extract.agency,
        parent=extract.parent,
        number=extract.number,
        place=extract.place,
        date=extract.date,
        type_name=extract.type_name,
        subject=extract.subject,
        show_date=extract.date is not None,
    )
    y = heading.draw_heading(canvas, head) - 6
    for part in (LEFT_OUT, *extract.text.splitlines(), LEFT_OUT):
        if part.strip():
            y = heading.draw_paragraph(canvas, part.strip(), y)
    signature = heading.Signature(titles=tuple(extract.titles), name=extract.signer, note="(Đã ký)")
    places = list(extract.recipients)
    room = max(heading.signature_height(canvas, signature), heading.recipients_height(canvas, places))
    if y - room < canvas.frame.bottom:
        canvas.showPage()
        y = canvas.frame.top
    if places:
        heading.draw_recipients(canvas, places, y)
    heading.draw_signature(canvas, signature, y)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()
