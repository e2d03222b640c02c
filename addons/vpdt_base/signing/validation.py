"""Checking the signatures of a PDF (khoản 2 Điều 21 Nghị định 30/2020; Điều 31, Điều 32 Nghị định 68/2024).

Deny by default: a signature is ``valid`` only if everything that was looked at is right.
What the verdicts mean is told in :mod:`.verdicts`.

:func:`verify` runs in this process. For files from outside use :func:`verify_isolated`, which caps time and memory.
"""

import datetime
import functools
import hashlib
import logging
from dataclasses import dataclass

from pyhanko.pdf_utils.generic import parse_pdf_date
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.validation import generic_cms
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from . import alone, containers, covering, diff_policy, integrity, otherwise, pki, revocation, trust
from .active_content import active_content
from .proof import Arrivals
from .reading import NO_HEADER, Reader, as_stream, form_fields, is_pdf, looks_like_pdf, signature_fields, value
from .verdicts import (  # the verdicts are asked for as ``validation.VALID`` …
    INVALID,
    MODIFIED,
    NOT_CHECKED,
    NOT_SIGNED,
    SEVERITY,
    UNREADABLE,
    VALID,
    VALID_UNKNOWN_TRUST,
    VERDICTS,
    Problem,
    SignatureCheck,
    Verification,
    worst,
)

__all__ = [
    "INVALID",
    "MODIFIED",
    "NOT_CHECKED",
    "NOT_SIGNED",
    "SEVERITY",
    "UNREADABLE",
    "VALID",
    "VALID_UNKNOWN_TRUST",
    "VERDICTS",
    "Problem",
    "SignatureCheck",
    "Verification",
    "verify",
    "worst",
]

_logger = logging.getLogger(__name__)

VIETNAM = datetime.timezone(datetime.timedelta(hours=7))
MAX_REVISIONS = 64  # person, number, agency and a chain of archive time stamps for decades stay far below
MAX_SIGNATURES = 32
CLOCK_TOLERANCE = datetime.timedelta(minutes=5)
VIETNAM_AHEAD = datetime.timedelta(hours=7)
#: How pyHanko begins what it says of a table with objects above the number that its trailer tells: pdfunite writes such
#: files. Some programs show these objects and others may leave them out (ISO 32000-1, table 15).
TABLE_TOO_SMALL = "Xref table size mismatch"
OLD_SUBFILTER = "/adbe.x509.rsa_sha1"
#: What says of a time stamping service more than that it is not known here.
DISTRUSTED = frozenset({"certificate_revoked", "certificate_expired", "certificate_not_yet_valid", "weak_key"})
SUBFILTERS = {"/ETSI.CAdES.detached", "/adbe.pkcs7.detached"}

# --- the file ------------------------------


def verify(
    pdf,
    *,
    trust_roots,
    at=None,
    proven_at=None,
    earlier=(),
    other_certs=(),
    crls=(),
    ocsps=(),
    allow_fetching=False,
):
    """Check all signatures of a PDF. Never raises on account of the file.

    What the signer himself wrote as the time of signing proves nothing. Where no trusted time stamp does, the whole
    chain must have been in force, and not revoked, when the signature was provably there already: at ``proven_at``.

    :param bytes pdf:
    :param list trust_roots: certificates (either library) or PEM/DER bytes; empty: no chain can be trusted
    :param datetime at: aware time of checking, default now
    :param datetime proven_at: aware time at which the file was there already, e.g. when it arrived; default ``at``
    :param earlier: of (size in bytes, aware time): versions that this file continues, and when they were there
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
        if reader.encrypted:
            result.notes.append(Problem("restricted_pdf"))
        at = at or trust.now()
        arrivals = Arrivals(min(at, proven_at or at), tuple(earlier))
        known = _Known(trust.certificates(trust_roots), trust.certificates(other_certs), list(crls), list(ocsps))
        _FileCheck(pdf, reader, result, at, arrivals, known).run()
    except _Unreadable as error:
        result.verdict = SEVERITY.get(error.code, UNREADABLE)
        result.problems.append(Problem(error.code, str(error)))
    except PdfError as error:
        result.verdict = UNREADABLE
        result.problems.append(Problem("malformed_pdf", f"{type(error).__name__}: {error}"[:500]))
    except Exception as error:  # whatever a hostile file provokes: not readable, never "valid"
        _logger.info("checking a PDF failed", exc_info=True)
        result.verdict = UNREADABLE
        result.problems.append(Problem("check_failed", f"{type(error).__name__}: {error}"[:500]))
    return result


class _Unreadable(Exception):
    def __init__(self, code, message=""):
        self.code = code
        super().__init__(message)


def _open(pdf):
    """Open the file strictly; one that only a lenient reader understands is opened to see whether it is signed at
    all."""
    if not is_pdf(pdf):
        raise _Unreadable("not_a_pdf", NO_HEADER)
    if not looks_like_pdf(pdf):
        raise _Unreadable("not_a_pdf", "it is cut off: the end of a PDF is missing")
    if pdf.count(b"startxref") > 2 * MAX_REVISIONS:
        raise _Unreadable("too_many_revisions")
    try:
        reader = Reader(as_stream(pdf))
        if not reader.unlock():
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
    if b"/ByteRange" in pdf and not pdf.startswith(b"%PDF-"):
        raise _Unreadable("malformed_pdf", str(strict_error))
    try:
        reader = Reader(as_stream(pdf), strict=False)
        encrypted, signed = not reader.unlock(), b"/ByteRange" in pdf or b"/Sig" in pdf
        if not encrypted and not signed:
            reader.root["/Pages"]
            return reader
    except Exception as error:
        raise _Unreadable("not_a_pdf", str(error)) from error
    if encrypted:
        raise _Unreadable("encrypted_pdf")
    if TABLE_TOO_SMALL in str(strict_error):
        raise _Unreadable("table_too_small", str(strict_error))
    raise _Unreadable("malformed_pdf", str(strict_error))


@dataclass
class _Known:
    """What the check may rely on: asn1crypto certificates, revocation lists and OCSP answers as DER."""

    trust_roots: list
    other_certs: list
    crls: list
    ocsps: list

    def evidence(self):
        return {"crls": self.crls, "ocsps": self.ocsps}

    def follow(self, cert, at, more=()):
        """As :func:`signing.trust.follow`."""
        others = [*self.other_certs, *more]
        return trust.follow(cert, self.trust_roots, at=at, other_certs=others, **self.evidence())


class _FileCheck:
    """The check of one file; collects into ``result``."""

    def __init__(self, pdf, reader, result, at, arrivals, known):
        self.pdf, self.reader, self.result = pdf, reader, result
        self.at, self.arrivals, self.known = at, arrivals, known
        self.stamps = []  # (revision, time) of trusted document time stamps
        self.moments = {}  # name of the field: the time that counts as that of signing
        self.policy = diff_policy.Steps(diff_policy.POLICY)
        self.parts = alone.SignedParts(pdf, reader)
        self.readings = otherwise.Readings(pdf, reader)

    def run(self):
        entries = signature_fields(self.reader)
        filled = [(name, ref) for name, value, ref in entries if value is not None]
        self.result.unsigned_fields = [name for name, value, _ref in entries if value is None]
        if len(filled) > MAX_SIGNATURES:
            raise _Unreadable("too_many_signatures")
        history, written = integrity.follow_history(self.reader)
        if not filled and not history:
            return
        signatures = [self._embedded(name, ref) for name, ref in filled]
        signatures.sort(key=lambda item: getattr(item[1], "signed_revision", 0))
        whole = [*history, *self._file_problems(written)]
        self._read_store(signatures)
        self.result.problems += whole
        self._check_all(signatures)
        self._conclude(whole)

    def _check_all(self, signatures):
        """Time stamps of the document first, the last of them at the beginning: the others rely on them."""
        stamps = [item for item in signatures if _is_timestamp(item[1])]
        for check, embedded, _ref in reversed(stamps):
            self._check_document_timestamp(check, embedded)
        signatures = [item for item in signatures if item not in stamps]
        for check, embedded, _ref in signatures:
            self._check_signature(check, embedded)
        covering.check(self.pdf, self.reader, signatures)
        program = covering.shown_otherwise(self.pdf, self.reader, signatures, diff_policy.FILLABLE)
        if program:
            self.result.problems.append(Problem("shown_otherwise", program))
        self.result.signatures += [check for check, _embedded, _ref in signatures]

    def _conclude(self, whole):
        """The file is as bad as its worst signature or its worst problem as a whole."""
        signatures = self.result.signatures
        verdicts = [check.verdict for check in signatures]
        verdicts += [SEVERITY.get(problem.code, INVALID) for problem in self.result.problems]
        self.result.verdict = worst(verdicts) if signatures or whole else NOT_SIGNED
        self.result.has_agency_signature = any(
            check.kind == pki.AGENCY and check.verdict in (VALID, VALID_UNKNOWN_TRUST) for check in signatures
        )

    def _embedded(self, name, ref):
        check = SignatureCheck(str(name))
        try:
            embedded = EmbeddedPdfSignature(self.reader, ref.get_object(), name)
            embedded.sig_object_type  # noqa: B018
            self.known.other_certs += trust.readable([embedded.signer_cert, *embedded.other_embedded_certs])
            return check, embedded, ref
        except Exception as error:
            if value(ref.get_object()["/V"], "/SubFilter") == OLD_SUBFILTER:
                check.signer = containers.name_beside(ref.get_object()["/V"])
                check.add("signature_kind_old", OLD_SUBFILTER)
                return check, None, ref
            check.add("signature_unreadable", f"{type(error).__name__}: {error}")
            return check, None, ref

    # --- the file as a whole

    def _file_problems(self, written):
        """What no signature may cover up: active content, attachments, a number that shows another (``written`` after a
        signature), bytes after the end."""
        problems = [Problem(code, detail) for code, detail in active_content(self.reader)]
        if written:
            from . import drawn  # what draws takes long to load, and few files need it

            fields = form_fields(self.reader)
            wrong = [name for name in sorted(written) if not drawn.shows_value(fields[name][1])]
            problems += [Problem("shown_differently", name) for name in wrong]
        if integrity.has_trailing_data(self.pdf, self.reader):
            problems.append(Problem("trailing_data"))
        fault = integrity.hybrid_fault(self.reader)
        return [*problems, Problem("hybrid_ambiguous", fault)] if fault else problems

    def _read_store(self, signatures):
        """Take over the revocation information of the document's store (DSS), as far as it is genuine: anybody can
        append one."""
        if "/DSS" not in self.reader.root:
            return
        certs, crls, ocsps, ignored = _store_entries(self.reader)
        self.known.other_certs += certs
        certs = self.known.other_certs + self.known.trust_roots
        for _check, embedded, _ref in signatures:
            certs += containers.token_certs(embedded)
        crls, ocsps, wrong = revocation.genuine_entries(certs, crls, ocsps)
        self.known.crls += crls
        self.known.ocsps += ocsps
        if ignored or wrong:
            self.result.notes.append(Problem("dss_ignored", ", ".join([*ignored, *wrong])))

    # --- one signature

    def _check_signature(self, check, embedded):
        if embedded is None:
            return
        cert = embedded.signer_cert
        check.signer, check.kind = pki.common_name(cert), pki.certificate_kind(cert)
        check.serial, check.issuer = pki.serial_hex(cert), cert.issuer.native.get("common_name", "")
        check.certificate = cert.dump().hex()
        subfilter = value(embedded.sig_object, "/SubFilter")
        if subfilter not in SUBFILTERS:
            check.add("subfilter_unsupported", subfilter)
        if "/SV" in embedded.sig_field:
            check.note("seed_values")
        if not trust.readable([cert]):
            check.add("name_unreadable")
            return
        try:
            self._check_integrity(check, embedded)
            self._check_time(check, embedded)
            self._check_certificate(check, cert, self._proven(check, embedded))
        except Exception as error:
            check.add("check_failed", f"{type(error).__name__}: {error}"[:500])

    def _check_integrity(self, check, embedded):
        """Byte range, digest, signature value, and every change since."""
        fault = integrity.byte_range_fault(self.pdf, embedded)
        if fault:
            check.add("byte_range", fault)
            return
        embedded.coverage = embedded.evaluate_signature_coverage()
        if embedded.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
            check.add("byte_range", embedded.coverage.name)
            return
        try:
            self.parts.check(embedded.signed_revision, integrity.signed_end(embedded))
        except alone.Incomplete as error:
            missing = error.code == alone.MISSING and integrity.signed_end(embedded) == len(self.pdf)
            check.add("signed_part_incomplete" if missing else "signed_part_refilled", f"{error.code}: {error}")
            return
        fault = self.readings.fault(integrity.signed_end(embedded))
        if fault:
            check.add("read_otherwise", fault)
        embedded.compute_integrity_info(diff_policy=self.policy)
        for problem in containers.problems(embedded):
            check.add(*problem)
        integrity.check_modifications(check, embedded)

    def _check_time(self, check, embedded):
        """Settle the time of signing: a trusted time stamp on the signature, or else on the document, or else the
        claim."""
        claimed, ahead = _claimed_time(check, embedded)
        check.timestamp = self._signature_timestamp(check, embedded) or self._stamped_by(embedded.signed_revision)
        if ahead and check.timestamp is None:
            check.note("clock_ahead")
        moment = check.timestamp or claimed
        if moment is not None and moment > self.at + CLOCK_TOLERANCE:
            if moment - VIETNAM_AHEAD <= self.at + CLOCK_TOLERANCE:
                check.note("clock_ahead")
                moment -= VIETNAM_AHEAD
            else:
                check.add("signed_in_future", moment.isoformat())
        if moment is None:
            check.note("no_signing_time")
            moment = self.arrivals.of(integrity.signed_end(embedded))
        else:
            check.signed_at = moment.astimezone(VIETNAM)
        self.moments[check.field] = moment
        check.timestamp = check.timestamp and check.timestamp.astimezone(VIETNAM)

    def _signature_timestamp(self, check, embedded):
        digest = functools.partial(_digest, embedded.signer_info["signature"].native)
        for token in generic_cms.extract_tst_data_iter(embedded.signer_info, signed=False):
            end = integrity.signed_end(embedded)
            code, time, detail = self._token(token, digest, end, self._stamped_by(embedded.signed_revision))
            if code is None:
                return time
            (check.add if code == "timestamp_invalid" else check.note)(code, detail)
        return None

    def _stamped_by(self, revision):
        """Give the time of the earliest trusted document time stamp over what a revision brought, or None."""
        return min((time for later, time in self.stamps if later > revision), default=None)

    def _token(self, token, expected_imprint, end, renewed):
        """Check a time stamp token (RFC 3161), and to whom it leads.

        Who stole the key of a service writes the time that he likes, too: only the arrival proves that the token, which
        the first ``end`` bytes hold, is older. For the same reason a token proves nothing when the certificate of its
        service has run out, unless it was there before: by its arrival, or by a later stamp (``renewed``).

        :return: (code of the problem or note, or None, time, detail)
        """
        try:
            time, cert, others = containers.read_token(token, expected_imprint)
        except containers.BadToken as error:
            return "timestamp_invalid", None, str(error)
        if time > self.at + CLOCK_TOLERANCE:
            return "timestamp_invalid", time, "in the future"
        state, code, text, path = self.known.follow(cert, time, trust.readable(others))
        self._note_chain(path)
        proven = self.arrivals.of(end, renewed)
        if state != trust.TRUSTED:
            return ("timestamp_invalid" if code in DISTRUSTED else "timestamp_untrusted"), time, f"{code}: {text}"
        stolen = trust.revoked(cert, path, at=proven, stolen_only=True, **self.known.evidence())
        if stolen:
            return "timestamp_invalid", time, stolen
        expired = trust.expired(path, proven)
        return ("timestamp_expired" if expired else None), time, expired

    def _proven(self, check, embedded):
        """Give the aware moment at which the signature is proven to have been there."""
        return self.arrivals.of(integrity.signed_end(embedded), check.timestamp)

    def _check_certificate(self, check, cert, proven):
        """Fit to sign at that time, not revoked, and trusted (Điều 31, Điều 32).

        The time of signing counts as far as it is proven: until then, an expired certificate leaves the age of the
        signature open, and a revoked one may have signed after its revocation, whatever it claims.
        """
        moment = min(self.moments[check.field], proven)
        for code in trust.dated_problems(cert, moment):
            check.add(code)
        if trust.is_unsupported(cert):
            check.add("algorithm_unsupported", trust.weakness(cert))
            return
        if not trust.strong_enough(cert):
            check.add("weak_key", trust.weakness(cert))
        if trust.usage_unstated(cert):
            check.note("usage_unstated")
        elif not trust.usage_allowed(cert):
            check.add("usage_forbidden")
        state, code, text, path = self.known.follow(cert, moment)
        self._note_chain(path)
        found = {problem.code for problem in check.problems}
        if state != trust.TRUSTED and code not in found:
            missing = trust.missing_issuer(cert, [*self.known.other_certs, *self.known.trust_roots])
            check.add(*(("issuer_missing", missing) if code == "untrusted" and missing else (code, text)))
        expired = trust.expired(path or [cert], proven)
        if expired and not found & {"certificate_expired"}:
            check.add("age_unproven", f"{expired}, and nothing proves that the signature is older")
        issuers = [*self.known.other_certs, *self.known.trust_roots]
        revoked = trust.revoked(cert, path, issuers, at=proven, **self.known.evidence())
        if revoked and code != "certificate_revoked":
            check.add("certificate_revoked", revoked)
        check.in_force = state == trust.TRUSTED and trust.all_in_force(path, at=proven, **self.known.evidence())
        if not check.in_force and not revoked:
            check.note("revocation_not_checked")

    def _note_chain(self, path):
        chain = [cert.dump().hex() for cert in path]
        if chain and chain not in self.result.chains:
            self.result.chains.append(chain)

    def _check_document_timestamp(self, check, embedded):
        """A time stamp over the whole document proves that what it covers existed; a broken one spoils the file."""
        try:
            self._check_integrity(check, embedded)
            end, renewed = integrity.signed_end(embedded), self._stamped_by(embedded.signed_revision)
            code, time, detail = self._token(embedded.signed_data, embedded.compute_digest, end, renewed)
        except Exception as error:
            code, time, detail = "timestamp_invalid", None, f"{type(error).__name__}: {error}"
        if code == "timestamp_invalid":
            check.add(code, detail)
        elif code:
            check.note(code, detail)
        elif check.verdict == VALID:
            self.stamps.append((embedded.signed_revision, time))
        self.result.problems += check.problems
        self.result.notes += check.notes


def _claimed_time(check, embedded):
    """Give the time that the signer wrote, and whether the hour of Vietnam stands there as if it were UTC.

    Two places name it: an attribute of the signature and the file's /M. Tools in wide use here write the hour on the
    clock of Vietnam into the attribute without saying so; /M beside it has the offset.

    :return: (aware datetime or None, bool)
    """
    signed, beside = generic_cms.extract_self_reported_ts(embedded.signer_info), None
    if "/M" in embedded.sig_object:
        try:
            beside = parse_pdf_date(embedded.sig_object["/M"], strict=False)
        except Exception:  # pyHanko raises whatever the text leads to
            check.note("signing_time_unreadable", str(embedded.sig_object["/M"])[:80])
    signed, beside = (
        time.replace(tzinfo=VIETNAM) if time is not None and time.tzinfo is None else time for time in (signed, beside)
    )
    if signed and beside and abs(signed - beside - VIETNAM_AHEAD) <= CLOCK_TOLERANCE:
        return beside, True
    return signed or beside, False


def _store_entries(reader):
    """Read the document's store (DSS) as far as it can be read.

    :return: (certificates, revocation lists as DER, OCSP answers as DER, texts about what cannot be read)
    """
    found, wrong = {"/Certs": [], "/CRLs": [], "/OCSPs": []}, []
    for name, entries in found.items():
        try:
            references = list(value(reader.root["/DSS"], name, ()))
            entries += [reference.get_object().data for reference in references]
        except Exception as error:  # a store is not signed: whatever is in it
            wrong.append(f"{name}: {type(error).__name__}")
    return trust.readable(trust.parsed(found["/Certs"])), found["/CRLs"], found["/OCSPs"], wrong


def _digest(data, algorithm):
    return containers.digest_of(algorithm, data)


def _is_timestamp(embedded):
    return embedded is not None and embedded.sig_object_type == diff_policy.DOCUMENT_TIMESTAMP
