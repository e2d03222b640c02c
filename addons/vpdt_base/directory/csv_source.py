"""CSV: the separator and the encoding are found out, not asked for."""

import codecs
import csv
from itertools import chain, islice

from .columns import HEADING_ROWS, find_columns
from .problems import DirectoryError

SEPARATORS = ",;\t|"
MAX_CELL = 10_000  # a quote that is never closed would swallow the rest of the file


def read(path, limits):
    """Rows of a CSV file; see `reading.read_rows`.

    :return: (iterator of (row number, {field: text}, False), headings that were not understood)
    """
    encoding = _encoding_of(path)
    table = _table(path, encoding, _separator_of(path, encoding))
    head = list(islice(table, HEADING_ROWS))
    if not head:
        raise DirectoryError("file_empty")
    position, columns, ignored = find_columns([cells for _number, cells in head])
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
                    raise DirectoryError("damaged", reason=f"row {number}: a quotation mark is not closed")
                yield number, cells
        except (csv.Error, UnicodeError) as error:
            raise DirectoryError("damaged", reason=str(error)) from None


def _without_nul(handle):
    for line in handle:
        if "\x00" in line:
            raise DirectoryError("damaged", reason="NUL characters")
        yield line


def _encoding_of(path):
    """UTF-8 or UTF-16 where the bytes say so; else Latin-1, which is what TCVN3 and VNI look like."""
    with open(path, "rb") as handle:
        if handle.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
        handle.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while block := handle.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "latin-1"
    return "utf-8-sig"


def _separator_of(path, encoding):
    """The separator that is most frequent in the first lines, Excel's `sep=` line included."""
    with open(path, encoding=encoding, newline="", errors="replace") as handle:
        text = "".join(islice((line[:10_000] for line in handle), HEADING_ROWS))
    return max(SEPARATORS, key=text.count)
