"""Office files to PDF with LibreOffice, in a profile and a process group of its own."""

from .office import ConversionError, to_pdf

__all__ = ["ConversionError", "to_pdf"]
