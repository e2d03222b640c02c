from odoo import api, fields, models
from odoo.exceptions import AccessError


class HrDepartment(models.Model):
    _name = "hr.department"
    _inherit = ["hr.department", "vpdt.isolation.mixin", "vpdt.text.mixin"]

    abbreviation = fields.Char(help="Used in the notation of official letters, for example VP in 05/SNV-VP.")

    @api.model_create_multi
    def create(self, vals_list):
        departments = super().create(vals_list)
        departments._check_head(self.env["hr.employee"])
        return departments

    def write(self, vals):
        before = {department: department.sudo().manager_id for department in self} if "manager_id" in vals else {}
        result = super().write(vals)
        for department, head in before.items():
            department._check_head(head)
        return result

    def _check_head(self, before):
        """The head of a unit gets its drafts, parts and dossiers to see: nobody makes himself one.

        :param before: hr.employee, the head until now
        :raises AccessError: the current user, who is no system administrator, has named himself
        """
        if self.env.su or self.env.user.has_group("base.group_system"):
            return
        for department in self:
            head = department.sudo().manager_id  # whose account it is
            if head != before and head.user_id == self.env.user:
                raise AccessError(
                    self.env._(
                        "Nobody names himself head of a unit: drafts and dossiers of “%s” would be open to you. Ask "
                        "another administrator of the agency, or the system administrator.",
                        department.name,
                    )
                )
