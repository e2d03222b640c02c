from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from odoo import api, fields, models
from odoo.exceptions import UserError


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


def _is_trusted(anchor):
    return anchor.active and anchor.use == "root"


def _encoded(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)
