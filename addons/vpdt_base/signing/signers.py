"""Where the private key is: in a PKCS#12 file, in an HSM or token (PKCS#11), at a remote service (CSC).

Each is a pyHanko :class:`~pyhanko.sign.signers.pdf_cms.Signer`, so that the rest of the package does not know the
difference. The key that sits on the user's own machine needs two steps and has a module of its own, :mod:`.deferred`.
"""

import asyncio
import contextlib
import os
import threading

import aiohttp
from asn1crypto import pkcs12 as asn1_pkcs12
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from pkcs11 import exceptions as p11_errors
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign import general as pyhanko_general
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.signers import csc_signer
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from . import pki
from .errors import SigningError
from .hosts import is_confidential

try:
    from ..outgoing import way_out
except ImportError:  # the package stands alone
    from outgoing import way_out

HASHES = {"sha256": hashes.SHA256, "sha384": hashes.SHA384, "sha512": hashes.SHA512}
CONNECT_TIMEOUT = 10  # seconds
#: ``tsa.ca.gov.vn`` and remote signing wait for a person with a telephone in his hand: minutes, not seconds.
REMOTE_TIMEOUT = 180


def certificate_store(certs):
    """Give pyHanko's store of certificates to embed beside the signer's own."""
    store = SimpleCertificateStore()
    store.register_multiple([pki.as_asn1(cert) for cert in certs])
    return store


class KeptKeySigner(Signer):
    """Signs with a key in memory that was parsed once.

    pyHanko's own SimpleSigner keeps DER and parses and checks the RSA key at every signature, which takes far longer
    than the signature itself. And all containers that one key makes for plain PAdES B-B signatures are the same but
    for two values, digest and signature: the container is built once (:class:`_Mould`) and cast again for each file.

    :param private_key: RSA or EC key of ``cryptography``
    :param cert: the signer's certificate, either library
    :param chain: certificates above it
    """

    def __init__(self, private_key, cert, chain=()):
        if not isinstance(private_key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)):
            raise SigningError("unsupported_key", kind=type(private_key).__name__)
        self._key = private_key
        super().__init__(signing_cert=pki.as_asn1(cert), cert_registry=certificate_store(chain), embed_roots=False)
        self._moulds = {}

    async def async_sign(self, data_digest, digest_algorithm, dry_run=False, **options):
        """Give the CMS container for a digest, as pyHanko's method of that name."""
        plain = isinstance(self._key, rsa.RSAPrivateKey) and not dry_run and _is_plain_pades(options)
        if not plain:
            return await super().async_sign(data_digest, digest_algorithm, dry_run=dry_run, **options)
        mould = self._moulds.get(digest_algorithm)
        if mould is None:
            marker = os.urandom(len(data_digest))
            sample = await super().async_sign(marker, digest_algorithm, **options)
            mould = self._moulds[digest_algorithm] = _Mould(sample, marker)
        attributes = mould.signed_attributes(data_digest)
        return mould.container(data_digest, await self.async_sign_raw(attributes, digest_algorithm))

    @property
    def raw_signature_size(self):
        """Greatest length of a raw signature, in bytes."""
        bits = self._key.key_size
        return bits // 8 if isinstance(self._key, rsa.RSAPrivateKey) else 2 * ((bits + 7) // 8) + 9

    async def async_sign_raw(self, data, digest_algorithm, dry_run=False):
        """Sign ``data`` (PKCS#1 v1.5 or ECDSA); a dry run only gives zeros of the right length."""
        if dry_run:
            return bytes(self.raw_signature_size)
        algorithm = HASHES[digest_algorithm]()
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), algorithm)
        return self._key.sign(data, ec.ECDSA(algorithm))

    def __repr__(self):
        return f"<{type(self).__name__} {pki.common_name(self.signing_cert)}>"  # never the key


def _is_plain_pades(options):
    """No time stamp, no further attributes: nothing in the container but digest and signature depends on the file."""
    attributes = options.get("signed_attr_settings")
    return (
        options.get("use_pades")
        and options.get("timestamper") is None
        and options.get("encap_content_info") is None
        and (attributes is None or attributes == PdfCMSSignedAttributes())
    )


class _Mould:
    """A CMS container with two gaps, one for the digest and one for the signature.

    :param sample: finished container (asn1crypto) for the digest ``marker``, which is random and therefore found only
        once
    """

    def __init__(self, sample, marker):
        signer_info = sample["content"]["signer_infos"][0]
        signature = signer_info["signature"].native
        whole, attributes = sample.dump(), signer_info["signed_attrs"].untag().dump()
        if whole.count(marker) != 1 or whole.count(signature) != 1 or attributes.count(marker) != 1:
            raise ValueError("the sample is ambiguous")
        self._attributes = attributes.split(marker)
        head, rest = whole.split(marker)
        self._container = (head, *rest.split(signature))
        self._sizes = len(marker), len(signature)

    def signed_attributes(self, digest):
        """Give the DER of the signed attributes: what the key signs (RFC 5652, 5.4)."""
        return digest.join(self._attributes)

    def container(self, digest, signature):
        """Give the DER of the container."""
        if (len(digest), len(signature)) != self._sizes:
            raise ValueError("digest or signature of another size")
        head, middle, end = self._container
        return b"".join((head, digest, middle, signature, end))


def load_pkcs12(data, passphrase):
    """Open a PKCS#12 file (RFC 7292).

    :param bytes data: content of the .p12/.pfx file
    :param str passphrase:
    :return: :class:`KeptKeySigner`
    :raises SigningError: ``not_a_pkcs12``, ``wrong_passphrase``, ``no_private_key``, ``unsupported_key``
    """
    _require_pkcs12_shape(data)
    try:
        key, cert, others = pkcs12.load_key_and_certificates(data, passphrase.encode())
    except ValueError as error:
        # the file has the shape of a PKCS#12 (see above): what is left is the passphrase, or a damaged content that
        # no one can tell from it
        raise SigningError("wrong_passphrase") from error
    except Exception as error:  # an algorithm that the library does not know
        raise SigningError("not_a_pkcs12", str(error)) from error
    if key is None or cert is None:
        raise SigningError("no_private_key")
    return KeptKeySigner(key, cert, others)


def _require_pkcs12_shape(data):
    """Refuse what is not ``SEQUENCE { version 3, ContentInfo, … }`` at all, so that a wrong file is not reported as a
    wrong passphrase."""
    try:
        pfx = asn1_pkcs12.Pfx.load(data, strict=True)
        fits = pfx["version"].native == "v3" and pfx["auth_safe"]["content_type"].native == "data"
    except (ValueError, TypeError, KeyError):
        fits = False
    if not fits:
        raise SigningError("not_a_pkcs12")


# --- PKCS#11 ------------------------------

_token_locks = {}
_token_locks_guard = threading.Lock()
TOKEN_WAIT = 60  # seconds


def _token_lock(module_path, token_label):
    """One lock a token: a login belongs to the process, not to the session (PKCS#11 v2.40, 6.7.4). A second session
    opened meanwhile would be logged in whatever PIN it brings."""
    with _token_locks_guard:
        return _token_locks.setdefault((module_path, token_label), threading.Lock())


class Pkcs11Signer(PKCS11Signer):
    """Signs with a key in an HSM or token. Use it as a context manager; the session lives as long as the block.

    :param str module_path: the vendor's shared library on the server
    :param str token_label:
    :param str pin: user PIN
    :param str key_label: label of the private key and of its certificate
    :param cert: the certificate, when it is not on the token
    :param chain: certificates above it
    :raises SigningError: ``token_missing``, ``wrong_pin``, ``key_missing``, ``signer_unreachable``
    """

    def __init__(self, module_path, token_label, pin, key_label, *, cert=None, chain=()):
        self._lock = _token_lock(module_path, token_label)
        if not self._lock.acquire(timeout=TOKEN_WAIT):
            raise SigningError("signer_unreachable", "the token is busy", token=token_label)
        try:
            session = _open_session(module_path, token_label, pin)
            super().__init__(
                session,
                cert_label=None if cert is not None else key_label,
                key_label=key_label,
                signing_cert=pki.as_asn1(cert) if cert is not None else None,
                ca_chain=[pki.as_asn1(item) for item in chain],
                embed_roots=False,
            )
            self._load_or_close(session, key_label)
        except BaseException:
            self._lock.release()
            raise

    def _load_or_close(self, session, key_label):
        try:
            self._load_objects()
        except (p11_errors.PKCS11Error, ValueError) as error:
            session.close()
            raise SigningError("key_missing", str(error), key=key_label) from error

    def close(self):
        """Log out and let the next one use the token."""
        if self._lock is None:
            return
        try:
            self.pkcs11_session.close()
        finally:
            self._lock.release()
            self._lock = None

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.close()


@contextlib.contextmanager
def open_token(module_path, token_label, pin):
    """Log in to a token for a block, alone.

    :raises SigningError: ``token_missing``, ``wrong_pin``, ``signer_unreachable``
    """
    lock = _token_lock(module_path, token_label)
    if not lock.acquire(timeout=TOKEN_WAIT):
        raise SigningError("signer_unreachable", "the token is busy", token=token_label)
    try:
        session = _open_session(module_path, token_label, pin)
        try:
            yield session
        finally:
            session.close()
    finally:
        lock.release()


def _open_session(module_path, token_label, pin):
    try:
        return open_pkcs11_session(module_path, token_criteria=TokenCriteria(label=token_label), user_pin=pin)
    except (p11_errors.PinIncorrect, p11_errors.PinLocked, p11_errors.PinLenRange, p11_errors.PinInvalid) as error:
        raise SigningError("wrong_pin", token=token_label) from error
    except (p11_errors.PKCS11Error, RuntimeError, OSError) as error:
        raise SigningError("token_missing", str(error) or None, token=token_label) from error


# --- remote (CSC) ------------------------------


class _Authorization(csc_signer.CSCAuthorizationManager):
    """Gets the activation data (SAD) for exactly the hashes of one request: PIN and OTP go straight to the service."""

    def __init__(self, session_info, credential_info, http, timeout, pin=None, otp=None):
        super().__init__(session_info, credential_info)
        self.http, self.timeout, self.pin, self.otp = http, timeout, pin, otp

    async def authorize_signature(self, hash_b64s):
        url = self.csc_session_info.endpoint_url("credentials/authorize")
        body = self.format_csc_auth_request(
            num_signatures=len(hash_b64s), pin=self.pin, otp=self.otp, hash_b64s=hash_b64s
        )
        timeout = aiohttp.ClientTimeout(total=self.timeout)
        async with self.http.post(url, headers=self.auth_headers, json=body, timeout=timeout) as response:
            return self.parse_csc_auth_response(await response.json())


class _NoRedirects:
    """An HTTP session for pyHanko and for us that goes to no other address than the one it was given.

    A redirect (307, 308) would carry PIN, one-time code and access token to whomever the answer names.
    """

    def __init__(self, session):
        self._session = session

    def post(self, url, **options):
        return self._session.post(url, **{**options, "allow_redirects": False, "raise_for_status": _require_success})


async def _require_success(response):
    if 300 <= response.status < 400:
        raise aiohttp.ClientResponseError(
            response.request_info, response.history, status=response.status, message="redirect, not followed"
        )
    response.raise_for_status()


class RemoteSigner(Signer):
    """Signs at a remote service by the API of the Cloud Signature Consortium (CSC 1.0.4), as SIM-PKI gateways and cloud
    signatures offer it. Only the hash leaves the server.

    The address must be on the allow list of the caller: this class calls what it is given, and nobody else; encrypted,
    unless the service runs on this machine.

    :param str service_url: the part before ``/csc/v1``
    :param str credential_id:
    :param str oauth_token: bearer token, or None
    :param str pin: for ``credentials/authorize``; or None
    :param str otp: likewise
    :param expected_cert: refuse to sign if the service offers another certificate than this one
    :param float timeout: seconds for each request
    :raises SigningError: ``signer_unreachable``, ``signer_refused``, ``signer_session_expired``,
        ``certificate_changed``, ``redirected``, ``address_not_encrypted``
    """

    def __init__(
        self,
        service_url,
        credential_id,
        *,
        oauth_token=None,
        pin=None,
        otp=None,
        expected_cert=None,
        timeout=REMOTE_TIMEOUT,
    ):
        if not is_confidential(service_url):
            raise SigningError("address_not_encrypted", service_url)
        self._session_info = csc_signer.CSCServiceSessionInfo(service_url.rstrip("/"), credential_id, oauth_token)
        self._timeout, self._pin, self._otp = timeout, pin, otp
        self._credential = asyncio.run(self._fetch_credential())
        cert = self._credential.signing_cert
        if expected_cert is not None and pki.as_asn1(expected_cert).dump() != cert.dump():
            raise SigningError("certificate_changed", offered=pki.serial_hex(cert))
        super().__init__(signing_cert=cert, cert_registry=self._credential.as_cert_store(), embed_roots=False)

    @property
    def signatures_at_once(self):
        """How many signatures the service makes with one confirmation of the person."""
        return self._credential.max_batch_size

    @contextlib.asynccontextmanager
    async def _http(self):
        """An HTTP session with the errors of the network turned into ours; it follows no redirect."""
        timeout = aiohttp.ClientTimeout(total=self._timeout, connect=CONNECT_TIMEOUT)
        try:
            with way_out():
                async with aiohttp.ClientSession(timeout=timeout) as http:
                    yield _NoRedirects(http)
        except aiohttp.ClientResponseError as error:
            raise _refusal(error) from error
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            raise SigningError("signer_unreachable", str(error) or "time-out") from error
        except pyhanko_general.SigningError as error:
            # pyHanko wraps the HTTP error: look at the cause before calling it a refusal
            if isinstance(error.__cause__, aiohttp.ClientResponseError):
                raise _refusal(error.__cause__) from error
            if isinstance(error.__cause__, aiohttp.ClientError):
                raise SigningError("signer_unreachable", str(error.__cause__)) from error
            raise SigningError("signer_refused", str(error)) from error

    async def _fetch_credential(self):
        async with self._http() as http:
            return await csc_signer.fetch_certs_in_csc_credential(http, self._session_info, timeout=self._timeout)

    async def async_sign_raw(self, data, digest_algorithm, dry_run=False):
        """Send the hash to the service and check what comes back against the certificate."""
        if dry_run:
            return bytes(self.signing_cert.public_key.byte_size)
        (signature,) = await self.async_sign_all([data], digest_algorithm)
        return signature

    async def async_sign_all(self, several, digest_algorithm="sha256"):
        """Have several values signed with one confirmation of the person.

        :param several: list of bytes
        :return: list of bytes, in the same order
        :raises SigningError: ``too_many_at_once``: the service takes fewer with one confirmation
        """
        if len(several) > self.signatures_at_once:
            raise SigningError("too_many_at_once", largest=self.signatures_at_once)
        async with self._http() as http:
            manager = _Authorization(self._session_info, self._credential, http, self._timeout, self._pin, self._otp)
            delegate = csc_signer.CSCSigner(http, manager, sign_timeout=self._timeout)
            # not async_sign_raw(): that one logs the cause of a failure and forgets it
            batch = await delegate._ensure_batch(digest_algorithm)
            for data in several:
                batch.add(csc_signer.base64_digest(data, digest_algorithm))
            await delegate.commit()
        if len(batch.results) != len(several):
            raise SigningError("signature_invalid", "the service answered with another number of signatures")
        for data, signature in zip(several, batch.results, strict=True):
            require_signature(self.signing_cert, data, signature, digest_algorithm)
        return list(batch.results)


def _refusal(error):
    """401 is a session that ran out; other answers of the service are a refusal; 5xx is a service that is down."""
    if error.status == 401:
        return SigningError("signer_session_expired", error.message)
    if 300 <= error.status < 400:
        return SigningError("redirected", f"HTTP {error.status}")
    code = "signer_unreachable" if error.status >= 500 else "signer_refused"
    return SigningError(code, f"HTTP {error.status} {error.message}")


def require_signature(cert, data, signature, digest_algorithm="sha256"):
    """Refuse a signature value that does not belong to certificate and data: better here than at the receiver.

    :raises SigningError: ``signature_invalid``
    """
    public_key = x509.load_der_x509_certificate(pki.as_asn1(cert).dump()).public_key()
    algorithm = HASHES[digest_algorithm]()
    try:
        if isinstance(public_key, rsa.RSAPublicKey):
            public_key.verify(signature, data, padding.PKCS1v15(), algorithm)
        else:
            public_key.verify(signature, data, ec.ECDSA(algorithm))
    except InvalidSignature as error:
        raise SigningError("signature_invalid") from error


__all__ = [
    "KeptKeySigner",
    "Pkcs11Signer",
    "RemoteSigner",
    "certificate_store",
    "load_pkcs12",
    "open_token",
    "require_signature",
]
