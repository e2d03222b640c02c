"""Opening a PDF that somebody handed in."""

import io
import re

from pyhanko.pdf_utils.reader import PdfFileReader

from .errors import SigningError

if __package__ == "signing":  # ./vpdt pdf, pure tests
    from text.signatures import is_pdf
else:
    from ..text.signatures import is_pdf

#: Readers look for the end mark in the last kilobyte; pyHanko goes on searching byte by byte to the start of the file.
END_ZONE = 2048

NO_HEADER = "it does not begin as a PDF: %PDF- is not within its first 1,024 bytes, or it is another kind of file"


def looks_like_pdf(pdf):
    """Tell whether the marks at both ends are there, without reading what lies between."""
    return is_pdf(pdf) and b"%%EOF" in pdf[-END_ZONE:] and b"startxref" in pdf[-END_ZONE:]


class _FromHeader(io.BytesIO):
    """A PDF whose offsets count from the start of the file, though rubbish stands there: whoever goes to the start to
    read the header finds it, once."""

    def __init__(self, pdf, header):
        super().__init__(pdf)
        self._header = header

    def seek(self, offset, whence=io.SEEK_SET):
        if (offset, whence) == (0, io.SEEK_SET) and self._header:
            offset, self._header = self._header, 0
        return super().seek(offset, whence)


def as_stream(pdf):
    """Give a PDF as pyHanko reads it, which wants the header at the very start; a file with rubbish before it counts
    its offsets from the one or from the other.

    :param bytes pdf: one that `looks_like_pdf`
    :raises ValueError: rubbish, and signed: which bytes are meant by the signature cannot be told
    """
    header = pdf.find(b"%PDF-")
    if header <= 0:
        return io.BytesIO(pdf)
    if b"/ByteRange" in pdf:
        raise ValueError("signed, with bytes before the header")
    [*_, start] = re.findall(rb"startxref\s+(\d{1,12})", pdf[-END_ZONE:]) or [b"0"]
    if re.match(rb"\s*(xref\b|\d+ \d+ obj\b)", pdf[int(start) : int(start) + 40]):
        return _FromHeader(pdf, header)
    return io.BytesIO(pdf[header:])


def open_reader(pdf, strict=True):
    """Open a PDF for reading.

    :param bytes pdf:
    :return: pyHanko reader
    :raises SigningError: ``not_a_pdf``, ``encrypted_pdf``
    """
    if not looks_like_pdf(pdf):
        raise SigningError("not_a_pdf", "" if is_pdf(pdf) else NO_HEADER)
    try:
        reader = PdfFileReader(as_stream(pdf), strict=strict)
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
