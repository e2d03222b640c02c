from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from .vpdt_outgoing import CLERK


class VpdtOutgoingRecipient(models.Model):
    """One recipient (nơi nhận) of an outgoing document."""

    _name = "vpdt.outgoing.recipient"
    _description = "Recipient of an outgoing document"
    _order = "sequence, id"

    outgoing_id = fields.Many2one("vpdt.outgoing", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="outgoing_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    organization_id = fields.Many2one("vpdt.organization", ondelete="restrict", required=True)
    identifier = fields.Char(related="organization_id.identifier")
    kind = fields.Selection(
        [("main", "Addressee (Kính gửi)"), ("information", "Recipient (Nơi nhận)")], required=True, default="main"
    )

    _recipient_unique = models.Constraint(
        "UNIQUE (outgoing_id, organization_id)", "This organization is among the recipients already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        recipients = super().create(vals_list)
        recipients._check_may_change()
        return recipients

    def write(self, vals):
        if not self.env.su:
            if "outgoing_id" in vals:
                raise AccessError(self.env._("A recipient is not carried over to another document."))
            self._check_may_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_before_issue(self):
        self._check_not_frozen()
        self._check_may_change()

    def _check_may_change(self):
        """Who sees a draft may name its recipients; what has been submitted is put right by the clerk only."""
        if self.env.su or self.env.user.has_group(CLERK):
            return
        for document in self.outgoing_id:
            if document.state != "draft":
                raise AccessError(self.env._("“%s” is no longer a draft: its recipients stand.", document.display_name))

    @api.constrains("organization_id", "outgoing_id", "kind")
    def _check_not_frozen(self):
        for recipient in self:
            if recipient.outgoing_id.state == "issued":
                raise ValidationError(self.env._("The document has been issued: its recipients can no longer change."))
