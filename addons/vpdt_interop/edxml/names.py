"""File names that came from outside, made safe to show and to write."""

import re
import unicodedata

_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_EXTENSION = re.compile(r"[A-Za-z0-9]{1,10}")
_MAX_BYTES = 180
# Control, format (right-to-left override hides an extension), surrogate and private letters.
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def safe_name(name, fallback="attachment"):
    """Return a name that is one path component on every system, at most 180 bytes of UTF-8.

    Vietnamese letters stay (composed, NFC); separators, control and direction characters,
    leading and trailing dots and spaces go; names that Windows reserves get an underscore.
    """
    text = unicodedata.normalize("NFC", name)
    text = "".join(c for c in text if unicodedata.category(c) not in _INVISIBLE)
    text = _FORBIDDEN.sub("_", text).strip(" .")
    if not text.strip("_"):
        text = fallback
    if _RESERVED.fullmatch(text):
        text = f"_{text}"
    return _shorten(text)


def without_path(name):
    """Return a name without the folders of the machine it comes from (``C:\\Users\\…``, ``/home/…``, ``../``).

    A lone stroke is none of them: agencies write numbers so (``12/UBND-VX.pdf``).
    """
    if "\\" in name:
        return re.split(r"[\\/]", name)[-1]
    if re.match(r"[A-Za-z]:/|/|\.{1,2}/|file:", name):
        return name.rpartition("/")[2]
    return name


def extension(name, fallback="bin"):
    """Return the extension of ``name`` without dot, ``fallback`` unless letters and digits."""
    tail = name.rpartition(".")[2] if "." in name else ""
    return tail if _EXTENSION.fullmatch(tail) else fallback


def _shorten(text):
    """Cut the stem, not the extension."""
    stem, dot, tail = text.rpartition(".")
    if not dot or len(tail.encode()) > 20:
        stem, dot, tail = text, "", ""
    room = _MAX_BYTES - len(f"{dot}{tail}".encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + dot + tail
