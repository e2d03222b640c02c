"""CSV: the separator and the encoding are found out, not asked for."""

import csv
from itertools import chain, islice

from .columns import HEADING_ROWS, find_columns, known_headings
from .problems import DirectoryError
from .vietnamese import LATIN, decoding_of, first_lines, separator_of

MAX_CELL = 10_000  # a quote that is never closed would swallow the rest of the file


def read(path, limits):
    """Rows of a CSV file; see `reading.read_rows`.

    :return: (iterator of (row number, {field: text}, False), headings that were not understood)
    """
    with open(path, "rb") as handle:
        encoding = decoding_of(handle)
    separator = separator_of(first_lines(path, encoding, HEADING_ROWS), known_headings)
    table = _table(path, encoding, separator or ",")
    head = list(islice(table, HEADING_ROWS))
    if not head:
        raise DirectoryError("file_empty")
    try:
        position, columns, ignored = find_columns([cells for _number, cells in head])
    except DirectoryError as error:
        if error.code == "columns_missing" and encoding == LATIN:
            raise DirectoryError("encoding_unknown") from None
        raise
    return _rows(chain(head[position + 1 :], table), columns), ignored


def _rows(table, columns):
    for number, cells in table:
        values = {field: cells[column] for field, column in columns.items() if column < len(cells)}
        if any(value.strip() for value in values.values()):
            yield number, values, False


def _table(path, encoding, separator):
    """(number, cells) of each row; the number is that of a spreadsheet program, not of the line."""
    with open(path, encoding=encoding, newline="") as handle:
        reader = csv.reader(_without_nul(handle), delimiter=separator)
        try:
            for number, cells in enumerate(reader, 1):
                if cells and max(map(len, cells)) > MAX_CELL:
                    raise DirectoryError("quote_open", row=number)
                yield number, cells
        except csv.Error:  # a field of more than 131,072 letters
            raise DirectoryError("quote_open", row=reader.line_num) from None
        except UnicodeError:
            raise DirectoryError("encoding_unknown") from None


def _without_nul(handle):
    for line in handle:
        if "\x00" in line:
            raise DirectoryError("nul_characters")
        yield line
