from odoo import api, fields, models
from odoo.fields import Domain


class VpdtQuickText(models.Model):
    """A sentence that is written again and again into a direction (bút phê mẫu); one's own, or the agency's."""

    _name = "vpdt.quick.text"
    _description = "Quick text"
    _inherit = ["vpdt.text.mixin"]
    _order = "sequence, id"
    _rec_name = "text"

    text = fields.Char(required=True, size=300)
    sequence = fields.Integer(default=10)
    user_id = fields.Many2one(
        "res.users", "Of", default=lambda self: self.env.user, readonly=True, help="Empty: for everybody."
    )
    active = fields.Boolean(default=True)

    _person_writes = frozenset({"text", "sequence", "active"})

    @api.model
    def _texts(self):
        """The sentences of the current user first, then those of everybody (list of str)."""
        domain = Domain("user_id", "in", [self.env.uid, False])
        return self.search(domain).sorted(lambda row: (not row.user_id, row.sequence, row.id)).mapped("text")
