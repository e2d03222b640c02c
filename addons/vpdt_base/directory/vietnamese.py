"""The package `text`, whether this one is reached through Odoo or alone (`./vpdt agency template`, pure tests)."""

if __package__ == "directory":
    from text import convert, detect, fold, nfc
    from text.signatures import WEB_PAGE, XML, sniff_head
    from text.tables import LATIN, decoding_of, first_lines, readings_of, separator_of, utf16_of
else:
    from ..text import convert, detect, fold, nfc
    from ..text.signatures import WEB_PAGE, XML, sniff_head
    from ..text.tables import LATIN, decoding_of, first_lines, readings_of, separator_of, utf16_of

__all__ = [
    "LATIN",
    "WEB_PAGE",
    "XML",
    "convert",
    "decoding_of",
    "detect",
    "first_lines",
    "fold",
    "nfc",
    "readings_of",
    "separator_of",
    "sniff_head",
    "utf16_of",
]
