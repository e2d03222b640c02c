from odoo import fields, models


class HrDepartment(models.Model):
    _name = "hr.department"
    _inherit = ["hr.department", "vpdt.text.mixin"]

    abbreviation = fields.Char(help="Used in the notation of official letters, for example VP in 05/SNV-VP.")
