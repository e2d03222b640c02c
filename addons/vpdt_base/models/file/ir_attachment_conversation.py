from odoo import api, models
from odoo.exceptions import AccessError

from ..conversation.mail_thread import is_office_model


class IrAttachment(models.Model):
    """Beside a record of an office lie only files that its file pane has taken, which checks type, size and viruses."""

    _inherit = "ir.attachment"  # pylint: disable=consider-merging-classes-inherited

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        attachments._check_not_beside_documents()
        return attachments

    def write(self, vals):
        result = super().write(vals)
        if "res_model" in vals:
            self._check_not_beside_documents()
        return result

    def _check_not_beside_documents(self):
        if not self.env.su and any(is_office_model(each.sudo().res_model) for each in self):  # only where it hangs
            raise AccessError(self.env["mail.thread"]._no_files_message())
