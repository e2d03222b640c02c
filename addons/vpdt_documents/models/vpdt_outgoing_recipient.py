from odoo import api, fields, models


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
        recipients._check_open()
        return recipients

    def write(self, vals):
        self._check_open()
        result = super().write(vals)
        self._check_open()  # nor may one be moved to another document
        return result

    @api.ondelete(at_uninstall=False)
    def _check_open(self):
        """:raises UserError: the document is no longer a draft: what has been initialled is what is sent"""
        if not self.env.su:
            for document in self.outgoing_id:
                document._check_draft()
