from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.vietnam import today

from .vpdt_account import UNIT_ADMIN


class VpdtAccountRequest(models.Model):
    """Mẫu 04: every December each unit looks through its accounts and sends the list (Đồng Tháp, khoản 6 Điều 17)."""

    _inherit = "vpdt.account.request"

    year = fields.Integer(readonly=True, copy=False, help="Of a yearly list.")
    differences = fields.Text("Since the last list", compute="_compute_differences")

    _one_list = models.UniqueIndex(
        "(company_id, year) WHERE year > 0 AND state <> 'cancelled'", "The list of this year was made already."
    )

    def action_fill_list(self):
        """Write all accounts of the agency into this list, as they are today.

        :raises UserError: no draft of a yearly list
        """
        self.ensure_one()
        self.check_access("write")
        if self.kind != "list" or self.state != "draft" or not self.env.user.has_group(UNIT_ADMIN):
            raise UserError(self.env._("Only the draft of a yearly list is filled in."))
        self._fill_list()
        return True

    def _fill_list(self):
        # the accounts of one's own agency; what stands on the form is read from them
        accounts = (
            self.env["vpdt.account"]
            .sudo()
            .search([("company_id", "=", self.company_id.id), ("state", "!=", "revoked")], order="name")
        )
        request = self.sudo()
        request.line_ids.unlink()
        request.line_ids = [(0, 0, account._prepare_list_line()) for account in accounts]

    @api.model
    def _cron_yearly_lists(self):
        """In December make the list of each agency as a draft, and ask its administrators to look through it."""
        day = today()
        if day.month != 12:
            return
        form = self.env["vpdt.account.form"].search([("kind", "=", "list")], limit=1)
        made = self.search([("year", "=", day.year), ("state", "!=", "cancelled")]).company_id
        agencies = self.env["vpdt.account"].search([("state", "=", "active")]).company_id - made
        for agency in agencies:
            admins = self.env["vpdt.account"]._unit_admins(agency)
            if not admins:
                continue
            request = self.with_company(agency).create(
                {
                    "form_id": form.id,
                    "company_id": agency.id,
                    "year": day.year,
                    "drafter_id": admins[0].id,
                    "signer_id": self._leaders_of(agency)[:1].id,
                }
            )
            request._fill_list()
            request._remind_people(admins, self.env._("Look through the list of accounts (Mẫu 04) and submit it"))

    @api.depends("line_ids.login", "year")
    def _compute_differences(self):
        for request in self:
            request.differences = request._since_last_list() if request.kind == "list" else ""

    def _since_last_list(self):
        """What has changed since the last list of this agency, in words, or an empty string."""
        last = self.search(
            [("company_id", "=", self.company_id.id), ("form_id", "=", self.form_id.id), ("id", "<", self._origin.id),
             ("state", "not in", ("draft", "cancelled"))], limit=1
        )  # fmt: skip
        if not last or not self._origin.id:
            return ""
        before = {line.login: line for line in last.line_ids if line.login}
        now = {line.login: line for line in self.line_ids if line.login}
        words = [
            (self.env._("New: %s"), [now[login].name for login in now.keys() - before.keys()]),
            (self.env._("No longer there: %s"), [before[login].name for login in before.keys() - now.keys()]),
            (
                self.env._("Other position or unit: %s"),
                [
                    now[login].name
                    for login in now.keys() & before.keys()
                    if (now[login].job_title, now[login].department)
                    != (before[login].job_title, before[login].department)
                ],
            ),
        ]
        return "\n".join(template % ", ".join(sorted(filter(None, names))) for template, names in words if names)


class VpdtAccount(models.Model):
    _inherit = "vpdt.account"

    def _prepare_list_line(self):
        self.ensure_one()
        return {
            "account_id": self.id,
            "name": self.name,
            "login": self.login,
            "job_title": self.job_title,
            "department": self.department,
            "phone": self.phone,
            "role_ids": [(6, 0, self.role_ids.ids)],
        }
