from odoo import fields, models


class VpdtSigningKeyConfirmation(models.TransientModel):
    """Why a certificate that names its holder otherwise is his all the same."""

    _name = "vpdt.signing.key.confirmation"
    _description = "Confirmation of a signing key"

    key_id = fields.Many2one("vpdt.signing.key", required=True, readonly=True, ondelete="cascade")
    doubt = fields.Char(related="key_id.holder_doubt")
    subject = fields.Char(related="key_id.subject")
    reason = fields.Char(required=True)

    def action_confirm(self):
        """Confirm it; who may, the key itself checks."""
        self.ensure_one()
        self.key_id.confirm_holder(self.reason)
        return {"type": "ir.actions.act_window_close"}
