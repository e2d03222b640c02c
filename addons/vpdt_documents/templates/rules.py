"""Rules below the name of the agency and the subject: 1/3 to 1/2 of the text above (Phụ lục I, Phần I, II)."""

from docx.shared import Pt

from odoo.addons.vpdt_base.official_pdf.fonts import BOLD
from odoo.addons.vpdt_base.official_pdf.typesetting import break_lines, text_width

AGENCY_RULE, SUBJECT_RULE = "Rule below the agency", "Rule below the subject"
SHARE = 0.42  # of the line right above it


def set_rules(document, column_widths):
    """Give each rule of a filled-in form its width.

    :param document: `docx.Document`
    :param dict column_widths: style of the rule → width in points in which the text above it stands
    """
    for paragraphs in _containers(document):
        for above, rule in zip(paragraphs, paragraphs[1:], strict=False):
            if rule.style.name in column_widths:
                _set_width(rule, above, column_widths[rule.style.name])


def _containers(document):
    yield document.paragraphs
    for table in document.tables:
        for row in table.rows:
            for cell in row.cells:
                yield cell.paragraphs


def _set_width(rule, above, column):
    size = above.runs[0].font.size.pt if above.runs and above.runs[0].font.size else 13
    form = above.paragraph_format
    room = column - (form.left_indent or Pt(0)).pt - (form.right_indent or Pt(0)).pt
    lines = break_lines(above.text.split("\n")[-1], BOLD, size, room) or [""]
    width = SHARE * min(text_width(lines[-1], BOLD, size), room)
    indent = Pt(max(0, (column - width) / 2))
    rule.paragraph_format.left_indent = rule.paragraph_format.right_indent = indent
