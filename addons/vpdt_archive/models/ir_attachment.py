from odoo import api, models


class IrAttachment(models.Model):
    """Packages hold the files of documents: their bytes have a door of their own, /vpdt/package."""

    _inherit = "ir.attachment"

    @api.model
    def _closed_models(self):
        return (*super()._closed_models(), "vpdt.package")
