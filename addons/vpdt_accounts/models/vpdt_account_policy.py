from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize


class VpdtAccountPolicy(models.Model):
    """The rules of a province about accounts: who keeps them, and how long everything takes.

    Written as Đồng Tháp has them (Quy chế ban hành kèm theo Quyết định số 04/2026/QĐ-UBND); another province changes
    numbers, not code.
    """

    _name = "vpdt.account.policy"
    _description = "Rules about accounts"
    _inherit = "vpdt.text.mixin"
    _order = "id"

    name = fields.Char(required=True)
    legal_basis = fields.Char()
    keeper_id = fields.Many2one(
        "res.company",
        "Kept by",
        ondelete="restrict",
        help="The agency that requests go to. Empty: each agency keeps its own (Gia Lai 2026, khoản 2 Điều 6).",
    )
    via = fields.Char("Through", help="Printed after the addressee, for example Trung tâm Chuyển đổi số.")
    working_days = fields.Integer("Working days to answer", required=True, default=3)
    mailbox_domain = fields.Char(
        "Domain of official mailboxes", help="The login is the official mailbox; empty: any address is taken."
    )
    link_hours = fields.Integer("Hours a link holds", required=True, default=72)
    idle_months = fields.Integer("Months without use", required=True, default=6)
    suspended_days = fields.Integer("Days suspended before revocation", required=True, default=15)
    revokes_itself = fields.Boolean(
        "Revoke after suspension", help="Otherwise revocation is proposed, and somebody decides."
    )
    leaver_days = fields.Integer("Days to report who leaves", required=True, default=5)

    second_factor_from = fields.Date(
        "Second factor asked from", help="Empty: recommended only. The health page warns as long as it is."
    )

    _person_writes = frozenset(
        {
            "second_factor_from",
            "name",
            "legal_basis",
            "keeper_id",
            "via",
            "working_days",
            "mailbox_domain",
            "link_hours",
            "idle_months",
            "suspended_days",
            "revokes_itself",
            "leaver_days",
        }
    )

    @api.constrains("working_days", "link_hours", "idle_months", "suspended_days", "leaver_days")
    def _check_numbers(self):
        names = ("working_days", "link_hours", "idle_months", "suspended_days", "leaver_days")
        if any(policy[name] < 1 for policy in self for name in names):
            raise ValidationError(self.env._("Days, hours and months are at least 1."))

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    @api.model
    @tools.ormcache()
    def _second_factor_rules(self):
        """(day from which it is asked, ids of the groups that it is asked of)."""
        policy = self._current()
        groups = self.env["vpdt.account.role"].sudo().search([("second_factor", "=", True)]).group_id  # no secret
        groups |= self.env.ref("vpdt_base.group_system_admin") | self.env.ref("vpdt_accounts.group_account_keeper")
        return policy.second_factor_from or None, frozenset(groups.ids)

    @api.model
    def _current(self):
        """The rules that hold (superuser mode: they are no secret)."""
        return self.sudo().search([], limit=1)

    def _keeper_of(self, company):
        """The agency that keeps the accounts of ``company``: the province's, or the agency itself (res.company)."""
        return self.keeper_id or company

    def _is_mailbox(self, address):
        """Whether an address is an official mailbox, written as logins are: lower case."""
        if not address or email_normalize(address) != address:
            return False
        domain = (self.mailbox_domain or "").strip().lower().lstrip("@")
        return not domain or address.endswith(f"@{domain}")

    def _deadline(self, moment):
        """Until when a request that arrived at ``moment`` (naive UTC) is answered (naive UTC)."""
        days = self.env["vpdt.day.exception"]
        return days._deadline("account_request", moment, self.keeper_id or None, count=self.working_days)

    def _link_until(self):
        return fields.Datetime.now() + timedelta(hours=self.link_hours)
