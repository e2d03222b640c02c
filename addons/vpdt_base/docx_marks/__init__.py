"""What a .docx carries besides its text, found by reading its XML, and a copy without it; no ORM.

Tracked changes, comments, and fields whose text changes by itself: none of it belongs into a document that is signed,
and LibreOffice prints deleted text beside the inserted one, or loses the marks, so it is no judge of them.
"""

from .cleaning import clean_copy
from .finding import Marks, find_marks, plain_text
from .package import DocxError

__all__ = ["DocxError", "Marks", "clean_copy", "find_marks", "plain_text"]
