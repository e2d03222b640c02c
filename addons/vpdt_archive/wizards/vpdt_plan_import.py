import base64
import tempfile

from markupsafe import Markup
from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.vpdt_base.directory.problems import DirectoryError
from odoo.addons.vpdt_base.text import fold

from ..plans import PlanError, read_plan

#: Bytes of a workbook that is read.
LARGEST = 10 << 20


class VpdtPlanImport(models.TransientModel):
    """A file plan from Excel (form II): looked at first, then taken over as a whole or not at all."""

    _name = "vpdt.plan.import"
    _description = "File plan from Excel"
    _inherit = ["vpdt.text.mixin"]

    plan_id = fields.Many2one("vpdt.file.plan", "File plan", required=True)
    content = fields.Binary("Workbook (.xlsx)", attachment=False)
    file_name = fields.Char()
    replace = fields.Boolean("Replace the lines that are there", help="Otherwise the lines are added below them.")
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    ready = fields.Boolean(compute="_compute_preview")

    @api.depends("content", "plan_id")
    def _compute_preview(self):
        for dialog in self:
            dialog.preview, dialog.ready = False, False
            if not dialog.content:
                continue
            try:
                rows = dialog._rows()
            except UserError as error:
                dialog.preview = Markup('<div class="alert alert-danger">%s</div>') % str(error)
                continue
            dialog.preview = dialog._preview_of(rows)
            dialog.ready = bool(rows) and not any(row.problems for row in rows)

    def _rows(self):
        """Rows of the workbook (list of `PlanRow`).

        :raises UserError: it cannot be read, in words
        """
        content = base64.b64decode(self.with_context(bin_size=False).content or b"")  # a form asks for its size only
        if len(content) > LARGEST:
            raise UserError(self.env._("The workbook is larger than %s MB.", LARGEST >> 20))
        with tempfile.NamedTemporaryFile(suffix=".xlsx", prefix="vpdt-plan-") as file:
            file.write(content)
            file.flush()
            try:
                return read_plan(file.name)
            except (DirectoryError, PlanError) as error:
                raise UserError(self._words_of(error)) from error

    def _words_of(self, error):
        words = {
            "no_headings": self.env._(
                "No sheet has the headings of form II: “Tên đề mục và tiêu đề hồ sơ”, “Thời hạn bảo quản”. Print an "
                "empty plan to Excel to see them."
            ),
            "too_many_rows": self.env._("The sheet has too many rows for a file plan."),
        }
        return words.get(error.code) or self.env._(
            "The workbook cannot be read. Open it in Excel and save it as “Excel Workbook (.xlsx)”."
        )

    def _problem_words(self, code):
        return {
            "no_title": self.env._("there is no title"),
            "title_too_long": self.env._("the title is longer than 500 characters"),
            "no_retention": self.env._("there is no retention"),
            "retention_unreadable": self.env._("the retention is neither “Vĩnh viễn” nor a number of years"),
        }[code]

    def _preview_of(self, rows):
        bad = [row for row in rows if row.problems]
        dossiers = [row for row in rows if row.kind == "dossier"]
        parts = [Markup("<p>%s</p>") % self.env._(
            "%(dossiers)s dossiers under %(headings)s headings.", dossiers=len(dossiers),
            headings=len(rows) - len(dossiers),
        )]  # fmt: skip
        for row in bad[:20]:
            why = ", ".join(self._problem_words(code) for code in row.problems)
            line = self.env._("Row %(row)s, “%(title)s”: %(why)s.", row=row.number, title=row.name, why=why)
            parts.append(Markup('<div class="text-danger">%s</div>') % line)
        people, unknown = self._people(rows), []
        for row in dossiers:
            if row.person and not any(people.get(fold(row.person), ())):
                unknown.append(row.person)
        if unknown:
            words = self.env._("Not known here, left empty: %s.", ", ".join(dict.fromkeys(unknown)))
            parts.append(Markup('<div class="text-warning">%s</div>') % words)
        return Markup("").join(parts)

    # Taking over -----------------------------------------------------------------------------------------------------

    def action_import(self):
        """Make the lines; all of them or none.

        :return: action that closes the dialog
        :raises UserError: a row is wrong; says which
        :raises AccessError: the plan is no draft, or not the archivist's
        """
        self.ensure_one()
        plan = self.plan_id
        plan.check_access("write")
        if plan.state != "draft" or not self.env.user.has_group("vpdt_base.group_archivist"):
            raise AccessError(self.env._("A plan is read from Excel by the archivist, while it is a draft."))
        if not self.content:
            raise UserError(self.env._("Choose a workbook first."))
        rows = self._rows()
        bad = next((row for row in rows if row.problems), None)
        if bad or not rows:
            why = self._problem_words(bad.problems[0]) if bad else self.env._("there are no rows")
            raise UserError(self.env._("Row %(row)s: %(why)s. Nothing was taken over.", row=bad.number if bad else 0,
                                       why=why))  # fmt: skip
        commands = [Command.clear()] if self.replace else []
        start = 0 if self.replace else max(plan.line_ids.mapped("sequence"), default=0)
        plan.line_ids = commands + [Command.create(vals) for vals in self._prepare_line_vals(rows, start)]
        plan._journal("move", {"lines": len(rows)})
        return {"type": "ir.actions.act_window_close"}

    def _prepare_line_vals(self, rows, start):
        people, rules = self._people(rows), self._rules(rows)
        for number, row in enumerate(rows, 1):
            user, unit = people.get(fold(row.person), (None, None)) if row.person else (None, None)
            yield {
                "sequence": start + 10 * number,
                "kind": row.kind,
                "name": row.name,
                "abbreviation": row.abbreviation or False,
                "note": row.note or False,
                "retention_id": rules.get(row.number, False),
                "user_id": user or False,
                "department_id": unit or False,
            }

    def _people(self, rows):
        """``{folded name: (user id or None, unit id or None)}`` of people and units of the agency; namesakes are left
        out, for nobody knows which one is meant."""
        company = self.plan_id.company_id
        wanted = {fold(row.person) for row in rows if row.person}
        users = self.env["res.users"].search([("company_ids", "in", company.ids), ("share", "=", False)])
        units = self.env["hr.department"].search([("company_id", "=", company.id)])
        found = {}
        for user in users:
            found.setdefault(fold(user.name), []).append((user.id, user._vpdt_department().id))
        for unit in units:
            found.setdefault(fold(unit.name), []).append((None, unit.id))
        return {name: places[0] for name, places in found.items() if name in wanted and len(places) == 1}

    def _rules(self, rows):
        """``{row number: rule id}``: the rule that an earlier plan gave this title, else the first of the term."""
        Rule, Line = self.env["vpdt.retention.rule"], self.env["vpdt.file.plan.line"]
        known = {}
        earlier = [("company_id", "=", self.plan_id.company_id.id), ("kind", "=", "dossier"),
                   ("name", "in", [row.name for row in rows])]  # fmt: skip
        for line in Line.search(earlier, order="year, id"):
            known[fold(line.name)] = line.retention_id
        first = {}
        for rule in Rule.search([]):
            first.setdefault((rule.term, rule.years if rule.term == "years" else 0), rule)
        found = {}
        for row in rows:
            if row.kind != "dossier":
                continue
            rule = known.get(fold(row.name))
            if not rule or (rule.term, rule.years if rule.term == "years" else 0) != (row.term, row.years):
                rule = first.get((row.term, row.years))
            if not rule:
                raise UserError(
                    self.env._("The retention schedule has no “%(term)s” (row %(row)s): add it first.",
                               term=row.retention, row=row.number)
                )  # fmt: skip
            found[row.number] = rule.id
        return found
