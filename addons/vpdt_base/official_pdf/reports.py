"""Short official reports: heading, paragraphs, one table, signature, recipients."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.units import mm

from . import heading
from .page import A4_LANDSCAPE, A4_PORTRAIT, OfficialCanvas
from .tables import TableReport, TableWriter, draw_footer

#: Side of the QR, and the height that it takes with the room above it (pt).
_QR_MM = 20
_QR_ROOM = _QR_MM * mm + 4


@dataclass
class OfficialReport:
    """A letter-like report (Nghị định 30/2020, Phụ lục I): what a report screen prints.

    ``paragraphs`` come before the table, ``closing`` after it. ``table`` is a `TableReport`;
    of it only columns, rows, footer and empty text are used here.
    """

    heading: heading.OfficialHeading
    paragraphs: Sequence[str] = ()
    table: TableReport | None = None
    closing: Sequence[str] = ()
    signature: heading.Signature | None = None
    recipients: Sequence[str] = ()
    landscape: bool = False
    qr: str = ""
    #: Of a record that two sign: stands on the left, above the recipients.
    left_signature: heading.Signature | None = None

    @property
    def title(self):
        parts = (self.heading.type_name, self.heading.subject or self.heading.number)
        return " ".join(part for part in parts if part)

    def write_pdf(self, stream):
        """Write the PDF to a binary ``stream``."""
        frame = A4_LANDSCAPE if self.landscape else A4_PORTRAIT
        canvas = OfficialCanvas(stream, frame, title=self.title, author=self.heading.agency)
        y = heading.draw_heading(canvas, self.heading)
        y = self._draw_paragraphs(canvas, self.paragraphs, y)
        if self.table:
            y = self._draw_table(canvas, y - 4)
        y = self._draw_paragraphs(canvas, self.closing, y)
        self._draw_end(canvas, y - 8)
        canvas.showPage()
        canvas.save()

    def _draw_paragraphs(self, canvas, paragraphs, y):
        for text in paragraphs:
            y = heading.draw_paragraph(canvas, text, y)
        return y

    def _draw_table(self, canvas, y):
        writer = TableWriter(
            canvas,
            self.table.columns,
            column_numbers=self.table.column_numbers,
            min_row_mm=self.table.min_row_mm,
        )
        count, y = writer.draw(self.table, y)
        return draw_footer(canvas, self.table.footer_lines(count), y)

    def _draw_end(self, canvas, y):
        """Recipients and, below them, the QR on the left, the signature on the right; all on one page."""
        left_width = canvas.frame.width * heading.LEFT_SHARE
        left_height = heading.recipients_height(canvas, self.recipients) + (_QR_ROOM if self.qr else 0)
        left_height += heading.signature_height(canvas, self.left_signature, left_width)
        if y - max(left_height, heading.signature_height(canvas, self.signature)) < canvas.frame.bottom:
            canvas.showPage()
            y = canvas.frame.top
        left_y = y
        if self.left_signature:
            x = canvas.frame.left + left_width / 2
            left_y = heading.draw_signature(canvas, self.left_signature, y, x=x, width=left_width).bottom - 8
        below = heading.draw_recipients(canvas, self.recipients, left_y) if self.recipients else left_y
        if self.signature:
            heading.draw_signature(canvas, self.signature, y)
        if self.qr:
            heading.qr(canvas, self.qr, canvas.frame.left, below - _QR_ROOM, _QR_MM)
