"""XLSX, read as a stream; what is inside the ZIP is looked at before openpyxl unpacks it."""

import zipfile
from itertools import chain, islice

import openpyxl

from .columns import HEADING_ROWS, find_columns
from .problems import DirectoryError

MB = 1 << 20
MAX_COLUMNS = 60
MAX_ENTRIES = 2000
_BLOCK = 1 << 20
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
        return _rows(book, chain(head[position + 1 :], table), columns), ignored
    close_book(book)
    raise refused or DirectoryError("file_empty")


def open_book(path, limits):
    """The workbook, opened for streaming.

    :raises DirectoryError: damaged, too large once unpacked, or with a document type declaration
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_parts(archive, limits)
    except _BROKEN as error:
        raise DirectoryError("damaged", reason=str(error)[:200]) from None
    handle = open(path, "rb")  # by handle: given a name, openpyxl goes by its extension
    try:
        book = openpyxl.load_workbook(handle, read_only=True, data_only=False, keep_links=False)
    except _BROKEN as error:
        handle.close()
        raise DirectoryError("damaged", reason=str(error)[:200]) from None
    book.handle = handle
    return book


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
        raise DirectoryError("damaged", reason=str(error)[:200]) from None


def _rows(book, table, columns):
    try:
        for number, cells in table:
            values = {field: cells[column] for field, column in columns.items() if column < len(cells)}
            if any(value not in (None, "") for value in values.values()):
                yield number, values, False
    finally:
        close_book(book)
