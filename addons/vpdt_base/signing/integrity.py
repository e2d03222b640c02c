"""Byte ranges, and what happened to a file from revision to revision."""

import re

from asn1crypto import parser
from pyhanko.sign import fields as pdf_fields
from pyhanko.sign.diff_analysis import ModificationLevel, SuspiciousModification
from pyhanko.sign.validation.pdf_embedded import extract_contents

from . import diff_policy
from .reading import form_fields, signature_fields, value
from .verdicts import Problem


def byte_range_fault(pdf, embedded):
    """Say what is wrong with a byte range, or give None.

    It must start at 0, leave out exactly the ``<hexadecimal>`` of this signature's own /Contents, and end inside the
    file; the container must be followed by zeros only: everything else is room for unsigned content.
    """
    byte_range = [int(value) for value in embedded.byte_range]
    if len(byte_range) != 4 or any(value < 0 for value in byte_range):
        return f"not four numbers: {byte_range}"
    start, length, second, rest = byte_range
    if start != 0 or second <= length or second + rest > len(pdf):
        return f"out of place: {byte_range}"
    gap = pdf[length:second]
    if not re.fullmatch(rb"<[0-9A-Fa-f]*>", gap):
        return "the gap is not one hexadecimal string"
    contents = bytes.fromhex(gap[1:-1].decode())
    if contents != embedded.pkcs7_content:
        return "the gap is not the /Contents of this signature"
    # read, not written anew: that would cost time without bounds with containers of indefinite length (BER)
    size = parser.peek(contents)
    if contents[size:].strip(b"\0"):
        return "something is hidden behind the signature container"
    return None


def signed_end(embedded):
    """Give the number of bytes of the file that the signature vouches for."""
    _start, _length, second, rest = (int(value) for value in embedded.byte_range)
    return second + rest


def check_modifications(check, embedded):
    """Judge every change since the signature."""
    if isinstance(embedded.diff_result, SuspiciousModification):
        check.modification = "other"
        check.add("changed_after_signing", str(embedded.diff_result)[:500])
        return
    level = embedded.diff_result.modification_level
    check.modification = level.name.lower()
    allowed = ModificationLevel.FORM_FILLING
    if embedded.docmdp_level == pdf_fields.MDPPerm.NO_CHANGES:
        allowed = ModificationLevel.LTA_UPDATES
    if level > allowed:
        check.add("changed_after_signing", level.name)


def follow_history(reader):
    """Follow all revisions: a signature once there stays there, number and date once written stay as they are.

    pyHanko compares each revision with the signed one only, where a signature that came later and went again looks as
    if it had never been.

    :return: (list of :class:`Problem`, names of those of ``number``, ``day``, ``month`` that were filled in after a
        signature)
    """
    problems, signatures, values, filled = [], {}, {}, set()
    for revision in range(reader.xrefs.total_revisions):
        resolver = reader.get_historical_resolver(revision)
        seen, texts = _signature_contents(resolver), _fillable_values(resolver)
        problems += [Problem("signature_removed", name) for name in signatures if seen.get(name) != signatures[name]]
        problems += [Problem("field_changed", name) for name in values if texts.get(name) != values[name]]
        if signatures:
            filled |= texts.keys() - values.keys()
        signatures.update(seen)
        values.update(texts)
    return problems, filled


def _signature_contents(handler):
    return {
        str(name): extract_contents(entry.get_object())  # never encrypted, even where the file is
        for name, entry, _ref in signature_fields(handler)
        if entry is not None
    }


def _fillable_values(handler):
    """Give the texts of number, day and month as far as they are filled in."""
    return {
        name: str(item["/V"])
        for name, (_ref, item) in form_fields(handler).items()
        if name in diff_policy.FILLABLE and value(item, "/V")
    }


#: What may stand behind the last table or stream of cross references: the rest of its object, the trailer, comments
#: (iText writes its name), the pointer, the end mark.
_ENDING = re.compile(
    rb"(?:\s|%[^\r\n]*[\r\n])*(?:endstream\s*endobj|endobj|(?:trailer)?\s*<<.{0,20000}>>)?"
    rb"(?:\s|%[^\r\n]*[\r\n])*startxref\s+\d+\s+%%EOF\s*",
    re.DOTALL,
)


def has_trailing_data(pdf, reader):
    """Tell whether the file goes on after its last revision: another reader might take that for the document."""
    xrefs = reader.xrefs
    infos = [xrefs.get_xref_container_info(revision) for revision in range(xrefs.total_revisions)]
    tail = pdf[max(info.end_location for info in infos) :]
    return (
        _ENDING.fullmatch(tail) is None or tail.count(b"startxref") != 1 or re.search(rb"\d\s+obj\b", tail) is not None
    )


def hybrid_fault(reader):
    """Say which object a hybrid file (ISO 32000-1, 7.5.8.4) defines otherwise for older programs, or give ''."""
    for revision in range(reader.xrefs.total_revisions):
        data = reader.xrefs.get_xref_data(revision)
        if data.hybrid is not None:
            hidden = data.hybrid.xref_data
            twice = (hidden.standard_xrefs.keys() | hidden.xrefs_in_objstm.keys()) & data.standard_xrefs.keys()
            if twice:
                return f"objects {sorted(twice)}"
    return ""
