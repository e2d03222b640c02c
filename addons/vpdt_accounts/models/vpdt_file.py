from odoo import api, models


class VpdtFile(models.Model):
    _inherit = "vpdt.file"

    @api.model
    def _owner_models(self):
        return [
            *super()._owner_models(),
            "vpdt.account.letter",
            "vpdt.account.request",
            "vpdt.handover",
            "vpdt.incident",
        ]
