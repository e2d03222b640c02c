"""What revocation lists (CRL) and OCSP answers say about a certificate, and whether they are genuine.

pyHanko consults them only where the certificate itself names an address, and passes over wrong ones in silence. Here a
list loaded by an administrator counts, and a wrong answer inside a document is left aside with a note.
"""

import datetime
import hashlib
import re
from dataclasses import dataclass

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from . import pki

#: Reasons after which what the key has stamped with an earlier time counts no more (RFC 3161, 4); None is one of them.
COMPROMISED = frozenset(
    {x509.ReasonFlags.key_compromise, x509.ReasonFlags.ca_compromise, x509.ReasonFlags.unspecified, None}
)
#: How old an answer may be that does not say how long it counts.
WITHOUT_END = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Revocation:
    """When a certificate was revoked (aware), whatever the reason.

    After the loss of a key, the time from which on it is suspected to be in wrong hands (invalidity date, RFC 5280,
    5.3.2), if the list says so.

    :param bool compromised: the key is, or may be, in wrong hands: the reason says so, or there is none
    """

    when: datetime.datetime
    compromised: bool


def parsed(kind, values):
    """Read DER values of one asn1crypto kind; what cannot be read is left out."""
    found = []
    for value in values:
        try:
            item = kind.load(bytes(value), strict=True) if isinstance(value, (bytes, bytearray)) else value
            item.native  # noqa: B018 – asn1crypto parses on access
            found.append(item)
        except (ValueError, TypeError):
            continue
    return found


def find_revocation(cert, issuer, crls=(), ocsps=()):
    """Look a certificate up in all lists and answers that its issuer signed.

    :param cert: certificate of either library
    :param issuer: certificate of its issuer
    :param crls: DER bytes or asn1crypto objects
    :param ocsps: likewise
    :return: :class:`Revocation`, the earliest, or None
    """
    found = [*_from_crls(cert, issuer, crls), *_from_ocsps(cert, issuer, ocsps)]
    return min(found, key=lambda item: item.when, default=None)


def is_covered(cert, issuer, *, at, crls=(), ocsps=()):
    """Tell whether a genuine list or answer that counted at a time, or was made later, is about this certificate.

    What it says is :func:`find_revocation`'s business.

    :param datetime at: aware
    """
    return any(_lists_cover(cert, issuer, at, crls)) or any(_answers_cover(cert, issuer, at, ocsps))


def _lists_cover(cert, issuer, at, crls):
    for item in parsed(asn1_crl.CertificateList, crls):
        if item.issuer != pki.as_asn1(cert).issuer:
            continue
        try:
            listing = x509.load_der_x509_crl(item.dump())
            fresh = counts_at(listing.last_update_utc, listing.next_update_utc, at)
            yield fresh and listing.is_signature_valid(_pyca(issuer).public_key())
        except (ValueError, TypeError):
            continue


def _answers_cover(cert, issuer, at, ocsps):
    for item in parsed(asn1_ocsp.OCSPResponse, ocsps):
        try:
            answer = ocsp.load_der_ocsp_response(item.dump())
            for single in answer.responses:
                known = single.certificate_status != ocsp.OCSPCertStatus.UNKNOWN
                fresh = counts_at(single.this_update_utc, single.next_update_utc, at)
                if known and fresh and is_about(single, cert, issuer):
                    yield answered_by(answer, issuer)
        except (ValueError, TypeError):
            continue


def counts_at(start, end, at):
    """Tell whether a list or answer of ``start`` still counted at a time; one without an end does for a day.

    :param datetime start: aware
    :param end: aware datetime, or None
    """
    return at <= (end or start + WITHOUT_END)


def is_about(single, cert, issuer):
    """Compare serial number and hash of the issuer's key (RFC 6960, 4.1.1): serial numbers alone repeat.

    :param single: one response of an OCSP answer of ``cryptography``
    :param cert: certificate of either library
    :param issuer: likewise
    """
    bits = bytes(pki.as_asn1(issuer).public_key["public_key"])
    key_hash = hashlib.new(single.hash_algorithm.name, bits).digest()
    return single.serial_number == pki.as_asn1(cert).serial_number and single.issuer_key_hash == key_hash


def _pyca(cert):
    return x509.load_der_x509_certificate(pki.as_asn1(cert).dump())


def _from_crls(cert, issuer, crls):
    for item in parsed(asn1_crl.CertificateList, crls):
        if item.issuer != pki.as_asn1(cert).issuer:
            continue
        try:
            listing = x509.load_der_x509_crl(item.dump())
            entry = listing.get_revoked_certificate_by_serial_number(pki.as_asn1(cert).serial_number)
            if entry is not None and listing.is_signature_valid(_pyca(issuer).public_key()):
                yield Revocation(_since(entry), _reason(entry) in COMPROMISED)
        except (ValueError, TypeError):
            continue


def _reason(entry):
    try:
        return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return None


def _since(entry):
    try:
        suspected = entry.extensions.get_extension_for_class(x509.InvalidityDate).value.invalidity_date_utc
        return min(suspected, entry.revocation_date_utc)
    except x509.ExtensionNotFound:
        return entry.revocation_date_utc


def _from_ocsps(cert, issuer, ocsps):
    for item in parsed(asn1_ocsp.OCSPResponse, ocsps):
        try:
            answer = ocsp.load_der_ocsp_response(item.dump())
            for single in answer.responses:
                if single.serial_number != pki.as_asn1(cert).serial_number:
                    continue
                if single.certificate_status == ocsp.OCSPCertStatus.REVOKED and answered_by(answer, issuer):
                    yield Revocation(single.revocation_time_utc, single.revocation_reason in COMPROMISED)
        except (ValueError, TypeError):
            continue


def answered_by(answer, issuer):
    """Tell whether an OCSP answer was signed by the issuer, or by a responder that it appointed (RFC 6960, 4.2.2.2).

    :param answer: OCSP response of ``cryptography``
    :param issuer: certificate of either library
    """
    issuer = _pyca(issuer)
    candidates = [issuer, *(cert for cert in answer.certificates if _appointed(cert, issuer))]
    return any(_signed_by(answer, cert) for cert in candidates)


def _appointed(cert, issuer):
    try:
        cert.verify_directly_issued_by(issuer)
        usage = cert.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in usage


def _signed_by(answer, cert):
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

    key = cert.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), answer.signature_hash_algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(answer.signature_hash_algorithm))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def genuine_entries(known, crls, ocsps):
    """Keep those entries of a document's store that are what they claim; the rest proves nothing.

    Anybody can append a store to a signed file, so what is wrong in it says nothing about the signature.

    :param known: all certificates at hand
    :param crls: DER bytes
    :param ocsps: DER bytes
    :return: (crls, ocsps, list of texts about what was left aside)
    """
    known = [pki.as_asn1(cert) for cert in known]
    good = [data for data in crls if _genuine_crl(data, known)]
    answers = [data for data in ocsps if _genuine_ocsp(data, known)]
    wrong = [f"CRL {index}" for index, data in enumerate(crls) if data not in good]
    return good, answers, wrong + [f"OCSP {index}" for index, data in enumerate(ocsps) if data not in answers]


def _genuine_crl(data, known):
    try:
        listing = x509.load_der_x509_crl(data)
        issuer = asn1_crl.CertificateList.load(data).issuer
        return any(cert.subject == issuer and listing.is_signature_valid(_pyca(cert).public_key()) for cert in known)
    except (ValueError, TypeError):
        return False


def _genuine_ocsp(data, known):
    """Each answer must be about a certificate at hand, and signed for the issuer of that certificate."""
    try:
        answer = ocsp.load_der_ocsp_response(data)
        if answer.response_status != ocsp.OCSPResponseStatus.SUCCESSFUL:
            return False
        for single in answer.responses:
            subject = [cert for cert in known if cert.serial_number == single.serial_number]
            issuers = [cert for cert in known if any(cert.subject == holder.issuer for holder in subject)]
            if not any(answered_by(answer, issuer) for issuer in issuers):
                return False
    except (ValueError, TypeError):
        return False
    return True


def load_lists(data):
    """Read revocation lists that a person handed in: one as DER, or one or several as PEM.

    :param bytes data:
    :return: list of DER bytes
    :raises ValueError: it is no list
    """
    try:
        if b"-----BEGIN" not in data:
            return [x509.load_der_x509_crl(data).public_bytes(Encoding.DER)]
        parts = re.findall(rb"-----BEGIN X509 CRL-----.*?-----END X509 CRL-----", data, re.DOTALL)
        found = [x509.load_pem_x509_crl(part).public_bytes(Encoding.DER) for part in parts]
    except (ValueError, TypeError) as error:
        raise ValueError(f"no revocation list (CRL): {error}") from error
    if not found:
        raise ValueError("no revocation list (CRL): no PEM block of that name")
    return found
