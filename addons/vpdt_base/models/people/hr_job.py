from odoo import models


class HrJob(models.Model):
    """A position is of one agency, as a unit is."""

    _name = "hr.job"
    _inherit = ["hr.job", "vpdt.isolation.mixin"]
