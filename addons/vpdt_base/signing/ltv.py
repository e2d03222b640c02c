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

LEVELS = ("B-T", "B-LT", "B-LTA")


def upgrade(pdf, level, *, timestamper=None, trust_roots=(), other_certs=(), crls=(), ocsps=(), at=None):
    """Bring all signatures of a file to a higher level.

    :param bytes pdf: signed PDF
    :param str level: ``B-T`` (a time stamp proves when), ``B-LT`` (and everything for checking is in the file),
        ``B-LTA`` (and a time stamp over all that, to be renewed before its own certificate ends)
    :param timestamper: needed where a time stamp is missing, and for ``B-LTA``
    :param trust_roots: for ``B-LT``: the chains must lead to one of them
    :param other_certs: certificates of authorities
    :param crls: DER, covering every certificate of the chains but the roots
    :param ocsps: likewise
    :param datetime at: aware; time of the check, default now
    :return: bytes
    :raises SigningError: ``not_a_pdf``, ``person_signature_missing`` if nothing is signed, ``validation_info_missing``,
        ``timestamp_unreachable``, ``timestamp_refused``
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
    holders, known = _holders(pdf)
    known = [*known, *trust.certificates(other_certs)]
    certs = {}
    for holder in holders:
        path = trust.build_path(holder, trust_roots, at=at, other_certs=known, crls=crls, ocsps=ocsps)
        _require_revocation_info(path, crls, ocsps)
        certs |= {cert.dump(): cert for cert in path}
    writer = IncrementalPdfFileWriter.from_reader(pades.open_reader(pdf))
    DocumentSecurityStore.supply_dss_in_writer(writer, None, certs=list(certs.values()), crls=crls, ocsps=ocsps)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def chains(pdf, trust_roots, *, at=None):
    """Give the chains of all signers and time stamps of a file: lists of asn1crypto certificates, trusted root first.

    :raises SigningError: one leads to no trusted root, or may not sign
    """
    holders, known = _holders(pdf)
    at = at or trust.now()
    return [trust.build_path(holder, trust_roots, at=at, other_certs=known) for holder in holders]


def _holders(pdf):
    """Give (certificates of all signers and time stampers, all certificates in the file)."""
    holders, known = [], []
    for item in signatures(pdf):
        holders.append(item.signer_cert)
        known += [item.signer_cert, *item.other_embedded_certs]
        for token in generic_cms.extract_tst_data_iter(item.signer_info, signed=False):
            certs = generic_cms.extract_certs_for_validation(token)
            holders.append(certs.signer_cert)
            known += [certs.signer_cert, *certs.other_certs]
    return holders, known


def _require_revocation_info(path, crls, ocsps):
    """Every certificate below the root needs a list of its issuer or an answer about it."""
    for holder in path[1:]:
        listed = any(item.issuer == holder.issuer for item in crls)
        if not listed and not any(_answers(item, holder) for item in ocsps):
            raise SigningError("validation_info_missing", subject=pki.common_name(holder))


def _answers(response, cert):
    try:
        data = response.basic_ocsp_response["tbs_response_data"]
        return any(single["cert_id"]["serial_number"].native == cert.serial_number for single in data["responses"])
    except (ValueError, TypeError):
        return False
