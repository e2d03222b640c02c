"""The package `text`, whether this one is reached through Odoo or alone (`./vpdt agency template`, pure tests)."""

if __package__ == "directory":
    from text import convert, detect, fold, nfc
else:
    from ..text import convert, detect, fold, nfc

__all__ = ["convert", "detect", "fold", "nfc"]
