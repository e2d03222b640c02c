"""The text of a draft as people type or paste it, divided into what the forms of Phụ lục III lay out; no ORM.

Nothing is invented and nothing is numbered again: legal bases, "Theo đề nghị của …", the line that opens the decision
("QUYẾT ĐỊNH:"), chapters and articles are recognised by their own words (Nghị định 30/2020, Phụ lục I, Phần I, II.6).
"""

import re
import unicodedata
from dataclasses import dataclass, field

# XML 1.0 cannot hold these; docxtpl would read some of them as page or paragraph breaks.
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_BASIS = re.compile(r"^(Căn cứ|Thực hiện|Xét|Theo đề nghị|Theo đề xuất)\b", re.IGNORECASE)
_CITATION = re.compile(r"^Căn cứ\b", re.IGNORECASE)
_OPENING = re.compile(r"^QUYẾT (ĐỊNH|NGHỊ)\s*:?$")
_ARTICLE = re.compile(r"^(Điều\s+\d+[a-zđ]?)\s*[.:]\s*(.*)$", re.IGNORECASE | re.DOTALL)
_DIVISION = re.compile(r"^(Phần|Chương)\s+(thứ\s+\w+|[IVXLC]+|\d+)\b[.:]?\s*(.*)$", re.IGNORECASE)
_SECTION = re.compile(r"^(Mục|Tiểu mục)\s+(\d+)\b[.:]?\s*(.*)$", re.IGNORECASE)


@dataclass
class Text:
    """A text in its parts.

    :param bases: lines of the legal bases, the proposal last, without ";" and "."
    :param authority: line that names who decides, when it is written above the bases, or ""
    :param blocks: ``[{"kind", "lead", "text"}]``; kind is ``article`` (lead "Điều 1."), ``heading`` (a division or its
        title, centred) or ``plain``
    """

    bases: list = field(default_factory=list)
    authority: str = ""
    blocks: list = field(default_factory=list)

    @property
    def articles(self):
        """The articles only."""
        return [block for block in self.blocks if block["kind"] == "article"]


def one_line(text):
    """Text in normal form C (TCVN 6909:2001) with single spaces, without what a .docx cannot hold."""
    return " ".join(unicodedata.normalize("NFC", _CONTROL_CHARACTERS.sub("", text)).split())


def paragraphs(text):
    """The lines of a text that are not empty, each of :func:`one_line`."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").split("\n")
    return [line for line in map(one_line, lines) if line]


def no_end(text):
    """Without the mark at its end."""
    return text.rstrip(" ;.,")


def recognise(text, *, number_articles=False, based=True):
    """Divide a text as it was typed or pasted.

    :param str text: paragraphs, one a line
    :param bool number_articles: whether each paragraph of a text without "Điều" is an article (a decision)
    :param bool based: whether the form lays out legal bases; elsewhere they are paragraphs like others
    :return: :class:`Text`
    """
    lines = paragraphs(text)
    found = Text()
    lines = _take_head(lines, found) if based else lines
    numbered = any(_ARTICLE.match(line) for line in lines)
    if number_articles and not numbered:
        found.blocks = [_block("article", f"Điều {index}.", line) for index, line in enumerate(lines, start=1)]
    else:
        found.blocks = blocks_of(lines)
    end(found.blocks)
    return found


def _take_head(lines, found):
    """Take off title, authority, bases and the opening of the decision; the rest of the lines."""
    first = next((index for index, line in enumerate(lines) if _BASIS.match(line)), None)
    opening = next((index for index, line in enumerate(lines) if _OPENING.match(line) and index > (first or 0)), None)
    if first is None or any(_ARTICLE.match(line) for line in lines[:first]):
        return [line for line in lines if not _OPENING.match(line)]
    if opening is None:  # bases at the head of a text that decides nothing
        if first:
            return lines
        rest = next((index for index, line in enumerate(lines) if not _CITATION.match(line)), len(lines))
        found.bases = [no_end(line) for line in lines[:rest]]
        return lines[rest:]
    above = [line for line in lines[:first] if line.isupper() and not _OPENING.match(line)]
    found.authority = above[-1] if above else ""
    found.bases = _joined(lines[first:opening])
    return lines[opening + 1 :]


def _joined(lines):
    """Bases one by one: a line that begins with no word of a basis goes on with the one before."""
    bases = []
    for line in lines:
        if _BASIS.match(line) or not bases:
            bases.append(line)
        else:
            bases[-1] = f"{bases[-1]} {line}"
    return [no_end(basis) for basis in bases]


def blocks_of(lines):
    """Lines of :func:`paragraphs` as blocks of :class:`Text`: articles, divisions with their titles, paragraphs."""
    blocks, title_may_follow = [], False
    for line in lines:
        article = _ARTICLE.match(line)
        division = _DIVISION.match(line) or _SECTION.match(line)
        if article:
            blocks.append(_block("article", f"{article.group(1)}.", article.group(2).strip()))
        elif division and len(line) < 160:
            word, number, title = division.groups()
            blocks.append(_block("heading", "", f"{word.capitalize()} {number}"))
            if title:
                blocks.append(_block("heading", "", title.upper()))
        elif title_may_follow and line.isupper():
            blocks.append(_block("heading", "", line))
        else:
            blocks.append(_block("plain", "", line))
        title_may_follow = bool(division) and not division.group(3)
    return blocks


def _block(kind, lead, text):
    return {"kind": kind, "lead": lead, "text": text}


def end(blocks):
    """Close the last block with "./.", the mark of the end in the forms of Phụ lục III."""
    if blocks and not blocks[-1]["text"].endswith("./."):
        blocks[-1]["text"] = f"{blocks[-1]['text'].rstrip(' .;')}./."
