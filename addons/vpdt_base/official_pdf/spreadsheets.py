"""Table reports as XLSX, row by row with constant memory.

Every text is written as a string cell: nothing that came in a document (``=cmd|…``) becomes a
formula when a clerk opens the file.
"""

import re

import xlsxwriter
from reportlab.lib.units import inch

from . import fonts, typesetting

#: Limits of the format.
CELL_LIMIT = 32_767
ROW_LIMIT = 1_048_576
#: Larger numbers lose digits in a spreadsheet and are written as text.
_LARGEST = 10**15
_FONT = {"font_name": "Times New Roman", "font_size": 11}
#: Millimetres of one character of a column's width, measured at 11 pt.
_MM_PER_CHARACTER = 2.0
#: Points: one character of a column's width, what a cell keeps free beside its text, a line, the highest row there is.
_CHARACTER, _PADDING, _LINE, _HIGHEST = 5.25, 2.0, 14.25, 408.0


def write(report, stream):
    """Write a `TableReport` to a binary stream; gives the number of rows (int)."""
    workbook = xlsxwriter.Workbook(
        stream,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )
    try:
        workbook.set_properties({"title": report.title, "author": report.author})
        count = _Sheets(workbook, report).write()
    finally:
        workbook.close()
    return count


class _Sheets:
    """The sheets of one report; a new one begins when the format's row limit is reached."""

    def __init__(self, workbook, report):
        self.workbook = workbook
        self.report = report
        make = workbook.add_format
        wrapped = {**_FONT, "text_wrap": True, "valign": "top"}
        self.cover = make({**_FONT, "bold": True})
        self.plain = make(_FONT)
        self.head = make({**wrapped, "bold": True, "border": 1, "align": "center", "valign": "vcenter"})
        self.numbers = make({**wrapped, "border": 1, "align": "center"})
        self.text = make({**wrapped, "border": 1})
        self.bold = make({**wrapped, "border": 1, "bold": True})
        self.number = make({**wrapped, "border": 1, "num_format": "#,##0.##########"})
        self.whole = make({**wrapped, "border": 1, "num_format": "#,##0"})

    def write(self):  # pylint: disable=method-required-super  # no model: writes the sheet
        self._open()
        count = 0
        for count, row in enumerate(self.report.open_rows(), 1):
            self._write_row(row, self.report.cells(row, count))
        if not count:
            self._line(self.report.empty_text, self.plain)
        for line in self.report.footer_lines(count):
            self._line(line, self.plain)
        return count

    def _open(self):
        report = self.report
        self.sheet = self.workbook.add_worksheet(_sheet_name(self.report.title, len(self.workbook.worksheets()) + 1))
        self.row = 0
        self.sheet.set_paper(9)  # A4
        if report.landscape:
            self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
        # The margins of the printed page, in inches; the number of the page below, for Excel prints none by itself.
        frame = report.frame
        sides = (frame.margin_left, frame.margin_right, frame.margin_top, frame.margin_bottom)
        self.sheet.set_margins(*(side / inch for side in sides))
        self.sheet.set_footer("&C&P")
        self.room = []
        for index, column in enumerate(report.columns):
            characters = column.width_mm / _MM_PER_CHARACTER
            self.sheet.set_column(index, index, characters)
            self.room.append(characters * _CHARACTER - _PADDING)
        for line in self._opening_lines():
            self._line(line, self.cover)
        head = self.row
        self._cells([column.title for column in report.columns], self.head)
        if report.column_numbers:
            titles = [f"({number})" for number in range(1, len(report.columns) + 1)]
            self._cells(titles, self.numbers)
        self.sheet.repeat_rows(head, self.row - 1)
        self.sheet.freeze_panes(self.row, 0)

    def _opening_lines(self):
        report = self.report
        if report.cover:
            return [*report.cover.lines(), ""]
        return [report.title.upper(), *report.subtitle, ""]

    def _write_row(self, row, cells):
        # A section row is the only one that is not a plain sequence.
        text_format = self.bold if hasattr(row, "column") and hasattr(row, "text") else self.text
        rest = []
        self._make_room()
        self._fit_row(cells, fonts.BOLD if text_format is self.bold else fonts.REGULAR)
        for index, value in enumerate(cells):
            rest.append(self._cell(index, value, text_format))
        self.row += 1
        # What does not fit into a cell goes on in the next row: no text is lost.
        while any(rest):
            self._make_room()
            rest = [self._cell(index, text, text_format) for index, text in enumerate(rest)]
            self.row += 1

    def _cell(self, index, value, text_format):
        """Write one cell; gives the text that did not fit."""
        if self.report.columns[index].number and typesetting.is_number(value) and abs(value) < _LARGEST:
            whole = isinstance(value, int)
            self.sheet.write_number(self.row, index, value, self.whole if whole else self.number)
            return ""
        text = _clean(typesetting.as_text(value))
        if text:
            self.sheet.write_string(self.row, index, text[:CELL_LIMIT], text_format)
        else:
            self.sheet.write_blank(self.row, index, None, text_format)
        return text[CELL_LIMIT:]

    def _cells(self, texts, cell_format):
        self._fit_row(texts, fonts.BOLD)
        for index, text in enumerate(texts):
            self.sheet.write_string(self.row, index, _clean(text), cell_format)
        self.row += 1

    def _fit_row(self, cells, style):
        """As high as its text needs: only Excel finds that out by itself when a file is opened."""
        pairs = zip(cells, self.room, strict=False)  # a row may say less than there are columns
        lines = [self._lines_of(typesetting.as_text(value), room, style) for value, room in pairs]
        if max(lines, default=1) > 1:
            self.sheet.set_row(self.row, min(max(lines) * _LINE, _HIGHEST))

    @staticmethod
    def _lines_of(text, room, style):
        if not text:
            return 1
        wrapped = typesetting.measurer(style).wrap(text[:CELL_LIMIT], room * 1000 / _FONT["font_size"])
        return max(1, len(wrapped))

    def _line(self, text, cell_format):
        self._make_room()
        self.sheet.write_string(self.row, 0, _clean(typesetting.as_text(text))[:CELL_LIMIT], cell_format)
        self.row += 1

    def _make_room(self):
        if self.row >= ROW_LIMIT:
            self._open()


def _clean(text):
    """Text without control characters, which XML cannot hold; line ends become newlines."""
    if text.isprintable():
        return text
    lines = ("".join(filter(_is_allowed, line)) for line in text.splitlines())
    return "\n".join(lines)


def _is_allowed(character):
    return character == "\t" or (
        character >= " "
        and not "\x7f" <= character <= "\x9f"
        and not "\ud800" <= character <= "\udfff"
        and character not in "\ufffe\uffff"
    )


def _sheet_name(title, number):
    """The title as the name of a sheet: at most 31 letters, none of those that Excel forbids; None for none."""
    name = re.sub(r"[\[\]:*?/\\']", " ", title).strip()[:25].strip()
    return f"{name} ({number})" if name and number > 1 else name or None
