from odoo import api, fields, models
from odoo.fields import Domain

from ..mixins.vpdt_document_mixin import PRIORITIES


class VpdtHandlingPeriod(models.Model):
    """How many working days an incoming document is usually given, by type and urgency: data, not law, unless a legal
    basis is named."""

    _name = "vpdt.handling.period"
    _description = "Usual time of handling"
    _inherit = ["vpdt.text.mixin"]
    _order = "type_id, priority DESC"
    _rec_name = "days"

    type_id = fields.Many2one("vpdt.document.type", "Document type", ondelete="cascade", help="Empty: every type.")
    priority = fields.Selection(PRIORITIES, help="Empty: any urgency.")
    days = fields.Integer("Working days", required=True, default=5)
    legal_basis = fields.Char()
    company_id = fields.Many2one("res.company", "Agency", index=True, help="Empty: for every agency.")

    _person_writes = frozenset({"type_id", "priority", "days", "legal_basis", "company_id"})
    _days_positive = models.Constraint("CHECK (days > 0)", "At least one working day.")

    @api.model
    def _days_of(self, document):
        """Working days for a document: the row that fits it most closely.

        :return: int, 0 where no row fits
        """
        domain = Domain("type_id", "in", [document.type_id.id, False])
        domain &= Domain("priority", "in", [document.priority, False])
        domain &= Domain("company_id", "in", [document.company_id.id, False])
        rows = self.sudo().search(domain)  # a setting, no document
        best = max(rows, key=lambda r: (bool(r.company_id), bool(r.type_id), bool(r.priority)), default=None)
        return best.days if best else 0
