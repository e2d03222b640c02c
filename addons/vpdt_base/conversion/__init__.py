"""Office files to PDF, scans to searchable PDF, PDF to text and pictures: programs, each in a closed room."""

from .drawing import draw_page
from .fonts import missing_fonts
from .ocr import to_searchable_pdf
from .office import OFFICE_EXTENSIONS, ConversionError, to_pdf
from .reading import PdfText, read_text

__all__ = [
    "OFFICE_EXTENSIONS",
    "ConversionError",
    "PdfText",
    "draw_page",
    "missing_fonts",
    "read_text",
    "to_pdf",
    "to_searchable_pdf",
]
