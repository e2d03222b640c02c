"""Making copies of documents (bản sao) as PDF, without the ORM (Nghị định 30/2020, Điều 25-27; Phụ lục I, Phần II).

:mod:`.pages` chooses and joins pages, :mod:`.block` writes the components of a paper copy after the end of the
document, :mod:`.lookup` puts the code of the public check into the margin. All take bytes and give bytes of PDFs
without a signature, as :func:`signing.copies.flatten` makes them.
"""

from .block import CopyBlock, add_block
from .lookup import add_lookup
from .pages import PageRangeError, join, page_count, parse_pages, plain, take_pages

__all__ = [
    "CopyBlock",
    "PageRangeError",
    "add_block",
    "add_lookup",
    "join",
    "page_count",
    "parse_pages",
    "plain",
    "take_pages",
]
