import time

from odoo import fields, models
from odoo.exceptions import UserError

from ...signing.oauth import fetch_token

# Access tokens of services, of this process only: (database, service, its write date) → (token, end).
_tokens = {}


class VpdtSigningService(models.Model):
    """A remote signing service by the API of the Cloud Signature Consortium (SIM-PKI gateways, cloud signatures)."""

    _name = "vpdt.signing.service"
    _description = "Signing service"
    _inherit = ["vpdt.secret.mixin", "vpdt.text.mixin"]
    _order = "name"

    name = fields.Char(required=True)
    url = fields.Char(help="The part before /csc/v1; https. Its host must be on the list of allowed hosts.")
    client = fields.Char("Client ID", help="Empty: the secret is the access token itself.")
    needs_otp = fields.Boolean("Asks for a one-time code")
    active = fields.Boolean(default=True)

    _person_writes = frozenset({"name", "url", "client", "new_secret", "needs_otp", "active"})

    def _not_encrypted_message(self):
        return self.env["vpdt.signing.key"]._address_not_encrypted_message()

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
        secret = self._secret()
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
