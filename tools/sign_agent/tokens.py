"""The token behind its PKCS#11 module: certificates and signatures."""

import hashlib
import threading

import pkcs11
from asn1crypto import algos, cms, tsp, x509
from pkcs11 import Attribute, CertificateType, KeyType, Mechanism, ObjectClass
from pkcs11 import exceptions as errors
from pkcs11.util.ec import encode_ecdsa_signature

# tsp teaches asn1crypto the attribute that names the signer's certificate (RFC 5035)
_CERTIFICATE_ATTRIBUTE = cms.CMSAttributeType.map(tsp.CMSAttributeType.unmap("signing_certificate_v2"))


class TokenError(Exception):
    """Something about token, key or what is to be signed; ``code`` says what.

    Codes: ``token_missing``, ``wrong_pin``, ``pin_locked``, ``key_missing``, ``not_a_signature``, ``other_certificate``
    """

    def __init__(self, code):
        self.code = code
        super().__init__(code)


class Tokens:
    """All tokens of one module; one request at a time, and never logged in longer than a request.

    :param str module: path of the vendor's library
    """

    def __init__(self, module):
        self._lock = threading.Lock()
        try:
            self._library = pkcs11.lib(module)
        except (errors.PKCS11Error, RuntimeError, OSError) as error:
            raise TokenError("token_missing") from error

    def certificates(self):
        """Give what the page needs to choose from: one dict a certificate that has an own key or may have one.

        ``{"fingerprint", "certificate", "chain", "subject", "issuer", "valid_to", "token"}``; certificate and chain
        are DER (bytes).
        """
        with self._lock:
            return [row for token in self._tokens() for row in self._rows(token)]

    def sign(self, fingerprint, to_sign, pin):
        """Sign with the key of a certificate.

        :param str fingerprint: SHA-256 of the certificate, hexadecimal
        :param list to_sign: signed attributes of CMS signatures (RFC 5652, 5.4), DER; nothing else is signed
        :param str pin:
        :return: (list of signatures in the same order, certificate), bytes
        :raises TokenError: see there
        """
        with self._lock:
            token, key_id, cert = self._find(fingerprint)
            for attributes in to_sign:
                require_document_signature(attributes, cert)
            try:
                with token.open(user_pin=pin) as session:
                    key = self._key_in(session, key_id)
                    return [self._sign_with(key, attributes) for attributes in to_sign], cert.dump()
            except (errors.PinIncorrect, errors.PinInvalid, errors.PinLenRange, errors.ArgumentsBad) as error:
                raise TokenError("wrong_pin") from error
            except errors.PinLocked as error:
                raise TokenError("pin_locked") from error
            except errors.PKCS11Error as error:
                raise TokenError("token_missing") from error

    @staticmethod
    def _key_in(session, key_id):
        wanted = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.ID: key_id}
        found = list(session.get_objects(wanted))
        if not found:
            raise TokenError("key_missing")
        return found[0]

    @staticmethod
    def _sign_with(key, to_sign):
        if key.key_type == KeyType.RSA:
            return key.sign(to_sign, mechanism=Mechanism.SHA256_RSA_PKCS)
        raw = key.sign(hashlib.sha256(to_sign).digest(), mechanism=Mechanism.ECDSA)
        return encode_ecdsa_signature(raw)

    def _tokens(self):
        try:
            return list(self._library.get_tokens())
        except errors.PKCS11Error as error:
            raise TokenError("token_missing") from error

    def _rows(self, token):
        found = _certificates(token)
        above = [cert for _key_id, cert in found if _is_authority(cert)]
        for _key_id, cert in found:
            if not _is_authority(cert):
                yield {
                    "fingerprint": cert.sha256.hex(),
                    "certificate": cert.dump(),
                    "chain": [item.dump() for item in above],
                    "subject": cert.subject.human_friendly,
                    "issuer": cert.issuer.human_friendly,
                    "valid_to": cert.not_valid_after.isoformat(),
                    "token": token.label.strip(),
                }

    def _find(self, fingerprint):
        tokens = self._tokens()
        for token in tokens:
            for key_id, cert in _certificates(token):
                if cert.sha256.hex() == fingerprint:
                    return token, key_id, cert
        raise TokenError("key_missing" if tokens else "token_missing")


def _certificates(token):
    """Give (id, certificate) of each X.509 certificate that can be seen without the PIN."""
    wanted = {Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.CERTIFICATE_TYPE: CertificateType.X_509}
    try:
        with token.open() as session:
            # read to the end before the session closes: an open search outlives it badly
            rows = [(bytes(item[Attribute.ID] or b""), item[Attribute.VALUE]) for item in session.get_objects(wanted)]
    except errors.PKCS11Error:
        return []
    return [(key_id, cert) for key_id, cert in ((key_id, _parsed(der)) for key_id, der in rows) if cert is not None]


def _parsed(der):
    try:
        cert = x509.Certificate.load(der, strict=True)
        cert.native  # noqa: B018 – asn1crypto parses on access
    except (ValueError, TypeError):
        return None
    return cert


def _is_authority(cert):
    return bool(cert.basic_constraints_value and cert.basic_constraints_value["ca"].native)


def require_document_signature(to_sign, cert):
    """Refuse to sign what is not the signed attributes of a document signature for this very certificate.

    Without this, a page could have anything signed: a login, another kind of document, a message.

    :raises TokenError: ``not_a_signature``, ``other_certificate``
    """
    try:
        attributes = cms.CMSAttributes.load(to_sign, strict=True)
        values = {item["type"].native: item["values"] for item in attributes}
        content_type = values["content_type"][0].native
        digest = values["message_digest"][0].native
        named = values[_CERTIFICATE_ATTRIBUTE][0]["certs"][0]
        algorithm, expected = named["hash_algorithm"], named["cert_hash"].native
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise TokenError("not_a_signature") from error
    if content_type != "data" or len(digest) != hashlib.sha256().digest_size:
        raise TokenError("not_a_signature")
    if hashlib.new(_hash_name(algorithm), cert.dump()).digest() != expected:
        raise TokenError("other_certificate")


def _hash_name(algorithm):
    return algorithm["algorithm"].native if isinstance(algorithm, algos.DigestAlgorithm) else "sha256"
