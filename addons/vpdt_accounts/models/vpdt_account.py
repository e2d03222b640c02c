from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move

UNIT_ADMIN = "vpdt_base.group_unit_admin"
KEEPER = "vpdt_accounts.group_account_keeper"
STATES = [("active", "Active"), ("suspended", "Suspended"), ("revoked", "Revoked")]


class VpdtAccount(models.Model):
    """An account of a person or of an agency (Đồng Tháp, Quy chế, Điều 2) and its life; the user is a part of it.

    Suspended or revoked, the user is closed: his sessions end with the next request.
    """

    _name = "vpdt.account"
    _description = "Account"
    _inherit = [
        "vpdt.move.mixin",
        "vpdt.history.mixin",
        "vpdt.search.mixin",
        "mail.thread",
        "vpdt.people.mixin",
    ]
    _order = "company_id, name, id"
    _search_text_fields = ("name", "login")

    user_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="cascade", index=True)
    company_id = fields.Many2one("res.company", "Agency", required=True, readonly=True, index=True)
    name = fields.Char(related="user_id.name", store=True)
    login = fields.Char(related="user_id.login", store=True)
    kind = fields.Selection(
        [("person", "Person"), ("agency", "Agency")], required=True, readonly=True, default="person"
    )
    state = fields.Selection(STATES, tracking=True)
    granted_on = fields.Date("Issued on", readonly=True)
    line_id = fields.Many2one("vpdt.account.request.line", "Issued by request", readonly=True, ondelete="set null")
    last_login = fields.Datetime(compute="_compute_last_login", compute_sudo=True)
    state_since = fields.Date("State since", readonly=True)
    state_reason = fields.Char("Reason", readonly=True, tracking=True)
    next_reason = fields.Char("Reason of the next step", help="Written before pressing Suspend, Restore or Revoke.")
    role_ids = fields.Many2many("vpdt.account.role", string="Roles", compute="_compute_role_ids", compute_sudo=True)
    department = fields.Char(compute="_compute_employee", compute_sudo=True)
    job_title = fields.Char("Position", compute="_compute_employee", compute_sudo=True)
    phone = fields.Char(compute="_compute_employee", compute_sudo=True)

    kept_here = fields.Boolean(
        compute="_compute_kept_here", search="_search_kept_here", help="Whether you keep this account."
    )

    _user_unique = models.UniqueIndex("(user_id)", "A person has one account.")
    _by_agency = models.Index("(company_id, state)")

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (
            Move(
                ("active",),
                "suspended",
                self.env._("Suspend"),
                "action_suspend",
                (KEEPER,),
                "",
                "_effect_closed",
                danger=True,
                confirmation=self.env._("The person is signed out at once and cannot sign in again."),
            ),
            Move(("suspended",), "active", self.env._("Restore"), "action_restore", (KEEPER,), "", "_effect_opened"),
            Move(
                ("active", "suspended"),
                "revoked",
                self.env._("Revoke"),
                "action_revoke",
                (KEEPER,),
                "",
                "_effect_closed",
                danger=True,
                confirmation=self.env._("The account ends for good; what the person has done stays under the name."),
            ),
        )

    @api.depends("name", "login")
    def _compute_display_name(self):
        for account in self:
            account.display_name = f"{account.name or ''} ({account.login or ''})"

    @api.depends("user_id.log_ids")
    def _compute_last_login(self):
        for account in self:
            account.last_login = account.user_id.login_date

    @api.depends("user_id.group_ids")
    def _compute_role_ids(self):
        roles = self.env["vpdt.account.role"].search([])
        for account in self:
            held = account.user_id.group_ids
            account.role_ids = roles.filtered(lambda role, held=held: role.group_id in held)

    @api.depends("user_id.employee_ids")
    def _compute_employee(self):
        Employee = self.env["hr.employee"].with_context(active_test=False)
        found = Employee.search([("user_id", "in", self.user_id.ids), ("company_id", "in", self.company_id.ids)])
        by_key = {(employee.user_id.id, employee.company_id.id): employee for employee in found}
        for account in self:
            employee = by_key.get((account.user_id.id, account.company_id.id), Employee)
            account.department = employee.department_id.name
            account.job_title = employee.signing_title or employee.job_title
            account.phone = employee.work_phone or employee.mobile_phone

    # Who ------------------------------------------------------------------------------------------------------------

    def _editable_fields(self):
        names = super()._editable_fields()
        if self.state == "active":
            names |= {"idle_reason", "idle_until"}
        return names | {"next_reason"} if self.state != "revoked" else names

    @api.model
    def _keeps_accounts_of(self, company):
        """Whether the current user keeps the accounts of ``company``: at the body of the province, or, where agencies
        issue their own, as its administrator."""
        if self.env.su:
            return True
        user = self.env.user
        keeper = self.env["vpdt.account.policy"]._current()._keeper_of(company)
        if keeper not in user.company_ids:
            return False
        return user.has_group(KEEPER) or (keeper == company and user.has_group(UNIT_ADMIN))

    @api.depends_context("uid")
    def _compute_kept_here(self):
        for account in self:
            account.kept_here = self._keeps_accounts_of(account.sudo().company_id)

    @api.model
    def _search_kept_here(self, operator, value):
        if operator != "in":
            return NotImplemented
        keeper = self.env["vpdt.account.policy"]._current().keeper_id
        mine = self.env.user.company_ids
        if keeper:
            kept = Domain.TRUE if keeper in mine and self.env.user.has_group(KEEPER) else Domain.FALSE
        else:
            kept = Domain("company_id", "in", mine.ids)
        return kept if True in value else ~kept

    def _has_role_for(self, move):
        return self._keeps_accounts_of(self.sudo().company_id)  # whose account it is

    def _check_move_roles(self, move):
        result = super()._check_move_roles(move)
        if self.user_id == self.env.user and not self.env.su:
            raise AccessError(self.env._("Nobody changes the state of his own account."))
        return result

    # Steps ----------------------------------------------------------------------------------------------------------

    def action_suspend(self):
        """Suspend (Đồng Tháp, Quy chế, khoản 4 Điều 5); the reason stands in ``next_reason``.

        The agency is told in writing (khoản 1 Điều 11): the list for it is made at once.
        """
        self.ensure_one()
        moved = self._move_to("suspended", self._prepare_state_vals())
        if moved:
            self._write_letters("suspension", self)
        return moved

    def action_restore(self):
        """Let the person sign in again."""
        self.ensure_one()
        return self._move_to("active", self._prepare_state_vals())

    def action_revoke(self):
        """End the account for good (Đồng Tháp, Quy chế, khoản 5 Điều 5)."""
        self.ensure_one()
        return self._move_to("revoked", self._prepare_state_vals())

    def _prepare_state_vals(self, reason=None):
        """What is written with a new state.

        :raises UserError: nobody has told a reason
        """
        reason = (reason or self.next_reason or "").strip()
        if not reason:
            raise UserError(self.env._("Write the reason first: it stands in the letter to the agency."))
        return {
            "state_reason": reason,
            "state_since": self.env["vpdt.delegation"]._today(),
            "next_reason": False,
        }

    def _move_detail(self, move):
        return {**super()._move_detail(move), "reason": self.next_reason} if self.next_reason else {}

    def _effect_closed(self):
        self.sudo().user_id.active = False  # whose sessions end with it
        self.env["vpdt.account.link"]._drop_links(self)

    def _effect_opened(self):
        self.sudo().user_id.active = True

    # Password -------------------------------------------------------------------------------------------------------

    def action_send_link(self):
        """Send a link for a new password to the official mailbox of these accounts; nobody else sees it.

        :raises AccessError: not the administrator of the agency, nor who keeps its accounts
        """
        for account in self:
            account._check_may_help()
            account._send_link("reset" if account.sudo().user_id.login_date else "first")
        return True

    def _check_may_help(self):
        """:raises AccessError: the current user helps no people of this agency"""
        self.ensure_one()
        self.check_access("read")
        company = self.sudo().company_id
        own = self.env.user.has_group(UNIT_ADMIN) and company in self.env.user.company_ids
        if not (own or self._keeps_accounts_of(company)):
            raise AccessError(self.env._("Only an administrator of this person's agency may do this."))

    def _send_link(self, purpose):
        if self.state != "active":
            raise UserError(self.env._("%s is not active: no link is sent.", self.display_name))
        self.env["vpdt.account.link"]._send(self, purpose)
        self.env["vpdt.journal.entry"]._record("permission", self.sudo().user_id, {"link": purpose})
