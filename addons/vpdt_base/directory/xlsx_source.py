"""XLSX, read as a stream; what is inside the ZIP is looked at before openpyxl unpacks it."""

import re
import warnings
import zipfile
from itertools import chain, islice

import openpyxl
from openpyxl.utils import column_index_from_string

from . import workbook
from .columns import HEADING_ROWS, find_columns
from .problems import DirectoryError

MB = 1 << 20
MAX_COLUMNS = 60
MAX_ENTRIES = 2000
MAX_MERGED = 100_000
_BLOCK = 1 << 20
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*["']([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})["']""")
# One cell merged over several organizations says so of all of them; names and codes are each organization's own.
SHARED = (
    "parent_code", "level", "address", "email", "phone", "website", "place", "valid_from", "valid_to", "legal_basis",
)  # fmt: skip
# What openpyxl and zipfile raise on files that are broken on purpose.
_BROKEN = (
    zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError, EOFError, OSError, SyntaxError,
    AssertionError, NotImplementedError, RuntimeError, OverflowError,
)  # fmt: skip


def read(path, limits):
    """Rows of the first sheet that has the headings; see `reading.read_rows`."""
    book = open_book(path, limits)
    refused = None
    for sheet in book.worksheets:
        table = sheet_rows(sheet)
        head = list(islice(table, HEADING_ROWS))
        try:
            position, columns, ignored = find_columns([cells for _number, cells in head])
        except DirectoryError as error:
            refused = refused or error
            continue
        shared = [column for field, column in columns.items() if field in SHARED]
        rows = carried(chain(head[position + 1 :], table), merged_cells(sheet), shared)
        return _rows(book, rows, columns), ignored
    close_book(book)
    raise refused or DirectoryError("file_empty")


def open_book(path, limits):
    """The workbook, opened for streaming.

    :raises DirectoryError: damaged, no workbook, too large once unpacked, or with a document type declaration
    """
    handle = checked(path, limits)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells a log about missing styles
            book = openpyxl.load_workbook(handle, read_only=True, data_only=False, keep_links=False)
    except _BROKEN as error:
        handle.close()
        raise DirectoryError("damaged") from error
    if not book.worksheets:
        handle.close()
        raise DirectoryError("no_sheet")
    book.handle = handle
    return book


def checked(source, limits):
    """A workbook in the form that openpyxl reads, as an open binary file.

    :param source: path, or an open binary file, which is given back where it needs no change
    :raises DirectoryError: as `open_book`
    """
    try:
        with zipfile.ZipFile(source) as archive:
            _check_parts(archive, limits)
            handle = workbook.usual(source, archive)
    except _BROKEN as error:
        raise DirectoryError("damaged") from error
    handle.seek(0)
    return handle


def close_book(book):
    """Let go of the file; openpyxl reads a streamed sheet from it to the end."""
    book.close()
    book.handle.close()


def _check_parts(archive, limits):
    parts = archive.infolist()
    if len(parts) > MAX_ENTRIES or sum(part.file_size for part in parts) > limits.unpacked:
        raise DirectoryError("unpacked_too_large", limit=limits.unpacked // MB)
    read = 0
    for part in parts:
        if not part.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        with archive.open(part) as handle:
            read += _check_part(handle, limits.unpacked - read, limits)


def _check_part(handle, left, limits):
    """Count what a part really unpacks to, and refuse entities: expat would expand them."""
    size, tail = 0, b""
    while block := handle.read(_BLOCK):
        size += len(block)
        if size > left:
            raise DirectoryError("unpacked_too_large", limit=limits.unpacked // MB)
        # The second form is that of UTF-16, in which a declaration would hide from the first.
        if b"<!DOCTYPE" in tail + block or b"<\x00!\x00D\x00O" in tail + block or b"\x00<\x00!\x00D" in tail + block:
            raise DirectoryError("doctype")
        tail = block[-16:]
    return size


def sheet_rows(sheet):
    """(number, cells) of each row of a sheet; the number is that of the spreadsheet program.

    :raises DirectoryError: while iterating, when the sheet is damaged
    """
    sheet.reset_dimensions()  # the stated size of a sheet is often wrong and sometimes hostile
    try:
        yield from enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), 1)
    except _BROKEN as error:
        raise DirectoryError("damaged") from error


def merged_cells(sheet):
    """{(row, position of the column): last row} of the cells merged over several rows; rows from 1, columns from 0.

    Read from the part itself: streaming, openpyxl gives rows before it comes to this list, which stands behind them.

    :raises DirectoryError: endlessly many
    """
    found, tail = {}, b""
    with sheet.parent._archive.open(sheet._worksheet_path) as part:
        while block := part.read(_BLOCK):
            content = tail + block
            for column, first, last in _MERGED.findall(content) if b"mergeCell" in content else ():
                if int(last) > int(first):
                    found[int(first), column_index_from_string(column.decode()) - 1] = int(last)
            if len(found) > MAX_MERGED:
                raise DirectoryError("too_many_merged", limit=MAX_MERGED)
            tail = content[-200:]
    return found


def carried(table, merged, columns):
    """The rows of a table, where a cell merged over several rows counts for each of them that says anything.

    :param table: (number, cells)
    :param merged: as `merged_cells` gives it
    :param columns: positions of the columns for which this holds
    """
    if not merged:
        yield from table
        return
    open_cells = {}  # column → (last row, value)
    for number, cells in table:
        is_filled = any(cell not in (None, "") for cell in cells)
        cells = [*cells, *[None] * (max(columns, default=-1) + 1 - len(cells))]
        for column in columns:
            if (number, column) in merged:
                open_cells[column] = merged[number, column], cells[column]
            elif is_filled and cells[column] in (None, "") and number <= open_cells.get(column, (0,))[0]:
                cells[column] = open_cells[column][1]
        yield number, cells


def _rows(book, table, columns):
    try:
        for number, cells in table:
            values = {field: cells[column] for field, column in columns.items() if column < len(cells)}
            if any(value not in (None, "") for value in values.values()):
                yield number, values, False
    finally:
        close_book(book)
