"""Ways of Odoo to send words of one's choice about any record: closed for the records of an office, whose conversation
keeps author and readers."""

from odoo import api, models
from odoo.exceptions import AccessError

from .mail_thread import is_office_model


def _refuse(env):
    raise AccessError(
        env._("Documents are not sent by e-mail from here. Write in the conversation beside the document.")
    )


class MailTemplate(models.Model):
    _inherit = "mail.template"

    def send_mail_batch(self, res_ids, *args, **kwargs):
        """See there; not for the records of an office by hand."""
        if not self.env.su and is_office_model(self.sudo().model):
            _refuse(self.env)
        return super().send_mail_batch(res_ids, *args, **kwargs)

    def send_mail(self, res_id, *args, **kwargs):
        """See there; not for the records of an office by hand."""
        if not self.env.su and is_office_model(self.sudo().model):
            _refuse(self.env)
        return super().send_mail(res_id, *args, **kwargs)


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    def _action_send_mail(self, auto_commit=False):
        for composer in self:
            if not self.env.su and composer.composition_mode == "mass_mail" and is_office_model(composer.model):
                _refuse(self.env)
        return super()._action_send_mail(auto_commit=auto_commit)


class MailScheduledMessage(models.Model):
    _inherit = "mail.scheduled.message"

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        if not self.env.su and any(is_office_model(message.model) for message in messages):
            _refuse(self.env)
        return messages
