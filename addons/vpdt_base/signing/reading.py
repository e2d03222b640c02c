"""Opening a PDF that somebody handed in."""

import io

from pyhanko.pdf_utils.reader import PdfFileReader

from .errors import SigningError

#: Readers look for the end mark in the last kilobyte; pyHanko goes on searching byte by byte to the start of the file.
END_ZONE = 2048


def looks_like_pdf(pdf):
    """Tell whether the marks at both ends are there, without reading what lies between."""
    return b"%PDF-" in pdf[:1024] and b"%%EOF" in pdf[-END_ZONE:] and b"startxref" in pdf[-END_ZONE:]


def open_reader(pdf, strict=True):
    """Open a PDF for reading.

    :param bytes pdf:
    :return: pyHanko reader
    :raises SigningError: ``not_a_pdf``, ``encrypted_pdf``
    """
    if not looks_like_pdf(pdf):
        raise SigningError("not_a_pdf")
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=strict)
        encrypted = reader.encrypted
        if not encrypted:
            reader.root["/Pages"]["/Kids"]
    except Exception as error:  # a broken file makes pyHanko raise whatever its bytes lead to
        raise SigningError("not_a_pdf", f"{type(error).__name__}: {error}") from error
    if encrypted:
        raise SigningError("encrypted_pdf")
    return reader


def value(dictionary, key, default=None):
    """Give the entry of a PDF dictionary, also where it is a reference: ``get`` of pyHanko's dictionaries gives the
    reference itself, which equals no name and no number."""
    return dictionary[key] if key in dictionary else default


def form_fields(handler):
    """Give the top-level form fields of a reader or writer by name.

    :return: ``{name: (indirect reference, dictionary)}``; empty without a form
    """
    try:
        entries = handler.root["/AcroForm"]["/Fields"]
    except KeyError:
        return {}
    found = {}
    for entry in entries:
        field = entry.get_object()
        found[str(value(field, "/T", ""))] = (entry, field)
    return found
