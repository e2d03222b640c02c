"""Making copies of documents (bản sao) as PDF, without the ORM (Nghị định 30/2020, Điều 25-27; Phụ lục I, Phần II).

:mod:`.pages` joins pages, :mod:`.extract` sets an extract anew, :mod:`.block` writes the components of a paper copy
after the end of the document, :mod:`.lookup` puts the code of the public check into the margin. All give bytes of PDFs
without a signature, as :func:`signing.copies.flatten` makes them.
"""

from .block import CopyBlock, add_block
from .extract import Extract, make_extract
from .lookup import add_lookup
from .pages import join, page_count, plain

__all__ = [
    "CopyBlock",
    "Extract",
    "add_block",
    "add_lookup",
    "join",
    "make_extract",
    "page_count",
    "plain",
]
