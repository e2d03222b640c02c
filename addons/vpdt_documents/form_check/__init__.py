"""Whether a .docx or a PDF has the form (thể thức) of Nghị định 30/2020, Phụ lục I: page, fonts, the components and how
they are written; no ORM.

A finding is a code with what was found; it looks wrong to a program and may be right: a person decides (khoản 2 Điều
12).
"""

from .checking import Finding, check_docx
from .paper import check_pdf

__all__ = ["Finding", "check_docx", "check_pdf"]
