"""Checking the signatures of a PDF (Nghị định 30/2020/NĐ-CP, Điều 21.2; Nghị định 68/2024/NĐ-CP, Điều 30-32).

Deny by default: a signature is ``valid`` only if everything that was looked at is right.
The verdicts, worst last:

=======================  ==============================================================================
``valid``                intact, allowed changes only, certificate fit, chain to a trusted root at the
                         time of signing
``valid_unknown_trust``  the same, but the chain, or that of the time stamp, leads to no trusted root
``modified``             something was changed after signing that may not be changed
``invalid``              not a valid signature at all
``not_signed``           no signature in the file
``unreadable``           not a PDF, encrypted, broken, or too much work to check
=======================  ==============================================================================

:func:`verify` runs in this process. For files from outside use :func:`verify_isolated`, which caps time and memory.
"""

import datetime
import hashlib
import io
import json
import logging
import re
from dataclasses import asdict, dataclass, field

from asn1crypto import cms as asn1_cms
from asn1crypto import core as asn1_core
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields as pdf_fields
from pyhanko.sign.diff_analysis import ModificationLevel, SuspiciousModification
from pyhanko.sign.validation import generic_cms
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from . import diff_policy, pki, revocation, trust
from .active_content import active_content
from .errors import SigningError
from .reading import looks_like_pdf

_logger = logging.getLogger(__name__)

VALID, VALID_UNKNOWN_TRUST = "valid", "valid_unknown_trust"
MODIFIED, INVALID, NOT_SIGNED, UNREADABLE = "modified", "invalid", "not_signed", "unreadable"
VERDICTS = (VALID, VALID_UNKNOWN_TRUST, MODIFIED, INVALID, NOT_SIGNED, UNREADABLE)

VIETNAM = datetime.timezone(datetime.timedelta(hours=7))
MAX_REVISIONS = 64  # person, number, agency and a chain of archive time stamps for decades stay far below
MAX_SIGNATURES = 32
CLOCK_TOLERANCE = datetime.timedelta(minutes=5)
SUBFILTERS = {"/ETSI.CAdES.detached", "/adbe.pkcs7.detached"}

#: What a problem does to the verdict; a problem that is not named here makes the signature invalid.
SEVERITY = {
    "untrusted": VALID_UNKNOWN_TRUST,
    "timestamp_untrusted": VALID_UNKNOWN_TRUST,
    "digest_mismatch": MODIFIED,
    "changed_after_signing": MODIFIED,
    "signature_removed": MODIFIED,
    "field_changed": MODIFIED,
    "trailing_data": MODIFIED,
}


@dataclass
class Problem:
    """One thing that is wrong: a stable code for translation, a technical text."""

    code: str
    detail: str = ""


@dataclass
class SignatureCheck:
    """What was found out about one signature.

    :param str field: name of the form field
    :param str signer: CN of the certificate, '' if there is none
    :param str kind: ``person``, ``agency`` or ``unknown``
    :param str serial: serial number of the certificate, hexadecimal
    :param str issuer: CN of the issuer
    :param datetime signed_at: aware, Vietnamese time; from a trusted time stamp, or else what the signer wrote
    :param datetime timestamp: time of a trusted time stamp, or None
    :param str verdict: see the module
    :param str modification: ``none``, ``lta_updates``, ``form_filling``, ``annotations``, ``other``; '' if unknown
    :param list problems: of :class:`Problem`
    :param str certificate: the signer's certificate, hexadecimal DER
    :param bool in_force: a genuine answer or list says of the whole chain that it was not revoked when it signed
    """

    field: str
    signer: str = ""
    kind: str = pki.UNKNOWN
    serial: str = ""
    issuer: str = ""
    signed_at: datetime.datetime | None = None
    timestamp: datetime.datetime | None = None
    verdict: str = VALID
    modification: str = ""
    problems: list = field(default_factory=list)
    certificate: str = ""
    in_force: bool = False

    def add(self, code, detail=""):
        """Note a problem and let the verdict sink to what it deserves."""
        self.problems.append(Problem(code, str(detail)))
        self.verdict = worst([self.verdict, SEVERITY.get(code, INVALID)])


@dataclass
class Verification:
    """What was found out about a file.

    :param str sha256: hexadecimal, of the whole file
    :param str verdict: the worst of its signatures', see the module
    :param list signatures: of :class:`SignatureCheck`, in the order of signing
    :param bool has_agency_signature: at least one signature of an agency that is not modified or invalid (an original
        by Điều 5 needs one)
    :param list unsigned_fields: names of signature fields still empty
    :param list problems: of :class:`Problem`, about the file as a whole
    :param list chains: of signers and time stamps that lead to a trusted root: lists of hexadecimal DER, root first.
        What their authorities say can be fetched and handed to another check
    """

    sha256: str
    verdict: str = NOT_SIGNED
    signatures: list = field(default_factory=list)
    has_agency_signature: bool = False
    unsigned_fields: list = field(default_factory=list)
    problems: list = field(default_factory=list)
    chains: list = field(default_factory=list)

    def as_dict(self):
        """Give everything as JSON-ready values, times in ISO 8601."""
        return json.loads(json.dumps(asdict(self), default=lambda moment: moment.isoformat()))

    @classmethod
    def from_dict(cls, values):
        """Read back what :meth:`as_dict` gave."""
        values = dict(values)
        values["problems"] = [Problem(**item) for item in values["problems"]]
        values["signatures"] = [_signature_from_dict(item) for item in values["signatures"]]
        return cls(**values)


def _signature_from_dict(values):
    values = dict(values)
    values["problems"] = [Problem(**item) for item in values["problems"]]
    for name in ("signed_at", "timestamp"):
        values[name] = values[name] and datetime.datetime.fromisoformat(values[name])
    return SignatureCheck(**values)


def worst(verdicts):
    """Give the worst of some verdicts (``valid`` of none)."""
    return max(verdicts, key=VERDICTS.index, default=VALID)


# --- the file ------------------------------


def verify(pdf, *, trust_roots, at=None, other_certs=(), crls=(), ocsps=(), allow_fetching=False):
    """Check all signatures of a PDF. Never raises on account of the file.

    :param bytes pdf:
    :param list trust_roots: certificates (either library) or PEM/DER bytes; empty: no chain can be trusted
    :param datetime at: aware time of checking, default now
    :param other_certs: further certificates for building chains
    :param crls: revocation lists, DER
    :param ocsps: OCSP responses, DER
    :param bool allow_fetching: not offered: the caller fetches from allowed hosts (a job) and hands the answers in
    :return: :class:`Verification`
    """
    if allow_fetching:
        raise NotImplementedError("fetch CRLs and OCSP answers in a job and pass them as crls and ocsps")
    result = Verification(hashlib.sha256(pdf).hexdigest())
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # hostile files would flood the log with traces
    try:
        reader = _open(pdf)
        _FileCheck(pdf, reader, result, at or trust.now(), trust_roots, other_certs, crls, ocsps).run()
    except _Unreadable as error:
        result.verdict = UNREADABLE
        result.problems.append(Problem(error.code, str(error)))
    except Exception as error:  # whatever a hostile file provokes: not readable, never "valid"
        _logger.info("checking a PDF failed", exc_info=True)
        result.verdict = UNREADABLE
        result.problems.append(Problem("check_failed", f"{type(error).__name__}: {error}"[:500]))
    except RecursionError:  # pragma: no cover – a subclass of Exception, named for the reader
        result.verdict = UNREADABLE
    return result


class _Unreadable(Exception):
    def __init__(self, code, message=""):
        self.code = code
        super().__init__(message)


def _open(pdf):
    """Open the file strictly; one that only a lenient reader understands is opened to see whether it is signed at
    all."""
    if not looks_like_pdf(pdf):
        raise _Unreadable("not_a_pdf")
    if pdf.count(b"startxref") > 2 * MAX_REVISIONS:
        raise _Unreadable("too_many_revisions")
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=True)
        if reader.encrypted:
            raise _Unreadable("encrypted_pdf")
        reader.root  # noqa: B018 – the first real access
        if reader.xrefs.total_revisions > MAX_REVISIONS:
            raise _Unreadable("too_many_revisions")
        return reader
    except _Unreadable:
        raise
    except Exception as error:
        return _open_leniently(pdf, error)


def _open_leniently(pdf, strict_error):
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        encrypted, signed = reader.encrypted, b"/ByteRange" in pdf or b"/Sig" in pdf
        if not encrypted and not signed:
            reader.root["/Pages"]
            return reader
    except Exception as error:
        raise _Unreadable("not_a_pdf", str(error)) from error
    if encrypted:
        raise _Unreadable("encrypted_pdf")
    raise _Unreadable("malformed_pdf", str(strict_error))


class _FileCheck:
    """The check of one file; collects into ``result``."""

    def __init__(self, pdf, reader, result, at, trust_roots, other_certs, crls, ocsps):
        self.pdf, self.reader, self.result, self.at = pdf, reader, result, at
        self.trust_roots = trust.certificates(trust_roots)
        self.other_certs = trust.certificates(other_certs)
        self.crls, self.ocsps = list(crls), list(ocsps)
        self.stamps = []  # (revision, time) of trusted document time stamps

    def run(self):
        entries = list(pdf_fields.enumerate_sig_fields(self.reader))
        filled = [(name, ref.get_object()) for name, value, ref in entries if value is not None]
        self.result.unsigned_fields = [name for name, value, _ref in entries if value is None]
        if len(filled) > MAX_SIGNATURES:
            raise _Unreadable("too_many_signatures")
        history = _history_problems(self.reader)
        if not filled and not history:
            return
        signatures = [self._embedded(name, obj) for name, obj in filled]
        signatures.sort(key=lambda pair: getattr(pair[1], "signed_revision", 0))
        whole = [*history, *self._file_problems(), *self._store_problems(signatures)]
        self.result.problems += whole
        for check, embedded in signatures:
            if embedded is not None and embedded.sig_object_type == "/DocTimeStamp":
                self._check_document_timestamp(check, embedded)
        for check, embedded in signatures:
            if embedded is None or embedded.sig_object_type != "/DocTimeStamp":
                self._check_signature(check, embedded)
                self.result.signatures.append(check)
        self._conclude(whole)

    def _conclude(self, whole):
        """The file is as bad as its worst signature or its worst problem as a whole."""
        signatures = self.result.signatures
        verdicts = [check.verdict for check in signatures]
        verdicts += [SEVERITY.get(problem.code, INVALID) for problem in self.result.problems]
        self.result.verdict = worst(verdicts) if signatures or whole else NOT_SIGNED
        self.result.has_agency_signature = any(
            check.kind == pki.AGENCY and check.verdict in (VALID, VALID_UNKNOWN_TRUST) for check in signatures
        )

    def _embedded(self, name, sig_field):
        check = SignatureCheck(str(name))
        try:
            embedded = EmbeddedPdfSignature(self.reader, sig_field, name)
            embedded.sig_object_type  # noqa: B018
            self.other_certs += [embedded.signer_cert, *embedded.other_embedded_certs]
            return check, embedded
        except Exception as error:
            check.add("signature_unreadable", f"{type(error).__name__}: {error}")
            return check, None

    # --- the file as a whole

    def _file_problems(self):
        """What no signature may cover up: active content, attachments, bytes after the end."""
        problems = [Problem(code, detail) for code, detail in active_content(self.reader)]
        if _has_trailing_data(self.pdf, self.reader):
            problems.append(Problem("trailing_data"))
        return problems

    def _store_problems(self, signatures):
        """Take over the revocation information of the document's store (DSS); one wrong entry spoils it."""
        if "/DSS" not in self.reader.root:
            return []
        try:
            store = DocumentSecurityStore.read_dss(self.reader)
            self.other_certs += list(store.load_certs())
            crls = [reference.get_object().data for reference in store.crls]
            ocsps = [reference.get_object().data for reference in store.ocsps]
        except Exception as error:
            return [Problem("dss_invalid", f"{type(error).__name__}: {error}")]
        known = self.other_certs + self.trust_roots
        for _check, embedded in signatures:
            known += _token_certs(embedded)
        wrong = revocation.wrong_entries(known, crls, ocsps)
        self.crls += crls
        self.ocsps += ocsps
        return [Problem("dss_invalid", text) for text in wrong]

    # --- one signature

    def _check_signature(self, check, embedded):
        if embedded is None:
            return
        cert = embedded.signer_cert
        check.signer, check.kind = pki.common_name(cert), pki.certificate_kind(cert)
        check.serial, check.issuer = pki.serial_hex(cert), cert.issuer.native.get("common_name", "")
        check.certificate = cert.dump().hex()
        if embedded.sig_object.get("/SubFilter") not in SUBFILTERS:
            check.add("subfilter_unsupported", embedded.sig_object.get("/SubFilter"))
        try:
            self._check_integrity(check, embedded)
            self._check_time(check, embedded)
            self._check_certificate(check, cert)
        except Exception as error:
            check.add("check_failed", f"{type(error).__name__}: {error}"[:500])

    def _check_integrity(self, check, embedded):
        """Byte range, digest, signature value, and every change since."""
        fault = byte_range_fault(self.pdf, embedded)
        if fault:
            check.add("byte_range", fault)
            return
        embedded.compute_integrity_info(diff_policy=diff_policy.POLICY)
        if embedded.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
            check.add("byte_range", embedded.coverage.name)
        self._check_cms(check, embedded)
        _check_modifications(check, embedded)

    def _check_cms(self, check, embedded):
        signer_info, cert = embedded.signer_info, embedded.signer_cert
        if embedded.signed_data["encap_content_info"]["content"] is not asn1_core.VOID:
            if embedded.sig_object_type != "/DocTimeStamp":
                check.add("encapsulated_content")
        if (
            embedded.md_algorithm not in trust.STRONG_HASHES
            or embedded.external_md_algorithm not in trust.STRONG_HASHES
        ):
            check.add("weak_key", f"hash {embedded.md_algorithm}")
        expected = embedded.signed_data["encap_content_info"]["content_type"].native
        digest = embedded.compute_digest()
        if expected == "tst_info":
            digest = _hash(embedded.md_algorithm, bytes(embedded.signed_data["encap_content_info"]["content"]))
        intact, genuine = generic_cms.validate_sig_integrity(signer_info, cert, expected, digest)
        if not genuine:
            check.add("signature_invalid")
        if not intact:
            check.add("digest_mismatch")

    def _check_time(self, check, embedded):
        """Settle the time of signing: a trusted time stamp on the signature, or else on the document, or else the
        claim."""
        claimed = embedded.self_reported_timestamp or generic_cms.extract_self_reported_ts(embedded.signer_info)
        if claimed is not None and claimed.tzinfo is None:
            claimed = claimed.replace(tzinfo=VIETNAM)
        check.timestamp = self._signature_timestamp(check, embedded) or min(
            (time for revision, time in self.stamps if revision > embedded.signed_revision), default=None
        )
        moment = check.timestamp or claimed
        if moment is None:
            check.add("no_signing_time")
            moment = self.at
        elif moment > self.at + CLOCK_TOLERANCE:
            check.add("signed_in_future", moment.isoformat())
        check.signed_at = moment.astimezone(VIETNAM)
        check.timestamp = check.timestamp and check.timestamp.astimezone(VIETNAM)

    def _signature_timestamp(self, check, embedded):
        for token in generic_cms.extract_tst_data_iter(embedded.signer_info, signed=False):
            imprint = embedded.signer_info["signature"].native
            code, time, detail = self._token(token, lambda algorithm, data=imprint: _hash(algorithm, data))
            if code is None:
                return time
            check.add(code, detail)
        return None

    def _token(self, token, expected_imprint):
        """Check a time stamp token (RFC 3161).

        :return: (code of the problem or None, time, detail)
        """
        try:
            info = token["encap_content_info"]["content"].parsed
            time = info["gen_time"].native
            imprint = info["message_imprint"]
            algorithm = imprint["hash_algorithm"]["algorithm"].native
            certs = generic_cms.extract_certs_for_validation(token)
            content = bytes(token["encap_content_info"]["content"])
            signer_info = token["signer_infos"][0]
            digest = _hash(signer_info["digest_algorithm"]["algorithm"].native, content)
            intact, genuine = generic_cms.validate_sig_integrity(signer_info, certs.signer_cert, "tst_info", digest)
        except Exception as error:
            return "timestamp_invalid", None, f"{type(error).__name__}: {error}"
        if algorithm not in trust.STRONG_HASHES or imprint["hashed_message"].native != expected_imprint(algorithm):
            return "timestamp_invalid", time, "imprint"
        if not (intact and genuine) or not _is_timestamper(certs.signer_cert):
            return "timestamp_invalid", time, "signature or usage"
        if time > self.at + CLOCK_TOLERANCE:
            return "timestamp_invalid", time, "in the future"
        state, code, text, path = trust.follow(
            certs.signer_cert,
            self.trust_roots,
            at=time,
            other_certs=[*self.other_certs, *certs.other_certs],
            crls=self.crls,
            ocsps=self.ocsps,
        )
        self._note_chain(path)
        if state == trust.TRUSTED:
            return None, time, ""
        return ("timestamp_untrusted" if state == trust.UNKNOWN_TRUST else "timestamp_invalid"), time, f"{code}: {text}"

    def _check_certificate(self, check, cert):
        """Fit to sign at that time, not revoked, and trusted (Điều 31, 32)."""
        for code in trust.leaf_problems(cert, check.signed_at):
            check.add(code)
        known = {"other_certs": self.other_certs, "crls": self.crls, "ocsps": self.ocsps}
        state, code, text, path = trust.follow(cert, self.trust_roots, at=check.signed_at, **known)
        self._note_chain(path)
        check.in_force = state == trust.TRUSTED and trust.all_in_force(
            path, at=check.signed_at, crls=self.crls, ocsps=self.ocsps
        )
        if state != trust.TRUSTED and code not in {problem.code for problem in check.problems}:
            check.add(code, text)
        if check.timestamp is None and trust.compromised(cert, self.trust_roots, at=self.at, **known):
            # the thief of a key writes the time that he likes
            check.add("certificate_revoked", "key compromised, and no time stamp proves that the signature is older")

    def _note_chain(self, path):
        chain = [cert.dump().hex() for cert in path]
        if chain and chain not in self.result.chains:
            self.result.chains.append(chain)

    def _check_document_timestamp(self, check, embedded):
        """A time stamp over the whole document proves that what it covers existed; a broken one spoils the file."""
        try:
            self._check_integrity(check, embedded)
            code, time, detail = self._token(embedded.signed_data, embedded.compute_digest)
        except Exception as error:
            code, time, detail = "timestamp_invalid", None, f"{type(error).__name__}: {error}"
        if code:
            check.add(code, detail)
        if check.verdict == VALID:
            self.stamps.append((embedded.signed_revision, time))
        self.result.problems += check.problems


def _hash(algorithm, data):
    if algorithm not in trust.STRONG_HASHES:
        raise SigningError("weak_key", f"hash {algorithm}")
    return hashlib.new(algorithm, data).digest()


def _is_timestamper(cert):
    """Usage for time stamps only (RFC 3161, 2.3), and no authority."""
    usage = cert.extended_key_usage_value
    constraints = cert.basic_constraints_value
    is_ca = constraints is not None and constraints["ca"].native
    return usage is not None and usage.native == ["time_stamping"] and not is_ca


def _token_certs(embedded):
    """Give the certificates inside the time stamp tokens of a signature."""
    if embedded is None:
        return []
    certs = []
    try:
        for token in generic_cms.extract_tst_data_iter(embedded.signer_info, signed=False):
            certs += [choice.chosen for choice in token["certificates"] if choice.name == "certificate"]
    except (ValueError, TypeError, KeyError):
        pass
    return certs


# --- integrity ------------------------------


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
    size = len(asn1_cms.ContentInfo.load(contents).dump())
    if contents[size:].strip(b"\0"):
        return "something is hidden behind the signature container"
    return None


def _check_modifications(check, embedded):
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


def _history_problems(reader):
    """Follow all revisions: a signature once there stays there, number and date once written stay as they are.

    pyHanko compares each revision with the signed one only, where a signature that came later and went again looks as
    if it had never been.
    """
    problems, signatures, values = [], {}, {}
    for revision in range(reader.xrefs.total_revisions):
        resolver = reader.get_historical_resolver(revision)
        seen = {
            str(name): value.get_object().get("/Contents")
            for name, value, _ref in pdf_fields.enumerate_sig_fields(resolver)
            if value is not None
        }
        for name, contents in signatures.items():
            if seen.get(name) != contents:
                problems.append(Problem("signature_removed", name))
        texts = _fillable_values(resolver)
        for name, value in values.items():
            if texts.get(name) != value:
                problems.append(Problem("field_changed", name))
        signatures.update(seen)
        values.update(texts)
    return problems


def _fillable_values(handler):
    """Give the texts of number, day and month as far as they are filled in."""
    try:
        entries = handler.root["/AcroForm"]["/Fields"]
    except KeyError:
        return {}
    texts = {}
    for entry in entries:
        item = entry.get_object()
        if str(item.get("/T", "")) in diff_policy.FILLABLE and item.get("/V"):
            texts[str(item["/T"])] = str(item["/V"])
    return texts


def _has_trailing_data(pdf, reader):
    """Tell whether the file goes on after its last revision: another reader might take that for the document."""
    info = reader.xrefs.get_xref_container_info(reader.xrefs.total_revisions - 1)
    tail = pdf[info.end_location :]
    # what may follow the table or stream: the trailer dictionary, the pointer, the end mark, white space
    ending = re.fullmatch(
        rb"(?:\s*(?:trailer)?\s*<<.{0,20000}>>|\s*endstream\s*endobj)?\s*startxref\s+\d+\s+%%EOF\s*", tail, re.DOTALL
    )
    return ending is None or tail.count(b"startxref") != 1 or re.search(rb"\d\s+obj\b", tail) is not None
