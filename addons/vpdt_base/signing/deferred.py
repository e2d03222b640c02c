"""Signing in two steps: the key is on the user's own machine and the server never sees it.

:func:`prepare_deferred` makes the file with room for the signature and gives what has to be signed;
:func:`finish_deferred` puts the signature in. What must not change in between is in the state, which carries a message
authentication code: the caller may keep it in the database or give it to the browser.
"""

import asyncio
import base64
import datetime
import hashlib
import hmac
import io
import json
import os
from dataclasses import dataclass

from asn1crypto import cms as asn1_cms
from pyhanko.sign import general as pyhanko_general
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.signers.pdf_cms import ExternalSigner, PdfCMSSignedAttributes

from . import pades, pki, signers, trust
from .errors import SigningError
from .isolation import accept

LIFETIME = datetime.timedelta(minutes=5)


@dataclass(frozen=True)
class Deferred:
    """What the first step gives.

    :param bytes pdf: the file with room for the signature; to be kept by the caller until the second step
    :param bytes to_sign: what the key signs with PKCS#1 v1.5 and SHA-256 (the DER of the signed attributes)
    :param bytes digest: SHA-256 of ``to_sign``, for devices that take a digest
    :param str state: sealed token for the second step
    :param datetime expires_at: aware
    """

    pdf: bytes
    to_sign: bytes
    digest: bytes
    state: str
    expires_at: datetime.datetime


def prepare_deferred(pdf, cert, order, *, secret, bound_to="", chain=(), lifetime=LIFETIME):
    """First step: check the certificate, write the appearance, reserve the room, digest.

    :param bytes pdf: prepared PDF
    :param cert: the signer's certificate, either library or DER
    :param order: :class:`signing.pades.SigningOrder`
    :param bytes secret: key of the server for sealing the state, at least 16 bytes
    :param str bound_to: whatever must be the same at the second step (user, document, session)
    :param chain: certificates above the signer's
    :param datetime.timedelta lifetime:
    :return: :class:`Deferred`
    :raises SigningError: as :func:`signing.pades.sign_person`
    """
    cert = pki.as_asn1(cert)
    signer = ExternalSigner(
        cert, signers.certificate_store(chain), signature_value=cert.public_key.byte_size, embed_roots=False
    )
    order.check(signer)
    try:
        prepared, digest, attributes = asyncio.run(_prepare(pdf, signer, order))
    except pyhanko_general.SigningError as error:
        raise SigningError("certified_no_changes", str(error)) from error
    to_sign = attributes.dump()
    expires_at = trust.now() + lifetime
    state = {
        "nonce": os.urandom(16).hex(),
        "bound_to": bound_to,
        "expires_at": expires_at.isoformat(),
        "pdf": hashlib.sha256(prepared).hexdigest(),
        "cert": cert.dump().hex(),
        "chain": [pki.as_asn1(item).dump().hex() for item in chain],
        "attributes": to_sign.hex(),
        "document_digest": digest.document_digest.hex(),
        "reserved": [digest.reserved_region_start, digest.reserved_region_end],
    }
    return Deferred(prepared, to_sign, hashlib.sha256(to_sign).digest(), _seal(state, secret), expires_at)


async def _prepare(pdf, signer, order):
    _document, digest, output = await pades.digest_document(pdf, signer, order)
    attributes = await signer.signed_attrs(
        digest.document_digest, pades.DIGEST, attr_settings=PdfCMSSignedAttributes(), use_pades=True
    )
    return accept(output.getvalue()), digest, attributes


def finish_deferred(state, signature, cert, *, pdf, secret, bound_to="", trust_roots=None, crls=()):
    """Second step: check that nothing has changed and put the signature in.

    :param str state: from the first step
    :param bytes signature: raw signature value
    :param cert: the certificate that the device used
    :param bytes pdf: :attr:`Deferred.pdf`
    :param bytes secret: as at the first step
    :param str bound_to: as at the first step
    :param trust_roots: if given, the chain is followed once more
    :return: bytes of the signed PDF
    :raises SigningError: ``state_invalid``, ``state_expired``, ``file_changed``, ``certificate_changed``,
        ``signature_invalid``, ``certificate_expired`` …
    """
    values = _unseal(state, secret)
    if values["bound_to"] != bound_to:
        raise SigningError("state_invalid", "the state belongs to another user or document")
    if trust.now() > datetime.datetime.fromisoformat(values["expires_at"]):
        raise SigningError("state_expired")
    if hashlib.sha256(pdf).hexdigest() != values["pdf"]:
        raise SigningError("file_changed")
    cert = pki.as_asn1(cert)
    if cert.dump().hex() != values["cert"]:
        raise SigningError("certificate_changed")
    trust.check_certificate(
        cert, trust_roots=trust_roots, other_certs=[bytes.fromhex(item) for item in values["chain"]], crls=crls
    )
    to_sign = bytes.fromhex(values["attributes"])
    signers.require_signature(cert, to_sign, signature)
    return _put_in(pdf, values, cert, to_sign, signature)


def _put_in(pdf, values, cert, to_sign, signature):
    chain = [bytes.fromhex(item) for item in values["chain"]]
    signer = ExternalSigner(cert, signers.certificate_store(chain), signature_value=signature, embed_roots=False)
    attributes = asn1_cms.CMSAttributes.load(to_sign)
    container = asyncio.run(signer.async_sign_prescribed_attributes(pades.DIGEST, attributes))
    output = io.BytesIO(pdf)
    prepared = PreparedByteRangeDigest(bytes.fromhex(values["document_digest"]), *values["reserved"])
    prepared.fill_with_cms(output, container)
    return accept(output.getvalue())


def _code(payload, secret):
    if len(secret) < 16:
        raise ValueError("the secret is too short")
    return hmac.new(secret, b"vpdt deferred signature v1\0" + payload, hashlib.sha256).digest()


def _seal(state, secret):
    payload = json.dumps(state, sort_keys=True).encode()
    return base64.urlsafe_b64encode(_code(payload, secret) + payload).decode()


def _unseal(text, secret):
    try:
        raw = base64.urlsafe_b64decode(text.encode())
    except ValueError as error:
        raise SigningError("state_invalid") from error
    code, payload = raw[:32], raw[32:]
    if not hmac.compare_digest(code, _code(payload, secret)):
        raise SigningError("state_invalid")
    return json.loads(payload)
