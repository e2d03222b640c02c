from odoo import api, fields, models
from odoo.exceptions import UserError

from ...alerts import ask


class VpdtChatService(models.Model):
    """A chat service by which people are told that something waits; the first in use carries everything."""

    _name = "vpdt.chat.service"
    _description = "Chat service"
    _inherit = ["vpdt.secret.mixin", "vpdt.text.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [("telegram", "Telegram bot"), ("gateway", "Gateway (JSON over HTTPS)")], required=True, default="telegram"
    )
    url = fields.Char(required=True)
    active = fields.Boolean(default=True)
    help_text = fields.Char(
        "How people find their name there",
        help="Shown to people where they enter their name at the service.",
    )

    _person_writes = frozenset({"name", "sequence", "kind", "url", "new_secret", "active", "help_text"})

    @api.model
    def _in_use(self):
        """The service that carries messages, in superuser mode (its address is not shown), or an empty recordset."""
        return self.sudo().search([], limit=1)

    def _carry(self, to, text):
        """Hand one message over.

        :raises alerts.ChatError: it was not taken
        :raises UserError: its host is no longer on the list of allowed hosts, or there is no secret
        """
        self.ensure_one()
        if not self.env["vpdt.allowed.host"]._is_allowed(self.url):
            raise UserError(self._not_allowed_message())
        ask(self.kind, self.url, self._secret(), to, text)
