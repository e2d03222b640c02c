"""In a database that was restored, nothing leaves by itself until a person says go.

What a copy holds as waiting may have been sent between the copy and the disaster: mail, packets and jobs stand still.
`./vpdt restore` stops cron and jobs before Odoo sees the database; what comes to wait meanwhile is stopped here.
"""

import json

from odoo import api, models
from odoo.exceptions import UserError

PARAMETER = "vpdt.restored"


class VpdtBackup(models.Model):
    _inherit = "vpdt.backup"

    @api.model
    def _held(self):
        """What is known about the restore that waits for a person: dict with `moment`, `restored`, `crons`, `jobs`;
        None in an ordinary database."""
        text = self.env["ir.config_parameter"].sudo().get_param(PARAMETER)  # a fact about this database
        return json.loads(text) if text else None


class MailMail(models.Model):
    _inherit = "mail.mail"

    def send(self, *args, **kwargs):
        """Nothing is sent while a restored database waits; it stays *outgoing*."""
        if self.env["vpdt.backup"]._held():
            return None
        return super().send(*args, **kwargs)


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    @api.model
    def send_email(self, *args, **kwargs):
        """See `mail.mail.send`.

        :raises UserError: a restored database waits for a person
        """
        if self.env["vpdt.backup"]._held():
            raise UserError(
                self.env._("This database was restored from a backup: nothing is sent until it is released.")
            )
        return super().send_email(*args, **kwargs)
