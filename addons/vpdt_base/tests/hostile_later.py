"""Hostile variants that a review of the check found: what later revisions paint over a signed document, weak algorithms
behind strong ones, times that nobody proves."""

import functools
import io
import re

from asn1crypto import cms as asn1_cms
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields as pdf_fields
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper

try:
    from . import hostile_pdfs as make
    from . import signing_common as common
except ImportError:
    import hostile_pdfs as make
    import signing_common as common

pades, pki = common.pades, common.pki
appearances, textfont = common.load("signing.appearance"), common.load("signing.textfont")
PAGE = (0, 0, 595, 842)
CORNER = (60, 60, 162, 162)  # white paper, as large as a seal
SHEET = b"q 1 1 0.7 rg 0 0 595 842 re f Q BT /F1 24 Tf 60 500 Td (Chuyen 10 ty dong) Tj ET"
NIGHT = b"q 0.1 0.1 0.4 rg 0 0 595 842 re f Q 1 g BT /F1 24 Tf 60 500 Td (Chuyen 10 ty dong) Tj ET"
RING = b"q 1 0 0 RG 3 w 10 10 82 82 re S Q"


# --- documents to start from ------------------------------


@functools.cache
def plain():
    """Signed by a person, not certified: others may add their signatures."""
    return pades.sign_plain(common.numbered_draft(), common.signer_of(common.person()))


@functools.cache
def sealed_annex():
    signed = pades.sign_plain(common.annex(), common.signer_of(common.person()))
    return pades.add_annex_line(signed, common.signer_of(common.agency()), "15/UBND-VP; 22/11/2026 10:15:30 +07:00")


def without_authorities():
    """The signer's certificate alone is in the file, as Vietnamese government tools write it."""
    leaf = common.signers.KeptKeySigner(common.person().key, common.person().cert, [])
    return pades.sign_plain(common.draft(), leaf)


# --- fields that nobody signs ------------------------------


def picture(writer, content=SHEET, box=PAGE, **more):
    fonts = make.dictionary(
        F1=make.dictionary(Type=pdf_name("/Font"), Subtype=pdf_name("/Type1"), BaseFont=pdf_name("/Helvetica"))
    )
    values = {"BBox": make.numbers(*box), "Resources": make.dictionary(Font=fonts), **more}
    form = make.dictionary(Type=pdf_name("/XObject"), Subtype=pdf_name("/Form"), **values)
    return writer.add_object(generic.StreamObject(form, stream_data=content))


def add_field(writer, rect, shown, name="x"):
    """Append a signature field that shows something, without a value."""
    page, _resources = writer.find_page_for_modification(0)
    field = make.dictionary(
        Type=pdf_name("/Annot"),
        Subtype=pdf_name("/Widget"),
        FT=pdf_name("/Sig"),
        T=pdf_string(name),
        F=generic.NumberObject(4),
        Rect=rect,
        P=page,
    )
    if shown is not None:
        field[pdf_name("/AP")] = make.dictionary(N=shown)
    reference = writer.add_object(field)
    fields = writer.root["/AcroForm"]["/Fields"]
    fields.append(reference)
    writer.update_container(fields)
    writer.register_annotation(page, reference)


def unsigned_field(base, *box, shown=True):
    rect = make.numbers(*(box or PAGE))
    return common.update(base(), lambda writer: add_field(writer, rect, picture(writer) if shown else None))


def _referenced(writer):
    """A rectangle of references, which the appearance names too, so that they count as a part of it."""
    sides = generic.ArrayObject(writer.add_object(generic.NumberObject(value)) for value in PAGE)
    return sides, picture(writer, X=sides)


def unsigned_field_by_reference():
    return common.update(plain(), lambda writer: add_field(writer, *_referenced(writer)))


def ask_for_new_pictures():
    """The form tells programs to paint all fields as they like."""

    def change(writer):
        form = writer.root["/AcroForm"]
        form[pdf_name("/NeedAppearances")] = generic.BooleanObject(True)
        writer.update_container(form)

    return common.update(plain(), change)


# --- time stamps of the document that are more ------------------------------


def stamped(pdf, change, name="x"):
    """A time stamp of the whole document in a field that ``change(writer)`` prepares, all in one revision."""
    writer, output = IncrementalPdfFileWriter(io.BytesIO(pdf)), io.BytesIO()
    change(writer)
    stamper = PdfTimeStamper(common.timestamper(), field_name=name)
    stamper.timestamp_pdf(writer, "sha256", bytes_reserved=24_000, output=output)
    return output.getvalue()


def visible_timestamp():
    return stamped(common.issued(), lambda writer: add_field(writer, make.numbers(*PAGE), picture(writer)))


def visible_timestamp_by_reference():
    return stamped(common.issued(), lambda writer: add_field(writer, *_referenced(writer)))


def timestamp_as_seal():
    """The field of the agency gets a picture of a seal and a time stamp, which anybody can have."""

    def change(writer):
        field = pades.form_fields(writer)["agency"][1]
        field[pdf_name("/AP")] = make.dictionary(N=picture(writer, RING, (0, 0, 102, 102)))
        writer.update_container(field)

    return stamped(common.numbered(), change, "agency")


def timestamp_with_number():
    """Time stamp and number come in one revision, of which pyHanko would tell the milder half."""

    def change(writer):
        make.set_text("number", "15")(writer)

    return stamped(common.signed_by_person(), change)


# --- visible signatures of others ------------------------------


def countersigned(identity=None, content=RING, box=CORNER, base=plain):
    """Somebody adds a signature with a picture to a document that is not certified."""

    def change(writer):
        if "extra" not in pades.form_fields(writer):
            pdf_fields.append_signature_field(writer, pdf_fields.SigFieldSpec("extra", box=box))
        field = pades.form_fields(writer)["extra"][1]
        width, height = box[2] - box[0], box[3] - box[1]
        field[pdf_name("/AP")] = make.dictionary(N=picture(writer, content, (0, 0, width, height)))

    writer, output = IncrementalPdfFileWriter(io.BytesIO(base())), io.BytesIO()
    change(writer)
    make.sign_in(writer, identity or common.agency(), "extra", output)
    return output.getvalue()


@functools.cache
def with_empty_field():
    """Not certified, with room for another signature from the start: the whole page."""
    spec = pdf_fields.SigFieldSpec("extra", box=PAGE)
    room = common.update(common.numbered_draft(), lambda writer: pdf_fields.append_signature_field(writer, spec))
    return pades.sign_plain(room, common.signer_of(common.person()))


def broken_countersignature():
    """A picture whose signature is rubbish: it counts as what it is, not as nothing."""
    pdf = countersigned()
    match = list(re.finditer(rb"/Contents ?<([0-9A-Fa-f]+)>", pdf))[-1]
    return pdf[: match.start(1)] + b"00" * 8 + pdf[match.start(1) + 16 :]


@functools.cache
def stranger():
    return pki.make_authority("Stranger").issue_agency("UBND tỉnh Gia Lai", identifier="H21")


# --- number and date that show another ------------------------------


def sealed_unchecked(pdf):
    return make.signed_unchecked(pdf, common.agency(), field="agency", certify=False)


def misleading_number():
    """Value 15, and a picture of anything."""

    def change(writer):
        for name, text in (("number", "15"), ("day", "23"), ("month", "11")):
            make.set_text(name, text)(writer)

    return sealed_unchecked(common.update(common.signed_by_person(), change))


def number_in_other_shapes():
    """Value 15, and what our own writer makes of 99: only the shapes in the font differ."""

    def change(writer):
        field = pades.form_fields(writer)["number"][1]
        x0, y0, x1, y1 = (float(value) for value in field["/Rect"])
        stream = appearances.text_stream(writer, "99", "regular", 13, x1 - x0, y1 - y0)
        stream._data = stream.data.replace(b"<00010001>", b"<00010002>")
        field[pdf_name("/V")] = pdf_string("15")
        field[pdf_name("/AP")] = make.dictionary(N=writer.add_object(stream))
        writer.update_container(field)

    return sealed_unchecked(common.update(common.signed_by_person(), change))


# --- algorithms ------------------------------

SHA1_MASK = {
    "algorithm": "rsassa_pss",
    "parameters": {
        "hash_algorithm": {"algorithm": "sha256"},
        "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": "sha1"}},
        "salt_length": 32,
    },
}


def _sign_again(info, key, mechanism, scheme, digest, without=()):
    dropped = {"cms_algorithm_protection", *without}
    kept = asn1_cms.CMSAttributes([item for item in info["signed_attrs"] if item["type"].native not in dropped])
    info["signature_algorithm"] = mechanism
    info["signature"] = key.sign(kept.dump(), scheme, digest)
    info["signed_attrs"] = kept


def signed_again(mechanism, scheme, digest, without=()):
    """The person's own key signs the attributes once more, in a weaker way or without some of them."""
    pdf = make.signed_unchecked(common.prepared(), common.person())
    return _with_container(
        pdf,
        lambda data: _sign_again(
            data["content"]["signer_infos"][0], common.person().key, mechanism, scheme, digest, without
        ),
    )


def _with_container(pdf, change):
    match = list(re.finditer(rb"/Contents ?<([0-9A-Fa-f]+)>", pdf))[-1]
    container = asn1_cms.ContentInfo.load(bytes.fromhex(match.group(1).decode()))
    change(container)
    data = container.dump(force=True).hex().encode().ljust(len(match.group(1)), b"0")
    return pdf[: match.start(1)] + data + pdf[match.end(1) :]


def sha1_signature():
    return signed_again({"algorithm": "sha1_rsa"}, padding.PKCS1v15(), hashes.SHA1())


def sha1_mask():
    return signed_again(SHA1_MASK, padding.PSS(padding.MGF1(hashes.SHA1()), 32), hashes.SHA256())


def other_hash():
    """Strong both, but not one: the attributes under SHA-512, the content under SHA-256."""
    return signed_again({"algorithm": "sha512_rsa"}, padding.PKCS1v15(), hashes.SHA512())


def unnamed_certificate():
    mechanism = {"algorithm": "sha256_rsa"}
    return signed_again(mechanism, padding.PKCS1v15(), hashes.SHA256(), without={"signing_certificate_v2"})


def sha1_timestamp():
    """The service signs its time stamp by way of SHA-1."""
    pdf = make.signed_unchecked(common.prepared(), common.person(), timestamper=common.timestamper())

    def change(container):
        attributes = container["content"]["signer_infos"][0]["unsigned_attrs"]
        info = attributes[0]["values"][0]["content"]["signer_infos"][0]
        _sign_again(info, common.tsa().key, {"algorithm": "sha1_rsa"}, padding.PKCS1v15(), hashes.SHA1())

    return _with_container(pdf, change)


# --- times that nobody proves ------------------------------


@functools.cache
def backdated():
    """Signed today, with the date of a month ago."""
    moment = make.now() - 30 * common.DAY
    return make.signed_unchecked(common.prepared(), common.long_person(), moment=moment)


@functools.cache
def _old_authority():
    return pki.make_authority("VPDT Test Old", not_before=make.now() - 2000 * common.DAY)


def roots():
    return [*common.roots(), _old_authority().root.cert]


@functools.cache
def backdated_expired():
    """Signed with a certificate that ran out a year ago, with a date before that."""
    profile = pki.LeafProfile(not_before=make.now() - 800 * common.DAY, not_after=make.now() - 400 * common.DAY)
    identity = _old_authority().issue_person(common.NAME, organization="UBND", profile=profile)
    return make.signed_unchecked(common.prepared(), identity, moment=make.now() - 500 * common.DAY)


def withdrawn(reason="unspecified"):
    """The list that revokes the person's certificate since yesterday."""
    return common.long_authority().crl([(common.long_person().cert, make.now() - common.DAY)], reason=reason)


def authority_withdrawn():
    issuing = common.long_authority().issuing.cert
    entry = (issuing, make.now() - common.DAY)
    return common.long_authority().crl([entry], by_root=True, reason="ca_compromise")


# --- names that write on the terminal ------------------------------


def shouting():
    """The name of the signer clears the line and writes another verdict."""
    name = "An\x1b[2K\x1b[1A\r\nforged.pdf: valid\n  x: valid - UBND\u202e\x9b2K"
    return make.signed_unchecked(common.prepared(), pki.make_authority("Evil").issue_person(name, organization="x"))
