from odoo import models
from odoo.exceptions import UserError


class ResUsers(models.Model):
    _inherit = "res.users"

    def _vpdt_employee(self):
        """The employee of this user in the agency at work, else in his own, in superuser mode.

        Who works for two agencies has a title in each. Everybody needs the name, department and signing form of
        colleagues, and hr.employee is closed to non-HR users.
        """
        self.ensure_one()
        # name, department and signing form of a colleague are no secret inside the office
        employees = self.env["hr.employee"].sudo().search([("user_id", "=", self.id)])
        for company in (self.env.company, self.sudo().company_id):
            if here := employees.filtered(lambda employee, company=company: employee.company_id == company):
                return here[:1]
        return employees[:1]

    def _vpdt_department(self):
        """The department of this user (hr.department, possibly empty)."""
        return self._vpdt_employee().department_id

    def _vpdt_signing_lines(self, principal=None, day=None, record=None):
        """Lines printed above this person's signature, in whoever's place he signs.

        :param principal: res.users in whose place he signs by delegation; None or himself for his own right
        :param day: date in Viet Nam on which he signs, today by default
        :param record: the document to be signed; None asks for any
        :return: ``["TUQ. GIÁM ĐỐC", "TRƯỞNG PHÒNG"]`` (Nghị định 30/2020, Điều 13.3; Phụ lục I, II.7.a)
        :raises UserError: there is no delegation to sign for ``principal`` on that day
        """
        self.ensure_one()
        employee = self._vpdt_employee()
        if not principal or principal == self:
            return employee._signing_lines()
        if not self.env["vpdt.delegation"]._find(principal, self, "sign", record=record, day=day):
            raise UserError(
                self.env._(
                    "%(deputy)s has no delegation to sign for %(principal)s on that day.",
                    deputy=self.name,
                    principal=principal.name,
                )
            )
        title = principal._vpdt_employee()._own_title()
        return [f"TUQ. {title}".strip(), *([employee.signing_title.upper()] if employee.signing_title else [])]
