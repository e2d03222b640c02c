"""How different programs sign a PDF: what they write into the signature dictionary and the container, and whether the
signature comes with an update of the file or with the whole file."""

import asyncio
import datetime
import hashlib
import io
import re

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields as pdf_fields
from pyhanko.sign import signers as pyhanko_signers
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko_certvalidator.registry import SimpleCertificateStore

from . import common, structures

ROOM = 12_000  # hexadecimal digits for the container
VIETNAM = datetime.timezone(datetime.timedelta(hours=7))
BLANK = b"/ByteRange [0 9999999999 9999999999 9999999999]"

#: habit → what is typical of it
HABITS = {
    "pyhanko": "PAdES in an update, written by pyHanko",
    "itext": "adbe.pkcs7.detached in an update, a comment between trailer and startxref",
    "acrobat": "adbe.pkcs7.detached in the file from the start, no update",
    "bouncycastle": "a container of indefinite length (BER)",
    "vgca": "the signer's certificate alone, padded byte range, the hour of Vietnam marked as UTC",
}


def sign(structure, habit, *, hole=False):
    """Give the letter in a structure, signed by the person in the habit of a program."""
    if habit == "acrobat":
        return _filled(structures.letter(structure, signature=_blank_dictionary(), hole=hole), habit)
    letter = structures.letter(structure, hole=hole)
    if habit == "pyhanko":
        return _by_pyhanko(letter)
    pdf = _with_blank_signature(letter, "/ETSI.CAdES.detached" if habit == "vgca" else "/adbe.pkcs7.detached")
    if habit == "itext":
        at = pdf.rindex(b"startxref")
        pdf = pdf[:at] + b"%iText-7.2.5\n" + pdf[at:]
    return _filled(pdf, habit)


def signer(identity=None, *, alone=False):
    """pyHanko's own signer, with or without the authorities' certificates."""
    identity, store = identity or common.person(), SimpleCertificateStore()
    if not alone:
        store.register_multiple([common.pki.as_asn1(cert) for cert in identity.chain])
    return pyhanko_signers.SimpleSigner(identity.asn1, common.private_key_info(identity), store)


def writer_of(pdf):
    """Open a file for an update, of whatever structure."""
    return IncrementalPdfFileWriter.from_reader(common.reading.Reader(io.BytesIO(pdf)))


def _by_pyhanko(pdf, identity=None, name="first"):
    meta = pyhanko_signers.PdfSignatureMetadata(
        field_name=name, md_algorithm="sha256", subfilter=pdf_fields.SigSeedSubFilter.PADES
    )
    job = pyhanko_signers.PdfSigner(meta, signer(identity), new_field_spec=pdf_fields.SigFieldSpec(name))
    writer = writer_of(pdf)
    writer._force_write_when_empty = True
    return job.sign_pdf(writer, bytes_reserved=ROOM).getvalue()


def countersign(pdf):
    """Add the signature of the agency, invisible, in an update."""
    return _by_pyhanko(pdf, common.agency(), "second")


def _pdf_date(moment):
    return moment.astimezone(VIETNAM).strftime("D:%Y%m%d%H%M%S+07'00'")


def _blank_dictionary():
    date = _pdf_date(common.trust.now()).encode()
    return (
        b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /M (" + date + b") " + BLANK
        + b" /Contents <" + b"0" * ROOM + b"> >>"
    )  # fmt: skip


def _with_blank_signature(pdf, subfilter):
    writer = writer_of(pdf)
    numbers = generic.ArrayObject(generic.NumberObject(number) for number in (0, *[9_999_999_999] * 3))
    signature = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Sig"),
            pdf_name("/Filter"): pdf_name("/Adobe.PPKLite"),
            pdf_name("/SubFilter"): pdf_name(subfilter),
            pdf_name("/ByteRange"): numbers,
            pdf_name("/Contents"): generic.ByteStringObject(b"\0" * (ROOM // 2)),
            pdf_name("/M"): pdf_string(_pdf_date(common.trust.now())),
        }
    )
    _ensure_form(writer)
    field = pdf_fields.SigFieldSpec("first")
    pdf_fields.append_signature_field(writer, field)
    reference = next(ref for _name, _value, ref in pdf_fields.enumerate_sig_fields(writer))
    reference.get_object()[pdf_name("/V")] = writer.add_object(signature)
    writer.mark_update(reference)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _ensure_form(writer):
    if "/AcroForm" not in writer.root:
        flags = generic.NumberObject(3)
        form = generic.DictionaryObject({pdf_name("/Fields"): generic.ArrayObject(), pdf_name("/SigFlags"): flags})
        writer.root[pdf_name("/AcroForm")] = writer.add_object(form)
        writer.update_root()


def _filled(pdf, habit):
    """Put byte range and container into the blanks."""
    room = re.search(rb"/Contents ?<(0{%d})>" % ROOM, pdf)
    start, end = room.start(1) - 1, room.end(1) + 1
    blank = re.search(rb"/ByteRange ?\[ ?0 9999999999 9999999999 9999999999 ?\]", pdf)
    numbers = (start, end, len(pdf) - end)
    text = b"%010d %010d %010d" if habit == "vgca" else b"%d %d %d"
    told = b"/ByteRange [0 " + text % numbers
    pdf = pdf[: blank.start()] + told.ljust(len(blank[0]) - 1) + b"]" + pdf[blank.end() :]
    container = _container(hashlib.sha256(pdf[:start] + pdf[end:]).digest(), habit)
    return pdf[: start + 1] + container.hex().encode().ljust(ROOM, b"0") + pdf[end - 1 :]


def _container(digest, habit):
    now = common.trust.now().replace(microsecond=0)
    if habit == "vgca":
        now = now.astimezone(VIETNAM).replace(tzinfo=datetime.timezone.utc)
    made = asyncio.run(
        signer(alone=habit == "vgca").async_sign(
            digest,
            "sha256",
            signed_attr_settings=PdfCMSSignedAttributes(signing_time=now),
        )
    )
    return _indefinite(made) if habit == "bouncycastle" else made.dump()


def _indefinite(content_info):
    """Write the outer layers with indefinite length, as BouncyCastle does by default."""
    inner = content_info["content"].untag().dump()
    children = inner[_header(inner) :]
    kind = content_info["content_type"].dump()
    return b"\x30\x80" + kind + b"\xa0\x80\x30\x80" + children + b"\0\0" * 3


def _header(der):
    """Length of the tag and the length of a DER value."""
    return 2 if der[1] < 0x80 else 2 + (der[1] & 0x7F)
