from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.vpdt_base.mixins.gate import by_system
from odoo.addons.vpdt_base.vietnam import official_number

from .vpdt_file_plan import ARCHIVIST

KINDS = [("heading", "Heading (I, II, …)"), ("subheading", "Heading below (1, 2, …)"), ("dossier", "Dossier")]
FIELDS = frozenset(
    {"sequence", "kind", "name", "abbreviation", "retention_id", "user_id", "department_id", "note"}
)  # fmt: skip


class VpdtFilePlanLine(models.Model):
    """A line of a file plan: a heading, or a dossier with its notation, title, retention and the person who keeps it
    (Phụ lục V, I)."""

    _name = "vpdt.file.plan.line"
    _description = "Line of the file plan"
    _inherit = ["vpdt.search.mixin", "vpdt.isolation.mixin"]
    _order = "plan_id, sequence, id"
    _search_text_fields = ("name", "code")
    _check_company_auto = True

    plan_id = fields.Many2one("vpdt.file.plan", "File plan", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    year = fields.Integer(related="plan_id.year", store=True)
    state = fields.Selection(related="plan_id.state")
    sequence = fields.Integer(default=100)
    kind = fields.Selection(KINDS, required=True, default="dossier")
    name = fields.Char("Heading or title", required=True, size=500)
    abbreviation = fields.Char("Abbreviation of the heading", size=10, help="TCCB gives 01.TCCB, 02.TCCB …")
    code = fields.Char("Number and notation", compute="_compute_code", store=True)
    retention_id = fields.Many2one("vpdt.retention.rule", index=True, ondelete="restrict")
    retention_label = fields.Char("Kept for", related="retention_id.label")
    user_id = fields.Many2one("res.users", "Kept by", check_company=True, index=True)
    department_id = fields.Many2one(
        "hr.department", "Unit", check_company=True, index=True, default=lambda self: self.env.user._vpdt_department()
    )
    note = fields.Char()
    dossier_ids = fields.One2many("vpdt.dossier", "plan_line_id", "Dossiers opened")
    dossier_count = fields.Integer("Opened", compute="_compute_dossier_count")

    @api.depends(
        "plan_id.numbering",
        "plan_id.line_ids.sequence",
        "plan_id.line_ids.kind",
        "plan_id.line_ids.abbreviation",
    )
    def _compute_code(self):
        for plan in self.plan_id:
            codes = plan.line_ids._codes(plan.numbering)
            for line in plan.line_ids & self:
                line.code = codes.get(line)
        for line in self.filtered(lambda line: not line.plan_id):
            line.code = False

    def _codes(self, numbering):
        """``{line: I | 1 | 01.TCCB}`` for all lines of one plan, in their order (Phụ lục V, I)."""
        codes, roman, arabic, number, abbreviation = {}, 0, 0, 0, ""
        for line in self.sorted(lambda line: (line.sequence, line._origin.id or 1 << 31)):
            if line.kind == "heading":
                roman, arabic, abbreviation = roman + 1, 0, line.abbreviation or ""
                number = 0 if numbering == "heading" else number
                codes[line] = _roman(roman)
            elif line.kind == "subheading":
                arabic += 1
                codes[line] = str(arabic)
            else:
                number += 1
                codes[line] = ".".join(filter(None, (official_number(number), abbreviation)))
        return codes

    @api.depends("dossier_ids")
    def _compute_dossier_count(self):
        for line in self:
            line.dossier_count = len(line.dossier_ids)

    @api.depends("code", "name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = " ".join(filter(None, (line.code, line.name)))

    # Who writes ------------------------------------------------------------------------------------------------------

    @api.model
    def _first_fields(self):
        return super()._first_fields() | FIELDS | {"plan_id"}

    def _editable_fields(self):
        names = super()._editable_fields()
        return names | FIELDS if self._may_edit() else names

    def _may_edit(self):
        """The archivist gathers the plan; the people of a unit write its own lines, while it is a draft."""
        user = self.env.user
        own = self.department_id and self.department_id == user._vpdt_department()
        return self.plan_id.state == "draft" and (user.has_group(ARCHIVIST) or bool(own))

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not by_system(self.env):
            lines._check_may_edit()
        return lines

    def unlink(self):
        if not by_system(self.env):
            self._check_may_edit()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_unopened_only(self):
        if self.dossier_ids:
            raise UserError(self.env._("A dossier has been opened under “%s”.", self.dossier_ids[0].plan_line_id.name))

    def _check_may_edit(self):
        for line in self:
            if not line._may_edit():
                raise AccessError(
                    self.env._(
                        "“%s” is changed by the archivist or its own unit, while the plan is a draft.", line.name
                    )
                )

    def _prepare_next_vals(self):
        names = ("sequence", "kind", "name", "abbreviation", "note")
        people = self.user_id.filtered("active"), self.department_id, self.retention_id.filtered("active")
        return {
            **{name: self[name] for name in names},
            **dict(zip(("user_id", "department_id", "retention_id"), (found.id for found in people), strict=True)),
        }

    def action_open_dossier(self):
        """Open the dossier that the plan foresees: its form, filled in from this line."""
        self.ensure_one()
        self.check_access("read")
        if self.kind != "dossier" or self.plan_id.state not in ("approved", "issued"):
            raise UserError(self.env._("Dossiers are opened from the lines of a plan that has been approved."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Open a dossier"),
            "res_model": "vpdt.dossier",
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {"default_plan_line_id": self.id},
        }


def _roman(number):
    text = ""
    for value, letters in ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        while number >= value:
            text, number = text + letters, number - value
    return text
