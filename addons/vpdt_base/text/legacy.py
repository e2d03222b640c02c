"""Text of the time before Unicode: TCVN3 (ABC, fonts ".Vn…") and VNI (fonts "VNI-…").

Pasted into a Unicode field, its bytes appear as characters of Windows-1252:
"Céng hßa x· héi" (TCVN3) or "Coäng hoøa xaõ hoäi" (VNI) for "Cộng hòa xã hội". `detect`
finds it, `convert` turns it into Unicode in normal form C.

TCVN3 has one byte a letter but, save for Ă Â Ê Ô Ơ Ư Đ, only small ones: capitals with a
tone exist in the capital fonts (".VnTimeH") alone, whose small letters look like
capitals. VNI writes the letter, then a second byte for its marks.
"""

import re
import unicodedata

from .syllables import is_syllable
from .unicode import nfc

ENCODINGS = ("tcvn3", "vni")

_GRAVE, _HOOK, _TILDE, _ACUTE, _DOT = "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"
_CIRCUMFLEX, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"

# --- TCVN3 (TCVN 5712:1993, VN3) ---------------------------------------------------------

# Byte from → letters, in the order of the bytes.
_TCVN3_RUNS = {
    0xA1: "ĂÂÊÔƠƯĐăâêôơưđ",
    0xB5: "àảãáạ",
    0xBB: "ằẳẵắ",
    0xC6: "ặầẩẫấậ",
    0xCC: "è",
    0xCE: "ẻẽéẹềểễếệìỉ",
    0xDC: "ĩíịò",
    0xE1: "ỏõóọồổỗốộờởỡớợù",
    0xF1: "ủũúụừửữứựỳỷỹýỵ",
}
TCVN3 = {chr(first + i): letter for first, letters in _TCVN3_RUNS.items() for i, letter in enumerate(letters)}

# Letters that TCVN3 has in both cases: their case is what was typed.
_TCVN3_BOTH_CASES = frozenset("ĂÂÊÔƠƯĐăâêôơưđ")

# --- VNI (Windows) -----------------------------------------------------------------------

_VNI_LETTERS = {
    "ñ": "đ",
    "ô": "ơ",
    "ö": "ư",
    "ì": "ì",
    "í": "í",
    "æ": "ỉ",
    "ó": "ĩ",
    "ò": "ị",
    "î": "ỵ",
}
_VNI_TONES = {"ø": _GRAVE, "û": _HOOK, "õ": _TILDE, "ù": _ACUTE, "ï": _DOT}
_VNI_CIRCUMFLEX = {"â": "", "à": _GRAVE, "å": _HOOK, "ã": _TILDE, "á": _ACUTE, "ä": _DOT}
_VNI_BREVE = {"ê": "", "è": _GRAVE, "ú": _HOOK, "ü": _TILDE, "é": _ACUTE, "ë": _DOT}


def _vni_table():
    """Return legacy text → letter for all of VNI, lower and upper case."""
    table = dict(_VNI_LETTERS)
    for base, letter in zip("aeouyôö", "aeouyơư", strict=True):
        table.update({base + mark: nfc(letter + tone) for mark, tone in _VNI_TONES.items()})
    for base in "aeo":
        table.update({base + mark: nfc(base + _CIRCUMFLEX + tone) for mark, tone in _VNI_CIRCUMFLEX.items()})
    table.update({"a" + mark: nfc("a" + _BREVE + tone) for mark, tone in _VNI_BREVE.items()})
    lower = list(table.items())
    for legacy, letter in lower:
        # The case of a letter is that of its base; its mark is often typed in the other one.
        upper = letter.upper()
        table[legacy.upper()] = upper
        table[legacy[0].upper() + legacy[1:]] = upper
        table[legacy[0] + legacy[1:].upper()] = letter
    return table


VNI = _vni_table()
_VNI_PATTERN = re.compile("|".join(sorted(map(re.escape, VNI), key=len, reverse=True)))

# --- Detection ---------------------------------------------------------------------------

# Letters that only true Unicode Vietnamese has, or loose combining marks of it.
_UNICODE_VIETNAMESE = re.compile("[ăĂđĐĩĨũŨơƠưƯ\u1ea0-\u1ef9\u0300-\u036f]")

# A stretch of text without blanks and ASCII punctuation, the symbols TCVN3 uses included.
_WORD = re.compile(r"[A-Za-z\u00a1-\u00ff]+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")

# Signs that stand in other languages' text for what they are.
_NEUTRAL = re.compile(r"(µ[A-Za-z]*|[kMG]?[A-Za-z]{1,2}·[A-Za-z]{1,2}|[©®§£¥¢°±²³ªº«»·]+)\Z")

_MIN_CONVERTED = 0.8  # of the words with legacy letters must become syllables
_MAX_ALREADY_RIGHT = 0.5  # of them may be syllables as they are
_MIN_EVIDENCE = 2  # legacy letters in words that only the conversion makes syllables


def detect(text):
    """Return ``'tcvn3'``, ``'vni'`` or None for text that may be in a legacy encoding.

    Careful rather than clever: proper Vietnamese, other languages, numbers and units give
    None, and so does a text too short to tell (one word with one odd letter).
    """
    if _UNICODE_VIETNAMESE.search(text):
        return None
    words = [w for w in _WORD.findall(text) if _NOT_ASCII.search(w) and not _NEUTRAL.match(w)]
    scores = {encoding: _score(words, encoding) for encoding in ENCODINGS}
    best = max(ENCODINGS, key=scores.get)
    return best if scores[best] else None


def convert(text, encoding, capitals=False):
    """Return legacy text as Unicode in normal form C.

    `encoding` is ``'tcvn3'`` or ``'vni'``, else `ValueError`. `capitals` says that TCVN3
    text was set in a capital font (".VnTimeH"): all letters become capitals. Without it a
    word of TCVN3 written in capitals ("QUYÕT §ÞNH") still gets capitals with tones, as
    the capital letters around them show. Other characters stay as they are.
    """
    if encoding == "vni":
        return nfc(_VNI_PATTERN.sub(lambda match: VNI[match.group()], text))
    if encoding != "tcvn3":
        raise ValueError(f"unknown encoding {encoding!r}; known: {', '.join(ENCODINGS)}")
    if capitals:
        return nfc("".join(TCVN3.get(char, char) for char in text).upper())
    return nfc("".join(_decode_tcvn3_line(line) for line in text.splitlines(keepends=True)))


def _score(words, encoding):
    """Return how many legacy letters speak for `encoding`, 0 when too few or against."""
    converted = {word: convert(word, encoding) for word in set(words)}
    good = [word for word in words if is_syllable(converted[word])]
    already = [word for word in words if is_syllable(word)]
    if not words or len(good) < _MIN_CONVERTED * len(words) or len(already) > _MAX_ALREADY_RIGHT * len(words):
        return 0
    proof = set(good) - set(already)
    evidence = sum(len(_NOT_ASCII.findall(word)) for word in proof)
    return evidence if evidence >= _MIN_EVIDENCE else 0


# --- Capitals of TCVN3 -------------------------------------------------------------------

_LETTERS = re.compile(r"[^\W\d_]+")
_TONE_MARKS = re.compile(f"[{_GRAVE}{_HOOK}{_TILDE}{_ACUTE}{_DOT}]")
_UPPER, _LOWER, _UNKNOWN = "upper", "lower", "unknown"


def _without_tone(letter):
    return nfc(_TONE_MARKS.sub("", unicodedata.normalize("NFD", letter)))


# Some converters wrote a toned capital as the plain capital and the small toned letter.
_DOUBLED = {
    _without_tone(letter).upper() + char: letter.upper()
    for char, letter in TCVN3.items()
    if letter not in _TCVN3_BOTH_CASES
}


def _decode_tcvn3_line(line):
    """Decode one line; words that do not show their case take that of the line."""
    letters, caseless = _decode_letters(line)
    decoded = "".join(letters)
    words = [(m.start(), m.end()) for m in _LETTERS.finditer(decoded)]
    cases = [_case_of(decoded[a:b], caseless[a:b]) for a, b in words]
    titled = _UPPER in _proofs(decoded, words, cases) and _LOWER not in cases
    for (start, end), case in zip(words, cases, strict=True):
        if case == _UPPER or (case == _UNKNOWN and titled):
            # Letter by letter: some characters become two in capitals.
            letters[start:end] = [letter.upper() for letter in letters[start:end]]
    return "".join(letters)


def _decode_letters(line):
    """Return the letters of a line, and for each whether its byte does not tell its case."""
    letters, caseless = [], []
    for char in line:
        letter = TCVN3.get(char, char)
        doubled = _DOUBLED.get(letters[-1] + char) if letters and not caseless[-1] else None
        if doubled:
            letters[-1] = doubled
            continue
        letters.append(letter)
        caseless.append(char in TCVN3 and letter not in _TCVN3_BOTH_CASES)
    return letters, caseless


def _case_of(word, caseless):
    certain = [char for char, unsure in zip(word, caseless, strict=True) if not unsure]
    if any(char.islower() for char in certain):
        return _LOWER
    # A capital at the beginning may be that of a sentence or a name: "Hµ" is Hà.
    later = any(char.isupper() and not unsure for char, unsure in zip(word[1:], caseless[1:], strict=True))
    return _UPPER if later else _UNKNOWN


def _proofs(decoded, words, cases):
    """Yield the cases of words with a Vietnamese vowel: "UBND" and "QĐ" prove no capitals."""
    for (start, end), case in zip(words, cases, strict=True):
        if re.search("[^\x00-\x7fĐđ]", decoded[start:end]):
            yield case
