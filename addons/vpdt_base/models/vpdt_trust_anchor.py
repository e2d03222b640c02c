from cryptography import x509
from cryptography.hazmat.primitives import hashes
from odoo import api, fields, models
from odoo.exceptions import UserError


class VpdtTrustAnchor(models.Model):
    """A root certificate that signatures are trusted by.

    Managed data: none is invented and none is shipped; administrators load the roots of Ban Cơ yếu Chính phủ.
    """

    _name = "vpdt.trust.anchor"
    _description = "Trust anchor"

    name = fields.Char(required=True)
    certificate = fields.Text(required=True, help="PEM.")
    fingerprint = fields.Char("SHA-256 fingerprint", compute="_compute_fingerprint", store=True)
    active = fields.Boolean(default=True)

    _fingerprint_unique = models.UniqueIndex("(fingerprint) WHERE active", "This certificate is there already.")

    @api.depends("certificate")
    def _compute_fingerprint(self):
        for anchor in self:
            certificate = anchor._parse()
            anchor.fingerprint = certificate and certificate.fingerprint(hashes.SHA256()).hex()

    @api.constrains("certificate")
    def _check_certificate(self):
        for anchor in self:
            if not anchor._parse():
                raise UserError(self.env._("This is not a certificate in PEM form (-----BEGIN CERTIFICATE-----)."))

    def _parse(self):
        try:
            return x509.load_pem_x509_certificate((self.certificate or "").encode())
        except ValueError:
            return None

    @api.model
    def _pem_list(self):
        """PEM bytes of every active anchor, for the checker."""
        anchors = self.sudo().search([])  # certificates are public; only who manages them is limited
        return [anchor.certificate.encode() for anchor in anchors]
