from odoo import api, fields, models


class VpdtSigningKeyConfirmation(models.TransientModel):
    """Why a certificate that names its holder otherwise is his all the same."""

    _name = "vpdt.signing.key.confirmation"
    _description = "Confirmation of a signing key"
    _inherit = ["vpdt.text.mixin"]

    key_id = fields.Many2one("vpdt.signing.key", required=True, readonly=True, ondelete="cascade")
    doubt = fields.Char(related="key_id.holder_doubt")
    subject = fields.Char(related="key_id.subject")
    reason = fields.Char(required=True)

    @api.model
    def _first_fields(self):
        return super()._first_fields() | {"key_id"}

    def action_confirm(self):
        """Confirm it; who may, the key itself checks."""
        self.ensure_one()
        self.key_id.confirm_holder(self.reason)
        # back to the list: the key of a person, once confirmed, is no longer shown to the administrator
        action = self.env["ir.actions.act_window"]._for_xml_id("vpdt_base.vpdt_signing_key_action")
        return {**action, "target": "main"}
