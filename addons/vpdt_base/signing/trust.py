"""Is this certificate fit to sign, and does it lead to a root that we trust? (Điều 31, Điều 32 Nghị định 68/2024)

Used before signing and when checking a signature. Nothing here asks the network. Times are aware datetimes.
"""

import asyncio
import datetime

from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator import errors as cv_errors
from pyhanko_certvalidator.policy_decl import DisallowWeakAlgorithmsPolicy

from . import pki, revocation
from .errors import SigningError

MIN_RSA_BITS = 2048
MIN_EC_BITS = 256
WEAK_HASHES = frozenset({"md2", "md4", "md5", "sha1", "sha224"})
STRONG_HASHES = frozenset({"sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512"})

#: Extended usages under which a certificate may sign a document, if it names any at all.
SIGNING_USAGES = frozenset(
    {
        "2.5.29.37.0",  # any
        "1.3.6.1.5.5.7.3.4",  # e-mail protection: what Vietnamese authorities give to officials
        "1.3.6.1.5.5.7.3.36",  # document signing (RFC 9336)
        "1.2.840.113583.1.1.5",  # Adobe, authentic documents
        "1.3.6.1.4.1.311.10.3.12",  # Microsoft, document signing
    }
)

#: Kinds of key that are said to be unsupported, and not weak.
UNSUPPORTED_KEYS = frozenset({"ed25519", "ed448"})

TRUSTED, UNKNOWN_TRUST, REFUSED = "trusted", "unknown_trust", "refused"


def now():
    """Give the present as an aware datetime (UTC); one place for tests to freeze."""
    return datetime.datetime.now(datetime.timezone.utc)


def certificates(values):
    """Give certificates of either library, PEM or DER bytes, all as asn1crypto objects.

    :param values: iterable of certificates or bytes; PEM bytes may hold several
    """
    found = []
    for value in values:
        if isinstance(value, (bytes, bytearray)):
            found += [pki.as_asn1(cert) for cert in pki.load_certificates(bytes(value))]
        else:
            found.append(pki.as_asn1(value))
    return found


def parsed(values):
    """Read DER certificates; what cannot be read is left out."""
    return revocation.parsed(asn1_x509.Certificate, values)


def readable(certs):
    """Leave out certificates whose names hold what no name may (RFC 4518): they cannot be compared with others."""
    found = []
    for cert in certs:
        try:
            cert.subject.hashable, cert.issuer.hashable  # noqa: B018 – asn1crypto reads them on access
            found.append(cert)
        except (ValueError, TypeError, KeyError):
            continue
    return found


def missing_issuer(cert, known):
    """Give the name of the authority that issued a certificate when its own certificate is not at hand, or ''."""
    if cert.self_signed != "no" or any(other.subject == cert.issuer for other in known):
        return ""
    return pki.printable_name(cert.issuer)


def leaf_problems(cert, at):
    """Say what in the certificate itself forbids to sign with it at a time.

    :param cert: certificate of either library
    :param datetime at: aware
    :return: list of codes of :mod:`.errors`, empty if it is fit
    """
    cert = pki.as_asn1(cert)
    problems = dated_problems(cert, at)
    if not _usage_allowed(cert):
        problems.append("usage_forbidden")
    if not strong_enough(cert):
        problems.append("weak_key")
    return problems


def dated_problems(cert, at):
    """Say whether a certificate was not yet, or no longer, valid at a time; codes as :func:`leaf_problems`."""
    problems = []
    if at < cert.not_valid_before:
        problems.append("certificate_not_yet_valid")
    if at > cert.not_valid_after:
        problems.append("certificate_expired")
    return problems


def usage_unstated(cert):
    """Tell whether a certificate says nothing about its usage: then nothing is forbidden (RFC 5280, 4.2.1.3), though
    nobody here signs with such a one."""
    return cert.key_usage_value is None and cert.extended_key_usage_value is None and not _is_authority(cert)


def _is_authority(cert):
    constraints = cert.basic_constraints_value
    return constraints is not None and constraints["ca"].native


def is_unsupported(cert):
    """Tell whether the key is of a kind that is not checked here, which does not mean that it is weak."""
    return cert["tbs_certificate"]["subject_public_key_info"]["algorithm"]["algorithm"].native in UNSUPPORTED_KEYS


def weakness(cert):
    """Say which key or hash of a certificate is no longer safe, or give ''."""
    key = cert["tbs_certificate"]["subject_public_key_info"]
    size = "" if key["algorithm"]["algorithm"].native in UNSUPPORTED_KEYS else f" {key.bit_size}"
    return "" if strong_enough(cert) else f"{key['algorithm']['algorithm'].native}{size}"


def usage_allowed(cert):
    """Tell whether a certificate may sign documents."""
    return _usage_allowed(pki.as_asn1(cert))


def _usage_allowed(cert):
    """A leaf, with a usage that says signature (digitalSignature or nonRepudiation), and no foreign extended usage.

    A certificate without key usage may do everything by RFC 5280; here it may do nothing (Nghị định 68/2024, Điều 7).
    """
    usage, extended = cert.key_usage_value, cert.extended_key_usage_value
    if _is_authority(cert):
        return False
    if usage is None or not usage.native & {"digital_signature", "non_repudiation"}:
        return False
    if "key_cert_sign" in usage.native:
        return False
    return extended is None or bool(SIGNING_USAGES & {purpose.dotted for purpose in extended})


def strong_enough(cert):
    """Tell whether the key of a certificate, and the hash under the signature on it, are still safe."""
    key = cert.public_key
    if key.algorithm == "rsa":
        strong_key = key.bit_size >= MIN_RSA_BITS
    else:
        strong_key = key.algorithm == "ec" and key.bit_size >= MIN_EC_BITS
    try:
        return strong_key and cert["signature_algorithm"].hash_algo not in WEAK_HASHES
    except ValueError:  # a signature algorithm that names no hash
        return False


def validation_context(trust_roots, *, at, other_certs=(), crls=()):
    """Make pyHanko's context for a check at one time, without network.

    Revocation lists made after ``at`` count as well: they tell what was known later about that time. OCSP answers are
    not handed over: pyHanko takes one about another certificate, or about a later revocation, for a doubt about this
    one. :func:`revoked` reads them.

    :param trust_roots: certificates or bytes
    :param crls: DER bytes or asn1crypto objects; unreadable ones are skipped
    """
    return ValidationContext(
        trust_roots=certificates(trust_roots),
        other_certs=certificates(other_certs),
        moment=at,
        crls=revocation.parsed(asn1_crl.CertificateList, crls),
        allow_fetching=False,
        revocation_mode="soft-fail",
        retroactive_revinfo=True,
        algorithm_usage_policy=DisallowWeakAlgorithmsPolicy(
            weak_hash_algos=WEAK_HASHES, rsa_key_size_threshold=MIN_RSA_BITS
        ),
    )


def follow(cert, trust_roots, *, at, other_certs=(), crls=(), ocsps=()):
    """Follow the certificate to a trusted root, as of a time.

    :return: ``(state, code, text, path)``: ``trusted``, ``unknown_trust`` or ``refused``; the code of :mod:`.errors`
        when not trusted; a technical text; the chain, asn1crypto certificates with the root first, as far as one was
        found
    """
    context = validation_context(trust_roots, at=at, other_certs=other_certs, crls=crls)
    validator = CertificateValidator(pki.as_asn1(cert), validation_context=context)
    try:
        path = list(asyncio.run(validator.async_validate_path()))
    except cv_errors.PathBuildingError as error:
        return UNKNOWN_TRUST, "untrusted", str(error), []
    except cv_errors.RevokedError as error:
        return REFUSED, "certificate_revoked", str(error), []
    except cv_errors.ExpiredError as error:
        return REFUSED, "certificate_expired", str(error), []
    except cv_errors.NotYetValidError as error:
        return REFUSED, "certificate_not_yet_valid", str(error), []
    except cv_errors.DisallowedAlgorithmError as error:
        return REFUSED, "weak_key", str(error), []
    except (cv_errors.ValidationError, ValueError) as error:
        return REFUSED, "untrusted", str(error), []
    text = revoked(pki.as_asn1(cert), path, at=at, crls=crls, ocsps=ocsps)
    if text:
        return REFUSED, "certificate_revoked", text, path
    return TRUSTED, None, "", path


def _pairs(path):
    """Give (certificate, certificate of its issuer) for each step of a path, the trusted root excluded."""
    return [(holder, issuer) for issuer, holder in zip(path, path[1:], strict=False)]


def build_path(cert, trust_roots, *, at, other_certs=(), crls=(), ocsps=()):
    """Give the chain of a certificate, trusted root first.

    :return: list of asn1crypto certificates
    :raises SigningError: with the code of :func:`follow`
    """
    state, code, text, path = follow(cert, trust_roots, at=at, other_certs=other_certs, crls=crls, ocsps=ocsps)
    if state != TRUSTED:
        raise SigningError(code, text, subject=pki.common_name(cert))
    return path


def all_in_force(path, *, at, crls=(), ocsps=()):
    """Tell whether genuine answers say of every certificate below the root that it was in force at a time.

    :param path: as :func:`build_path` gives it
    """
    return len(path) > 1 and all(
        revocation.is_covered(holder, issuer, at=at, crls=crls, ocsps=ocsps) for holder, issuer in _pairs(path)
    )


def expired(certs, at):
    """Say which of some certificates had run out at a time, or give ''."""
    for cert in certs:
        if cert.not_valid_after < at:
            return f"{pki.common_name(cert)} valid until {cert.not_valid_after.isoformat()}"
    return ""


def revoked(cert, path, other_certs=(), *, at, crls=(), ocsps=(), stolen_only=False):
    """Say which certificate of a chain was revoked until ``at``, for whatever reason, or give ''.

    :param cert: the certificate at the end of the chain
    :param path: as :func:`follow` gives it; where it is empty, ``cert`` alone is looked up with any issuer of that name
    :param bool stolen_only: only where its key is, or may be, in wrong hands
    """
    pairs = _pairs(path) or [(cert, issuer) for issuer in other_certs if issuer.subject == cert.issuer]
    for holder, issuer in pairs:
        entry = revocation.find_revocation(holder, issuer, crls, ocsps)
        if entry and entry.when <= at and (entry.compromised or not stolen_only):
            return f"{pki.common_name(holder)} revoked {entry.when.isoformat()}"
    return ""


def check_certificate(cert, *, at=None, kind=None, trust_roots=None, other_certs=(), crls=(), ocsps=()):
    """Refuse a certificate that must not sign now (Nghị định 68/2024, khoản 1, 2 Điều 29).

    :param cert: certificate of either library
    :param datetime at: aware; default now
    :param str kind: ``person`` or ``agency``: a certificate that is known to be of the other kind is refused
    :param trust_roots: if given (even empty), the chain must lead to one of them
    :raises SigningError: ``certificate_expired``, ``certificate_not_yet_valid``, ``usage_forbidden``, ``weak_key``,
        ``wrong_kind``, ``certificate_revoked``, ``untrusted``
    """
    at = at or now()
    name = pki.common_name(cert)
    for code in leaf_problems(cert, at):
        raise SigningError(code, subject=name)
    if kind and pki.certificate_kind(cert) not in (kind, pki.UNKNOWN):
        raise SigningError("wrong_kind", subject=name, expected=kind)
    if trust_roots is None:
        return
    build_path(cert, trust_roots, at=at, other_certs=other_certs, crls=crls, ocsps=ocsps)
