from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.queue_job.exception import RetryableJobError

from ...alerts import ChatError, ask


class NotReached(UserError):
    """Nothing reaches this person until he changes something himself: he is told why, and no job has failed."""


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

    @api.model
    def _tell(self, user, text):
        """Have the service in use carry ``text`` to one person.

        :param user: res.users in superuser mode; errors are said in the language of this environment
        :raises NotReached: there is no service, or it does not know him
        :raises UserError: it is not set up well
        :raises RetryableJobError: it gave no answer
        """
        service, to = self._in_use(), user._vpdt_chat_to()
        if not to:
            raise NotReached(self.env._("There is no chat service in use, or you have entered no name there."))
        try:
            service._carry(to, text)
        except ChatError as error:
            words = self.env._("%(service)s did not take it: %(words)s", service=service.name, words=error)
            kind = NotReached if error.of_person else UserError if error.final else RetryableJobError
            raise kind(words) from None

    @api.model
    def _try(self, user):
        """Send a word to try it, as `_tell` does; what ``user`` has to mend himself stands in his preferences."""
        try:
            self._tell(user, self.env._("Notices of VPĐT arrive here."))
        except NotReached as trouble:
            user.vpdt_alert_failure = str(trouble)
        else:
            user.vpdt_alert_failure = False

    def _carry(self, to, text):
        """Hand one message over.

        :raises alerts.ChatError: it was not taken
        :raises UserError: its host is no longer on the list of allowed hosts, or there is no secret
        """
        self.ensure_one()
        if not self.env["vpdt.allowed.host"]._is_allowed(self.url):
            raise UserError(self._not_allowed_message())
        ask(self.kind, self.url, self._secret(), to, text)
