"""Tables as text (CSV): which letters the bytes stand for, and which sign separates the columns; both are found out.

The separator is the one by which headings appear, never the most frequent sign: an address is full of commas.
"""

import codecs
import csv
import io
import re
from itertools import islice

from .legacy import ENCODINGS, convert
from .syllables import is_syllable
from .unicode import nfc

SEPARATORS = (",", ";", "\t", "|")
SAMPLE = 1 << 17  # bytes looked at to tell a code page
MAX_LINE = 10_000  # letters of a line looked at for headings
UTF8, UTF16, WINDOWS_1258, LATIN = "utf-8-sig", "utf-16", "cp1258", "latin-1"

_BLOCK = 1 << 20
_WORD = re.compile(r"[^\W\d_]+")
_MIN_SYLLABLES = 0.8  # of the words with marks


def decoding_of(file):
    """The Python name of the encoding of an open binary file of text; its position is not kept.

    UTF-8 or UTF-16 where the bytes say so, with a mark at the beginning or without; Windows-1258, in which Excel
    saves "CSV" on a Vietnamese Windows, where that makes Vietnamese of it; else Latin-1, which loses nothing and is
    what TCVN3 and VNI look like (`legacy.detect`). Text in Windows-1258 is to be brought into normal form C.
    """
    file.seek(0)
    head = file.read(SAMPLE)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return UTF16
    if wide := utf16_of(head):
        return wide
    if _is_utf8(head, file):
        return UTF8
    return WINDOWS_1258 if _is_windows_1258(head) else LATIN


def utf16_of(head):
    """``"utf-16-le"`` or ``"utf-16-be"`` for UTF-16 without a mark, else None: Latin letters have a zero byte each."""
    for name, zeros, letters in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
        if len(zeros) > 7 and zeros.count(0) * 3 > len(zeros) and letters.count(0) * 5 < zeros.count(0):
            return name
    return None


def _is_utf8(head, file):
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head)
        while block := file.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_windows_1258(head):
    words = {word for word in _WORD.findall(nfc(head.decode("cp1258", "replace"))) if not word.isascii()}
    return len(words) > 1 and sum(map(is_syllable, words)) >= _MIN_SYLLABLES * len(words)


def readings_of(heading):
    """The ways in which a heading can be read: as it is, and from TCVN3 and VNI where it is not Unicode Vietnamese."""
    text = nfc(heading)
    return [text] if text.isascii() else [text, *(convert(text, encoding) for encoding in ENCODINGS)]


def separator_of(lines, score, quote='"'):
    """The separator by which a table shows its headings, or None.

    :param lines: its first lines (str)
    :param score: takes rows (lists of cells) and gives how many headings are known among them
    """
    lines = [line[:MAX_LINE] for line in lines]
    if lines and (told := re.match(r"\ufeff?\"?sep=([^\"\r\n])\"?\s*\Z", lines[0])):  # Excel's own word for it
        return told.group(1)
    scores = {separator: score(_rows(lines, separator, quote)) for separator in SEPARATORS}
    best = max(SEPARATORS, key=scores.get)
    return best if scores[best] else None


def _rows(lines, separator, quote):
    try:
        return list(csv.reader(io.StringIO("".join(lines), newline=""), delimiter=separator, quotechar=quote))
    except csv.Error:
        return []


def first_lines(path, encoding, count):
    """The first lines of a file (str), each cut to what is looked at."""
    with open(path, encoding=encoding, newline="", errors="replace") as file:
        return [line[:MAX_LINE] for line in islice(file, count)]
