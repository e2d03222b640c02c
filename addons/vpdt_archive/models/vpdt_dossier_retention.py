from datetime import date

from odoo import api, fields, models

from .vpdt_retention_rule import TERMS


class VpdtDossier(models.Model):
    """How long a dossier is kept: the term that was fixed for it, and the day until which.

    It runs from the year in which the work ended, and a dossier of mixed terms takes the longest (Luật Lưu trữ
    33/2024, Điều 15). The term is written on the dossier: a changed rule changes it by the job only, with a list.
    """

    _inherit = "vpdt.dossier"  # pylint: disable=consider-merging-classes-inherited

    retention_id = fields.Many2one(
        "vpdt.retention.rule", required=True, index=True, ondelete="restrict", compute="_compute_rule",
        store=True, readonly=False, precompute=True,
    )  # fmt: skip
    retention_term = fields.Selection(TERMS, "Kept", readonly=True, copy=False)
    retention_years = fields.Integer("Years kept", readonly=True, copy=False)
    retention_label = fields.Char("Kept for", compute="_compute_retention_label")
    retention_until = fields.Date("Kept until", readonly=True, copy=False, index=True)
    transfer_due = fields.Date("To be handed in by", compute="_compute_transfer_due", store=True, index=True)

    @api.depends("plan_line_id")
    def _compute_rule(self):
        for dossier in self:
            dossier.retention_id = dossier.plan_line_id.retention_id or dossier.retention_id

    @api.depends("retention_term", "retention_years", "retention_id")
    @api.depends_context("lang")
    def _compute_retention_label(self):
        for dossier in self:
            rule = dossier.retention_id
            dossier.retention_label = rule._term_in_words(
                dossier.retention_term or rule.term, dossier.retention_years, rule.event
            )

    @api.depends("date_end", "retention_term", "retention_years")
    def _compute_transfer_due(self):
        """One year from the end of the work, for what is kept five years or longer (Nghị định 30/2020, Điều 30–31)."""
        for dossier in self:
            long = dossier.retention_term == "permanent" or dossier.retention_years >= 5
            dossier.transfer_due = date(dossier.date_end.year + 1, 12, 31) if dossier.date_end and long else False

    def _fix_retention(self):
        """Write term and last day on these dossiers, from their rules as they are now."""
        for dossier in self.filtered(lambda found: not found.held):
            vals = dossier._retention_now()
            if any(dossier[name] != value for name, value in vals.items()):
                dossier._by_system().write(vals)

    def _retention_now(self):
        """Term, years and last day by the rules of today (dict)."""
        rules = self.retention_id | self.sudo().item_ids.retention_id  # only how long documents of the dossier are kept
        rule = max(rules, key=lambda found: found._rank())
        years = rule.years if rule.term == "years" else 0
        return {
            "retention_term": rule.term,
            "retention_years": years,
            "retention_until": self._last_day(rule.term, years),
        }

    def _last_day(self, term, years):
        """31 December of the last year, or nothing: it is permanent, waits for an event, or its work goes on."""
        if term != "years" or not self.date_end:
            return False
        return date(self.date_end.year + years, 12, 31)
