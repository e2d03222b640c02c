"""A small certificate authority for demonstration and tests, and what a certificate says about its holder.

The authority has the shape of the one that Ban Cơ yếu Chính phủ runs for official signatures (Nghị định 68/2024/NĐ-CP,
Điều 7): a root, an issuing authority below it, and leaves for persons and for agencies. It is **never** a trust anchor
of a real deployment.

All times given and returned are aware datetimes; X.509 itself keeps seconds in UTC.
"""

import datetime
import functools
from dataclasses import dataclass, field, replace

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

UTC = datetime.timezone.utc
DAY = datetime.timedelta(days=1)

# From when certificates of the demo and the tests hold: long before any day of theirs, whenever they are issued.
FIRST_DAY = datetime.datetime(2025, 1, 1, tzinfo=UTC)

PERSON, AGENCY, UNKNOWN = "person", "agency", "unknown"

OID_USER_ID = "0.9.2342.19200300.100.1.1"


@dataclass(frozen=True)
class KindRule:
    """One sign in a certificate's subject that tells a person from an agency.

    :param kind: ``person`` or ``agency``
    :param oid: dotted number of the subject attribute that must be present
    :param prefixes: if given, the value must start with one of these (upper case)
    """

    kind: str
    oid: str
    prefixes: tuple = ()

    def matches(self, attributes):
        values = attributes.get(self.oid, ())
        if not self.prefixes:
            return bool(values)
        return any(value.upper().startswith(self.prefixes) for value in values)


#: The first rule that matches decides. No regulation found tells the kinds apart by subject (DESIGN), so that this
#: stays data: another authority needs other rules, not other code.
KIND_RULES = (
    KindRule(PERSON, "2.5.4.4"),  # surname
    KindRule(PERSON, "2.5.4.42"),  # givenName
    KindRule(AGENCY, "2.5.4.97"),  # organizationIdentifier (ETSI EN 319 412-1)
    KindRule(PERSON, OID_USER_ID, ("CCCD:", "CMND:", "CMT:", "HC:")),
    KindRule(AGENCY, OID_USER_ID, ("MST:", "MNS:", "MDD:", "MDDCQ:")),
)


def as_asn1(cert):
    """Give a certificate as asn1crypto's object, whichever of the two libraries it comes from (or DER/PEM bytes)."""
    if isinstance(cert, asn1_x509.Certificate):
        return cert
    if isinstance(cert, x509.Certificate):
        return asn1_x509.Certificate.load(cert.public_bytes(serialization.Encoding.DER))
    return as_asn1(load_certificates(cert)[0])


def load_certificates(data):
    """Read one DER certificate or any number of PEM certificates.

    :param bytes data: the content of a file
    :return: non-empty list of :class:`cryptography.x509.Certificate`
    :raises ValueError: if there is none
    """
    if b"-----BEGIN" in data:
        return x509.load_pem_x509_certificates(data)
    return [x509.load_der_x509_certificate(data)]


def subject_attributes(cert):
    """Give the subject of a certificate as ``{dotted oid: [text, …]}``."""
    attributes = {}
    for rdn in as_asn1(cert).subject.chosen:
        for pair in rdn:
            attributes.setdefault(pair["type"].dotted, []).append(str(pair["value"].native))
    return attributes


def common_name(cert):
    """Give the CN of a certificate's subject, or else the whole subject as text."""
    names = subject_attributes(cert).get("2.5.4.3")
    return names[-1] if names else as_asn1(cert).subject.human_friendly


def printable_name(name):
    """Give the CN of a name (asn1crypto), or else all of it as text."""
    try:
        found = name.native.get("common_name") or name.human_friendly
        return found if isinstance(found, str) else found[-1]
    except (ValueError, TypeError):
        return "?"


def certificate_kind(cert, rules=KIND_RULES):
    """Tell whether a certificate was issued to a person or to an agency.

    :param cert: certificate of either library
    :param rules: sequence of :class:`KindRule`; the first that matches decides
    :return: ``'person'``, ``'agency'`` or ``'unknown'``
    """
    attributes = subject_attributes(cert)
    return next((rule.kind for rule in rules if rule.matches(attributes)), UNKNOWN)


def serial_hex(cert):
    """Give the serial number in the usual upper-case hexadecimal of even length."""
    text = f"{as_asn1(cert).serial_number:X}"
    return text.zfill(len(text) + len(text) % 2)


@dataclass(frozen=True)
class Identity:
    """A certificate with its private key and the authorities above it (nearest first, root last)."""

    cert: x509.Certificate
    key: rsa.RSAPrivateKey
    chain: tuple = ()

    @property
    def pem(self):
        return self.cert.public_bytes(serialization.Encoding.PEM)

    @property
    def der(self):
        return self.cert.public_bytes(serialization.Encoding.DER)

    @property
    def asn1(self):
        return as_asn1(self.cert)

    @property
    def key_pem(self):
        """The private key in clear (PKCS#8 PEM): for tests and HSM imports only."""
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    def pkcs12(self, passphrase, name=None):
        """Pack key, certificate and chain in a PKCS#12 file (AES-256, PBES2).

        :param str passphrase: non-empty
        :return: bytes
        """
        return pkcs12.serialize_key_and_certificates(
            (name or common_name(self.cert)).encode(),
            self.key,
            self.cert,
            list(self.chain),
            serialization.BestAvailableEncryption(passphrase.encode()),
        )


@dataclass(frozen=True)
class LeafProfile:
    """What goes into a leaf certificate besides its subject. The defaults are those of an official's certificate;
    tests change single values to make hostile ones."""

    not_before: datetime.datetime | None = None
    not_after: datetime.datetime | None = None
    days: int = 5 * 365
    key_size: int = 2048
    hash_algorithm: hashes.HashAlgorithm = field(default_factory=hashes.SHA256)
    is_ca: bool = False
    digital_signature: bool = True
    non_repudiation: bool = True
    extended_usage: tuple = ()
    extended_usage_critical: bool = False
    crl_url: str | None = None
    ocsp_url: str | None = None
    key: rsa.RSAPrivateKey | None = None
    serial: int | None = None


DEFAULT_PROFILE = LeafProfile()
TSA_PROFILE = LeafProfile(
    extended_usage=(ExtendedKeyUsageOID.TIME_STAMPING,), extended_usage_critical=True, non_repudiation=True
)
OCSP_PROFILE = LeafProfile(extended_usage=(ExtendedKeyUsageOID.OCSP_SIGNING,), non_repudiation=False)


def _name(common, *, organization=None, unit=None, country="VN", extra=()):
    pairs = [(NameOID.COUNTRY_NAME, country)]
    pairs += [(NameOID.ORGANIZATION_NAME, organization)] if organization else []
    pairs += [(NameOID.ORGANIZATIONAL_UNIT_NAME, unit)] if unit else []
    pairs += [pair for pair in extra if pair[1]]
    pairs.append((NameOID.COMMON_NAME, common))
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in pairs])


def _key_usage(profile):
    return x509.KeyUsage(
        digital_signature=profile.digital_signature,
        content_commitment=profile.non_repudiation,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=profile.is_ca,
        crl_sign=profile.is_ca,
        encipher_only=False,
        decipher_only=False,
    )


def _access_points(profile):
    if profile.crl_url:
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(profile.crl_url)], None, None, None)
        yield x509.CRLDistributionPoints([point])
    if profile.ocsp_url:
        location = x509.UniformResourceIdentifier(profile.ocsp_url)
        yield x509.AuthorityInformationAccess(
            [x509.AccessDescription(x509.AuthorityInformationAccessOID.OCSP, location)]
        )


def _build(subject, public_key, issuer_name, issuer_key, profile, path_length=None):
    """Make and sign one certificate; ``issuer_key`` is the private key of the authority."""
    now = datetime.datetime.now(UTC)
    start = profile.not_before or min(FIRST_DAY, now - DAY)
    end = profile.not_after or (profile.not_before or now) + profile.days * DAY
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(public_key)
        .serial_number(profile.serial or x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=profile.is_ca, path_length=path_length), critical=True)
        .add_extension(_key_usage(profile), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if profile.extended_usage:
        builder = builder.add_extension(
            x509.ExtendedKeyUsage(profile.extended_usage), critical=profile.extended_usage_critical
        )
    if profile.extended_usage == (ExtendedKeyUsageOID.OCSP_SIGNING,):
        builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
    for extension in _access_points(profile):
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(issuer_key, profile.hash_algorithm)


def new_key(size=2048):
    """Generate an RSA key of ``size`` bits with exponent 65537."""
    return rsa.generate_private_key(public_exponent=65537, key_size=size)


@dataclass(frozen=True)
class Authority:
    """Root and issuing authority. Make one with :func:`make_authority`."""

    root: Identity
    issuing: Identity

    @property
    def chain(self):
        return (self.issuing.cert, self.root.cert)

    def issue(self, subject, profile=DEFAULT_PROFILE):
        """Issue a leaf for any subject.

        :param cryptography.x509.Name subject:
        :param LeafProfile profile:
        :return: :class:`Identity`
        """
        key = profile.key or new_key(profile.key_size)
        cert = _build(subject, key.public_key(), self.issuing.cert.subject, self.issuing.key, profile)
        return Identity(cert, key, self.chain)

    def issue_person(self, name, *, organization, title=None, unit=None, profile=DEFAULT_PROFILE):
        """Issue a certificate to an official.

        :param str name: full Vietnamese name, surname first; or the name of a role in the demonstration
        :param str organization: name of the agency he works for
        """
        surname, _, given_name = name.partition(" ")
        extra = (
            (NameOID.SURNAME, surname),
            (NameOID.GIVEN_NAME, given_name or surname),
            (NameOID.TITLE, title),
        )
        return self.issue(_name(name, organization=organization, unit=unit, extra=extra), profile)

    def issue_agency(self, name, *, identifier, parent=None, profile=DEFAULT_PROFILE):
        """Issue a certificate to an agency.

        :param str name: name of the agency
        :param str identifier: its code by Quyết định 20/2020/QĐ-TTg, e.g. ``H21.10``
        :param str parent: name of the agency above it
        """
        extra = ((NameOID.ORGANIZATION_IDENTIFIER, f"GOVVN-{identifier}"),)
        return self.issue(_name(name, organization=parent or name, extra=extra), profile)

    def issue_tsa(self, name="VPDT Demo TSA", profile=TSA_PROFILE):
        """Issue the certificate of a time stamping service (RFC 3161, 2.3: critical extended usage, alone)."""
        return self.issue(_name(name, organization="VPDT Demo"), profile)

    def issue_ocsp_responder(self, name="VPDT Demo OCSP", profile=OCSP_PROFILE):
        return self.issue(_name(name, organization="VPDT Demo"), profile)

    def crl(self, revoked=(), *, this_update=None, next_update=None, by_root=False, reason="key_compromise"):
        """Make the revocation list of the issuing authority (or of the root).

        :param revoked: pairs (certificate, aware datetime of revocation)
        :param str reason: of all these revocations, a name of :class:`cryptography.x509.ReasonFlags`
        :return: DER bytes
        """
        authority = self.root if by_root else self.issuing
        this_update = this_update or datetime.datetime.now(UTC) - datetime.timedelta(hours=1)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(authority.cert.subject)
            .last_update(this_update)
            .next_update(next_update or this_update + 30 * DAY)
            .add_extension(x509.CRLNumber(int(this_update.timestamp())), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False
            )
        )
        for cert, when in revoked:
            builder = builder.add_revoked_certificate(_revoked_entry(cert, when, x509.ReasonFlags[reason]))
        return builder.sign(authority.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def ocsp(self, cert, *, revoked_at=None, this_update=None, next_update=None, responder=None):
        """Make an OCSP answer about ``cert`` (RFC 6960), signed by the issuing authority or by ``responder``.

        :return: DER bytes of the response
        """
        this_update = this_update or datetime.datetime.now(UTC) - datetime.timedelta(minutes=5)
        signer = responder or self.issuing
        builder = (
            ocsp.OCSPResponseBuilder()
            .add_response(
                cert=cert,
                issuer=self.issuing.cert,
                algorithm=hashes.SHA256(),
                cert_status=ocsp.OCSPCertStatus.REVOKED if revoked_at else ocsp.OCSPCertStatus.GOOD,
                this_update=this_update,
                next_update=next_update or this_update + 7 * DAY,
                revocation_time=revoked_at,
                revocation_reason=x509.ReasonFlags.key_compromise if revoked_at else None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, signer.cert)
        )
        if responder:
            builder = builder.certificates([responder.cert])
        return builder.sign(signer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _revoked_entry(cert, when, reason):
    return (
        x509.RevokedCertificateBuilder()
        .serial_number(cert.serial_number)
        .revocation_date(when)
        .add_extension(x509.CRLReason(reason), critical=False)
        .build()
    )


def make_authority(
    name="VPDT Demo", *, not_before=None, not_after=None, key_size=2048, hash_algorithm=None, crl_url=None
):
    """Make a root and an issuing authority with fresh keys.

    :param str name: start of both names
    :param not_before: aware datetime, default FIRST_DAY
    :param not_after: aware datetime, default twenty years from now
    :param str crl_url: where the root publishes its revocation list, written into the issuing certificate
    :return: :class:`Authority`
    """
    profile = LeafProfile(
        not_before=not_before,
        not_after=not_after,
        days=20 * 365,
        is_ca=True,
        digital_signature=False,
        non_repudiation=False,
        hash_algorithm=hash_algorithm or hashes.SHA256(),
    )
    root_key, issuing_key = new_key(key_size), new_key(key_size)
    root_name = _name(f"{name} Root CA", organization=name)
    issuing_name = _name(f"{name} Issuing CA", organization=name)
    root_cert = _build(root_name, root_key.public_key(), root_name, root_key, profile)
    below = replace(profile, crl_url=crl_url)
    issuing_cert = _build(issuing_name, issuing_key.public_key(), root_name, root_key, below, path_length=0)
    root = Identity(root_cert, root_key)
    return Authority(root, Identity(issuing_cert, issuing_key, (root_cert,)))


@functools.cache
def shared_authority(name="VPDT Demo"):
    """The same authority for everybody in this process: making keys takes tenths of seconds, tests need hundreds."""
    return make_authority(name)
