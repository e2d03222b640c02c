import base64

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from ..keystore import VaultError, decrypt, encrypt, master_key_path
from ..signing.hosts import is_confidential


class VpdtSecretMixin(models.AbstractModel):
    """A service of others: its address, which must be allowed, and the secret by which it knows us.

    The secret is encrypted with the master key of the installation, which is in no dump of the database. It is written
    through ``new_secret`` and shown to nobody.
    """

    _name = "vpdt.secret.mixin"
    _description = "Address and secret of a service"

    url = fields.Char("Address")
    new_secret = fields.Char(
        "Secret", compute="_compute_new_secret", inverse="_inverse_new_secret", help="Written only, never shown."
    )
    has_secret = fields.Boolean(compute="_compute_has_secret")
    secret = fields.Binary(attachment=False, readonly=True, groups=fields.NO_ACCESS, copy=False)

    @api.constrains("url")
    def _check_url(self):
        for service in self.sudo().filtered("url"):  # the address is for administrators
            if not self.env["vpdt.allowed.host"]._is_allowed(service.url):
                raise ValidationError(service._not_allowed_message())
            if not is_confidential(service.url):
                raise ValidationError(service._not_encrypted_message())

    def _not_allowed_message(self):
        return self.env._(
            "The host of “%s” is not on the list of allowed hosts. A system administrator adds it under "
            "Administration › Allowed hosts.",
            self.url or self.display_name,
        )

    def _not_encrypted_message(self):
        return self.env._("“%s” would be read by others on the way: use https.", self.url)

    def _compute_new_secret(self):
        self.new_secret = False

    def _compute_has_secret(self):
        for service in self:
            service.has_secret = bool(service.sudo().secret)  # whether there is one, not which

    def _inverse_new_secret(self):
        for service in self.filtered("new_secret"):
            service.check_access("write")
            stored = encrypt(service.new_secret.strip().encode(), service._vault_context(), self._vault_path())
            service.sudo().secret = base64.b64encode(stored)  # readable by nobody, written through this field only

    def _secret(self):
        """The secret as text, in superuser mode.

        :raises UserError: there is none, or the key store cannot open it
        """
        if not self.secret:
            raise UserError(self.env._("“%s” has no secret yet.", self.display_name))
        try:
            return decrypt(base64.b64decode(self.secret), self._vault_context(), self._vault_path()).decode()
        except VaultError:
            raise UserError(
                self.env._("The key store of this server cannot open “%s”. Tell the administrator.", self.display_name)
            ) from None

    def _vault_context(self):
        """Ties the cipher text to this record: copied to another one it does not open."""
        return f"{self._name}:{self.id}".encode()

    @api.model
    def _vault_path(self):
        return master_key_path(tools.config["data_dir"])
