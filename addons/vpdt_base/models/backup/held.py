"""In a database that was restored, nothing leaves by itself until a person says go.

What a copy holds as waiting may have been sent between the copy and the disaster: mail, packets and jobs stand still.
`./vpdt restore` stops cron and jobs before Odoo sees the database; what comes to wait meanwhile is stopped here.
"""

import json
from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.queue_job.job import PENDING

from ...vietnam import vietnam_time

PARAMETER = "vpdt.restored"
NEVER = datetime(9999, 1, 1)  # when a job that is held back is due


class VpdtBackup(models.Model):
    _inherit = "vpdt.backup"

    @api.model
    def _held(self):
        """What is known about the restore that waits for a person: dict with `moment`, `restored`, `crons`, `jobs`;
        None in an ordinary database."""
        text = self.env["ir.config_parameter"].sudo().get_param(PARAMETER)  # a fact about this database
        return json.loads(text) if text else None


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """With the moment of the copy, for the banner of a restored database."""
        info = super().session_info()
        held = self.env["vpdt.backup"]._held()
        if held:
            info["vpdt_restored"] = vietnam_time(fields.Datetime.to_datetime(held["moment"]))
        return info


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


class QueueJob(models.Model):
    _inherit = "queue.job"

    @api.model_create_multi
    def create(self, vals_list):
        if self.env["vpdt.backup"]._held():
            vals_list = [{**vals, "eta": NEVER} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("state") == PENDING and self.env["vpdt.backup"]._held():
            vals = {**vals, "eta": NEVER}
        return super().write(vals)
