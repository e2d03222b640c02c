from odoo import fields, models


class VpdtHold(models.TransientModel):
    """Why a dossier is held back from disposal."""

    _name = "vpdt.hold"
    _description = "Hold a dossier"
    _inherit = ["vpdt.text.mixin"]

    dossier_id = fields.Many2one("vpdt.dossier", required=True)
    reason = fields.Char(required=True)

    def action_hold(self):
        """Hold it."""
        self.ensure_one()
        self.dossier_id._check_may_hold()
        self.dossier_id._hold(self.reason)
        return True
