"""Electronic copies (bản sao điện tử): a file of its own that looks like the original and is signed by who made it.

The original certifies that nothing may be added to it, so a copy never is the original with one more signature: its
pages are drawn flat, without form, signatures, scripts and attachments, and the agency that makes the copy signs it
with one line of text (Nghị định 30/2020/NĐ-CP, Điều 25-27; Phụ lục I, Phần II; Mẫu 3.2).
"""

import io

import pikepdf
import pypdfium2

from . import places
from .errors import SigningError
from .isolation import accept
from .pades import add_annex_line, copy_text
from .trust import now

_DROPPED_FROM_ROOT = ("/AcroForm", "/Perms", "/DSS", "/OpenAction", "/AA", "/Names", "/Collection", "/Extensions")
_FLAT_PRINT = 1


def flatten(pdf):
    """Draw all annotations and fields into the pages as they print, and drop everything but the pages.

    :param bytes pdf:
    :return: bytes of a new PDF without a signature
    :raises SigningError: ``not_a_pdf``, ``encrypted_pdf``, ``too_heavy``
    """
    with places.opened(pdf) as document:
        flat = _flatten(document)
    return _bare(flat)


def _flatten(document):
    document.init_forms()
    for index in range(len(document)):
        page = document[index]
        if pypdfium2.raw.FPDFPage_Flatten(page, _FLAT_PRINT) == 0:
            raise SigningError("not_a_pdf", f"page {index + 1} cannot be drawn flat")
        page.close()
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _bare(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for name in _DROPPED_FROM_ROOT:
            if name in document.Root:
                del document.Root[name]
        for page in document.pages:
            for name in ("/Annots", "/AA"):
                if name in page.obj:
                    del page.obj[name]
        document.remove_unreferenced_resources()
        buffer = io.BytesIO()
        document.save(buffer)
    return accept(buffer.getvalue())


def electronic_copy(pdf, signer, form, agency, *, signing_time=None, **details):
    """Make a signed electronic copy.

    :param bytes pdf: the original, or a copy of it (sao lục)
    :param signer: of the agency that makes the copy, one of :mod:`.signers`
    :param str form: ``SAO Y``, ``SAO LỤC`` or ``TRÍCH SAO``
    :param str agency: name of the agency as it is written on the copy
    :param datetime signing_time: aware; default now
    :param details: as :func:`signing.pades.add_annex_line`
    :return: bytes
    :raises SigningError: as :func:`flatten` and :func:`signing.pades.add_annex_line`
    """
    moment = signing_time or now()
    return add_annex_line(flatten(pdf), signer, copy_text(form, agency, moment), signing_time=moment, **details)
