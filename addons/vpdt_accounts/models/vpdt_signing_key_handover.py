from odoo import fields, models


class VpdtSigningKeyHandover(models.Model):
    """The record of a key that a handover has drawn up and both have signed."""

    _inherit = "vpdt.signing.key.handover"

    handover_id = fields.Many2one("vpdt.handover", readonly=True, index="btree_not_null", ondelete="restrict")

    def _people_here(self):
        """Who handed over may have left between the handing over, where it was asked, and the signed record."""
        return self.receiver_id if self.handover_id else super()._people_here()
