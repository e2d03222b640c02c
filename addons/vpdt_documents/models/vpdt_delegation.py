from odoo import fields, models
from odoo.fields import Domain


class VpdtDelegation(models.Model):
    _inherit = "vpdt.delegation"

    type_ids = fields.Many2many(
        "vpdt.document.type",
        string="Only for types",
        help="Types of outgoing documents that the delegation speaks of (“một số văn bản”); empty: every type.",
    )

    def _frozen_fields(self):
        return super()._frozen_fields() | {"type_ids"}

    def _scope_domain(self, purpose):
        domain = super()._scope_domain(purpose)
        if self.type_ids and purpose in ("sign", "initial"):
            domain &= Domain("type_id", "in", self.type_ids.ids)
        return domain

    def _meets(self, other):
        apart = self.type_ids and other.type_ids and not self.type_ids & other.type_ids
        return super()._meets(other) and not apart

    def _journal_detail(self):
        return {**super()._journal_detail(), "types": self.type_ids.mapped("name")}
