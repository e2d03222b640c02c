"""Searching the text of files: the words that are indexed, the query, and where the hits are shown.

Text and query go through the same few lines (fold, then letters and digits only), so PostgreSQL's own parser, which
takes "15/QĐ-UBND" for a path on a disk, never sees anything but plain words.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from .unicode import fold

# PostgreSQL holds 1 MB of words in a tsvector; a word of it costs its bytes and a few more. Numbers in spreadsheets can
# be more than that: what is beyond is not found by content.
MAX_DISTINCT_BYTES = 600_000
PAGE_END = "\f"  # between the pages of a text
MAX_WORD = 100  # letters; a longer run is no word
MAX_QUERY_WORDS = 20

_WORD = re.compile(r"[^\W_]+")
_QUOTED = re.compile(r'["“”]([^"“”]*)["“”]')
_FOLDED_BYTES_OF_ENTRY = 8


@dataclass(frozen=True)
class Snippet:
    """A place in a text: ``page`` (from 1) and ``parts``, a list of (text, is a hit)."""

    page: int
    parts: list


def words_of(text):
    """The folded words of ``text``, letters and digits only: "15/QĐ-UBND" → ["15", "qd", "ubnd"]."""
    return [word for word in _WORD.findall(fold(text)) if len(word) <= MAX_WORD]


def indexed_text(pages):
    """What the index of a file holds: the words of all its pages, separated by blanks (str)."""
    seen, size, kept = set(), 0, []
    for page in pages:
        for word in words_of(page):
            if word not in seen:
                size += len(word.encode()) + _FOLDED_BYTES_OF_ENTRY
                if size > MAX_DISTINCT_BYTES:
                    return " ".join(kept)
                seen.add(word)
            kept.append(word)
    return " ".join(kept)


def content_query(text):
    """A query as a person types it → the text of a PostgreSQL tsquery, empty when it has no word.

    Words in any order, all must occur; words in quotation marks, and words joined as in "15/QĐ-UBND", stand side by
    side. The result holds letters, digits, ``<->`` and ``&`` only.
    """
    phrases = [words_of(quoted) for quoted in _QUOTED.findall(text)]
    phrases += [words_of(word) for word in _QUOTED.sub(" ", text).split()]
    phrases = [phrase[:MAX_QUERY_WORDS] for phrase in phrases if phrase][:MAX_QUERY_WORDS]
    return " & ".join(f"({' <-> '.join(phrase)})" for phrase in phrases)


def snippets(pages, query, limit=1, around=80):
    """Where the words of a query stand in a text.

    :param pages: list of str, in their own letters
    :param query: as for `content_query`
    :param limit: at most so many, one a page
    :param around: letters shown on each side of the first hit
    :return: list of Snippet; the page that has most of the words comes first
    """
    wanted = set(words_of(query))
    if not wanted:
        return []
    found = []
    for number, page in enumerate(pages, start=1):
        hits = [match for match in _WORD.finditer(page) if _folded_word(match.group()) & wanted]
        if hits:
            variety = len({word for hit in hits for word in _folded_word(hit.group()) & wanted})
            found.append((-variety, number, page, hits))
    found.sort(key=lambda item: item[:2])
    return [Snippet(number, _parts(page, hits, wanted, around)) for _few, number, page, hits in islice(found, limit)]


@lru_cache(maxsize=20_000)
def _folded_word(word):
    # Compatibility characters may fold to several words ("½").
    return frozenset(words_of(word))


def _parts(page, hits, wanted, around):
    first = _best(hits, wanted, around)
    start, end = max(0, first.start() - around), min(len(page), first.end() + around)
    parts, position = [("…", False)] if start else [], start
    for hit in hits:
        if start <= hit.start() and hit.end() <= end:
            parts += [(page[position : hit.start()], False), (hit.group(), True)]
            position = hit.end()
    parts += [(page[position:end], False)] + ([("…", False)] if end < len(page) else [])
    return [(" ".join(text.split()) if hit else re.sub(r"\s+", " ", text), hit) for text, hit in parts if text]


def _best(hits, wanted, around):
    """The hit with most different words right behind it."""

    def variety(index):
        near = (hit for hit in hits[index : index + 2 * len(wanted)] if hit.start() - hits[index].end() <= around)
        return len({word for hit in near for word in _folded_word(hit.group()) & wanted})

    return hits[max(range(min(len(hits), 1000)), key=variety)]
