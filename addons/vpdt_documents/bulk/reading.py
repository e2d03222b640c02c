"""The list: one row a document, headings as the office writes them; what cannot be read is said, nothing is dropped."""

from dataclasses import dataclass, field
from datetime import date, datetime

from odoo.addons.vpdt_base.directory.problems import DirectoryError
from odoo.addons.vpdt_base.directory.reading import Limits
from odoo.addons.vpdt_base.directory.xlsx_source import close_book, open_book, sheet_rows
from odoo.addons.vpdt_base.text import fold, nfc

MAX_ROWS = 2000
_MB = 1 << 20
_LIMITS = Limits(size=20 * _MB, unpacked=100 * _MB, rows=MAX_ROWS)
_HEADING_ROWS = 10

#: Field → (heading of the template, other headings that mean it, most letters).
COLUMNS = {
    "file": ("Tên tệp", ("tệp", "file", "tên file"), 200),
    "author_name": ("Cơ quan ban hành", ("tác giả", "nơi gửi", "cơ quan gửi"), 200),
    "number": ("Số", ("số văn bản",), 11),
    "notation": ("Ký hiệu", ("ký hiệu văn bản",), 30),
    "date": ("Ngày văn bản", ("ngày ban hành",), 0),
    "type": ("Loại văn bản", ("tên loại", "loại"), 100),
    "subject": ("Trích yếu", ("trích yếu nội dung", "nội dung"), 500),
    "signer_name": ("Người ký", (), 100),
    "signer_title": ("Chức vụ", ("chức vụ người ký",), 100),
    "arrived_at": ("Ngày đến", (), 0),
    "note": ("Ghi chú", (), 200),
}
_FIELD_OF = {fold(heading): name for name, (first, others, _most) in COLUMNS.items() for heading in (first, *others)}
_DAYS = ("date", "arrived_at")
_FORMS = ("%d/%m/%Y %H:%M", "%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y")


class BulkError(Exception):
    """The list or the archive as a whole cannot be used; ``code`` says why."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


@dataclass
class ListRow:
    """One document of the list.

    ``number`` is the row as the person sees it, ``values`` maps COLUMNS to text, and the days to ISO text (with the
    time where one was written), ``problems`` are (code, field) pairs: ``too_long``, ``no_day``.
    """

    number: int
    values: dict
    problems: list = field(default_factory=list)


def read_list(path):
    """Rows of the first sheet that has the headings.

    :param path: of an XLSX
    :return: list of ListRow, in the order of the list; empty rows are left out
    :raises BulkError: ``damaged``, ``no_headings``, ``no_rows``, ``too_many``
    """
    try:
        book = open_book(path, _LIMITS)
    except DirectoryError as error:
        raise BulkError("damaged") from error
    try:
        for sheet in book.worksheets:
            if rows := _rows(sheet):
                return rows
    except DirectoryError as error:
        raise BulkError("damaged") from error
    finally:
        close_book(book)
    raise BulkError("no_headings")


def _rows(sheet):
    """Rows below the headings of a sheet, None when it has none."""
    positions, rows = None, []
    for number, cells in sheet_rows(sheet):
        if positions is None:
            found = {_FIELD_OF[key]: at for at, cell in enumerate(cells) if (key := fold(_text(cell))) in _FIELD_OF}
            if {"subject", "author_name"} <= found.keys():
                positions = found
            elif number >= _HEADING_ROWS:
                return None
            continue
        row = _row(number, {name: cells[at] for name, at in positions.items() if at < len(cells)})
        if any(row.values.values()) or row.problems:
            rows.append(row)
        if len(rows) > MAX_ROWS:
            raise BulkError("too_many")
    if positions is not None and not rows:
        raise BulkError("no_rows")
    return rows or None


def _row(number, cells):
    row = ListRow(number, {})
    for name, value in cells.items():
        if name in _DAYS:
            row.values[name] = _day(value)
            if _text(value) and not row.values[name]:
                row.problems.append(("no_day", name))
            continue
        text, most = _text(value), COLUMNS[name][2]
        if len(text) > most:
            row.problems.append(("too_long", name))
        row.values[name] = text[:most]
    return row


def _text(value):
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(nfc(str(value)).replace("\0", "").split())


def _day(value):
    """ISO text of a day, or of a day and a time; "" for what is none."""
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes") if value.hour or value.minute else value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    for form in _FORMS:
        try:
            found = datetime.strptime(_text(value), form)
        except ValueError:
            continue
        return found.isoformat(" ", "minutes") if "%H" in form else found.date().isoformat()
    return ""
