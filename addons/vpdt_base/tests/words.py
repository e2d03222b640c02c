"""Which words are English: those that the sources of the terms have, Odoo's and ours, and no Vietnamese text has."""

import re
from functools import cache
from pathlib import Path

import odoo.tools
import polib

ADDONS = Path(__file__).resolve().parents[2]
CORE = ("base", "web", "mail", "hr", "base_import", "resource")

# Names that are not translated: of people and things of the demo, formats, standards.
NAMES = frozenset(
    "administrator demo root edxml pdf url json xml csv xlsx docx sha uuid oauth token vpdt odoobot pkcs csc "
    "powerpoint john doe google places qcvn telegram bot".split()
)

# Addresses, names of files and of the machine, values in braces, fingerprints: nothing that one reads.
NO_WORDS = re.compile(
    r"\./vpdt(?: [a-z-]+)*|\S+\.(?:pdf|docx|xlsx|zip|edxml|txt|png)\b|https?://\S+|\S+@\S+|<[\w.]+>\.\w+|\w+\.\w[\w.]*|\{[^}]*\}|(?<!\w)\.\w+|\b[\w+/]{25,}\b"
)
# What code fills in, and the marks of a formatted text.
PLACES = re.compile(r"%\(\w+\)[sdr]|%[sdr]|</?[a-z]\w*(?:\s[^<>]*)?>|&\w+;")


def tokens(text):
    """Words of ASCII letters in a text, in lower case; a Vietnamese syllable with marks is no such word."""
    text = NO_WORDS.sub(" ", text)
    return {word.lower() for word in re.findall(r"[^\W\d_]{3,}", text) if word.isascii()}


@cache
def english_words():
    """Words of the sources of all terms that no translation has, and that are no names."""
    core = Path(odoo.tools.__file__).parents[1] / "addons"
    files = [*ADDONS.glob("*/i18n*/vi.po"), *(core / name / "i18n" / "vi.po" for name in CORE)]
    english, vietnamese = set(), set()
    for file in files:
        for entry in polib.pofile(str(file)):
            english |= tokens(entry.msgid)
            if not entry.msgstr.isascii():
                vietnamese |= tokens(entry.msgstr)
    return english - vietnamese - NAMES


def english_in(text):
    """The English words of a text that a person reads (set), empty when there are none."""
    return tokens(PLACES.sub(" ", text)) & english_words()
