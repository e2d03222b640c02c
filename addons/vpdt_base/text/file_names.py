"""File names of the policy: letters and digits, no diacritics, at most 50 characters.

Khoản 4 Điều 7 of the draft of Kon Tum (2023) asks for it. The regulation does not say whether the extension
counts; we count it, so that a name is right under either reading. Full stop, hyphen and
underscore are allowed inside, since a name without them cannot be read.
"""

import re
import unicodedata

from .problems import RULE_NAME, Problem
from .unicode import nfc, strip_marks

MAX_LENGTH = 50
NAME_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,49}")

# Windows opens a device for these, whatever the extension.
RESERVED = re.compile(r"(CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])(?=\.|$)", re.IGNORECASE)

# Long enough for every real extension; a longer tail is part of the name.
EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,10}$")

_FALLBACK_STEM = "tep"
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def safe_name(name, taken=(), max_length=MAX_LENGTH):
    """Return `name` as the policy wants it, as near to the original as can be.

    "Quyết định số 15.docx" → "Quyet-dinh-so-15.docx". Diacritics go (đ → d), runs of
    other characters become one hyphen, the extension is kept, what is too long loses its
    end. A name that is in `taken` (compared without case) gets -2, -3 …. The result is
    never empty, always passes `check_name`, and is left alone by a second call.
    `max_length` (at least 20) is that of the policy in force.
    """
    stem, extension = _split(_ascii(name))
    stem = re.sub(r"[^A-Za-z0-9_.-]+", "-", stem)
    stem = re.sub(r"[.-]*([.-])[.-]*", r"\1", stem).strip("._-") or _FALLBACK_STEM
    if RESERVED.match(stem):
        stem = f"{_FALLBACK_STEM}-{stem}"
    used = {other.lower() for other in taken}
    suffix, count = "", 1
    while (candidate := _join(stem, suffix, extension, max_length)).lower() in used:
        count += 1
        suffix = f"-{count}"
    return candidate


def shown_name(name):
    """Return a name as it may be shown to people: without what turns or hides parts of it.

    "\\u202efdp.exe.pdf" would read "fdp.exe" backwards. Marks of direction (Unicode Bidi_Control) and control
    characters go, everything else stays.
    """
    return "".join(letter for letter in name if letter not in _DIRECTIONS and unicodedata.category(letter) != "Cc")


def check_name(name):
    """Return what is wrong with a file name as a list of `Problem`, empty if nothing is."""
    if not name or not name.strip():
        return [Problem("name_empty", name or "", RULE_NAME)]
    composed = nfc(name)
    marked = _distinct(c for c in composed if not c.isascii() and strip_marks(c).isascii())
    odd = _distinct(c for c in composed if c not in marked and not re.match(r"[A-Za-z0-9._-]", c))
    reserved = RESERVED.match(composed)
    found = (
        ("name_too_long", len(composed) > MAX_LENGTH, {"length": len(composed), "limit": MAX_LENGTH}),
        ("name_diacritics", marked, {"characters": " ".join(marked)}),
        ("name_characters", odd, {"characters": " ".join(map(_visible, odd))}),
        ("name_start", composed[0] in "._-", {}),
        ("name_reserved", reserved, {"word": reserved and reserved.group(1)}),
    )
    return [Problem(code, name, RULE_NAME, params) for code, wrong, params in found if wrong]


def extension_of(name):
    """Return the extension of a name in lower case with its full stop, or ``''``."""
    match = EXTENSION.search(name)
    return match.group().lower() if match else ""


def _ascii(name):
    # NFKD turns "²" and full-width letters into something that can be kept.
    plain = strip_marks(unicodedata.normalize("NFKD", strip_marks(name)))
    return plain.encode("ascii", "replace").decode("ascii").replace("?", " ").strip()


def _split(name):
    match = EXTENSION.search(name)
    if not match:
        return name, ""
    return name[: match.start()], match.group()


def _join(stem, suffix, extension, max_length):
    room = max_length - len(suffix) - len(extension)
    return stem[:room].rstrip("._-") + suffix + extension


def _distinct(characters):
    return list(dict.fromkeys(characters))


def _visible(char):
    return char if char.isprintable() and not char.isspace() else f"U+{ord(char):04X}"
