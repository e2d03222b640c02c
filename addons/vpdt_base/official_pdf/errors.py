"""Errors of the PDF engine: a Vietnamese sentence for a person, a code for a machine."""


class OfficialPdfError(Exception):
    """Base of the engine's errors.

    ``code`` (str) is stable and meant for callers; ``str(error)`` is shown to people.
    """

    code = "official_pdf"


class FontsMissing(OfficialPdfError):
    """None of the configured folders holds the four styles of a usable font."""

    code = "fonts_missing"


class LayoutError(OfficialPdfError):
    """The description of a document cannot be laid out (widths, number of cells)."""

    code = "layout"


class RowsConsumed(OfficialPdfError):
    """The rows of a report were given as a one-way iterator and were already read."""

    code = "rows_consumed"
