"""The container of a signature or of a time stamp (RFC 5652): algorithms, attributes, signature value."""

import hashlib

from asn1crypto import core as asn1_core
from asn1crypto import x509 as asn1_x509
from pyhanko.sign.validation import generic_cms

from . import pki, trust
from .errors import SigningError
from .reading import value


def digest_of(algorithm, data):
    """Digest bytes with a strong algorithm.

    :raises SigningError: ``weak_key``
    """
    if algorithm not in trust.STRONG_HASHES:
        raise SigningError("weak_key", f"hash {algorithm}")
    return hashlib.new(algorithm, data).digest()


def weakness(signer_info):
    """Say which algorithm of a signature is too weak or does not fit the others, or give ''.

    The digest of the content, that of the signature itself and, with RSASSA-PSS, that of its mask must be one strong
    algorithm (ETSI TS 119 312): a strong one for the content alone leaves the attributes to a weak one.
    """
    digest = signer_info["digest_algorithm"]["algorithm"].native
    try:
        used = {digest, *_signature_hashes(signer_info["signature_algorithm"], digest)}
    except (ValueError, KeyError, TypeError) as error:
        return f"signature algorithm: {error}"
    weak = used - trust.STRONG_HASHES
    if weak:
        return f"hash {', '.join(sorted(map(str, weak)))}"
    return "" if len(used) == 1 else f"hashes that differ: {', '.join(sorted(used))}"


def _signature_hashes(mechanism, digest):
    name = mechanism["algorithm"].native
    if name == "rsassa_pkcs1v15":  # names no hash: that of the content is meant (RFC 3370, 3.2)
        return {digest}
    if name == "rsassa_pss":
        parameters = mechanism["parameters"]
        mask = parameters["mask_gen_algorithm"]["parameters"]
        return {parameters["hash_algorithm"]["algorithm"].native, mask["algorithm"].native}
    return {mechanism.hash_algo}


def names_certificate(signer_info):
    """Tell whether the signature itself says which certificate it was made with (ESS, RFC 5035), as PAdES wants it.

    That it is the right one, pyHanko checks with the signature value.
    """
    attributes = signer_info["signed_attrs"]
    if attributes is asn1_core.VOID:
        return False
    return any(item["type"].native in ("signing_certificate", "signing_certificate_v2") for item in attributes)


def problems(embedded):
    """Find what is wrong with the container of a signature in a PDF.

    :param embedded: pyHanko's embedded signature
    :return: list of (code, detail)
    """
    found, signer_info = [], embedded.signer_info
    content = embedded.signed_data["encap_content_info"]
    if content["content"] is not asn1_core.VOID and embedded.sig_object_type != "/DocTimeStamp":
        found.append(("encapsulated_content", ""))
    weak = weakness(signer_info)
    if not weak and embedded.external_md_algorithm not in trust.STRONG_HASHES:
        weak = f"hash {embedded.external_md_algorithm}"
    if weak:
        found.append(("weak_key", weak))
    if value(embedded.sig_object, "/SubFilter") == "/ETSI.CAdES.detached" and not names_certificate(signer_info):
        found.append(("certificate_not_named", ""))
    expected, digest = content["content_type"].native, embedded.compute_digest()
    if expected == "tst_info":
        digest = digest_of(embedded.md_algorithm, bytes(content["content"]))
    intact, genuine = generic_cms.validate_sig_integrity(signer_info, embedded.signer_cert, expected, digest)
    return [*found, *([] if genuine else [("signature_invalid", "")]), *([] if intact else [("digest_mismatch", "")])]


class BadToken(Exception):
    """A time stamp token is not what it should be; the text says why."""


def read_token(token, expected_imprint):
    """Check a time stamp token in itself (RFC 3161); whom it leads to is another matter.

    :param token: CMS signed data
    :param expected_imprint: function that gives the digest of what was stamped for the name of an algorithm
    :return: (aware time, certificate of the service, the other certificates)
    :raises BadToken:
    """
    try:
        info = token["encap_content_info"]["content"].parsed
        certs, signer_info = generic_cms.extract_certs_for_validation(token), token["signer_infos"][0]
        intact, genuine = _token_integrity(token, signer_info, certs.signer_cert)
        imprint = info["message_imprint"]
        algorithm, stamped = imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native
        time = info["gen_time"].native
    except Exception as error:
        raise BadToken(f"{type(error).__name__}: {error}") from error
    if algorithm not in trust.STRONG_HASHES or stamped != expected_imprint(algorithm):
        raise BadToken("imprint")
    if weakness(signer_info) or not trust.strong_enough(certs.signer_cert):
        raise BadToken(weakness(signer_info) or "weak key")
    if not (intact and genuine) or not _is_timestamper(certs.signer_cert):
        raise BadToken("signature or usage")
    return time, certs.signer_cert, certs.other_certs


def _token_integrity(token, signer_info, cert):
    content = bytes(token["encap_content_info"]["content"])
    digest = digest_of(signer_info["digest_algorithm"]["algorithm"].native, content)
    return generic_cms.validate_sig_integrity(signer_info, cert, "tst_info", digest)


def _is_timestamper(cert):
    """Usage for time stamps only (RFC 3161, 2.3), and no authority."""
    usage = cert.extended_key_usage_value
    constraints = cert.basic_constraints_value
    is_ca = constraints is not None and constraints["ca"].native
    return usage is not None and usage.native == ["time_stamping"] and not is_ca


def token_certs(embedded):
    """Give the certificates inside the time stamp tokens of a signature (None: of none)."""
    if embedded is None:
        return []
    certs = []
    try:
        for token in generic_cms.extract_tst_data_iter(embedded.signer_info, signed=False):
            certs += [choice.chosen for choice in token["certificates"] if choice.name == "certificate"]
    except (ValueError, TypeError, KeyError):
        pass
    return certs


def name_beside(signature):
    """Give the CN of the certificate that old kinds of signatures keep beside themselves (/Cert), or ''.

    :param signature: signature dictionary
    """
    try:
        certs = signature["/Cert"]
        first = certs[0] if isinstance(certs, list) else certs
        return pki.common_name(asn1_x509.Certificate.load(first.original_bytes))
    except (KeyError, IndexError, ValueError, TypeError, AttributeError):
        return ""
