from odoo import models


class IrEmbeddedActions(models.Model):
    """One of nobody is shown to everybody, in all agencies, and its method runs as whoever presses it: a person makes
    his own and does not give it away (`ir.rule._own_domain`)."""

    _name = "ir.embedded.actions"
    _inherit = ["ir.embedded.actions", "vpdt.isolation.mixin"]
