"""The PDF engine of official documents (Nghị định 30/2020), on ReportLab, without the ORM.

Most callers need `forms` (registers as data), `TableReport` and `Cover`::

    cover = forms.INCOMING_REGISTER.make_cover("Sở Nội vụ", parent="UBND tỉnh", year=2026)
    forms.INCOMING_REGISTER.report(rows, cover=cover).write_pdf(stream)
"""

from . import forms
from .errors import FontsMissing, LayoutError, OfficialPdfError, RowsConsumed
from .heading import OfficialHeading, Signature
from .reports import OfficialReport
from .tables import Closing, Column, Cover, SectionRow, TableReport

__all__ = [
    "Closing",
    "Column",
    "Cover",
    "FontsMissing",
    "LayoutError",
    "OfficialHeading",
    "OfficialPdfError",
    "OfficialReport",
    "RowsConsumed",
    "SectionRow",
    "Signature",
    "TableReport",
    "forms",
]
