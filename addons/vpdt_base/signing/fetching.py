"""Asks OCSP responders (RFC 6960) and distribution points (RFC 5280, 4.2.1.13) whether a certificate is revoked.

Only listed hosts are called, no redirect is followed, sizes and times are capped, and what was fetched is kept until it
runs out. What cannot be reached is *unknown*, not an error: the caller decides. An answer counts only if it is about
this certificate, fresh, and signed by the issuer or by a responder that the issuer appointed.
"""

import datetime
import hashlib
import time
from dataclasses import dataclass, field

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from . import pki, revocation, trust
from .hosts import is_allowed

try:
    from ..outgoing import way_out
except ImportError:  # the package stands alone
    from outgoing import way_out

GOOD, REVOKED, UNKNOWN = "good", "revoked", "unknown"
CONNECT_TIMEOUT, TOTAL_TIMEOUT = 3, 10  # seconds, for one address
MAX_OCSP, MAX_CRL = 128 * 1024, 32 * 1024 * 1024  # bytes
CLOCK_SKEW = datetime.timedelta(minutes=5)
#: How long an answer without an end of its own counts, and how long an address that failed is left alone.
DEFAULT_LIFETIME, RETRY_AFTER = datetime.timedelta(hours=1), datetime.timedelta(minutes=2)
_FAILED = b""


@dataclass
class Evidence:
    """What is known about the revocation of one certificate.

    :param str status: ``good``, ``revoked`` or ``unknown``
    :param list crls: DER, genuine
    :param list ocsps: DER, genuine
    :param until: aware datetime after which to ask again, or None
    :param revoked_at: aware datetime, or None
    :param list notes: technical words on each address that gave nothing
    """

    status: str = UNKNOWN
    crls: list = field(default_factory=list)
    ocsps: list = field(default_factory=list)
    until: datetime.datetime | None = None
    revoked_at: datetime.datetime | None = None
    notes: list = field(default_factory=list)


class MemoryCache:
    """Keeps answers in this process; the ORM layer has one of its own with the same two methods."""

    def __init__(self):
        self._kept = {}

    def get(self, key):
        """Give (bytes, aware end) or None. Empty bytes stand for an address that failed."""
        data, until = self._kept.get(key, (None, None))
        return (data, until) if data is not None and until > trust.now() else None

    def put(self, key, data, until):
        """Keep bytes until an aware moment."""
        self._kept[key] = data, until


class _NothingFetched(Exception):
    """This address gave nothing that can be used; the text says why."""


class RevocationSource:
    """Asks about certificates.

    :param allowed: hosts from :func:`signing.hosts.parse_allowed`
    :param cache: object with ``get`` and ``put`` like :class:`MemoryCache`
    :param float timeout: seconds for one address, body included
    """

    def __init__(self, allowed, cache=None, *, timeout=TOTAL_TIMEOUT, max_crl=MAX_CRL, max_ocsp=MAX_OCSP):
        self._allowed, self._cache = allowed, cache or MemoryCache()
        self._timeout, self._max_crl, self._max_ocsp = timeout, max_crl, max_ocsp

    def evidence(self, cert, issuer):
        """Ask about one certificate: OCSP first, the list if that gives nothing.

        :param cert: certificate of either library
        :param issuer: certificate of its issuer
        :return: :class:`Evidence`
        """
        cert, issuer = _pyca(cert), _pyca(issuer)
        found = Evidence()
        for url in ocsp_urls(cert):
            if self._try(found, self._ask_ocsp, url, cert, issuer):
                return found
        for url in crl_urls(cert):
            if self._try(found, self._ask_crl, url, cert, issuer):
                return found
        return found

    def evidence_for_path(self, path):
        """Ask about every certificate of a chain below its root.

        :param path: certificates, root first (:func:`signing.trust.build_path`)
        :return: one :class:`Evidence`: ``revoked`` if any is, ``good`` if all are
        """
        parts = [self.evidence(cert, issuer) for issuer, cert in zip(path, path[1:], strict=False)]
        return merge(parts)

    def _try(self, found, ask, url, cert, issuer):
        try:
            ask(found, url, cert, issuer)
        except _NothingFetched as error:
            found.notes.append(f"{url}: {error}")
        return found.status != UNKNOWN

    # --- OCSP

    def _ask_ocsp(self, found, url, cert, issuer):
        key = _key("ocsp", url, issuer.fingerprint(hashes.SHA256()).hex(), f"{cert.serial_number:x}")

        def fetch():
            sha1 = hashes.SHA1()  # names the issuer only; the hash that all responders know
            request = ocsp.OCSPRequestBuilder().add_certificate(cert, issuer, sha1).build()
            headers = {"Content-Type": "application/ocsp-request", "Accept": "application/ocsp-response"}
            body = request.public_bytes(serialization.Encoding.DER)
            return self._http("POST", url, self._max_ocsp, data=body, headers=headers)

        single, until, data = self._cached(key, fetch, lambda data: read_ocsp(data, cert, issuer))
        found.ocsps.append(data)
        found.until = until
        found.status = REVOKED if single.certificate_status == ocsp.OCSPCertStatus.REVOKED else GOOD
        found.revoked_at = single.revocation_time_utc if found.status == REVOKED else None

    # --- CRL

    def _ask_crl(self, found, url, cert, issuer):
        key = _key("crl", url)

        def fetch():
            return self._http("GET", url, self._max_crl)

        listing, until, data = self._cached(key, fetch, lambda data: read_crl(data, issuer))
        found.crls.append(data)
        found.until = until
        entry = listing.get_revoked_certificate_by_serial_number(cert.serial_number)
        found.status = GOOD if entry is None else REVOKED
        found.revoked_at = entry.revocation_date_utc if entry is not None else None

    # --- both

    def _cached(self, key, fetch, read):
        """Give what ``read`` makes of the bytes under ``key``, fetched if there are none."""
        known = self._cache.get(key)
        if known and known[0] == _FAILED:
            raise _NothingFetched("failed a moment ago, not asked again yet")
        if known:
            return *read(known[0]), known[0]
        try:
            data = fetch()
            parsed, until = read(data)
        except _NothingFetched:
            self._cache.put(key, _FAILED, trust.now() + RETRY_AFTER)
            raise
        self._cache.put(key, data, until)
        return parsed, until, data

    def _http(self, method, url, limit, **options):
        if not is_allowed(url, self._allowed):
            raise _NothingFetched("this host is not on the list of allowed hosts")
        deadline = time.monotonic() + self._timeout
        timeout = (min(CONNECT_TIMEOUT, self._timeout), self._timeout)
        try:
            with (
                way_out(),
                requests.request(
                    method, url, timeout=timeout, stream=True, allow_redirects=False, **options
                ) as response,
            ):
                if response.status_code != 200:
                    raise _NothingFetched(f"HTTP {response.status_code}")
                return _read_capped(response, limit, deadline)
        except requests.RequestException as error:
            raise _NothingFetched(f"no answer ({type(error).__name__})") from error


def _read_capped(response, limit, deadline):
    """Read a body; a server that sends for ever, or a byte a minute, is left."""
    chunks, size = [], 0
    for chunk in response.iter_content(16 * 1024):
        size += len(chunk)
        if size > limit:
            raise _NothingFetched(f"more than {limit} bytes")
        if time.monotonic() > deadline:
            raise _NothingFetched("too slow")
        chunks.append(chunk)
    return b"".join(chunks)


def read_ocsp(data, cert, issuer):
    """Check an OCSP answer about a certificate.

    :return: (single response of ``cryptography``, aware end)
    :raises Exception: private to this module when it is not genuine, not fresh or about something else
    """
    try:
        answer = ocsp.load_der_ocsp_response(data)
        if answer.response_status != ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise _NothingFetched(f"the responder answers {answer.response_status.name}")
        single = next((item for item in answer.responses if revocation.is_about(item, cert, issuer)), None)
        if single is None:
            raise _NothingFetched("the answer is about another certificate")
        if not revocation.answered_by(answer, issuer):
            raise _NothingFetched("the answer is not signed by the issuer")
        if single.certificate_status == ocsp.OCSPCertStatus.UNKNOWN:
            raise _NothingFetched("the responder does not know the certificate")
        return single, _fresh_until(single.this_update_utc, single.next_update_utc)
    except (ValueError, TypeError) as error:
        raise _NothingFetched(f"no OCSP answer: {error}") from error


def read_crl(data, issuer):
    """Check a revocation list.

    :return: (list of ``cryptography``, aware end)
    :raises Exception: private to this module when it is not genuine or not fresh
    """
    try:
        load = x509.load_pem_x509_crl if data.startswith(b"-----BEGIN") else x509.load_der_x509_crl
        listing = load(data)
        if listing.issuer != issuer.subject or not listing.is_signature_valid(issuer.public_key()):
            raise _NothingFetched("the list is not signed by the issuer")
        return listing, _fresh_until(listing.last_update_utc, listing.next_update_utc)
    except (ValueError, TypeError) as error:
        raise _NothingFetched(f"no revocation list: {error}") from error


def _fresh_until(start, end):
    now = trust.now()
    if start > now + CLOCK_SKEW:
        raise _NothingFetched("the answer is from the future")
    if not revocation.counts_at(start, end, now):
        raise _NothingFetched("the answer has run out")
    return end or now + DEFAULT_LIFETIME


def merge(parts):
    """Give one :class:`Evidence` for several."""
    states = {part.status for part in parts}
    status = REVOKED if REVOKED in states else GOOD if states == {GOOD} else UNKNOWN
    return Evidence(
        status,
        crls=[item for part in parts for item in part.crls],
        ocsps=[item for part in parts for item in part.ocsps],
        until=min((part.until for part in parts if part.until), default=None),
        revoked_at=min((part.revoked_at for part in parts if part.revoked_at), default=None),
        notes=[note for part in parts for note in part.notes],
    )


def ocsp_urls(cert):
    """Give the addresses of OCSP responders that a certificate names, in order."""
    try:
        access = _pyca(cert).extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return []
    wanted = x509.AuthorityInformationAccessOID.OCSP
    return [item.access_location.value for item in access if item.access_method == wanted and _is_url(item)]


def _is_url(item):
    return isinstance(item.access_location, x509.UniformResourceIdentifier)


def crl_urls(cert):
    """Give the addresses of revocation lists that a certificate names, in order."""
    try:
        points = _pyca(cert).extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return []
    names = [name for point in points for name in point.full_name or ()]
    return [name.value for name in names if isinstance(name, x509.UniformResourceIdentifier)]


def _pyca(cert):
    return cert if isinstance(cert, x509.Certificate) else x509.load_der_x509_certificate(pki.as_asn1(cert).dump())


def _key(*parts):
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
