"""Build the .docx templates of Nghị định 30/2020, Phụ lục III: Mẫu 1.2, 1.4 and 1.5.

    python build_templates.py [folder]

writes ``cong_van.docx``, ``quyet_dinh.docx`` and ``van_ban_co_ten_loai.docx``. They are
ordinary documents with Jinja tags for docxtpl; an agency may edit its copies in a word
processor. Sizes and places follow Phụ lục I, Phần I, mục IV and V; "ô n" in the comments
is the box of that drawing.
"""

import io
import sys
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

FONT = "Times New Roman"

# A4 less the margins of 30 and 20 mm leaves 160 mm. The heading takes 5 mm of the right
# margin (15 mm are allowed), or the motto of the state would need two lines.
TEXT_WIDTH = Mm(160)
LEFT_COLUMN, RIGHT_COLUMN = Mm(70), Mm(95)
CLOSING_LEFT, CLOSING_RIGHT = Mm(76), Mm(84)

# The clerk fills these in after the leader has signed: room for "1234" and for "31".
NUMBER_GAP = "\u00a0" * 14
DAY_GAP = "\u00a0" * 8

CENTER, JUSTIFY, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.LEFT


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


BODY = Look(before=6, first_line=Mm(12.7))
LAST_OF_BODY = Look(before=6, first_line=Mm(12.7), keep_next=True)
CENTERED = Look(align=CENTER)
TAG = Look(size=2, align=LEFT)  # a paragraph that docxtpl takes out


def build_official_letter():
    """Return Mẫu 1.5, Công văn, as a `Document`."""
    document = _new_document("Công văn")
    _heading(document, letter_subject=True)
    _salutation(document, before=18)
    _body(document)
    _closing(document)
    return document


def build_decision():
    """Return Mẫu 1.2, Quyết định (cá biệt), as a `Document`."""
    document = _new_document("Quyết định")
    _heading(document)
    _title(document)
    _line(document, "{{ authority|upper }}", Look(size=14, bold=True, align=CENTER, before=6, after=6))
    _loop(document, "base", "bases", Look(italic=True, before=6, first_line=Mm(12.7)))
    _line(document, "QUYẾT ĐỊNH:", Look(bold=True, align=CENTER, before=12, after=6))
    _articles(document)
    _closing(document)
    return document


def build_titled_document():
    """Return Mẫu 1.4, văn bản có tên loại, as a `Document`."""
    document = _new_document("Văn bản có tên loại")
    _heading(document)
    _title(document)
    _tag(document, "p if recipients_main")
    _salutation(document, before=6)
    _tag(document, "p endif")
    _loop(document, "base", "bases", Look(italic=True, before=6, first_line=Mm(12.7)))
    _body(document)
    _closing(document)
    return document


BUILDERS = {
    "cong_van": build_official_letter,
    "quyet_dinh": build_decision,
    "van_ban_co_ten_loai": build_titled_document,
}


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


def main(folder):
    """Write all templates into `folder`."""
    for name, build in BUILDERS.items():
        (folder / f"{name}.docx").write_bytes(to_bytes(build()))


# Parts of a document, from top to bottom


def _heading(document, letter_subject=False):
    """Ô 1 to 4: agency and motto above, number and date below, so that rows stay level."""
    table = _table(document, LEFT_COLUMN, RIGHT_COLUMN, rows=2)
    (agency, motto), (number, place) = (row.cells for row in table.rows)

    _tag(agency, "p if parent_agency")
    _line(agency, "{{ parent_agency|upper }}", Look(size=12, align=CENTER))
    _tag(agency, "p endif")
    _line(agency, "{{ agency|upper }}", Look(size=12, bold=True, align=CENTER))
    _rule(agency, width=Mm(24), within=LEFT_COLUMN)

    _line(motto, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", Look(size=12, bold=True, align=CENTER))
    _line(motto, "Độc lập - Tự do - Hạnh phúc", Look(size=13, bold=True, align=CENTER))
    _rule(motto, width=Mm(56), within=RIGHT_COLUMN)

    _line(number, f"Số:{NUMBER_GAP}/{{{{ notation }}}}", Look(size=13, align=CENTER))
    if letter_subject:
        _line(number, "V/v {{ subject }}", Look(size=12, align=CENTER, before=6))
    _line(
        place,
        f"{{{{ place }}}}, ngày{DAY_GAP}tháng{DAY_GAP}năm {{{{ year }}}}",
        Look(size=13, italic=True, align=CENTER),
    )
    _drop_first_paragraphs(agency, motto, number, place)


def _title(document):
    """Ô 5a: name of the type and subject."""
    _line(document, "{{ type_name|upper }}", Look(bold=True, align=CENTER, before=18))
    _line(document, "{{ subject }}", Look(bold=True, align=CENTER, left=Mm(10), hanging=-1))
    _rule(document, width=Mm(44), within=TEXT_WIDTH)


def _salutation(document, before):
    """Ô 9a: one recipient on the line, several below it, their dashes under the colon."""
    start, dash = Mm(30), Mm(30 + 19)
    _tag(document, "p if recipients_main|length == 1")
    _line(document, "Kính gửi: {{ recipients_main[0] }}", Look(align=CENTER, before=before, after=12))
    _tag(document, "p else")
    _line(document, "Kính gửi:", Look(align=LEFT, left=start, before=before))
    _tag(document, "p for recipient in recipients_main")
    item = Look(align=LEFT, left=dash + Mm(3), hanging=Mm(3))
    _line(document, "- {{ recipient }}{{ '.' if loop.last else ';' }}", item)
    _tag(document, "p endfor")
    _line(document, "", Look(size=6, align=LEFT))
    _tag(document, "p endif")


def _body(document):
    """Ô 6. The last paragraph stays on the page of the signature."""
    _tag(document, "p for paragraph in body")
    _tag(document, "p if loop.last")
    _line(document, "{{ paragraph }}", LAST_OF_BODY)
    _tag(document, "p else")
    _line(document, "{{ paragraph }}", BODY)
    _tag(document, "p endif")
    _tag(document, "p endfor")


def _articles(document):
    """Ô 6 of a decision: "Điều 1." in bold, then its text and its further paragraphs."""
    _tag(document, "p for article in articles")
    _tag(document, "p if loop.last and not article.more")
    _article_line(document, LAST_OF_BODY)
    _tag(document, "p else")
    _article_line(document, BODY)
    _tag(document, "p endif")
    _tag(document, "p for paragraph in article.more")
    _line(document, "{{ paragraph }}", BODY)
    _tag(document, "p endfor")
    _tag(document, "p endfor")


def _article_line(document, look):
    paragraph = _line(document, "", look)
    _run(paragraph, "Điều {{ loop.index }}.", Look(bold=True))
    _run(paragraph, " {{ article.text }}", Look())


def _closing(document):
    """Ô 9b at the left, ô 7a, 7c and 7b at the right, on one page together."""
    _line(document, "", Look(size=8, keep_next=True))
    table = _table(document, CLOSING_LEFT, CLOSING_RIGHT, rows=1)
    _never_split(table.rows[0])
    places, signer = table.rows[0].cells

    _line(places, "Nơi nhận:", Look(size=12, bold=True, italic=True, align=LEFT))
    item = Look(size=11, align=LEFT, left=Mm(2), hanging=Mm(2))
    _tag(places, "p if recipients_main")
    _line(places, "- Như trên;", item)
    _tag(places, "p endif")
    _loop(places, "recipient", "recipients", item, text="- {{ recipient }};")
    _line(places, "- Lưu: VT{% if drafting_unit %}, {{ drafting_unit }}{% endif %}.", item)

    _loop(signer, "line", "competence_lines", Look(bold=True, align=CENTER), text="{{ line|upper }}")
    for _ in range(4):
        gap = _line(signer, "", CENTERED)
        # Four lines of 22 pt are 31 mm: room for the picture of the signature and the seal.
        gap.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        gap.paragraph_format.line_spacing = Pt(22)
    _line(signer, "{{ signer_name }}", Look(bold=True, align=CENTER))
    _drop_first_paragraphs(places, signer)


# The bricks


def _new_document(title):
    document = Document()
    document.core_properties.author = ""
    document.core_properties.comments = ""
    document.core_properties.title = title
    document.core_properties.language = "vi-VN"
    document.core_properties.created = document.core_properties.modified = datetime(2020, 3, 5)
    _default_font(document)
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


def _line(parent, text, look):
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
    _run(paragraph, text, look)
    return paragraph


def _run(paragraph, text, look):
    run = paragraph.add_run(text)
    run.font.size, run.font.name = Pt(look.size), FONT
    run.bold, run.italic = look.bold or None, look.italic or None


def _tag(parent, statement):
    _line(parent, f"{{%{statement} %}}", TAG)


def _loop(parent, name, items, look, text=None):
    _tag(parent, f"p for {name} in {items}")
    _line(parent, text or f"{{{{ {name} }}}}", look)
    _tag(parent, "p endfor")


def _rule(parent, width, within):
    """Add a rule as the top border of an empty paragraph, centred in `within`."""
    paragraph = _line(parent, "", Look(size=4, align=CENTER, before=4))
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


def _table(document, left, right, rows):
    table = document.add_table(rows=rows, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    table.autofit = False
    _no_cell_margins(table)
    for row in table.rows:
        row.cells[0].width, row.cells[1].width = left, right
    table.columns[0].width, table.columns[1].width = left, right
    return table


def _no_cell_margins(table):
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        element = OxmlElement(f"w:{side}")
        element.set(qn("w:w"), "0")
        element.set(qn("w:type"), "dxa")
        margins.append(element)
    table._tbl.tblPr.append(margins)


def _never_split(row):
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _drop_first_paragraphs(*cells):
    """Remove the empty paragraph every new cell starts with."""
    for cell in cells:
        first = cell.paragraphs[0]._p
        first.getparent().remove(first)


def _page_number(paragraph):
    paragraph.alignment = CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
    run = OxmlElement("w:r")
    field.append(run)
    properties = OxmlElement("w:rPr")
    size = OxmlElement("w:sz")
    size.set(qn("w:val"), "28")
    properties.append(size)
    run.append(properties)
    text = OxmlElement("w:t")
    text.text = "2"
    run.append(text)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
