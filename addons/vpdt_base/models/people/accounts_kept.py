"""Name, e-mail and password of an account, and whose account it is: changed by the system administrator only."""

from odoo import api, models
from odoo.exceptions import AccessError


class Base(models.AbstractModel):
    _inherit = "base"

    def _keeps_accounts(self):
        """Tell whether the current user may change the name, e-mail or password of any account.

        Asked of the person, also in superuser mode: Odoo writes an employee's e-mail into his account that way.
        """
        return self.env.uid == api.SUPERUSER_ID or self.env.user.has_group("base.group_system")

    def _refuse_account_change(self, names):
        """:raises AccessError: in words, about the people of these names"""
        raise AccessError(
            self.env._(
                "%(people)s: name, e-mail and password of an account, and whose account it is, are changed by the "
                "system administrator only. Ask him; department, title and signing form are yours to change.",
                people=", ".join(names),
            )
        )


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_own_contact(vals)
        return super().create(vals_list)

    def _check_own_contact(self, vals):
        """Odoo writes telephone and e-mail of an employee into his contact: it is nobody else, and no agency.

        :raises AccessError: somebody else than the system administrator says whose contact it is
        """
        contact = vals.get("work_contact_id")
        if not contact or self.env.su or self._keeps_accounts():
            return
        person = self.env["res.users"].browse(vals.get("user_id") or ()).sudo().partner_id  # which contact is his
        for employee in self.sudo() or [self]:
            if contact not in (person | employee.work_contact_id | employee.user_id.partner_id).ids:
                self._refuse_account_change([vals.get("name") or employee.name])


class ResourceResource(models.Model):
    """The name of an employee, and whose account he is: both stand here. Certificates are compared with the name."""

    _name = "resource.resource"
    _inherit = ["resource.resource", "vpdt.isolation.mixin"]

    @api.model_create_multi
    def create(self, vals_list):
        resources = super().create(vals_list)
        if not self._keeps_accounts():
            resources._check_named_as_account()
        return resources

    def write(self, vals):
        if not {"name", "user_id"} & vals.keys() or self._keeps_accounts():
            return super().write(vals)
        before = {resource: resource.user_id for resource in self.sudo()}  # compared, not shown
        names = {resource: resource.name for resource in before}
        result = super().write(vals)
        taken = [names[resource] for resource, user in before.items() if user and resource.user_id != user]
        if taken:
            self._refuse_account_change(taken)
        self._check_named_as_account()
        return result

    def _check_named_as_account(self):
        """An employee of an account bears its name."""
        wrong = self.sudo().filtered(lambda resource: resource.user_id and resource.name != resource.user_id.name)
        if wrong:
            self._refuse_account_change(wrong.user_id.mapped("name"))
