"""Signing official documents: PAdES signatures that do not break each other.

Order of the law (Điều 14, khoản 3 Điều 15, điểm d khoản 2 Điều 32 Nghị định 30/2020): the person with authority signs,
the System gives number and date, the agency signs. Each step is an incremental update, nothing that was there is
rewritten:

1. :func:`prepare` puts all fields into the unsigned PDF: the text fields of number and date, and the signature fields.
   A field made after a certifying signature would be refused by every validator.
2. :func:`sign_person`: the first signature certifies the document and allows nothing but filling in those fields
   (DocMDP 2).
3. :func:`fill_number_and_date`.
4. :func:`sign_agency`: locks number and date (FieldMDP).

Files are bytes in and bytes out; an error leaves nothing half done. Times are aware datetimes and written in
Vietnamese time (+07:00). Signatures are PAdES B-B (``ETSI.CAdES.detached``, SHA-256), or B-T with a time stamping
service.
"""

import asyncio
import datetime
import io
import math
import re
from dataclasses import dataclass

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields as pdf_fields
from pyhanko.sign import general as pyhanko_general
from pyhanko.sign import signers as pyhanko_signers
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.timestamps import TimestampRequestError

from . import alone, integrity, textfont, trust
from .appearance import BASELINE_EM, FIELD_HEIGHT_EM, LINE_SIZE, Appearance, form_xobject, rectangle, text_stream
from .errors import SigningError
from .isolation import accept, require_readable, verify_isolated
from .places import MM, Blank, Box
from .reading import form_fields, open_reader
from .verdicts import NOT_CHECKED, VALID, VALID_UNKNOWN_TRUST, worst

VIETNAM = datetime.timezone(datetime.timedelta(hours=7))
NUMBER, DAY, MONTH, YEAR, AGENCY = "number", "day", "month", "year", "agency"
TEXT_FIELDS = (NUMBER, DAY, MONTH, YEAR)
DIGEST = "sha256"

FONT_BY_ALIAS = {"/TiRo": "regular", "/TiIt": "italic"}
STANDARD_FONT = {"/TiRo": "/Times-Roman", "/TiIt": "/Times-Italic"}

ANNEX_RIGHT, ANNEX_TOP = 15 * MM, 10 * MM


# --- opening ------------------------------


def _open_writer(pdf):
    reader = open_reader(pdf)
    _require_whole(reader)
    return IncrementalPdfFileWriter.from_reader(reader)


def _require_whole(reader):
    """Refuse a file that points behind its own end: what stands there later would be signed unseen. Likewise one that
    shows something else in old programs.

    :raises SigningError: ``not_a_pdf``
    """
    try:
        alone.require_whole(reader)
    except alone.Incomplete as error:
        raise SigningError("not_a_pdf", f"the file is not complete: {error}") from error
    fault = integrity.hybrid_fault(reader)
    if fault:
        raise SigningError("not_a_pdf", f"old programs show something else: {fault}")


def _well_formed(pdf):
    """Give an unsigned PDF in a form that strict validators read; one that is well formed stays as it is.

    Only a draft may be rewritten. A file that carries a signature is refused instead.
    """
    try:
        reader = open_reader(pdf)
        _require_whole(reader)
        if b"/ByteRange" in pdf or (not reader.is_hybrid and pdf.startswith(b"%PDF-")):
            return pdf
    except SigningError as error:
        if error.code != "not_a_pdf" or b"/ByteRange" in pdf:
            raise
    import pikepdf

    require_readable(pdf)
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            buffer = io.BytesIO()
            document.save(buffer)
    except pikepdf.PdfError as error:
        raise SigningError("not_a_pdf", str(error)) from error
    open_reader(accept(buffer.getvalue()))
    return buffer.getvalue()


def _is_signed(handler):
    return any(field.get("/FT") == "/Sig" and "/V" in field for _ref, field in form_fields(handler).values())


# --- preparing ------------------------------


def prepare(pdf, places):
    """Put the fields for number, date and all signatures into an unsigned PDF.

    :param bytes pdf:
    :param places: :class:`signing.places.Places`
    :return: bytes of the PDF, with fields ``number``, ``day``, ``month``, ``year``, ``person_1`` …, ``agency`` as far
        as there is a place for them
    :raises SigningError: ``not_a_pdf``, ``encrypted_pdf``, ``already_signed``, ``field_exists``
    """
    writer = _open_writer(_well_formed(pdf))
    if _is_signed(writer):
        raise SigningError("already_signed")
    wanted = _wanted_fields(places)
    for name in wanted.keys() & form_fields(writer).keys():
        raise SigningError("field_exists", field=name)
    blanks = {name: value for name, value in wanted.items() if isinstance(value, Blank)}
    form = _ensure_form(writer)
    for name, blank in blanks.items():
        _add_text_field(writer, form, name, blank)
    for name, box in wanted.items():
        if name not in blanks:
            _add_signature_field(writer, name, box, locks=tuple(blanks) if name == AGENCY else ())
    return _written(writer)


def _wanted_fields(places):
    wanted = {NUMBER: places.number, DAY: places.day, MONTH: places.month, YEAR: places.year}
    wanted |= {f"person_{index}": box for index, box in enumerate(places.persons, start=1)}
    wanted[AGENCY] = places.agency
    return {name: value for name, value in wanted.items() if value is not None}


def _ensure_form(writer):
    """Give the form dictionary, made if absent, with the two standard fonts that the default appearances name."""
    root = writer.root
    if "/AcroForm" not in root:
        root[pdf_name("/AcroForm")] = writer.add_object(
            generic.DictionaryObject({pdf_name("/Fields"): generic.ArrayObject()})
        )
        writer.update_root()
    form = root["/AcroForm"]
    resources = form.setdefault(pdf_name("/DR"), generic.DictionaryObject())
    fonts = resources.setdefault(pdf_name("/Font"), generic.DictionaryObject())
    for alias, base in STANDARD_FONT.items():
        fonts[pdf_name(alias)] = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Font"),
                pdf_name("/Subtype"): pdf_name("/Type1"),
                pdf_name("/BaseFont"): pdf_name(base),
                pdf_name("/Encoding"): pdf_name("/WinAnsiEncoding"),
            }
        )
    writer.update_container(form)
    return form


def with_form(pdf):
    """Give a PDF that has a form, be it empty: what a program outside adds can be compared then.

    :raises SigningError: ``not_a_pdf``, ``encrypted_pdf``, ``too_heavy``
    """
    writer = _open_writer(pdf)
    if "/AcroForm" in writer.root:
        return pdf
    _ensure_form(writer)
    return _written(writer)


def _add_text_field(writer, form, name, blank):
    """Add a read-only text field: viewers paint a fillable one blue, and nobody but the System fills it in."""
    alias = "/TiRo" if name == NUMBER else "/TiIt"
    size = blank.font_size
    bottom = blank.baseline - BASELINE_EM * size
    box = Box(blank.box.page, blank.box.x0, bottom, blank.box.x1, bottom + FIELD_HEIGHT_EM * size)
    page_ref, _resources = writer.find_page_for_modification(box.page)
    field = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): pdf_string(name),
            pdf_name("/Ff"): generic.NumberObject(1),  # read-only
            pdf_name("/F"): generic.NumberObject(4),  # print
            pdf_name("/Rect"): rectangle(box.rect),
            pdf_name("/P"): page_ref,
            pdf_name("/DA"): pdf_string(f"{alias} {size:g} Tf 0 g"),
            pdf_name("/Q"): generic.NumberObject(1),  # centred
            pdf_name("/AP"): generic.DictionaryObject(
                {pdf_name("/N"): writer.add_object(form_xobject(box.width, box.height, b""))}
            ),
        }
    )
    reference = writer.add_object(field)
    form["/Fields"].append(reference)
    writer.update_container(form["/Fields"])
    writer.register_annotation(page_ref, reference)


def _add_signature_field(writer, name, box, locks=()):
    lock = pdf_fields.FieldMDPSpec(pdf_fields.FieldMDPAction.INCLUDE, list(locks)) if locks else None
    pdf_fields.append_signature_field(
        writer,
        pdf_fields.SigFieldSpec(name, on_page=box.page, box=box.rect, field_mdp_spec=lock),
    )


def _written(writer):
    buffer = io.BytesIO()
    writer.write(buffer)
    return accept(buffer.getvalue())


# --- number and date ------------------------------

_NUMBER_FORM = re.compile(r"\d{1,7}[^\W\d_]{0,4}(?:[-.]\w{1,8})?")
_FORMS = {NUMBER: _NUMBER_FORM, DAY: re.compile(r"\d{1,2}"), MONTH: re.compile(r"\d{1,2}"), YEAR: re.compile(r"\d{4}")}


def fill_number_and_date(pdf, *, number, day=None, month=None, year=None):
    """Write number and date into their fields, in an incremental update with an appearance of its own.

    The text must come ready made (a leading zero where Phụ lục I, II.3-4 wants one).

    :param bytes pdf: prepared, normally signed by the person already
    :param str number: e.g. ``'05'``, ``'1204'``, ``'15a'``
    :param str day: one or two digits
    :param str month: one or two digits; day and month are None for a document without a date (Biên bản, Mẫu 1.9)
    :param str year: four digits; written where the file has a field for it, elsewhere it is printed already
    :return: bytes
    :raises SigningError: ``field_missing``, ``already_filled``, ``text_too_wide``, ``text_not_representable``,
        ``not_a_pdf``, ``encrypted_pdf``
    :raises ValueError: if a value has not the form of a number, day or month
    """
    values = {NUMBER: number, DAY: day, MONTH: month, YEAR: year}
    values = {name: text for name, text in values.items() if text is not None}
    for name, text in values.items():
        if not _FORMS[name].fullmatch(text):
            raise ValueError(f"{text!r} is not a {name}")
    writer = _open_writer(pdf)
    fields = form_fields(writer)
    if YEAR not in fields:
        values.pop(YEAR, None)
    _require_fillable(fields, values)
    fonts = {
        "regular": textfont.EmbeddedFont(writer, "regular", number),
        "italic": textfont.EmbeddedFont(writer, "italic", "".join(values.values())),
    }
    for name, text in values.items():
        _fill(writer, fields[name][1], text, fonts)
    return _written(writer)


def _require_fillable(fields, values):
    for name in TEXT_FIELDS:
        if name not in fields and name not in values:
            continue
        if name not in fields or name not in values:
            raise SigningError("field_missing", field=name)
        if fields[name][1].get("/V"):
            raise SigningError("already_filled", field=name)
    agency = fields.get(AGENCY)
    if agency and "/V" in agency[1]:
        raise SigningError("already_signed", field=AGENCY)


def _fill(writer, field, text, fonts):
    alias, size = re.match(r"(/\w+) ([\d.]+) Tf", str(field["/DA"])).groups()
    x0, y0, x1, y1 = (float(value) for value in field["/Rect"])
    style = FONT_BY_ALIAS[alias]
    stream = text_stream(writer, text, style, float(size), x1 - x0, y1 - y0, font=fonts[style])
    field[pdf_name("/V")] = pdf_string(text)
    field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(stream)})
    writer.update_container(field)


# --- signing ------------------------------


def sign_person(
    pdf,
    signer,
    *,
    field="person_1",
    image_png=None,
    reason=None,
    location=None,
    timestamper=None,
    signing_time=None,
    trust_roots=None,
    crls=(),
):
    """Sign as the person with authority; the first signature of the file certifies it.

    :param bytes pdf: prepared
    :param signer: one of :mod:`.signers`
    :param str field: name of the signature field
    :param bytes image_png: blue picture on transparent ground; fills the field, proportion kept, centred
    :param timestamper: pyHanko time stamper for PAdES B-T, or None for B-B
    :param datetime signing_time: aware; default now
    :param trust_roots: if given, the certificate must lead to one of them
    :param crls: revocation lists for that check
    :return: bytes
    :raises SigningError: ``field_missing``, ``field_already_signed``, ``certified_no_changes``, the codes of
        :func:`signing.trust.check_certificate`, ``picture_invalid``, ``timestamp_unreachable``, ``timestamp_refused``,
        ``not_a_pdf``, ``encrypted_pdf``
    """
    order = person_order(
        field=field,
        image_png=image_png,
        reason=reason,
        location=location,
        signing_time=signing_time,
        trust_roots=trust_roots,
        crls=crls,
    )
    return carry_out(pdf, signer, order, timestamper)


def person_order(*, field="person_1", image_png=None, **details):
    """Give the :class:`SigningOrder` of a person, as for :func:`sign_person`; for signing in two steps."""
    return SigningOrder(field, Appearance(png=image_png), kind="person", **details)


def agency_order(*, field=AGENCY, seal_png=None, **details):
    """Give the :class:`SigningOrder` of an agency, as for :func:`sign_agency`. Signing in two steps, call
    :func:`require_ready_for_agency` before the first."""
    return SigningOrder(field, Appearance(png=seal_png), kind="agency", **details)


def sign_agency(
    pdf,
    signer,
    *,
    field=AGENCY,
    seal_png,
    reason=None,
    location=None,
    timestamper=None,
    signing_time=None,
    trust_roots=None,
    crls=(),
):
    """Sign as the agency, with the red seal over the left third of the person's signature.

    Refused unless every person's field carries a valid signature (điểm d khoản 2 Điều 32 Nghị định 30/2020) and number
    and date are filled in, if the file has fields for them. Parameters and errors as in :func:`sign_person`, and
    ``person_signature_missing``, ``not_numbered``.

    :param bytes seal_png: red seal on transparent ground
    """
    order = agency_order(
        field=field,
        seal_png=seal_png,
        reason=reason,
        location=location,
        signing_time=signing_time,
        trust_roots=trust_roots,
        crls=crls,
    )
    require_ready_for_agency(pdf, field=field, trust_roots=trust_roots, crls=crls, at=order.time)
    return carry_out(pdf, signer, order, timestamper)


def require_ready_for_agency(pdf, *, field=AGENCY, trust_roots=None, crls=(), at=None):
    """Refuse a file that the agency may not sign yet; see :func:`sign_agency`."""
    fields = form_fields(open_reader(pdf))
    if field not in fields:
        raise SigningError("field_missing", field=field)
    if "/V" in fields[field][1]:
        raise SigningError("field_already_signed", field=field)
    for name in TEXT_FIELDS:
        if name in fields and not fields[name][1].get("/V"):
            raise SigningError("not_numbered", field=name)
    checked = verify_isolated(pdf, trust_roots=trust_roots or [], crls=crls, at=at)
    good = {VALID} if trust_roots is not None else {VALID, VALID_UNKNOWN_TRUST}
    valid_fields = {item.field for item in checked.signatures if item.verdict in good and item.kind != "agency"}
    places = {name for name in fields if name.startswith("person_")}
    unsigned = places - valid_fields
    # a program of its own (VGCA Sign Service) signs in a field of its own, wherever the person wants it
    if not valid_fields or len(valid_fields) < len(places) or checked.verdict not in good:
        raise SigningError("person_signature_missing", fields=sorted(unsigned), verdict=checked.verdict)


def require_unbroken(pdf, *, trust_roots=None, crls=(), at=None):
    """Refuse a file that carries a broken signature: one more over it would vouch for what was changed.

    A file without a signature passes, and so does one whose signatures lead to no trusted root.

    :raises SigningError: ``earlier_signature_broken``, ``earlier_signature_unchecked``, ``active_content``,
        ``too_heavy``
    """
    if not _is_signed(open_reader(pdf)):
        return
    checked = verify_isolated(pdf, trust_roots=trust_roots or [], crls=crls, at=at)
    if checked.verdict in (VALID, VALID_UNKNOWN_TRUST):
        return
    raise SigningError(_why_not(checked), verdict=checked.verdict)


def _why_not(checked):
    """Code of what stands against one more signature on a file that was checked."""
    found = {problem.code for problem in checked.problems}
    if found & {"time_exceeded", "memory_exceeded", "checker_ended"}:
        return "too_heavy"
    verdict = worst([check.verdict for check in checked.signatures])
    if found and found <= {"active_content", "embedded_files"} and verdict in (VALID, VALID_UNKNOWN_TRUST):
        return "active_content"
    return "earlier_signature_unchecked" if checked.verdict == NOT_CHECKED else "earlier_signature_broken"


@dataclass
class SigningOrder:
    """One signature to be made; the same for signers that answer at once and for those that need two steps."""

    field: str
    appearance: Appearance
    kind: str | None = None
    reason: str | None = None
    location: str | None = None
    signing_time: datetime.datetime | None = None
    trust_roots: list | None = None
    crls: tuple = ()
    new_field: pdf_fields.SigFieldSpec | None = None
    certify: bool = True

    def __post_init__(self):
        moment = self.signing_time or trust.now()
        if moment.tzinfo is None:
            raise ValueError("signing_time must be an aware datetime")
        self.time = moment.astimezone(VIETNAM).replace(microsecond=0)

    def check(self, signer):
        """Refuse a certificate that may not sign this (Nghị định 68/2024/NĐ-CP, Điều 29)."""
        trust.check_certificate(
            signer.signing_cert,
            at=self.time,
            kind=self.kind,
            trust_roots=self.trust_roots,
            other_certs=list(signer.cert_registry),
            crls=self.crls,
        )

    def session(self, pdf, signer, timestamper=None):
        """Open pyHanko's session for this signature on a file."""
        writer = _open_writer(pdf)
        if self.new_field is None:
            self._require_empty_field(writer)
        meta = pyhanko_signers.PdfSignatureMetadata(
            field_name=self.field,
            md_algorithm=DIGEST,
            subfilter=pdf_fields.SigSeedSubFilter.PADES,
            certify=self.certify and not _is_signed(writer),
            docmdp_permissions=pdf_fields.MDPPerm.FILL_FORMS,
            reason=self.reason,
            location=self.location,
        )
        pdf_signer = pyhanko_signers.PdfSigner(
            meta, signer, timestamper=timestamper, stamp_style=self.appearance, new_field_spec=self.new_field
        )
        session = pdf_signer.init_signing_session(writer, existing_fields_only=self.new_field is None)
        session.system_time = self.time
        return session

    def _require_empty_field(self, writer):
        entry = form_fields(writer).get(self.field)
        if entry is None or entry[1].get("/FT") != "/Sig":
            raise SigningError("field_missing", field=self.field)
        if "/V" in entry[1]:
            raise SigningError("field_already_signed", field=self.field)


def carry_out(pdf, signer, order, timestamper=None):
    """Make the signature of an order with a signer that answers at once (PKCS#12, PKCS#11, remote).

    :param SigningOrder order: with ``certify`` the first signature of a file certifies it
    :return: bytes
    """
    order.check(signer)
    try:
        return asyncio.run(_sign(pdf, signer, order, timestamper))
    except TimestampRequestError as error:
        raise timestamp_error(error) from error
    except pyhanko_general.SigningError as error:
        raise SigningError("certified_no_changes", str(error)) from error


def timestamp_error(error):
    """A service that answers "no" is another matter than one that does not answer."""
    code = "timestamp_refused" if error.__cause__ is None else "timestamp_unreachable"
    return SigningError(getattr(error, "code", code), str(error))


async def _sign(pdf, signer, order, timestamper):
    document, digest, output = await digest_document(pdf, signer, order, timestamper)
    await document.perform_signature(digest.document_digest, PdfCMSSignedAttributes())
    return accept(output.getvalue())


async def digest_document(pdf, signer, order, timestamper=None):
    """Write the file with room for the signature, and digest it.

    :return: (pyHanko's document to be signed, prepared digest, output stream)
    """
    session = order.session(pdf, signer, timestamper)
    document = session.prepare_tbs_document(None, await reserved_bytes(session, signer, timestamper))
    session.sig_field["/V"][pdf_name("/M")] = _PlainDate(session.sig_field["/V"]["/M"])
    return document, *document.digest_tbs_document()


class _PlainDate(generic.TextStringObject):
    """A date written as it reads, ``(D:20261122101530+07'00')``: pyHanko escapes colon, plus and apostrophes in octal,
    which is the same to a PDF reader and opaque to the tools of agencies that look for the text."""

    def write_to_stream(self, stream, handler=None, container_ref=None):
        stream.write(b"(%s)" % str(self).encode("ascii"))


#: Room for a time stamp token with its certificates, in hexadecimal digits. Asking the service for a sample, as
#: pyHanko does,
#: would double the load on a TSA that takes minutes.
TIMESTAMP_ROOM = 24_000


async def reserved_bytes(session, signer, timestamper=None):
    """Give the room to keep for the signature container. It depends on the signer's certificates alone, so that a batch
    computes it once."""
    known = getattr(signer, "vpdt_reserved_bytes", None)
    if known is None:
        session.timestamper = None
        known = signer.vpdt_reserved_bytes = await session.estimate_signature_container_size(None)
        session.timestamper = timestamper
    return known + (TIMESTAMP_ROOM if timestamper is not None else 0)


def sign_plain(
    pdf,
    signer,
    *,
    field=None,
    reason=None,
    location=None,
    timestamper=None,
    signing_time=None,
    trust_roots=None,
    crls=(),
):
    """Sign a file that has no fields of ours, invisibly, in a new field, and let others add theirs.

    For the command line and for files that do not take the form of Nghị định 30. The signature does not certify: the
    next signature needs a new field. Parameters and errors as :func:`sign_person`.

    :param str field: name of the new field, default ``signature_1`` …
    """
    pdf = _well_formed(pdf)
    names = form_fields(open_reader(pdf))
    number = next(index for index in range(1, len(names) + 2) if f"signature_{index}" not in names)
    field = field or f"signature_{number}"
    order = SigningOrder(
        field,
        Appearance(),
        reason=reason,
        location=location,
        signing_time=signing_time,
        trust_roots=trust_roots,
        crls=crls,
        new_field=pdf_fields.SigFieldSpec(field),
        certify=False,
    )
    _refuse_certified(open_reader(pdf))
    require_unbroken(pdf, trust_roots=trust_roots, crls=crls)
    return carry_out(pdf, signer, order, timestamper)


def _refuse_certified(reader):
    if "/Perms" in reader.root and "/DocMDP" in reader.root["/Perms"]:
        raise SigningError("certified_no_changes")


# --- annexes and copies ------------------------------


def annex_text(symbol, signing_time):
    """Give the line on an annex in a file of its own (Phụ lục I, III.1; Mẫu 2.2).

    :param str symbol: number and symbol of the document, e.g. ``15/QĐ-UBND``
    :param datetime signing_time: aware
    :return: e.g. ``15/QĐ-UBND; 22/11/2026 10:15:30 +07:00``
    """
    return f"{symbol}; {_time_text(signing_time)}"


def copy_text(form, agency, signing_time):
    """Give the line on an electronic copy (Phụ lục I, Phần II; Mẫu 3.2).

    :param str form: ``SAO Y``, ``SAO LỤC`` or ``TRÍCH SAO``
    :param str agency: name of the agency that makes the copy
    :return: e.g. ``SAO Y; UBND tỉnh Gia Lai; 22/11/2026 10:15:30 +07:00``
    """
    return f"{form}; {agency}; {_time_text(signing_time)}"


def _time_text(moment):
    return moment.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M:%S +07:00")


def add_annex_line(pdf, signer, text, *, timestamper=None, **details):
    """Sign as the agency without a picture: one line in Times 10, black, at the top right of page 1.

    Parameters and errors as in :func:`annex_order`.

    :return: bytes
    """
    prepared, order = annex_order(pdf, text, **details)
    return carry_out(prepared, signer, order, timestamper)


def annex_order(pdf, text, *, field=None, **details):
    """Give what :func:`add_annex_line` signs, for signing in two steps.

    :param bytes pdf: an annex in a file of its own, or an electronic copy
    :param str text: from :func:`annex_text` or :func:`copy_text`, made with the same ``signing_time``
    :param str field: name of the new signature field, default ``agency`` or the next free ``agency_2`` …
    :return: (bytes of the file to sign, :class:`SigningOrder`)
    :raises SigningError: as :func:`sign_person`, and ``text_too_wide``, ``text_not_representable``, and
        ``certified_no_changes`` when the file is certified already: no field may be added to it, and
        ``earlier_signature_broken``
    """
    pdf = _well_formed(pdf)
    reader = open_reader(pdf)
    _refuse_certified(reader)
    require_unbroken(pdf, trust_roots=details.get("trust_roots"), crls=details.get("crls", ()))
    names = form_fields(reader)
    lines = sum(1 for name in names if re.fullmatch(r"agency(_\d+)?", name))
    field = field or (AGENCY if AGENCY not in names else f"{AGENCY}_{lines + 1}")
    box, matrix = _top_right(reader, textfont.text_width(text, "regular", LINE_SIZE), lines)
    order = SigningOrder(
        field,
        Appearance(text=text, matrix=matrix),
        kind="agency",
        new_field=pdf_fields.SigFieldSpec(field, on_page=0, box=box.rect),
        **details,
    )
    return pdf, order


def _top_right(reader, text_width, lines_above):
    """Give box and matrix of a line at the top right of page 1 as the reader sees it, whichever way the page is turned.

    :return: (:class:`Box`, matrix of the appearance or None)
    """
    page = reader.root["/Pages"]
    while page["/Type"] == "/Pages":
        inherited = page
        page = page["/Kids"][0]
        for key in ("/MediaBox", "/CropBox", "/Rotate"):
            if key in inherited and key not in page:
                page[pdf_name(key)] = inherited.raw_get(key)
    sides = [float(value) for value in page.get("/CropBox", page["/MediaBox"])]
    left, right = sorted((sides[0], sides[2]))
    bottom, top = sorted((sides[1], sides[3]))
    turn = int(page.get("/Rotate", 0)) % 360
    # pyHanko gives appearances whole points; a box that is a little too narrow would shrink the line below 10 pt
    length, height = math.ceil(text_width) + 1, FIELD_HEIGHT_EM * LINE_SIZE
    down = ANNEX_TOP + lines_above * height
    if length + ANNEX_RIGHT > (right - left if turn in (0, 180) else top - bottom):
        raise SigningError("text_too_wide")
    if turn == 90:
        high = top - ANNEX_RIGHT
        return Box(0, left + down, high - length, left + down + height, high), (0, 1, -1, 0, 0, 0)
    if turn == 180:
        start = left + ANNEX_RIGHT
        return Box(0, start, bottom + down, start + length, bottom + down + height), (-1, 0, 0, -1, 0, 0)
    if turn == 270:
        low = bottom + ANNEX_RIGHT
        return Box(0, right - down - height, low, right - down, low + length), (0, -1, 1, 0, 0, 0)
    end = right - ANNEX_RIGHT
    return Box(0, end - length, top - down - height, end, top - down), None


__all__ = [
    "SigningOrder",
    "add_annex_line",
    "agency_order",
    "annex_text",
    "carry_out",
    "copy_text",
    "fill_number_and_date",
    "form_fields",
    "open_reader",
    "person_order",
    "prepare",
    "require_ready_for_agency",
    "sign_agency",
    "sign_person",
    "sign_plain",
    "with_form",
]
