import io

from odoo import models
from reportlab.lib.units import mm

from odoo.addons.vpdt_base.official_pdf import fonts, heading
from odoo.addons.vpdt_base.official_pdf.page import A4_PORTRAIT, OfficialCanvas

#: Two columns and seven rows on A4, the usual sheet of labels (99 × 38 mm).
COLUMNS, ROWS = 2, 7
WIDTH, HEIGHT = 99 * mm, 38 * mm
LEFT, TOP = 6 * mm, 15 * mm
QR_MM = 30
LONGEST_LINES = 4


def labels(rows, stream):
    """Draw labels with a QR, fourteen a page.

    :param rows: iterable of (text of the QR, first line, list of other lines)
    :param stream: binary, written to
    """
    canvas = OfficialCanvas(stream, A4_PORTRAIT, title="Nhãn", author="")
    page_width, page_height = 210 * mm, 297 * mm
    count = 0
    for count, (code, first, others) in enumerate(rows, 1):
        place = (count - 1) % (COLUMNS * ROWS)
        if place == 0 and count > 1:
            canvas.showPage()
        x = LEFT + (place % COLUMNS) * WIDTH
        y = page_height - TOP - (place // COLUMNS + 1) * HEIGHT
        _label(canvas, x, y, min(WIDTH, page_width - x), code, first, others)
    canvas.showPage()
    canvas.save()


def _label(canvas, x, y, width, code, first, others):
    canvas.setLineWidth(0.3)
    canvas.rect(x + 1 * mm, y + 1 * mm, width - 2 * mm, HEIGHT - 2 * mm)
    heading.qr(canvas, code, x + 3 * mm, y + (HEIGHT - QR_MM * mm) / 2, QR_MM)
    left = x + (QR_MM + 5) * mm
    room, line = x + width - 3 * mm - left, y + HEIGHT - 9 * mm
    canvas.setFont(fonts.BOLD, 13)
    canvas.drawString(left, line, _fitting(canvas, first, fonts.BOLD, 13, room))
    canvas.setFont(fonts.REGULAR, 9.5)
    drawn = [part for text in others if text for part in _wrapped(canvas, text, room)]
    for part in drawn[:LONGEST_LINES]:
        line -= 5 * mm
        canvas.drawString(left, line, part)


def _wrapped(canvas, text, room):
    """Lines of a text that fit into ``room`` points."""
    lines, current = [], ""
    for word in text.split():
        longer = f"{current} {word}".strip()
        if current and canvas.stringWidth(longer, fonts.REGULAR, 9.5) > room:
            lines, current = [*lines, current], word
        else:
            current = longer
    return [*lines, _fitting(canvas, current, fonts.REGULAR, 9.5, room)] if current else lines


def _fitting(canvas, text, font, size, room):
    while text and canvas.stringWidth(text, font, size) > room:
        text = text[:-2] + "…" if len(text) > 2 else ""
    return text


class VpdtArchivePlace(models.Model):
    """Labels of stores, shelves and boxes."""

    _inherit = "vpdt.archive.place"

    def _official_pdf_place_labels(self, _data):
        """Labels with QR of these places, as PDF (bytes); what a scanner reads is the code of the place."""
        stream = io.BytesIO()
        labels((place._label_row() for place in self), stream)
        return stream.getvalue()

    def _label_row(self):
        kind = dict(self._fields["kind"]._description_selection(self.env))[self.kind]
        codes = self.dossier_ids.sudo().mapped("archive_code")  # of what lies in the archivist's own box
        span = " – ".join(sorted({min(codes), max(codes)})) if all(codes) and codes else ""
        return self.full_code, f"{kind} {self.code}", [self.company_id.name, self.full_code, span or self.name or ""]


class VpdtDossier(models.Model):
    """Labels of dossiers."""

    _inherit = "vpdt.dossier"

    def _official_pdf_dossier_labels(self, _data):
        """Labels with QR of these dossiers, as PDF (bytes); what a scanner reads is the code of the archive, or the
        code of the dossier before it is there."""
        stream = io.BytesIO()
        labels((dossier._label_row() for dossier in self), stream)
        return stream.getvalue()

    def _label_row(self):
        lines = [self.title, f"Năm {self.year} · {self.retention_label}", self.place_id.full_code or ""]
        return self.archive_code or self.code, self.notation, lines
