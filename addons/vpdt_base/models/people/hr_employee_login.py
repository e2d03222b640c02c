from odoo import api, fields, models


class HrEmployee(models.Model):
    """Who is shut out by wrong passwords is let in again from his own page."""

    # split by concern
    _inherit = "hr.employee"

    login_locked_for = fields.Integer(
        "Minutes without login", compute="_compute_login_locked_for", groups="vpdt_base.group_unit_admin"
    )

    account_kept = fields.Boolean(
        "Account kept by the system administrator", compute="_compute_account_kept", groups="hr.group_hr_user"
    )

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_account_kept(self):
        """Greys what a save would refuse: name, e-mail and account."""
        keeps = self._keeps_accounts()
        for employee in self:
            employee.account_kept = bool(employee._origin.user_id) and not keeps

    def _compute_login_locked_for(self):
        users = self.env["res.users"]
        subjects = {
            employee: users._attempt_subject(employee.user_id.login) for employee in self.sudo() if employee.user_id
        }  # of people whom the reader administers
        waits = self.env["vpdt.attempt"].sudo()._waits(subjects.values())  # only who may see this field asks
        for employee in self:
            employee.login_locked_for = waits.get(subjects.get(employee.sudo()), 0)

    def action_unlock_login(self):
        """Let these people log in again; a second press changes nothing.

        :raises AccessError: not an administrator of their agency
        """
        self.check_access("write")
        return self.user_id.action_unlock_login()
