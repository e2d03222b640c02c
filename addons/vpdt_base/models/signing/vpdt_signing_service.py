import base64
import time

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from ...keystore import VaultError, decrypt, encrypt, master_key_path
from ...signing.hosts import is_confidential
from ...signing.oauth import fetch_token

# Access tokens of services, of this process only: (database, service, its write date) → (token, end).
_tokens = {}


class VpdtSigningService(models.Model):
    """A remote signing service by the API of the Cloud Signature Consortium (SIM-PKI gateways, cloud signatures)."""

    _name = "vpdt.signing.service"
    _description = "Signing service"
    _inherit = ["vpdt.text.mixin"]
    _order = "name"

    name = fields.Char(required=True)
    url = fields.Char("Address", help="The part before /csc/v1; https. Its host must be on the list of allowed hosts.")
    client = fields.Char("Client ID", help="Empty: the secret is the access token itself.")
    new_secret = fields.Char(
        "Secret", compute="_compute_new_secret", inverse="_inverse_new_secret", help="Written only, never shown."
    )
    has_secret = fields.Boolean(compute="_compute_has_secret")
    secret = fields.Binary(attachment=False, readonly=True, groups=fields.NO_ACCESS, copy=False)
    needs_otp = fields.Boolean("Asks for a one-time code")
    active = fields.Boolean(default=True)

    _person_writes = frozenset({"name", "url", "client", "new_secret", "needs_otp", "active"})

    @api.constrains("url")
    def _check_url(self):
        for service in self.filtered("url"):
            if not self.env["vpdt.allowed.host"]._is_allowed(service.url):
                raise ValidationError(service._not_allowed_message())
            if not is_confidential(service.url):
                raise ValidationError(self.env["vpdt.signing.key"]._address_not_encrypted_message())

    def _not_allowed_message(self):
        return self.env._(
            "The host of “%s” is not on the list of allowed hosts. A system administrator adds it under "
            "Administration › Allowed hosts.",
            self.url or self.name,
        )

    def _compute_new_secret(self):
        self.new_secret = False

    def _compute_has_secret(self):
        for service in self:
            service.has_secret = bool(service.sudo().secret)  # whether there is one, not which

    def _inverse_new_secret(self):
        for service in self.filtered("new_secret"):
            service.check_access("write")
            stored = encrypt(service.new_secret.encode(), service._vault_context(), service._vault_path())
            service.sudo().secret = base64.b64encode(stored)  # readable by nobody, written through this field only

    def _connection(self):
        """``{"service_url", "oauth_token"}`` for :class:`signing.signers.RemoteSigner`.

        :raises UserError: no address, or its host is not allowed
        :raises SigningError: the service does not give an access token
        """
        self.ensure_one()
        service = self.sudo()  # every signer may use the service, nobody may see its secret
        if not service.url or not service.active:
            raise UserError(self.env._("The signing service “%s” is out of use.", service.name))
        if not self.env["vpdt.allowed.host"]._is_allowed(service.url):
            raise UserError(service._not_allowed_message())
        return {"service_url": service.url, "oauth_token": service._access_token()}

    def _access_token(self):
        if not self.secret:
            return None
        try:
            secret = decrypt(base64.b64decode(self.secret), self._vault_context(), self._vault_path()).decode()
        except VaultError:
            raise UserError(
                self.env._("The key store of this server cannot open “%s”. Tell the administrator.", self.name)
            ) from None
        if not self.client:
            return secret
        place = (self.env.cr.dbname, self.id, self.write_date)
        token, end = _tokens.get(place, (None, 0))
        if not token or end < time.time():
            token, seconds = fetch_token(self.url, self.client, secret)
            _tokens[place] = token, time.time() + seconds - 30
        return token

    def _forget_token(self):
        """The service no longer takes the token: the next signature asks for a new one."""
        for place in [place for place in _tokens if place[:2] == (self.env.cr.dbname, self.id)]:
            _tokens.pop(place, None)

    def _vault_context(self):
        return f"vpdt.signing.service:{self.id}".encode()

    @api.model
    def _vault_path(self):
        return master_key_path(tools.config["data_dir"])
