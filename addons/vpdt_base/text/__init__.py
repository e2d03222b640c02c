"""Vietnamese text and files: normal form, folding, legacy encodings, names, types; no ORM."""

from .content import content_query, indexed_text, snippets, words_of
from .file_names import check_name, safe_name, shown_name
from .file_types import DEFAULT_POLICY, Policy, check_file, is_pdf, pdf_info, sniff
from .legacy import convert, detect
from .problems import MESSAGES, Problem
from .unicode import fold, fold_words, like_pattern, matches, nfc, strip_marks

__all__ = [
    "DEFAULT_POLICY",
    "MESSAGES",
    "Policy",
    "Problem",
    "check_file",
    "check_name",
    "content_query",
    "convert",
    "detect",
    "fold",
    "fold_words",
    "indexed_text",
    "is_pdf",
    "like_pattern",
    "matches",
    "nfc",
    "pdf_info",
    "safe_name",
    "shown_name",
    "sniff",
    "snippets",
    "strip_marks",
    "words_of",
]
