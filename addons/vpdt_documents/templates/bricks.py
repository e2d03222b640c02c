"""The bricks of which `build_templates` makes the forms: paragraphs, rules, tables and stamps of a .docx."""

import io
import zipfile
from dataclasses import dataclass
from datetime import datetime

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from .rules import AGENCY_RULE, SUBJECT_RULE

FONT = "Times New Roman"
CENTER, JUSTIFY, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.LEFT
RED = RGBColor(0xFF, 0, 0)


@dataclass(frozen=True)
class Look:
    """How a paragraph looks; lengths are `docx.shared` lengths, `size` is in points."""

    size: float = 14
    bold: bool = False
    italic: bool = False
    align: int = JUSTIFY
    before: float = 0
    after: float = 0
    first_line: int = 0
    left: int = 0
    hanging: int = 0
    keep_next: bool = False
    colour: RGBColor | None = None


TAG = Look(size=2, align=LEFT)  # a paragraph that docxtpl takes out


def new_document(title):
    """An empty page of the decree: A4, margins 20/20/30/20 mm, page number from the second page on."""
    document = Document()
    document.core_properties.author = ""
    document.core_properties.comments = ""
    document.core_properties.title = title
    document.core_properties.language = "vi-VN"
    document.core_properties.created = document.core_properties.modified = datetime(2020, 3, 5)
    _default_font(document)
    for name in (AGENCY_RULE, SUBJECT_RULE):
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(20)
    section.header_distance = section.footer_distance = Mm(10)
    # The number is in the top margin, from the second page on.
    section.different_first_page_header_footer = True
    _page_number(section.header.paragraphs[0])
    return document


def _default_font(document):
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(14)
    fonts = style.element.rPr.rFonts
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    style.element.rPr.append(language)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = 1.0


def line(parent, text, look):
    """Add a paragraph of one run: a Jinja tag must never be split over two runs."""
    paragraph = parent.add_paragraph()
    form = paragraph.paragraph_format
    form.alignment = look.align
    form.space_before, form.space_after = Pt(look.before), Pt(look.after)
    form.keep_with_next = look.keep_next or None
    form.widow_control = True
    if look.hanging < 0:  # the same room at both sides
        form.left_indent = form.right_indent = look.left
    elif look.left or look.hanging:
        form.left_indent, form.first_line_indent = look.left, -look.hanging
    elif look.first_line:
        form.first_line_indent = look.first_line
    run(paragraph, text, look)
    return paragraph


def run(paragraph, text, look):
    """Add a run to a paragraph."""
    piece = paragraph.add_run(text)
    piece.font.size, piece.font.name = Pt(look.size), FONT
    piece.bold, piece.italic = look.bold or None, look.italic or None
    if look.colour is not None:
        piece.font.color.rgb = look.colour


def tag(parent, statement):
    """Add a Jinja statement on a paragraph of its own, which docxtpl takes out."""
    line(parent, f"{{%{statement} %}}", TAG)


def loop(parent, name, items, look, text=None):
    """Add a paragraph for each of ``items``."""
    tag(parent, f"p for {name} in {items}")
    line(parent, text or f"{{{{ {name} }}}}", look)
    tag(parent, "p endfor")


def rule(parent, width, within, style=None):
    """Add a rule as the top border of an empty paragraph, centred in ``within``.

    One with a ``style`` of `rules` gets its width when the form is filled in, by the text above it.
    """
    paragraph = line(parent, "", Look(size=4, align=CENTER, before=4))
    if style:
        paragraph.style = style
    indent = int((within - width) / 2)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = indent
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for key, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{key}"), value)
    borders.append(top)
    properties = paragraph._p.get_or_add_pPr()
    # Its place in the schema is before the spacing.
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


def table(parent, left, right, rows):
    """Add a table of two columns without lines."""
    made = parent.add_table(rows=rows, cols=2)
    made.alignment = WD_TABLE_ALIGNMENT.LEFT
    made.autofit = False
    _no_cell_margins(made)
    for row in made.rows:
        row.cells[0].width, row.cells[1].width = left, right
    made.columns[0].width, made.columns[1].width = left, right
    return made


def stamp(cell, text, width, height, colour=None):
    """Add a word in a box of one line, of its size in the decree (ô 10b, 11), centred in a cell."""
    box = cell.add_table(rows=1, cols=1)
    box.alignment = WD_TABLE_ALIGNMENT.CENTER
    box.autofit = False
    _no_cell_margins(box)
    row = box.rows[0]
    row.height, row.height_rule = height, WD_ROW_HEIGHT_RULE.EXACTLY
    row.cells[0].width = box.columns[0].width = width
    _borders(box, "FF0000" if colour == RED else "000000")
    line(row.cells[0], text, Look(size=13, bold=True, align=CENTER, before=3, colour=colour))
    drop_first_paragraphs(row.cells[0])


def _borders(box, colour):
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right"):
        edge = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", "8"), ("space", "0"), ("color", colour)):
            edge.set(qn(f"w:{key}"), value)
        borders.append(edge)
    box._tbl.tblPr.append(borders)


def _no_cell_margins(made):
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        element = OxmlElement(f"w:{side}")
        element.set(qn("w:w"), "0")
        element.set(qn("w:type"), "dxa")
        margins.append(element)
    made._tbl.tblPr.append(margins)


def never_split(row):
    """Keep a row of a table on one page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def drop_first_paragraphs(*cells):
    """Remove the empty paragraph every new cell starts with."""
    for cell in cells:
        first = cell.paragraphs[0]._p
        first.getparent().remove(first)


def _page_number(paragraph):
    paragraph.alignment = CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
    piece = OxmlElement("w:r")
    field.append(piece)
    properties = OxmlElement("w:rPr")
    size = OxmlElement("w:sz")
    size.set(qn("w:val"), "28")
    properties.append(size)
    piece.append(properties)
    text = OxmlElement("w:t")
    text.text = "2"
    piece.append(text)


def to_bytes(document):
    """Return the .docx file of a `Document`, the same bytes for the same content."""
    first = io.BytesIO()
    document.save(first)
    second = io.BytesIO()
    with zipfile.ZipFile(first) as source, zipfile.ZipFile(second, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, date_time=(2020, 3, 5, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return second.getvalue()
