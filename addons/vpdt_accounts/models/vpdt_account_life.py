from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.vpdt_base.vietnam import today

#: Rows of the journal that are sending, receiving and handling; looking at something is no use.
USE_KINDS = ("move", "sign", "exchange", "file")


class VpdtAccount(models.Model):
    """What time does to an account: nothing sent or received for six months, suspended for fifteen days, a person who
    has left (Đồng Tháp, Quy chế, khoản 4 và khoản 5 Điều 5, khoản 7 Điều 6, Điều 11)."""

    _inherit = "vpdt.account"

    last_use_on = fields.Date("Last sending or receiving", readonly=True, index=True)
    idle_reason = fields.Char(
        "Reason for not being used", help="Told by the unit before six months are over, the account is not suspended."
    )
    idle_until = fields.Date("Reason holds until")
    left_on = fields.Date("Has left on", compute="_compute_left_on", search="_search_left_on", compute_sudo=True)

    # Use ------------------------------------------------------------------------------------------------------------

    @api.model
    def _cron_note_use(self):
        """Write on each account the day of its last sending or receiving, from the journal since the last run."""
        parameters = self.env["ir.config_parameter"].sudo()  # a note of the system
        since = parameters.get_param("vpdt_accounts.use_noted_until") or "2000-01-01 00:00:00"
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """
                UPDATE vpdt_account AS account SET last_use_on = greatest(account.last_use_on, used.day)
                  FROM (SELECT user_id, max(at + interval '7 hours')::date AS day FROM vpdt_journal_entry
                         WHERE at >= %s AND at <= %s AND kind IN %s GROUP BY user_id) AS used
                 WHERE used.user_id = account.user_id
                """,
                since,
                now,
                USE_KINDS,
            )
        )
        self.invalidate_model(["last_use_on"])
        parameters.set_param("vpdt_accounts.use_noted_until", fields.Datetime.to_string(now))

    def _idle_since(self):
        """The day from which this account counts as not used: its last use, its issue or its return."""
        self.ensure_one()
        days = [self.last_use_on, self.granted_on, self.state_since if self.state == "active" else None]
        return max((day for day in days if day), default=date(2000, 1, 1))

    @api.model
    def _idle_domain(self, day):
        """Active accounts that have done nothing since ``day``, and whose unit has told no reason."""
        quiet = [
            Domain(name, "=", False) | Domain(name, "<=", day) for name in ("last_use_on", "granted_on", "state_since")
        ]
        excused = Domain("idle_reason", "not in", (False, "")) & (
            Domain("idle_until", "=", False) | Domain("idle_until", ">=", today())
        )
        return Domain.AND([Domain("state", "=", "active"), *quiet, ~excused])

    @api.model
    def _cron_idle(self):
        """Warn fifteen days before six months are over, then suspend (Đồng Tháp, điểm b khoản 4 Điều 5)."""
        policy = self.env["vpdt.account.policy"]._current()
        limit = today() - relativedelta(months=policy.idle_months)
        over = self.search(self._idle_domain(limit))
        for account in over:
            words = self.env._(
                "%s months without sending or receiving, and no reason told (point b, clause 4, Article 5)",
                policy.idle_months,
            )
            account._move_to("suspended", account._prepare_state_vals(words))
        self._write_letters("suspension", over)
        soon = self.search(self._idle_domain(limit + timedelta(days=15))) - over
        for company, accounts in soon.grouped("company_id").items():
            self._warn_unit(company, accounts)

    def _warn_unit(self, company, accounts):
        words = self.env._("No use for nearly six months: tell the reason, or the account is suspended")
        admins = self._unit_admins(company)
        for account in accounts:
            known = account.activity_ids.filtered(lambda activity: activity.summary == words).user_id
            account._remind_people(admins - known, words)

    @api.model
    def _unit_admins(self, company):
        """The administrators of an agency (res.users)."""
        users = self.env.ref("vpdt_base.group_unit_admin").sudo().all_user_ids  # who administers what is known
        return users.filtered(
            lambda user: user.active and company in user.company_ids and not user.has_group("base.group_system")
        )

    # Suspended ------------------------------------------------------------------------------------------------------

    @api.model
    def _cron_suspended(self):
        """Fifteen days suspended and no letter that asks to go on: revoked, or revocation proposed (điểm c khoản 5)."""
        policy = self.env["vpdt.account.policy"]._current()
        limit = today() - timedelta(days=policy.suspended_days)
        found = self.search([("state", "=", "suspended"), ("state_since", "<", limit)])
        found -= self._asked_to_go_on(found)
        if policy.revokes_itself:
            for account in found:
                words = self.env._(
                    "Suspended for more than %s days without a letter (point c, clause 5, Article 5)",
                    policy.suspended_days,
                )
                account._move_to("revoked", account._prepare_state_vals(words))
            self._write_letters("revocation", found)
            return
        words = self.env._("Suspended for too long: revoke the account")
        for account in found:
            known = account.activity_ids.filtered(lambda activity: activity.summary == words).user_id
            account._remind_people(account._keepers_of_account() - known, words)

    def _asked_to_go_on(self, accounts):
        lines = self.env["vpdt.account.request.line"].sudo().search(  # of the agencies that asked
            [
                ("account_id", "in", accounts.ids),
                ("change", "=", "restore"),
                ("state", "=", "open"),
                ("request_id.state", "in", ("received", "checked")),
            ]
        )  # fmt: skip
        return lines.account_id

    def _keepers_of_account(self):
        """Who keeps this account (res.users)."""
        self.ensure_one()
        keeper = self.env["vpdt.account.policy"]._current()._keeper_of(self.company_id)
        group = "vpdt_accounts.group_account_keeper" if keeper != self.company_id else "vpdt_base.group_unit_admin"
        users = self.env.ref(group).sudo().all_user_ids  # who keeps accounts is known
        return users.filtered(lambda user: user.active and keeper in user.company_ids)

    # Not logged in --------------------------------------------------------------------------------------------------

    @api.model
    def _cron_half_year(self):
        """Every six months: the list of the accounts that have not logged in for six months, a letter to each agency
        (Đồng Tháp, khoản 7 Điều 6)."""
        months = self.env["vpdt.account.policy"]._current().idle_months
        self._write_letters("idle", self._not_logged_in(today() - relativedelta(months=months)))

    @api.model
    def _not_logged_in(self, day):
        """Active accounts older than ``day`` without a login since then (vpdt.account)."""
        self.env.cr.execute(
            SQL(
                """
                SELECT account.id FROM vpdt_account AS account
                 WHERE account.state = 'active' AND account.granted_on <= %s
                   AND NOT EXISTS (SELECT 1 FROM res_users_log AS log
                                    WHERE log.create_uid = account.user_id AND log.create_date > %s)
                """,
                day,
                day,
            )
        )
        return self.browse([row[0] for row in self.env.cr.fetchall()])

    @api.model
    def _write_letters(self, kind, accounts):
        """One list of these accounts an agency (vpdt.account.letter)."""
        letters = self.env["vpdt.account.letter"].sudo()  # lists that the system writes
        policy = self.env["vpdt.account.policy"]._current()
        for company, group in accounts.sudo().grouped("company_id").items():
            letters |= letters._make(kind, company, policy._keeper_of(company), group)
        return letters

    # People who have left -------------------------------------------------------------------------------------------

    @api.depends("user_id.employee_ids")
    def _compute_left_on(self):
        left = dict(self._left_rows(self.ids))
        for account in self:
            account.left_on = left.get(account.id, False)

    @api.model
    def _left_rows(self, ids=None):
        """[(id of an account that still works, day on which its person left the agency)]."""
        self.env["hr.employee"].flush_model()
        self.env["hr.version"].flush_model()
        self.env["vpdt.account"].flush_model()
        only = SQL("AND account.id IN %s", tuple(ids)) if ids else SQL()
        self.env.cr.execute(
            SQL(
                """
                SELECT account.id, max(coalesce(version.departure_date, employee.write_date::date))
                  FROM vpdt_account AS account
                  JOIN hr_employee AS employee
                    ON employee.user_id = account.user_id AND employee.company_id = account.company_id
                  LEFT JOIN hr_version AS version ON version.id = employee.current_version_id
                 WHERE account.state <> 'revoked' %s
                 GROUP BY account.id HAVING NOT bool_or(employee.active)
                """,
                only,
            )
        )
        return self.env.cr.fetchall()

    @api.model
    def _search_left_on(self, operator, value):
        rows = self._left_rows()
        if operator == "in" and not any(value):
            return Domain("id", "not in", [row[0] for row in rows])
        if operator == "not in" and not any(value):
            return Domain("id", "in", [row[0] for row in rows])
        if operator in ("<", "<=") and value:
            day = fields.Date.to_date(value)
            kept = [row[0] for row in rows if row[1] and (row[1] < day or (operator == "<=" and row[1] == day))]
            return Domain("id", "in", kept)
        return NotImplemented

    @api.model
    def _cron_leavers(self):
        """Who has left and was not reported within five days is flagged (Đồng Tháp, khoản 3 Điều 11)."""
        days = self.env["vpdt.account.policy"]._current().leaver_days
        found = self.search([("left_on", "<", today() - timedelta(days=days))])
        asked = self.env["vpdt.account.request.line"].search(
            [("account_id", "in", found.ids), ("kind", "=", "revoke"), ("state", "=", "open")]
        )
        words = self.env._("Has left, and the account was not reported within %s days: ask for its revocation", days)
        for account in found - asked.account_id:
            people = self._unit_admins(account.company_id) | account._keepers_of_account()
            known = account.activity_ids.filtered(lambda activity: activity.summary == words).user_id
            account._remind_people(people - known, words)
