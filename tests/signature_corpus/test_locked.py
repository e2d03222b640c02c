"""Files that everybody may read and only a password lets change, signed: how they are encrypted stays as it was."""

import io
import re

import pikepdf
import pytest
from pyhanko.sign import fields as pdf_fields
from pyhanko.sign import signers as pyhanko_signers

from . import habits, structures
from .test_read_otherwise import judged

METHODS = pytest.mark.parametrize("method", [4, 6], ids=["AES-128", "AES-256"])


def locked(method, **entries):
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(structures.letter("table", **entries))) as document:
        lock = pikepdf.Encryption(owner="secret", user="", R=method)
        document.save(buffer, encryption=lock, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return buffer.getvalue()


@pytest.fixture(scope="module", params=[4, 6], ids=["AES-128", "AES-256"])
def signed(request):
    writer = habits.writer_of(locked(request.param))
    writer.encrypt("")
    meta = pyhanko_signers.PdfSignatureMetadata(field_name="first", md_algorithm="sha256")
    job = pyhanko_signers.PdfSigner(meta, habits.signer(), new_field_spec=pdf_fields.SigFieldSpec("first"))
    return job.sign_pdf(writer, bytes_reserved=habits.ROOM).getvalue()


def updated(pdf, change=lambda trailer: trailer, objects=b""):
    """Append an update with the trailer of the last one; ``objects``: body of number 8, which says how all others are
    encrypted."""
    trailer = re.findall(rb"trailer\s*(<<.*?>>)\s*startxref", pdf, re.DOTALL)[-1]
    trailer = re.sub(rb"/Prev \d+", b"/Prev " + re.findall(rb"startxref\s+(\d+)", pdf)[-1], trailer)
    rows = b"8 1\n%010d 00000 n \n" % (len(pdf) + 1) if objects else b"0 0\n"
    out = pdf + b"\n" + (b"8 0 obj\n" + objects + b"\nendobj\n" if objects else b"")
    return out + b"xref\n" + rows + b"trailer\n" + change(trailer) + b"\nstartxref\n%d\n%%%%EOF\n" % len(out)


def test_an_update_that_leaves_it_is_fine(signed):
    assert judged(signed) == ("valid", [])
    assert judged(updated(signed)) == ("valid", [])


def test_a_trailer_that_is_silent_about_it_changes_what_is_shown(signed):
    """pyHanko takes it from an older trailer; poppler decrypts nothing and shows an empty page."""
    pdf = updated(signed, lambda trailer: trailer.replace(b"/Encrypt 8 0 R", b""))
    assert judged(pdf) == ("modified", ["read_otherwise"])


def test_another_way_to_decrypt_changes_what_is_shown(signed):
    lock = re.search(rb"\n8 0 obj\s*(<<.*?>>)\s*endobj", signed, re.DOTALL)[1]
    identity = lock.replace(b"/StmF /StdCF", b"/StmF /Identity")
    assert identity != lock
    assert judged(updated(signed, objects=identity))[0] == "modified"


@METHODS
def test_it_may_stand_in_the_trailer_itself(method):
    pdf = locked(method, signature=habits._blank_dictionary())
    number, lock = re.search(rb"\n(\d+) 0 obj\s*(<<\s*/CF.*?>>)\s*endobj", pdf, re.DOTALL).groups()
    at = pdf.rindex(b"trailer")
    pdf = pdf[:at] + pdf[at:].replace(b"/Encrypt %s 0 R" % number, b"/Encrypt " + lock)
    assert judged(habits._filled(pdf, "acrobat")) == ("valid", [])
