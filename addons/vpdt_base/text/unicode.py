"""Unicode: one canonical form to store, one folded form to search.

Decision on search: the folded form is **stored** (a `search_text` column with a trigram
index) and only queries are folded at run time, by `fold_words`, in Python. There is no
SQL twin of `fold` on purpose. PostgreSQL's ``lower(unaccent(x))`` follows the locale of
the database and a rules file the administrator can edit, knows no full case folding
(``ß``), and cannot be indexed without declaring it immutable. Two functions that agree
almost always are the worst kind: a row is found in a list and missed in a rule. With the
stored column SQL and Python compare the very same characters, and `matches` is by
construction what ``search_text LIKE ALL (patterns)`` answers.
"""

import unicodedata

# Letters that do not decompose. ð/Ð is the Icelandic eth, the wrong letter many old
# converters put for đ/Đ, and the two cannot be told apart on screen in upper case.
_D_FOR_STROKE = {ord("đ"): "d", ord("Đ"): "D", ord("ð"): "d", ord("Ð"): "D"}

# Punctuation around a word of a query; inside a word ("15/QĐ-UBND") it counts.
_AROUND_WORDS = ".,;:!?…\"'`´‘’“”«»()[]{}<>"


def nfc(text):
    """Return `text` in Unicode normal form C, the form of TCVN 6909:2001 we store."""
    return unicodedata.normalize("NFC", text)


def strip_marks(text):
    """Return `text` without diacritics, case kept: "Đồng Tháp" → "Dong Thap".

    On Vietnamese it agrees with PostgreSQL's `unaccent`, both on NFC and NFD, which the
    `remove_accents` of the core does not: that one leaves đ.
    """
    decomposed = unicodedata.normalize("NFD", text.translate(_D_FOR_STROKE))
    kept = "".join(char for char in decomposed if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", kept)


def fold(text):
    """Return the form of `text` that search compares: "  Đồng  THÁP" → "dong thap".

    Full case folding, compatibility forms and diacritics removed, đ → d, invisible
    format characters dropped, runs of white space one space, none at the ends. Gives the
    same for NFC and NFD and is idempotent.
    """
    return " ".join(text.translate(_FOLDED).split())


def fold_words(query):
    """Return the distinct folded words of a query, in their order.

    Words are separated by white space; punctuation around a word is dropped, inside it
    is kept. Words that are part of another word of the query add nothing and are left
    out.
    """
    words = [word.strip(_AROUND_WORDS) for word in fold(query).split()]
    words = list(dict.fromkeys(filter(None, words)))
    return [word for word in words if not any(word in other and word != other for other in words)]


def matches(words, folded_text):
    """Return whether every folded word occurs in the folded text, in any order."""
    return all(word in folded_text for word in words)


def like_pattern(word):
    r"""Return the SQL pattern of a folded word: ``50%`` → ``%50\%%``.

    ``column LIKE pattern`` (with PostgreSQL's default escape) is then `matches` of that
    one word.
    """
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


class _FoldedCharacters(dict):
    """A table for `str.translate` that folds a character when it first meets it."""

    # Latin with all its marks, Greek and Cyrillic are kept; the rest of Unicode is
    # computed anew, or hostile text could fill the memory.
    LAST_KEPT = 0x2FFF

    def __missing__(self, codepoint):
        folded = _fold_character(chr(codepoint))
        if codepoint <= self.LAST_KEPT:
            self[codepoint] = folded
        return folded


def _fold_character(char):
    # Every step works on single characters and all marks go, so that the folded text is
    # the characters' foldings put together, whatever the normal form.
    decomposed = unicodedata.normalize("NFKD", char)
    while (folded := unicodedata.normalize("NFKD", decomposed.casefold())) != decomposed:
        decomposed = folded
    kept = "".join(c for c in decomposed if unicodedata.category(c) not in ("Mn", "Me", "Cf"))
    return kept.translate(_D_FOR_STROKE)


_FOLDED = _FoldedCharacters()
