from odoo import models


class VpdtIncoming(models.Model):
    """What the signatures of an incoming document must be (Nghị định 30/2020, Điều 5 and 21.2)."""

    _inherit = "vpdt.incoming"

    def _wants_agency_signature(self):
        return True
