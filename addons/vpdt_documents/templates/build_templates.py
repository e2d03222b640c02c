"""Build the .docx templates of Nghị định 30/2020, Phụ lục III: Mẫu 1.1 to 1.10, and the annexes of Mẫu 1.3 and 2.1.

    python -m odoo.addons.vpdt_documents.templates.build_templates [folder]

writes one .docx a form. They are ordinary documents with Jinja tags for docxtpl; an agency may edit its copies in a
word processor. Sizes and places follow Phụ lục I, Phần I, mục IV and V; "ô n" in the comments is the box drawn there.
"""

import sys
from pathlib import Path

from docx.enum.text import WD_LINE_SPACING
from docx.shared import Mm, Pt

from .bricks import (
    CENTER,
    LEFT,
    RED,
    Look,
    drop_first_paragraphs,
    line,
    loop,
    never_split,
    new_document,
    rule,
    run,
    stamp,
    table,
    tag,
    to_bytes,
)
from .rules import AGENCY_RULE, SUBJECT_RULE

# A4 less the margins of 30 and 20 mm leaves 160 mm. The heading takes 5 mm of the right
# margin (15 mm are allowed), or the motto of the state would need two lines.
TEXT_WIDTH = Mm(160)
LEFT_COLUMN, RIGHT_COLUMN = Mm(70), Mm(95)
CLOSING_LEFT, CLOSING_RIGHT = Mm(76), Mm(84)

# The clerk fills these in after the leader has signed: room for "1234", for "31" and for "2026".
NUMBER_GAP = "\u00a0" * 14
DAY_GAP = "\u00a0" * 8
YEAR_GAP = "\u00a0" * 12

# Phụ lục I, Phần I, III.2: red, in a single border of these sizes.
URGENCY_STAMPS = (("KHẨN", Mm(20)), ("THƯỢNG KHẨN", Mm(40)), ("HOẢ TỐC", Mm(30)))
STAMP_HEIGHT = Mm(8)

BODY = Look(before=6, first_line=Mm(12.7))
LAST_OF_BODY = Look(before=6, first_line=Mm(12.7), keep_next=True)
DIVISION = Look(bold=True, align=CENTER, before=6, keep_next=True)
CENTERED = Look(align=CENTER)
ITEM = Look(size=11, align=LEFT, left=Mm(2), hanging=Mm(2))


def build_official_letter():
    """Mẫu 1.5, Công văn."""
    document = new_document("Công văn")
    _heading(document, letter_subject=True)
    _salutation(document, before=18)
    _blocks(document)
    _closing(document)
    _address(document)
    return document


def build_decision():
    """Mẫu 1.2 and 1.3, Quyết định (cá biệt)."""
    return _deciding("Quyết định", "QUYẾT ĐỊNH:")


def build_resolution():
    """Mẫu 1.1, Nghị quyết (cá biệt)."""
    return _deciding("Nghị quyết", "QUYẾT NGHỊ:")


def _deciding(title, words):
    document = new_document(title)
    _heading(document)
    _title(document)
    line(document, "{{ authority|upper }}", Look(size=14, bold=True, align=CENTER, before=6, after=6))
    _bases(document)
    line(document, words, Look(bold=True, align=CENTER, before=12, after=6))
    _blocks(document)
    _closing(document)
    return document


def build_titled_document():
    """Mẫu 1.4, văn bản có tên loại; "Kính gửi" for Tờ trình and Báo cáo to a superior body."""
    document = new_document("Văn bản có tên loại")
    _heading(document)
    _title(document)
    tag(document, "p if recipients_main")
    _salutation(document, before=6)
    tag(document, "p endif")
    _bases(document)
    _blocks(document)
    _closing(document)
    return document


def build_telegram():
    """Mẫu 1.6, Công điện."""
    document = new_document("Công điện")
    _heading(document)
    _title(document)
    _addressed(document, "{{ authority }} điện:")
    _blocks(document)
    _closing(document)
    return document


def build_invitation():
    """Mẫu 1.7, Giấy mời."""
    document = new_document("Giấy mời")
    _heading(document)
    _title(document)
    _addressed(document, "{{ agency_line }} trân trọng kính mời:")
    _blocks(document)
    _closing(document)
    return document


def build_introduction():
    """Mẫu 1.8, Giấy giới thiệu: a title without a subject."""
    document = new_document("Giấy giới thiệu")
    _heading(document)
    _title(document, subject=False)
    line(document, "{{ agency_line }} trân trọng giới thiệu:", Look(before=12, first_line=Mm(12.7)))
    _blocks(document)
    _closing(document)
    return document


def build_minutes():
    """Mẫu 1.9, Biên bản: no place and date; the secretary signs at the left, the chair at the right."""
    document = new_document("Biên bản")
    _heading(document, dated=False)
    _title(document, ruled=False)
    _blocks(document)
    _closing_of_minutes(document)
    return document


def build_leave_permit():
    """Mẫu 1.10, Giấy nghỉ phép: a title without a subject, and room for the place of the leave to confirm it."""
    document = new_document("Giấy nghỉ phép")
    _heading(document)
    _title(document, subject=False)
    _blocks(document)
    _closing(document)
    look = Look(size=13, align=LEFT, before=12)
    line(document, "Xác nhận của cơ quan (tổ chức) hoặc chính quyền", look)
    line(document, "địa phương nơi nghỉ phép (nếu cần)", Look(size=13, align=LEFT))
    line(document, "(Chữ ký, dấu)", Look(size=13, italic=True, align=LEFT))
    return document


def build_attached():
    """The text that a decision of Mẫu 1.3 brings into force, in its own file; number and date stay blank (note 2)."""
    document = new_document("Văn bản kèm theo quyết định")
    _heading(document, numbered=False)
    _title(document, below="(Kèm theo {{ attached_to }})")
    _blocks(document)
    return document


def build_annex():
    """Mẫu 2.1 and 2.2, Phụ lục."""
    document = new_document("Phụ lục")
    line(document, "Phụ lục{% if annex_number %} {{ annex_number }}{% endif %}", Look(bold=True, align=CENTER))
    line(document, "{{ subject|upper }}", Look(bold=True, align=CENTER, left=Mm(10), hanging=-1))
    line(document, "(Kèm theo {{ attached_to }})", Look(italic=True, align=CENTER))
    rule(document, width=Mm(44), within=TEXT_WIDTH, style=SUBJECT_RULE)
    _blocks(document)
    return document


BUILDERS = {
    "cong_van": build_official_letter,
    "quyet_dinh": build_decision,
    "nghi_quyet": build_resolution,
    "van_ban_co_ten_loai": build_titled_document,
    "cong_dien": build_telegram,
    "giay_moi": build_invitation,
    "giay_gioi_thieu": build_introduction,
    "bien_ban": build_minutes,
    "giay_nghi_phep": build_leave_permit,
    "van_ban_kem_theo": build_attached,
    "phu_luc": build_annex,
}


def main(folder):
    """Write all templates into `folder`."""
    for name, build in BUILDERS.items():
        (folder / f"{name}.docx").write_bytes(to_bytes(build()))


# Parts of a document, from top to bottom


def _heading(document, letter_subject=False, numbered=True, dated=True):
    """Ô 1 to 4: agency and motto above, number and date below, so that rows stay level; below them ô 10b and 11."""
    heading = table(document, LEFT_COLUMN, RIGHT_COLUMN, rows=2 if numbered else 1)
    agency, motto = heading.rows[0].cells

    tag(agency, "p if parent_agency")
    line(agency, "{{ parent_agency|upper }}", Look(size=12, align=CENTER))
    tag(agency, "p endif")
    line(agency, "{{ agency|upper }}", Look(size=12, bold=True, align=CENTER))
    rule(agency, width=Mm(24), within=LEFT_COLUMN, style=AGENCY_RULE)

    line(motto, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", Look(size=12, bold=True, align=CENTER))
    line(motto, "Độc lập - Tự do - Hạnh phúc", Look(size=13, bold=True, align=CENTER))
    rule(motto, width=Mm(56), within=RIGHT_COLUMN)
    drop_first_paragraphs(agency, motto)
    if numbered:
        number, place = heading.rows[1].cells
        _number(number, letter_subject)
        date = f"{{{{ place }}}}, ngày{DAY_GAP}tháng{DAY_GAP}năm{YEAR_GAP}" if dated else ""
        line(place, date, Look(size=13, italic=True, align=CENTER))
        drop_first_paragraphs(number, place)


def _number(cell, letter_subject):
    line(cell, f"Số:{NUMBER_GAP}/{{{{ notation }}}}", Look(size=13, align=CENTER))
    if letter_subject:
        line(cell, "V/v {{ subject }}", Look(size=12, align=CENTER, before=6))
    for word, width in URGENCY_STAMPS:
        tag(cell, f"p if urgency == '{word}'")
        line(cell, "", Look(size=6, align=CENTER))
        stamp(cell, word, width, STAMP_HEIGHT, colour=RED)
        tag(cell, "p endif")
    tag(cell, "p if circulation")
    line(cell, "", Look(size=6, align=CENTER))
    stamp(cell, "{{ circulation }}", Mm(58), STAMP_HEIGHT)
    tag(cell, "p endif")
    line(cell, "", Look(size=2, align=CENTER))  # a cell ends in a paragraph


def _title(document, subject=True, ruled=True, below=""):
    """Ô 5a: name of the type and subject."""
    line(document, "{{ type_name|upper }}", Look(bold=True, align=CENTER, before=18))
    if subject:
        line(document, "{{ subject }}", Look(bold=True, align=CENTER, left=Mm(10), hanging=-1))
    if below:
        line(document, below, Look(italic=True, align=CENTER))
    if ruled:
        rule(document, width=Mm(44), within=TEXT_WIDTH, style=SUBJECT_RULE)


def _bases(document):
    loop(document, "base", "bases", Look(italic=True, before=6, first_line=Mm(12.7)))


def _salutation(document, before):
    """Ô 9a: one recipient on the line, several below it, their dashes under the colon."""
    start, dash = Mm(30), Mm(30 + 19)
    tag(document, "p if recipients_main|length == 1")
    line(document, "Kính gửi: {{ recipients_main[0] }}", Look(align=CENTER, before=before, after=12))
    tag(document, "p else")
    line(document, "Kính gửi:", Look(align=LEFT, left=start, before=before))
    _list(document, dash)
    tag(document, "p endif")


def _addressed(document, words):
    """Whom a telegram or an invitation speaks to, in one line or as a list."""
    tag(document, "p if recipients_main|length == 1")
    line(document, f"{words} {{{{ recipients_main[0] }}}}", Look(before=12, first_line=Mm(12.7)))
    tag(document, "p else")
    line(document, words, Look(align=CENTER, before=12))
    _list(document, Mm(40))
    tag(document, "p endif")


def _list(document, dash):
    tag(document, "p for recipient in recipients_main")
    item = Look(align=LEFT, left=dash + Mm(3), hanging=Mm(3))
    line(document, "- {{ recipient }}{{ '.' if loop.last else ';' }}", item)
    tag(document, "p endfor")
    line(document, "", Look(size=6, align=LEFT))


def _blocks(document):
    """Ô 6: articles with "Điều 1." in bold, divisions centred, paragraphs. The last one stays with the signature."""
    tag(document, "p for block in blocks")
    tag(document, "p if block.kind == 'heading'")
    line(document, "{{ block.text }}", DIVISION)
    tag(document, "p elif block.kind == 'article' and loop.last")
    _article(document, LAST_OF_BODY)
    tag(document, "p elif block.kind == 'article'")
    _article(document, BODY)
    tag(document, "p elif loop.last")
    line(document, "{{ block.text }}", LAST_OF_BODY)
    tag(document, "p else")
    line(document, "{{ block.text }}", BODY)
    tag(document, "p endif")
    tag(document, "p endfor")


def _article(document, look):
    paragraph = line(document, "", look)
    run(paragraph, "{{ block.lead }}", Look(bold=True))
    run(paragraph, " {{ block.text }}", Look())


def _closing(document):
    """Ô 9b at the left, ô 7a, 7c and 7b at the right, on one page together."""
    line(document, "", Look(size=8, keep_next=True))
    closing = table(document, CLOSING_LEFT, CLOSING_RIGHT, rows=1)
    never_split(closing.rows[0])
    places, signer = closing.rows[0].cells
    _places(places)
    loop(signer, "line", "competence_lines", Look(bold=True, align=CENTER), text="{{ line|upper }}")
    _room_to_sign(signer)
    tag(signer, "p if other_title")
    line(signer, "{{ other_title|upper }}", Look(bold=True, align=CENTER))
    tag(signer, "p endif")
    line(signer, "{{ signer_name }}", Look(bold=True, align=CENTER))
    drop_first_paragraphs(places, signer)


def _closing_of_minutes(document):
    line(document, "", Look(size=8, keep_next=True))
    closing = table(document, CLOSING_LEFT, CLOSING_RIGHT, rows=2)
    never_split(closing.rows[0])
    secretary, chair = closing.rows[0].cells
    line(secretary, "THƯ KÝ", Look(bold=True, align=CENTER))
    _room_to_sign(secretary)
    line(secretary, "{{ secretary_name }}", Look(bold=True, align=CENTER))
    loop(chair, "line", "competence_lines", Look(bold=True, align=CENTER), text="{{ line|upper }}")
    _room_to_sign(chair)
    line(chair, "{{ signer_name }}", Look(bold=True, align=CENTER))
    places = closing.rows[1].cells[0]
    _places(places)
    drop_first_paragraphs(secretary, chair, places)


def _places(cell):
    """Ô 9b: whom it goes to, and what is kept; with ô 12, the drafter's mark and the number of copies."""
    line(cell, "Nơi nhận:", Look(size=12, bold=True, italic=True, align=LEFT))
    loop(cell, "recipient", "recipients", ITEM, text="- {{ recipient }};")
    line(cell, "- Lưu: {{ kept }}.{% if drafter_mark %} {{ drafter_mark }}{% endif %}", ITEM)


def _room_to_sign(cell):
    for _ in range(4):
        gap = line(cell, "", CENTERED)
        # Four lines of 22 pt are 31 mm: room for the picture of the signature and the seal.
        gap.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        gap.paragraph_format.line_spacing = Pt(22)


def _address(document):
    """Ô 13: address and ways to reach the agency, below a rule over the whole width, on the first page only."""
    footer = document.sections[0].first_page_footer
    tag(footer, "p if address")
    rule(footer, width=TEXT_WIDTH, within=TEXT_WIDTH)
    line(footer, "{{ address }}", Look(size=11, align=CENTER))
    tag(footer, "p endif")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
