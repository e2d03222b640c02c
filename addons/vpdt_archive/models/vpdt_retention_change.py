from odoo import api, fields, models
from odoo.tools import SQL

from .vpdt_retention_rule import TERMS

#: States in which a changed rule still says something: what was sent or destroyed is settled.
OPEN_TO_RULES = ("open", "closed", "offered", "kept")


class VpdtRetentionChange(models.Model):
    """What a changed rule did to a dossier: before and after, or that it is held and stayed as it was (Luật Lưu trữ
    33/2024, Điều 15)."""

    _name = "vpdt.retention.change"
    _description = "Changed retention of a dossier"
    _inherit = ["vpdt.text.mixin", "vpdt.isolation.mixin"]
    _order = "id DESC"

    dossier_id = fields.Many2one("vpdt.dossier", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", "Agency", required=True, readonly=True, index=True)
    rule_id = fields.Many2one("vpdt.retention.rule", "Rule that counts", readonly=True, index=True, ondelete="restrict")
    at = fields.Datetime("When", required=True, readonly=True)
    before_term = fields.Selection(TERMS, "Was kept", readonly=True)
    before_years = fields.Integer("Years before", readonly=True)
    before_until = fields.Date("Until, before", readonly=True)
    after_term = fields.Selection(TERMS, "Is kept", readonly=True)
    after_years = fields.Integer("Years now", readonly=True)
    after_until = fields.Date("Until, now", readonly=True)
    applied = fields.Boolean("Taken over", readonly=True, help="Not on a dossier that is held back from disposal.")
    before_label = fields.Char("Before", compute="_compute_labels")
    after_label = fields.Char("Now", compute="_compute_labels")

    @api.depends("before_term", "before_years", "after_term", "after_years")
    @api.depends_context("lang")
    def _compute_labels(self):
        words = self.env["vpdt.retention.rule"]._term_in_words
        for change in self:
            change.before_label = words(change.before_term, change.before_years) if change.before_term else False
            change.after_label = words(change.after_term, change.after_years) if change.after_term else False

    @api.depends("dossier_id")
    def _compute_display_name(self):
        for change in self:
            change.display_name = change.dossier_id.display_name


class VpdtRetentionRule(models.Model):
    """A changed rule reaches the dossiers by a job, with a list of what it changed."""

    _name = "vpdt.retention.rule"
    _inherit = ["vpdt.retention.rule", "vpdt.job.mixin"]

    recompute_error = fields.Char("Dossiers not reckoned", readonly=True, help="What stopped the job; write again.")

    def write(self, vals):
        before = {rule: (rule.term, rule.years) for rule in self}
        result = super().write(vals)
        changed = self.filtered(lambda rule: (rule.term, rule.years) != before[rule])
        if changed:
            # the person sees the list; the job is the system's
            changed.sudo().with_delay(description="Retention of dossiers by a changed rule")._recompute_dossiers()
        return result

    def _recompute_dossiers(self):
        """The job: write the retention of all dossiers that these rules concern.

        :return: (dossiers changed, dossiers held and left as they were)
        """
        concerned = SQL(
            """
            SELECT id FROM vpdt_dossier WHERE retention_id = ANY(%(rules)s)
             UNION SELECT dossier_id FROM vpdt_dossier_item WHERE retention_id = ANY(%(rules)s)
            """,
            rules=self.ids,
        )
        done = self.env["vpdt.dossier"].sudo()._recompute_retention(concerned)  # a job of the system
        self.filtered("recompute_error").write({"recompute_error": False})
        return done

    def _given_up(self, exc_name="", exc_message="", exc_info=""):
        """The job broke; the list of rules says so."""
        self.sudo().write({"recompute_error": (exc_message or exc_name or "?")[:500]})  # see _recompute_dossiers

    def action_changes(self):
        """Open the list of what this rule has changed."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("vpdt_archive.vpdt_retention_change_action")
        return {**action, "domain": [("rule_id", "=", self.id)], "context": {}}


class VpdtDossier(models.Model):
    """Retention of many dossiers at once, in SQL: a schedule changes for a hundred thousand of them."""

    _inherit = "vpdt.dossier"

    @api.model
    def _recompute_retention(self, concerned):
        """Write term and last day on dossiers anew, as `_retention_now` reckons them, and list what changed.

        The longest of a dossier's own rule and those of its documents counts. What is held stays and is listed;
        what was sent or destroyed is not looked at. In superuser mode.

        :param concerned: SQL, a query of ids
        :return: (dossiers changed, dossiers held and left as they were)
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH concerned AS (%(concerned)s),
                named AS (
                    SELECT id AS dossier_id, retention_id, 0 AS place FROM vpdt_dossier
                     WHERE id IN (SELECT id FROM concerned)
                     UNION ALL
                    SELECT dossier_id, retention_id, 1 FROM vpdt_dossier_item
                     WHERE dossier_id IN (SELECT id FROM concerned) AND retention_id IS NOT NULL
                ), longest AS (
                    SELECT DISTINCT ON (named.dossier_id) named.dossier_id, rule.id AS rule_id, rule.term,
                           CASE WHEN rule.term = 'years' THEN rule.years ELSE 0 END AS years
                      FROM named JOIN vpdt_retention_rule rule ON rule.id = named.retention_id
                     ORDER BY named.dossier_id, CASE rule.term WHEN 'permanent' THEN 10000 WHEN 'event' THEN 10
                              ELSE rule.years END DESC, named.place, rule.id
                ), reckoned AS (
                    SELECT dossier.id, longest.rule_id, longest.term, longest.years,
                           dossier.company_id, dossier.held, dossier.date_end, dossier.accession_date,
                           dossier.retention_term AS was_term, dossier.retention_years AS was_years,
                           dossier.retention_until AS was_until,
                           CASE WHEN longest.term = 'years' AND dossier.date_end IS NOT NULL
                                THEN make_date(extract(year FROM dossier.date_end)::integer + longest.years, 12, 31)
                           END AS until
                      FROM longest JOIN vpdt_dossier dossier ON dossier.id = longest.dossier_id
                     WHERE dossier.state IN %(states)s
                ), differing AS (
                    SELECT * FROM reckoned
                     WHERE (term, years, until) IS DISTINCT FROM (was_term, COALESCE(was_years, 0), was_until)
                ), written AS (
                    UPDATE vpdt_dossier dossier
                       SET retention_term = differing.term, retention_years = differing.years,
                           retention_until = differing.until,
                           transfer_due = CASE WHEN differing.term = 'permanent' OR differing.years >= 5
                               THEN make_date(extract(year FROM differing.date_end)::integer + 1, 12, 31) END,
                           historical_due = CASE WHEN differing.term = 'permanent'
                               THEN make_date(extract(year FROM differing.accession_date)::integer + 5, 12, 31) END,
                           write_date = now() AT TIME ZONE 'UTC', write_uid = %(user)s
                      FROM differing
                     WHERE dossier.id = differing.id AND dossier.held IS NOT TRUE
                 RETURNING dossier.id
                )
                INSERT INTO vpdt_retention_change (dossier_id, company_id, rule_id, at, before_term, before_years,
                            before_until, after_term, after_years, after_until, applied, create_date)
                SELECT differing.id, company_id, rule_id, now() AT TIME ZONE 'UTC', was_term, was_years, was_until,
                       term, years, until, written.id IS NOT NULL, now() AT TIME ZONE 'UTC'
                  FROM differing LEFT JOIN written ON written.id = differing.id
             RETURNING applied
                """,
                concerned=concerned,
                states=OPEN_TO_RULES,
                user=self.env.uid,
            )
        )
        applied = [row[0] for row in self.env.cr.fetchall()]
        self.env.invalidate_all(flush=False)
        return sum(applied), len(applied) - sum(applied)
