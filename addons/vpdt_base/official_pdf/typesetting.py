"""Text to lines: cleaning, measuring, wrapping, and PDF text operators.

The two measurers share one wrapping algorithm. `Measurer` gives strings (for headings and
letters drawn through the canvas), `Typesetter` gives ready-made PDF operators (for tables of
100,000 rows, where drawing strings one by one through the canvas is what costs time).
"""

import datetime
import functools
import unicodedata
from decimal import Decimal

from reportlab.pdfbase import pdfmetrics

from . import fonts

#: Drawn instead of a character that the font does not have: visible, never silent.
REPLACEMENT = "□"
#: Stands for a no-break space while text is split at white space (private use area).
_NO_BREAK = "\ue0a0"
#: A long word is broken after one of these if there is one, as in 1234/QĐ-UBND.
_BREAK_AFTER = frozenset("/-–—_.,;:)]}&?=@")
#: Caches are emptied at this size, so that memory does not grow with the number of rows.
_CACHE_SIZE = 8_000
_CACHED_TEXT = 80


def as_text(value):
    """Text (str, NFC) of a cell's value.

    ``None`` and ``False`` (Odoo's empty value) give "", ``True`` "x", dates dd/mm/yyyy
    (datetimes as they are, dd/mm/yyyy HH:MM: convert the time zone before), whole numbers
    their digits (a document's number is not an amount), other numbers a decimal comma, lists
    and tuples one line an item, anything else ``str``.
    """
    if isinstance(value, str):
        text = value
    elif value is None or value is False:
        return ""
    elif value is True:
        return "x"
    elif isinstance(value, datetime.datetime):
        return f"{value:%d/%m}/{value.year:04d} {value:%H:%M}"
    elif isinstance(value, datetime.date):
        return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"
    elif isinstance(value, (float, Decimal)):
        return str(value).replace(".", ",")
    elif isinstance(value, (list, tuple)):
        return "\n".join(as_text(item) for item in value)
    else:
        text = str(value)
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", text)


def is_number(value):
    """Whether a value is a finite number (bool is not one)."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return False
    return value == value and abs(value) != float("inf")


def format_number(value):
    """An amount as Vietnamese people write it: 1234567.5 gives "1.234.567,5"."""
    return f"{value:,}".translate(str.maketrans(",.", ".,"))


def clean_word(word, known):
    """``word`` without characters that are never drawn; unknown glyphs become `REPLACEMENT`.

    ``known`` is a container of code points. Control and format characters go (bidirectional
    overrides could make a number read backwards).
    """
    kept = []
    for character in word:
        if ord(character) in known:
            if unicodedata.category(character) not in ("Cc", "Cf"):
                kept.append(character)
        elif character == _NO_BREAK:
            kept.append("\xa0")
        elif unicodedata.category(character) not in ("Cc", "Cf"):
            kept.append(REPLACEMENT)
    return "".join(kept)


class Measurer:
    """Measures words in one style. Widths are in thousandths of an em (multiply by size/1000)."""

    def __init__(self, font_name):
        self.font_name = font_name
        self._widths = fonts.glyph_widths(font_name)
        self._default = pdfmetrics.getFont(font_name).face.defaultWidth
        self.space = self._widths[32]
        self._words = {}

    def width(self, text):
        """Width of cleaned ``text`` in thousandths of an em."""
        widths, default = self._widths, self._default
        return sum([widths.get(ord(character), default) for character in text])

    def measure(self, word):
        """(width, token) of a word; the token is what the lines are made of."""
        found = self._words.get(word)
        if found is None:
            if len(self._words) >= _CACHE_SIZE:
                self._words.clear()
            cleaned = clean_word(word, self._widths)
            found = self._words[word] = (self.width(cleaned), self._token(cleaned))
        return found

    def _token(self, word):
        return word

    def split(self, word, limit):
        """Pieces (width, token) of a word that is wider than ``limit``, each within it."""
        pieces, start, used, after = [], 0, 0, 0
        word = clean_word(word, self._widths)
        widths, default = self._widths, self._default
        index = 0
        while index < len(word):
            width = widths.get(ord(word[index]), default)
            if used + width > limit and index > start:
                # Prefer a natural break, unless it leaves less than half a line.
                end = after if after - start > (index - start) // 2 else index
                pieces.append(word[start:end])
                start = index = end
                used = after = 0
                continue
            used += width
            if word[index] in _BREAK_AFTER:
                after = index + 1
            index += 1
        pieces.append(word[start:])
        return [(self.width(piece), self._token(piece)) for piece in pieces]

    def wrap(self, text, limit, indent=0):
        """Lines of ``text`` no wider than ``limit`` (thousandths of an em).

        Each line is (width, tokens); the first of a paragraph begins at ``indent``, which its
        width includes. Explicit newlines are kept, trailing empty lines are not. Words wider
        than the limit are broken.
        """
        lines, measure, space = [], self.measure, self.space
        if "\xa0" in text:
            text = text.replace("\xa0", _NO_BREAK)
        for paragraph in text.splitlines():
            tokens, used = [], indent
            for word in paragraph.split():
                width, token = measure(word)
                if not width:
                    continue
                if tokens:
                    if used + space + width <= limit:
                        used += space + width
                        tokens.append(token)
                        continue
                    lines.append((used, tokens))
                    used = 0
                if used + width > limit:
                    *whole, (width, token) = self.split(word, limit - used)
                    for part, piece in whole:
                        lines.append((used + part, [piece]))
                        used = 0
                tokens, used = [token], used + width
            lines.append((used, tokens))
        while lines and not lines[-1][1]:
            lines.pop()
        return lines

    def wrap_balanced(self, text, limit):
        """Like `wrap` with the same number of lines, as even as possible: for headings."""
        lines = self.wrap(text, limit)
        if len(lines) < 2:
            return lines
        low, high = limit / 2, limit
        while high - low > limit / 64:
            middle = (low + high) / 2
            tried = self.wrap(text, middle)
            # A narrower measure must not break words where the wider one did not.
            if len(tried) > len(lines) or _tokens(tried) != _tokens(lines):
                low = middle
            else:
                high, lines = middle, tried
        return lines


def _tokens(lines):
    return [token for _width, tokens in lines for token in tokens]


@functools.cache
def measurer(font_name):
    """The `Measurer` of a style, one a process."""
    return Measurer(font_name)


def break_lines(text, font_name, size, width):
    """Even lines (list of str) of ``text`` within ``width`` pt, in a style at ``size`` pt."""
    lines = measurer(font_name).wrap_balanced(as_text(text), width * 1000 / size)
    return [" ".join(tokens) for _width, tokens in lines]


def text_width(text, font_name, size):
    """Width in pt of ``text`` on one line."""
    return measurer(font_name).width(text) * size / 1000


_ESCAPES = {
    ord("\\"): "\\\\",
    ord("("): "\\(",
    ord(")"): "\\)",
    10: "\\n",
    13: "\\r",
}


class Typesetter(Measurer):
    """Makes PDF text operators for one style and size on one canvas.

    A `Typesetter` belongs to its canvas: the codes of the letters are those of the font
    subset of that document.
    """

    def __init__(self, canvas, font_name, size):
        super().__init__(font_name)
        self.size = size
        self._font = pdfmetrics.getFont(font_name)
        self._document = canvas._doc
        self._lines = {}
        self.select = self._select(0)

    def _select(self, subset):
        name = self._font.getSubsetInternalName(subset, self._document)
        return f"{name} {self.size:g} Tf"

    def _token(self, word):
        """A str of codes when the word lies in the first subset, else a list of (subset, codes)."""
        parts = [
            (subset, codes.decode("latin-1").translate(_ESCAPES))
            for subset, codes in self._font.splitString(word, self._document)
        ]
        if not parts:
            return ""
        return parts[0][1] if len(parts) == 1 and parts[0][0] == 0 else parts

    def operator(self, tokens):
        """The PDF operator(s) that show the tokens of one line."""
        if all(type(token) is str for token in tokens):
            return f"({' '.join(tokens)})Tj"
        shown, subset = [], 0
        for position, token in enumerate(tokens):
            # Code 32 is a space in every subset, so a space may stay in the current one.
            if position:
                shown.append("( )Tj")
            for wanted, codes in [(0, token)] if type(token) is str else token:
                if wanted != subset:
                    shown.append(self._select(wanted))
                    subset = wanted
                shown.append(f"({codes})Tj")
        if subset:
            shown.append(self.select)
        return " ".join(shown)

    @staticmethod
    def spaces(tokens):
        """Number of spaces in a line, no-break ones included (they are drawn as code 32)."""
        count = len(tokens) - 1
        for token in tokens:
            parts = [token] if type(token) is str else [codes for _subset, codes in token]
            count += sum(part.count(" ") for part in parts)
        return count

    def balanced_lines(self, text, width):
        """Even lines of a heading within ``width`` pt: list of (width in pt, operator)."""
        scale = self.size / 1000
        return [
            (used * scale, self.operator(tokens)) for used, tokens in self.wrap_balanced(as_text(text), width / scale)
        ]

    def lines(self, value, width):
        """Lines of a cell's value within ``width`` pt: list of (width in pt, operator)."""
        text = as_text(value)
        if not text:
            return []
        key = (text, width)
        found = self._lines.get(key)
        if found is None:
            scale = self.size / 1000
            found = [(used * scale, self.operator(tokens)) for used, tokens in self.wrap(text, width / scale)]
            if len(text) <= _CACHED_TEXT:
                if len(self._lines) >= _CACHE_SIZE:
                    self._lines.clear()
                self._lines[key] = found
        return found
