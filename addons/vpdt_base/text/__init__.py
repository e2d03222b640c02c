"""Vietnamese text and files: normal form, folding, legacy encodings, names, types; no ORM."""

import importlib

#: Module → names that it brings. Loaded when asked for: who folds a word does not load what opens a PDF.
_BROUGHT = {
    "content": ("content_query", "indexed_text", "snippets", "words_of"),
    "file_names": ("check_name", "safe_name", "shown_name"),
    "file_types": ("DEFAULT_POLICY", "Policy", "check_file", "is_pdf", "pdf_info", "sniff"),
    "legacy": ("convert", "detect"),
    "problems": ("MESSAGES", "Problem"),
    "unicode": ("fold", "fold_words", "like_pattern", "matches", "nfc", "strip_marks"),
}
_PLACES = {name: module for module, names in _BROUGHT.items() for name in names}
__all__ = list(_PLACES)


def __getattr__(name):
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_PLACES[name]}", __name__), name)
