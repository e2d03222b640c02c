"""The paper of a document as text, and whether it says what the form says; no ORM."""

import re

from odoo.addons.vpdt_base.signing import SigningError, places
from odoo.addons.vpdt_base.text import fold

MAX_PAGES = 40  # that are read; heading and recipients stand on the first, the signature at the end of the letter
_SUBJECT_OPENING = re.compile(r"^(V/v|Về việc)\s*:?\s+", re.IGNORECASE)


def folded(text):
    """Text for comparing: without marks, case, and line ends."""
    return " ".join(fold(text).split())


def pdf_text(pdf):
    """The text of the first pages of a PDF that people here have made or uploaded, or an empty string.

    :param bytes pdf:
    """
    try:
        with places.opened(pdf) as document:
            return "\n".join(_page_text(document[index]) for index in range(min(len(document), MAX_PAGES)))
    except (SigningError, ValueError):
        return ""


def _page_text(page):
    text = page.get_textpage()
    try:
        return text.get_text_bounded()
    finally:
        text.close()
        page.close()


def says(text, value):
    """Whether ``value`` of the form is in the folded text of the paper; the lines of a list may stand apart.

    :param str text: of `folded`
    :param value: str, or list of str
    """
    lines = value if isinstance(value, list) else [_SUBJECT_OPENING.sub("", value)]
    return all(folded(line).rstrip(" ./") in text for line in lines if line)
