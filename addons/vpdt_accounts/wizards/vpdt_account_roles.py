from odoo import fields, models


class VpdtAccountRoles(models.TransientModel):
    """The roles that a unit administrator gives to one of his people (Đồng Tháp, khoản 5 Điều 17)."""

    _name = "vpdt.account.roles"
    _description = "Roles of an account"

    account_id = fields.Many2one("vpdt.account", required=True, readonly=True, ondelete="cascade")
    role_ids = fields.Many2many("vpdt.account.role", string="Roles", domain="[('given_by_unit', '=', True)]")

    def action_set(self):
        """Give these roles, and take the others of that kind away."""
        self.ensure_one()
        self.account_id._set_roles(self.role_ids)
        return {"type": "ir.actions.act_window_close"}
