import base64

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...signing.pki import load_certificates

MAX_PEM = 1_000_000


MAX_CERTIFICATES = 50


_DETAILS = ("subject", "issuer", "serial", "valid_from", "valid_to", "key_kind", "self_signed")


class VpdtTrustAnchor(models.Model):
    """A root certificate that signatures are trusted by.

    Managed data: none is invented and none is shipped; administrators load the roots of Ban Cơ yếu Chính phủ.
    """

    _name = "vpdt.trust.anchor"
    _description = "Trust anchor"
    _inherit = ["vpdt.text.mixin"]

    name = fields.Char(required=True)
    certificate = fields.Text(required=True, help="PEM.")
    fingerprint = fields.Char("SHA-256 fingerprint", compute="_compute_fingerprint", store=True)
    active = fields.Boolean(default=True)
    use = fields.Selection(
        [("root", "Trusted by itself"), ("intermediate", "Completes chains only")],
        required=True,
        default="root",
        help="An intermediate authority that the signed files leave out: it counts where its own authority is trusted.",
    )

    _person_writes = frozenset({"name", "certificate", "use", "active"})
    _fingerprint_unique = models.UniqueIndex("(fingerprint) WHERE active", "This certificate is there already.")

    @api.depends("certificate")
    def _compute_fingerprint(self):
        for anchor in self:
            certificate = anchor._parse()
            anchor.fingerprint = certificate and certificate.fingerprint(hashes.SHA256()).hex()

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [{**vals, "certificate": self._one_pem(vals.get("certificate"))} for vals in vals_list]
        anchors = super().create(vals_list)
        anchors.filtered(_is_trusted)._journal_trust("trusted")
        return anchors

    def write(self, vals):
        """Another certificate is another anchor: who has compared the fingerprint once relies on it."""
        if "certificate" in vals and set(self.mapped("certificate")) != {self._one_pem(vals["certificate"])}:
            raise UserError(self.env._("The certificate of an authority never changes; load the new one beside it."))
        before = self.filtered(_is_trusted)
        result = super().write({name: value for name, value in vals.items() if name != "certificate"})
        after = self.filtered(_is_trusted)
        (after - before)._journal_trust("trusted")
        (before - after)._journal_trust("no_longer_trusted")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_journal(self):
        self.filtered(_is_trusted)._journal_trust("no_longer_trusted")

    def _journal_trust(self, what):
        """Whom this server trusts decides what is valid: each change is on record, whichever way it was made."""
        for anchor in self:
            self.env["vpdt.journal.entry"]._record("permission", anchor, {what: anchor.fingerprint})

    @api.model
    def _one_pem(self, text):
        """The one certificate in ``text``, encoded anew: what the fingerprint says is all that is trusted.

        :param str text: PEM
        :return: str
        :raises UserError: none, or more than one
        """
        try:
            found = x509.load_pem_x509_certificates((text or "").encode())
        except ValueError:
            found = []
        if len(found) > 1:
            raise UserError(
                self.env._(
                    "There are %s certificates in this text. Enter one, or load the file: then each becomes an "
                    "authority of its own.",
                    len(found),
                )
            )
        if not found:
            raise UserError(self.env._("This is not a certificate in PEM form (-----BEGIN CERTIFICATE-----)."))
        return _encoded(found[0]).decode()

    def _parse(self):
        try:
            return x509.load_pem_x509_certificate((self.certificate or "").encode())
        except ValueError:
            return None

    @api.model
    def _pem_list(self, use="root"):
        """PEM bytes of every active authority of one use, for the checker."""
        anchors = self.sudo().search([("use", "=", use)])  # certificates are public; only who manages them is limited
        return [_encoded(anchor._parse()) for anchor in anchors]

    # What a certificate says -----------------------------------------------------------------------------------------

    subject = fields.Char(compute="_compute_details", store=True)
    issuer = fields.Char(compute="_compute_details", store=True)
    serial = fields.Char("Serial number", compute="_compute_details", store=True)
    valid_from = fields.Datetime(compute="_compute_details", store=True)
    valid_to = fields.Datetime(compute="_compute_details", store=True)
    key_kind = fields.Char("Key", compute="_compute_details", store=True, help="For example RSA 2048.")
    self_signed = fields.Boolean("Self-signed", compute="_compute_details", store=True, help="It vouches for itself.")
    state = fields.Selection(
        [("valid", "Valid"), ("expired", "Expired"), ("future", "Not valid yet")], compute="_compute_state"
    )

    @api.depends("certificate")
    def _compute_details(self):
        for anchor in self:
            certificate = anchor._parse()
            anchor.update(_details(certificate) if certificate else dict.fromkeys(_DETAILS, False))

    @api.depends("valid_from", "valid_to")
    def _compute_state(self):
        now = fields.Datetime.now()
        for anchor in self:
            if not anchor.valid_to:
                anchor.state = False
            elif anchor.valid_to < now:
                anchor.state = "expired"
            else:
                anchor.state = "valid" if anchor.valid_from <= now else "future"

    @api.constrains("certificate")
    def _check_is_authority(self):
        for anchor in self:
            certificate = anchor._parse()
            if certificate and not _is_authority(certificate):
                raise UserError(
                    self.env._(
                        "“%s” is the certificate of a person, agency or service, not of an authority; it cannot be "
                        "trusted as a root.",
                        certificate.subject.rfc4514_string(),
                    )
                )

    @api.model
    def load_file(self, content):
        """Trust every authority in a file (PEM, or one certificate in DER).

        :param str content: base64, as a browser sends a file
        :return: ids of the anchors, those that were there already included
        :raises UserError: no certificate in it, or one that is not of an authority: then nothing is loaded
        """
        if not self.has_access("create"):
            raise AccessError(self.env._("Trusted authorities are kept by the system administrator."))
        raw = base64.b64decode(content or "")
        try:
            if not raw or len(raw) > MAX_PEM:
                raise ValueError
            certificates = list(load_certificates(raw))
        except ValueError:
            certificates = []
        if not certificates or len(certificates) > MAX_CERTIFICATES:
            raise UserError(self.env._("There is no certificate in this file. Choose a .pem, .crt or .cer file."))
        return [self._load(certificate).id for certificate in certificates]

    def _load(self, certificate):
        pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
        fingerprint = certificate.fingerprint(hashes.SHA256()).hex()
        known = self.with_context(active_test=False).search([("fingerprint", "=", fingerprint)], limit=1)
        if known:
            known.active = True
            return known
        name = _common_name(certificate) or certificate.subject.rfc4514_string()
        return self.create({"name": name, "certificate": pem})


def _is_trusted(anchor):
    return anchor.active and anchor.use == "root"


def _encoded(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


def _details(certificate):
    return {
        "subject": certificate.subject.rfc4514_string(),
        "issuer": certificate.issuer.rfc4514_string(),
        "serial": format(certificate.serial_number, "x"),
        "valid_from": certificate.not_valid_before_utc.replace(tzinfo=None),
        "valid_to": certificate.not_valid_after_utc.replace(tzinfo=None),
        "key_kind": _key_kind(certificate),
        "self_signed": certificate.subject == certificate.issuer,
    }


def _key_kind(certificate):
    key = certificate.public_key()
    name = type(key).__name__.lower()
    kinds = (("rsa", "RSA"), ("elliptic", "EC"), ("ed25519", "Ed25519"))
    kind = next((label for word, label in kinds if word in name), "?")
    return f"{kind} {getattr(key, 'key_size', '')}".strip()


def _common_name(certificate):
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""


def _is_authority(certificate):
    """A root of version 1 says nothing about itself and passes when it signed itself (RFC 5280, 6.1.1)."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return certificate.subject == certificate.issuer
