from odoo import api, fields, models
from odoo.exceptions import ValidationError

TERMS = [("permanent", "Permanent"), ("years", "Years"), ("event", "Until an event")]


class VpdtRetentionRule(models.Model):
    """How long dossiers of a kind are kept, with the legal basis: the law as data (Luật Lưu trữ 33/2024, Điều 15)."""

    _name = "vpdt.retention.rule"
    _description = "Retention"
    _inherit = ["vpdt.search.mixin"]
    _order = "sequence, id"
    _search_text_fields = ("name", "group")

    name = fields.Char("Kind of dossiers", required=True, help="In Vietnamese, as the schedule names it.")
    group = fields.Char("Group of the schedule")
    sequence = fields.Integer(default=10)
    term = fields.Selection(TERMS, required=True, default="years")
    years = fields.Integer(default=10)
    event = fields.Char("Kept until", help="For example: until the documents are no longer in force.")
    legal_basis = fields.Char()
    note = fields.Char()
    active = fields.Boolean(default=True)
    label = fields.Char("Retention", compute="_compute_label")

    _person_writes = frozenset({"name", "group", "sequence", "term", "years", "event", "legal_basis", "note", "active"})

    @api.constrains("term", "years")
    def _check_years(self):
        for rule in self:
            if rule.term == "years" and not 1 <= rule.years <= 100:
                raise ValidationError(self.env._("A retention is between 1 and 100 years, or permanent."))

    @api.depends("term", "years", "event")
    @api.depends_context("lang")
    def _compute_label(self):
        for rule in self:
            rule.label = self._term_in_words(rule.term, rule.years, rule.event)

    @api.model
    def _term_in_words(self, term, years, event=""):
        """How a retention is said and printed: “Vĩnh viễn”, “20 năm” (Phụ lục V, II)."""
        if term == "years":
            return self.env._("%s years", years)
        return self.env._("Permanent") if term == "permanent" else (event or self.env._("Until an event"))

    @api.depends("name", "label")
    def _compute_display_name(self):
        for rule in self:
            rule.display_name = f"{rule.name} ({rule.label})" if rule.name else rule.label

    def _rank(self):
        """For comparing: the longer is the greater; what ends with an event counts as ten years until it does."""
        self.ensure_one()
        return {"permanent": 10_000, "years": self.years, "event": 10}[self.term]
