from odoo import api, fields, models


class VpdtRecipientList(models.Model):
    """Organizations that an agency writes to together, under the name by which they stand on the paper ("Các sở, ban,
    ngành tỉnh": Nghị định 30/2020, Phụ lục I, Phần I, II.9)."""

    _name = "vpdt.recipient.list"
    _description = "List of recipients"
    _inherit = ["vpdt.text.mixin", "vpdt.isolation.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, help="As it is printed.")
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", "Agency", required=True, index=True, default=lambda self: self.env.company
    )
    organization_ids = fields.Many2many("vpdt.organization", string="Organizations")
    count = fields.Integer("Number of organizations", compute="_compute_count")
    active = fields.Boolean(default=True)

    _person_writes = frozenset({"name", "sequence", "organization_ids", "active"})
    _name_unique = models.UniqueIndex("(company_id, name) WHERE active", "There is a list of this name already.")

    @api.depends("organization_ids")
    def _compute_count(self):
        for record in self:
            record.count = len(record.organization_ids)
