"""Pages with a mark that says who reads them, when and by which request (Nghị định 30/2020, Phụ lục VI, P6-6).

No ORM. A page is a picture with the mark burnt in, so that nobody takes it off the way a layer of a PDF is taken off.
"""

from .marking import Mark, marked_pdf, marked_picture

__all__ = ["Mark", "marked_pdf", "marked_picture"]
