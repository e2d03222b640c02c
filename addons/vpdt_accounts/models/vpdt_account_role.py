from odoo import fields, models


class VpdtAccountRole(models.Model):
    """A role as forms and requests name it, and the group of the system that it stands for."""

    _name = "vpdt.account.role"
    _description = "Role of an account"
    _inherit = "vpdt.text.mixin"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True, help="As lists and spreadsheets write it.")
    sequence = fields.Integer(default=10)
    group_id = fields.Many2one("res.groups", required=True, readonly=True, ondelete="restrict")
    given_by_unit = fields.Boolean(
        "Given by the unit administrator",
        readonly=True,
        help="He gives it to his people without a request; the others see all documents or keep accounts, and take a "
        "request that the head has signed.",
    )

    _code_unique = models.UniqueIndex("(code)", "This code is taken.")
    second_factor = fields.Boolean(
        help="Who has this role signs in with a second factor, from the day in the rules on."
    )

    _person_writes = frozenset({"name", "sequence", "second_factor"})

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)
