import re
from dataclasses import dataclass, field

from odoo.addons.vpdt_base.directory.reading import Limits
from odoo.addons.vpdt_base.directory.xlsx_source import close_book, open_book, sheet_rows
from odoo.addons.vpdt_base.text import fold, nfc

#: Folded words by which the columns are found, wherever they stand.
COLUMNS = {
    "code": ("so va ky hieu", "so ky hieu", "so, ky hieu", "ky hieu ho so"),
    "name": ("ten de muc", "tieu de"),
    "retention": ("thoi han",),
    "person": ("nguoi lap", "don vi lap", "nguoi, don vi"),
    "note": ("ghi chu",),
}
HEADING_ROWS = 30
LIMITS = Limits(size=10 << 20, unpacked=60 << 20, rows=5000)
LONGEST_TITLE = 500
_ROMAN = re.compile(r"^\s*([IVXL]+)\s*[.)]\s*(.+)$", re.DOTALL)
_ARABIC = re.compile(r"^\s*(\d+)\s*[.)]\s*(.+)$", re.DOTALL)
_ONLY_ROMAN = re.compile(r"^[IVXL]+\.?$")
_YEARS = re.compile(r"^(\d{1,3})\s*(?:nam|years?)$")


class PlanError(Exception):
    """A workbook that holds no plan; ``code`` is ``no_headings`` or ``too_many_rows``."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


@dataclass
class PlanRow:
    """A row of a plan.

    :param number: of the row in the sheet, from 1
    :param kind: ``heading``, ``subheading`` or ``dossier``
    :param name: of the heading, or title of the dossier
    :param code: as it is written, for example 01.TCCB
    :param abbreviation: of a heading: that of the dossiers below it
    :param term: ``permanent``, ``years``, ``event`` or "" when none is written
    :param years: int, with ``years``
    :param retention: as it is written
    :param person: as it is written
    :param problems: list of codes: no_title, title_too_long, no_retention, retention_unreadable
    """

    number: int
    kind: str
    name: str
    code: str = ""
    abbreviation: str = ""
    term: str = ""
    years: int = 0
    retention: str = ""
    person: str = ""
    note: str = ""
    problems: list = field(default_factory=list)


def read_plan(path):
    """Rows of the first sheet that has the headings of form II.

    :param path: of an .xlsx
    :return: list of `PlanRow`, at most LIMITS.rows
    :raises PlanError: no sheet with the headings, or far too many rows
    :raises DirectoryError: no workbook, damaged, or too large
    """
    book = open_book(path, LIMITS)
    try:
        for sheet in book.worksheets:
            rows = list(_until_limit(sheet_rows(sheet)))
            found = _find_columns(rows)
            if found:
                return _with_abbreviations(_read(rows, *found))
    finally:
        close_book(book)
    raise PlanError("no_headings")


def _until_limit(rows):
    for count, row in enumerate(rows):
        if count >= LIMITS.rows:
            raise PlanError("too_many_rows")
        yield row


def _find_columns(rows):
    """(position of the row of headings, {field: column}), or None."""
    for position, (_number, cells) in enumerate(rows[:HEADING_ROWS]):
        columns = {}
        for index, cell in enumerate(cells):
            words = " ".join(fold(str(cell or "")).split())
            name = next((n for n, parts in COLUMNS.items() if any(part in words for part in parts)), None)
            if name and name not in columns:
                columns[name] = index
        if {"name", "retention"} <= columns.keys():
            return position, columns
    return None


def _read(rows, position, columns):
    for number, cells in rows[position + 1 :]:
        values = {name: _text(cells[index]) if index < len(cells) else "" for name, index in columns.items()}
        row = _row(number, values, [_text(cell) for cell in cells])
        if row:
            yield row


def _text(value):
    text = " ".join(nfc(str(value)).split()) if value is not None else ""
    return text.removesuffix(".0") if isinstance(value, float) else text


def _row(number, values, cells):
    """What a row says, None for an empty one, the numbers of the columns and the footer."""
    filled = [cell for cell in cells if cell]
    if not filled or all(re.fullmatch(r"\(?\d\)?", cell) for cell in filled):
        return None
    if heading := _heading(number, values, filled):
        return heading
    if fold(filled[0]).startswith("danh muc ho so nay co"):
        return None
    row = PlanRow(number, "dossier", values["name"], values.get("code", ""), person=values.get("person", ""),
                  note=values.get("note", ""), retention=values["retention"])  # fmt: skip
    row.term, row.years = _term(row.retention)
    row.problems = list(_problems(row))
    return row


def _heading(number, values, filled):
    """A heading stands alone in its row, or with its number in the column of codes."""
    text = filled[0]
    code, name = values.get("code", ""), values["name"]
    if len(filled) == 2 and code and name and not values["retention"]:
        if _ONLY_ROMAN.match(code) or re.fullmatch(r"\d+\.?", code):
            text = f"{code.rstrip('.')}. {name}"
    elif len(filled) > 1:
        return None
    for pattern, kind in ((_ROMAN, "heading"), (_ARABIC, "subheading")):
        if found := pattern.match(text):
            return PlanRow(number, kind, found.group(2).strip()[:LONGEST_TITLE], found.group(1))
    return None


def _term(text):
    folded = " ".join(fold(text).split())
    if folded in ("vinh vien", "vv", "permanent"):
        return "permanent", 0
    if found := _YEARS.match(folded):
        return "years", int(found.group(1))
    if folded.isdigit():
        return "years", int(folded)
    return ("event", 0) if folded.startswith(("den khi", "den ", "cho den")) else ("", 0)


def _problems(row):
    if not row.name:
        yield "no_title"
    if len(row.name) > LONGEST_TITLE:
        yield "title_too_long"
    if not row.retention:
        yield "no_retention"
    elif not row.term or (row.term == "years" and not 1 <= row.years <= 100):
        yield "retention_unreadable"


def _with_abbreviations(rows):
    """Rows, where a heading has the abbreviation that the codes of its first dossier end with (01.TCCB → TCCB)."""
    rows = list(rows)
    heading = None
    for row in rows:
        if row.kind == "heading":
            heading = row
        elif row.kind == "dossier" and heading and not heading.abbreviation and "." in row.code:
            heading.abbreviation = row.code.partition(".")[2][:10]
    return rows
