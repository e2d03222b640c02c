from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _vpdt_employee(self):
        """The employee of this user in his agency, in superuser mode.

        Everybody needs the name, department and signing form of colleagues, and hr.employee is closed to non-HR users.
        """
        self.ensure_one()
        return (
            self.env["hr.employee"]
            .sudo()  # name, department and signing form of a colleague are no secret inside the office
            .search([("user_id", "=", self.id)], limit=1)
        )

    def _vpdt_department(self):
        """The department of this user (hr.department, possibly empty)."""
        return self._vpdt_employee().department_id
