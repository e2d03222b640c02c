"""Time stamps and long-term validation: PAdES B-T, B-LT and B-LTA (ETSI EN 319 142-1).

Adding them changes nothing that is signed: a store of certificates and revocation information (DSS) and time stamps
over the whole document come as incremental updates, which even a certified document allows.
"""

import io

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper
from pyhanko.sign.timestamps import TimestampRequestError
from pyhanko.sign.validation import generic_cms
from pyhanko.sign.validation.dss import DocumentSecurityStore

from . import pades, pki, revocation, trust
from .errors import SigningError
from .time_service import TimeStampingService

__all__ = [
    "LEVELS",
    "TimeStampingService",
    "add_document_timestamp",
    "is_timestamped",
    "open_chains",
    "signatures",
    "upgrade",
]

LEVELS = ("B-T", "B-LT", "B-LTA")


def upgrade(pdf, level, *, timestamper=None, trust_roots=(), other_certs=(), crls=(), ocsps=(), at=None):
    """Bring all signatures of a file to a higher level.

    :param bytes pdf: signed PDF
    :param str level: ``B-T`` (a time stamp proves when), ``B-LT`` (and everything for checking is in the file),
        ``B-LTA`` (and a time stamp over all that; one more of them before the certificate of the last one ends)
    :param timestamper: needed where a time stamp is missing, and for ``B-LTA``
    :param trust_roots: for ``B-LT``: the chains must lead to one of them
    :param other_certs: certificates of authorities
    :param crls: DER; with what the file holds already they cover every certificate of the chains but the roots
    :param ocsps: likewise
    :param datetime at: aware; time of the check, default now
    :return: bytes
    :raises SigningError: ``not_a_pdf``, ``person_signature_missing`` if nothing is signed, ``validation_info_missing``,
        ``timestamp_unreachable``, ``timestamp_refused``, ``redirected``, and what :func:`trust.build_path` says of a
        chain at the time that is proven for it
    """
    if level not in LEVELS:
        raise ValueError(level)
    if not signatures(pdf):
        raise SigningError("person_signature_missing", "the file is not signed")
    if not is_timestamped(pdf):
        pdf = add_document_timestamp(pdf, timestamper)
    if level in ("B-LT", "B-LTA"):
        pdf = _add_store(pdf, trust_roots, other_certs, crls, ocsps, at or trust.now())
    if level == "B-LTA":
        pdf = add_document_timestamp(pdf, timestamper)
    return pdf


def signatures(pdf):
    """Give pyHanko's embedded signatures of a file, time stamps of the document included, oldest first."""
    return list(pades.open_reader(pdf).embedded_signatures)


def is_timestamped(pdf):
    """Tell whether each signature has a time stamp, of its own or over the whole document."""
    found = signatures(pdf)
    stamps = [item.signed_revision for item in found if item.sig_object_type == "/DocTimeStamp"]
    return all(
        _has_token(item) or any(revision > item.signed_revision for revision in stamps)
        for item in found
        if item.sig_object_type != "/DocTimeStamp"
    )


def _has_token(signature):
    return next(generic_cms.extract_tst_data_iter(signature.signer_info, signed=False), None) is not None


def add_document_timestamp(pdf, timestamper):
    """Add a time stamp over the whole document.

    :raises SigningError: ``timestamp_unreachable``, ``timestamp_refused``
    """
    if timestamper is None:
        raise SigningError("timestamp_unreachable", "no time stamping service is set")
    writer = IncrementalPdfFileWriter.from_reader(pades.open_reader(pdf))
    output = io.BytesIO()
    try:
        PdfTimeStamper(timestamper).timestamp_pdf(
            writer, pades.DIGEST, bytes_reserved=pades.TIMESTAMP_ROOM, output=output
        )
    except TimestampRequestError as error:
        raise pades.timestamp_error(error) from error
    return output.getvalue()


def _add_store(pdf, trust_roots, other_certs, crls, ocsps, at):
    """Put chains and revocation information of all signers and time stamps into the document."""
    crls = revocation.parsed(asn1_crl.CertificateList, crls)
    ocsps = revocation.parsed(asn1_ocsp.OCSPResponse, ocsps)
    stored, certs = _Stored(pdf), {}
    evidence = {"crls": [*stored.crls, *crls], "ocsps": [*stored.ocsps, *ocsps]}
    for path, moment in _proven_paths(pdf, trust_roots, at, [*stored.certs, *other_certs]):
        _require_in_force(path, moment, **evidence)
        certs |= {cert.dump(): cert for cert in path}
    writer = IncrementalPdfFileWriter.from_reader(pades.open_reader(pdf))
    DocumentSecurityStore.supply_dss_in_writer(writer, None, certs=list(certs.values()), crls=crls, ocsps=ocsps)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def open_chains(pdf, trust_roots, *, at=None):
    """Give the chains of signers and time stamps about which the file itself does not yet hold everything: what their
    authorities say has to be fetched. In a file with a complete store that is the chain of the last time stamp.

    :param datetime at: aware, default now
    :return: lists of asn1crypto certificates, trusted root first
    :raises SigningError: one leads to no trusted root, or may not sign
    """
    stored = _Stored(pdf)
    evidence = {"crls": stored.crls, "ocsps": stored.ocsps}
    paths = _proven_paths(pdf, trust_roots, at or trust.now(), stored.certs)
    return [path for path, moment in paths if len(path) > 1 and not trust.all_in_force(path, at=moment, **evidence)]


class _Stored:
    """What the store of a document (DSS) holds: certificates, lists and answers; nothing when there is none."""

    def __init__(self, pdf):
        reader = pades.open_reader(pdf)
        self.certs, self.crls, self.ocsps = [], [], []
        if "/DSS" not in reader.root:
            return
        store = DocumentSecurityStore.read_dss(reader)
        self.certs = list(store.load_certs())
        self.crls = [reference.get_object().data for reference in store.crls]
        self.ocsps = [reference.get_object().data for reference in store.ocsps]


def _proven_paths(pdf, trust_roots, at, other_certs):
    """Give (chain, moment) of every signer and time stamper, newest first.

    Each chain is built as of the moment from which a time stamp proves that the signature was there: the earliest one
    after it (ETSI EN 319 102-1, 5.6). What a signer's certificate has come to since then does not matter. Revocation is
    not looked at here; whether the stamps themselves are intact, the checker says.

    :raises SigningError: a chain leads to no trusted root, or its certificate could not sign at that moment
    """
    found, known = [], [*trust.certificates(other_certs), *_embedded_certs(pdf)]

    def follow(cert, moment):
        found.append((trust.build_path(cert, trust_roots, at=moment, other_certs=known), moment))

    for item in reversed(signatures(pdf)):
        if item.sig_object_type == "/DocTimeStamp":
            follow(item.signer_cert, at)
            at = min(at, _stamped_at(item.signed_data))
            continue
        moment = at
        for token in generic_cms.extract_tst_data_iter(item.signer_info, signed=False):
            follow(generic_cms.extract_certs_for_validation(token).signer_cert, at)
            moment = min(moment, _stamped_at(token))
        follow(item.signer_cert, moment)
    return found


def _stamped_at(token):
    return token["encap_content_info"]["content"].parsed["gen_time"].native


def _embedded_certs(pdf):
    """Give the certificates in all signatures and time stamps of a file."""
    known = []
    for item in signatures(pdf):
        known += [item.signer_cert, *item.other_embedded_certs]
        for token in generic_cms.extract_tst_data_iter(item.signer_info, signed=False):
            certs = generic_cms.extract_certs_for_validation(token)
            known += [certs.signer_cert, *certs.other_certs]
    return known


def _require_in_force(path, moment, crls, ocsps):
    """Every certificate below the root needs a genuine list of its issuer or an answer about it, and neither may say
    that it was revoked by then."""
    for issuer, holder in zip(path, path[1:], strict=False):
        name = pki.common_name(holder)
        if not revocation.is_covered(holder, issuer, at=moment, crls=crls, ocsps=ocsps):
            raise SigningError("validation_info_missing", subject=name)
        entry = revocation.find_revocation(holder, issuer, crls, ocsps)
        if entry and entry.when <= moment:
            raise SigningError("certificate_revoked", f"{name} revoked {entry.when.isoformat()}", subject=name)
