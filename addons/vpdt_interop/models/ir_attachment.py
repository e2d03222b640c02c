from odoo import api, models


class IrAttachment(models.Model):
    """Packets hold the files of documents: their bytes have a door of their own, /vpdt/packet."""

    _inherit = "ir.attachment"

    @api.model
    def _closed_models(self):
        return (*super()._closed_models(), "vpdt.exchange.message")
