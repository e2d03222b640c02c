from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.vpdt_base.vietnam import today

from .vpdt_account_life import USE_KINDS

#: Work with less than this between is one sitting.
SITTING_MINUTES = 30


class VpdtUsageDay(models.Model):
    """How often a person has handled work on a day: at least twice is asked for (Gia Lai 2026, khoản 2 Điều 12).

    Reckoned from the journal: a sitting ends where nothing was done for half an hour.
    """

    _name = "vpdt.usage.day"
    _description = "Use on a day"
    _inherit = "vpdt.text.mixin"
    _order = "day DESC, user_id"
    _log_access = False

    user_id = fields.Many2one("res.users", "Person", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", "Agency", required=True, readonly=True, index=True)
    department_id = fields.Many2one("hr.department", "Unit", readonly=True, ondelete="set null")
    day = fields.Date(required=True, readonly=True, index=True)
    sittings = fields.Integer("Times", readonly=True, aggregator="avg")
    actions = fields.Integer("Steps taken", readonly=True)
    twice = fields.Boolean("At least twice", readonly=True)

    kept_here = fields.Boolean(compute="_compute_kept_here", search="_search_kept_here")

    _once = models.UniqueIndex("(user_id, day)", "Reckoned already.")

    @api.depends_context("uid")
    def _compute_kept_here(self):
        for usage in self:
            usage.kept_here = self.env["vpdt.account"]._keeps_accounts_of(usage.sudo().company_id)  # whose it is

    @api.model
    def _search_kept_here(self, operator, value):
        return self.env["vpdt.account"]._search_kept_here(operator, value)

    @api.depends("user_id", "day")
    def _compute_display_name(self):
        for usage in self:
            usage.display_name = f"{usage.user_id.name or ''} {usage.day or ''}"

    @api.model
    def _cron_reckon(self):
        """Reckon yesterday and what is still missing of the month before it; a second run changes nothing."""
        last = self.sudo().search([], order="day DESC", limit=1).day  # of everybody
        start = max(last or today() - timedelta(days=31), today() - timedelta(days=31))
        self._reckon(start, today() - timedelta(days=1))

    @api.model
    def _reckon(self, first, last):
        """Write the rows of these days (dates in Viet Nam, both inclusive)."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO vpdt_usage_day AS kept (user_id, company_id, department_id, day, sittings, actions, twice)
                SELECT work.user_id, account.company_id, version.department_id, work.day,
                       count(*) FILTER (WHERE work.gap IS NULL OR work.gap > %(gap)s), count(*),
                       count(*) FILTER (WHERE work.gap IS NULL OR work.gap > %(gap)s) >= 2
                  FROM (SELECT user_id, (at + interval '7 hours')::date AS day,
                               at - lag(at) OVER (PARTITION BY user_id, (at + interval '7 hours')::date ORDER BY at)
                               AS gap
                          FROM vpdt_journal_entry
                         WHERE at >= %(first)s::timestamp - interval '7 hours'
                           AND at < %(last)s::timestamp + interval '17 hours' AND kind IN %(kinds)s) AS work
                  JOIN vpdt_account AS account ON account.user_id = work.user_id
                  LEFT JOIN hr_employee AS employee ON employee.user_id = work.user_id AND employee.active
                        AND employee.company_id = account.company_id
                  LEFT JOIN hr_version AS version ON version.id = employee.current_version_id
                 GROUP BY work.user_id, account.company_id, version.department_id, work.day
                ON CONFLICT (user_id, day) DO UPDATE
                   SET sittings = excluded.sittings, actions = excluded.actions, twice = excluded.twice
                """,
                gap=f"{SITTING_MINUTES} minutes",
                first=first,
                last=last,
                kinds=USE_KINDS,
            )
        )
        self.invalidate_model()
