from odoo import fields, models


class VpdtRegisterPrint(models.Model):
    """One printing of a volume: who, when, which bytes. Written by printing only, never changed."""

    _name = "vpdt.register.print"
    _description = "Printing of a volume"
    _order = "id DESC"

    volume_id = fields.Many2one("vpdt.register.volume", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="volume_id.company_id", store=True, index=True)
    user_id = fields.Many2one("res.users", "Printed by", required=True, readonly=True)
    at = fields.Datetime("Printed on", default=fields.Datetime.now, readonly=True)
    format = fields.Selection([("pdf", "PDF"), ("xlsx", "Spreadsheet")], required=True, readonly=True)
    closed = fields.Boolean("After the closing", readonly=True)
    sha256 = fields.Char("SHA-256", readonly=True, help="Of the kept PDF, once the volume is closed.")
