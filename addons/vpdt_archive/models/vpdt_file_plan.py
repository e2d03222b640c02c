from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move
from odoo.addons.vpdt_base.vietnam import today

ARCHIVIST = "vpdt_base.group_archivist"
LEADER = "vpdt_base.group_leader"


class VpdtFilePlan(models.Model):
    """The file plan (danh mục hồ sơ) of an agency for a year: drafted by the units, gathered by the archivist, approved
    by the head, issued at the start of the year (Nghị định 30/2020, Điều 28; Phụ lục V, I–II)."""

    _name = "vpdt.file.plan"
    _description = "File plan"
    _inherit = ["vpdt.move.mixin", "vpdt.text.mixin", "vpdt.isolation.mixin", "vpdt.history.mixin"]
    _order = "year DESC, id DESC"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", "Agency", required=True, index=True, readonly=True, default=lambda self: self.env.company
    )
    year = fields.Integer(required=True, default=lambda self: today().year)
    numbering = fields.Selection(
        [("heading", "From 01 under each heading"), ("continuous", "From 01 through the whole plan")],
        required=True,
        default="heading",
    )
    line_ids = fields.One2many("vpdt.file.plan.line", "plan_id", "Headings and dossiers", copy=True)
    decision_id = fields.Many2one(
        "vpdt.outgoing", check_company=True, index=True, help="By which the head issued the plan."
    )
    decision_code = fields.Char("Number and date of the decision", help="When it was issued on paper.")
    approved_by_id = fields.Many2one("res.users", "Approved by", readonly=True, copy=False)
    approved_at = fields.Datetime("Approved on", readonly=True, copy=False)
    return_draft = fields.Text("Why it goes back", copy=False)
    state = fields.Selection(
        [
            ("draft", "Being drafted"),
            ("submitted", "Waiting for approval"),
            ("approved", "Approved"),
            ("issued", "Issued"),
        ],
        copy=False,
    )
    dossier_count = fields.Integer("Dossiers", compute="_compute_dossier_count")

    _year_unique = models.Constraint("UNIQUE (company_id, year)", "There is a file plan of this year already.")

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (
            Move(
                ("draft",),
                "submitted",
                self.env._("Submit for approval"),
                "action_submit",
                (ARCHIVIST,),
                "_check_complete",
            ),
            Move(
                ("submitted",),
                "approved",
                self.env._("Approve"),
                "action_approve",
                (LEADER,),
                "",
                "",
                self.env._("The archivist has not submitted it yet."),
            ),
            Move(
                ("submitted", "approved"),
                "draft",
                self.env._("Return"),
                "action_return",
                (LEADER, ARCHIVIST),
                "_check_reason",
                danger=True,
                confirmation=self.env._("The units can change the plan again."),
            ),
            Move(
                ("approved",),
                "issued",
                self.env._("Issue"),
                "action_issue",
                (ARCHIVIST,),
                "_check_decision",
                "",
                self.env._("The head has not approved it yet."),
            ),
        )

    @api.depends("year", "company_id")
    def _compute_display_name(self):
        for plan in self:
            plan.display_name = self.env._("File plan %s", plan.year or "")

    @api.depends("line_ids.kind")
    def _compute_dossier_count(self):
        for plan in self:
            plan.dossier_count = len(plan.line_ids.filtered(lambda line: line.kind == "dossier"))

    @api.model
    def _first_fields(self):
        return super()._first_fields() | {"year", "numbering", "line_ids"}

    def _editable_fields(self):
        names = super()._editable_fields()
        if self.state == "draft":
            archivist = {"year", "numbering"} if self.env.user.has_group(ARCHIVIST) else set()
            return names | {"line_ids"} | archivist
        decides, gathers = self.env.user.has_group(LEADER), self.env.user.has_group(ARCHIVIST)
        if self.state in ("submitted", "approved") and (decides or gathers):
            names |= {"return_draft"}
        return names | ({"decision_id", "decision_code"} if self.state == "approved" and gathers else set())

    # Steps -----------------------------------------------------------------------------------------------------------

    def action_submit(self):
        """Lay the plan before the head of the agency."""
        self.ensure_one()
        return self._move_to("submitted", {"return_draft": False})

    def action_approve(self):
        """The head approves it."""
        self.ensure_one()
        return self._move_to("approved", {"approved_by_id": self.env.uid, "approved_at": fields.Datetime.now()})

    def action_return(self):
        """Send it back to be changed."""
        self.ensure_one()
        return self._move_to("draft", {"approved_by_id": False, "approved_at": False})

    def action_issue(self):
        """The decision has been issued: the plan holds for the year."""
        self.ensure_one()
        return self._move_to("issued")

    def _check_complete(self):
        if not self.dossier_count:
            raise UserError(self.env._("The plan has no dossiers yet."))
        bare = self.line_ids.filtered(lambda line: line.kind == "dossier" and not line.retention_id)
        if bare:
            raise UserError(self.env._("Choose a retention for: %s", ", ".join(bare[:10].mapped("name"))))

    def _check_reason(self):
        if not (self.return_draft or "").strip():
            raise UserError(self.env._("Write under “Why it goes back” what is to be changed."))

    def _check_decision(self):
        if self.decision_id and self.decision_id.state != "issued":
            raise UserError(self.env._("The decision has not been issued yet: %s", self.decision_id.display_name))
        if not (self.decision_id or (self.decision_code or "").strip()):
            raise UserError(self.env._("Name the decision by which the plan is issued."))

    # Next year -------------------------------------------------------------------------------------------------------

    def action_copy_to_next_year(self):
        """A draft for the next year, with the headings and dossiers of this one.

        :return: action that opens it
        """
        self.ensure_one()
        self.check_access("read")
        self.check_access("create")
        target = self.search([("company_id", "=", self.company_id.id), ("year", "=", self.year + 1)], limit=1)
        if not target:
            target = self.create({"year": self.year + 1, "numbering": self.numbering})
            target.line_ids = [Command.create(line._prepare_next_vals()) for line in self.line_ids]
        return target._open()

    def action_read_excel(self):
        """Open the dialog that reads the lines from a workbook (form II)."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Read the plan from Excel"),
            "res_model": "vpdt.plan.import",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_plan_id": self.id},
        }

    def _open(self):
        return {"type": "ir.actions.act_window", "res_model": self._name, "res_id": self.id, "view_mode": "form",
                "views": [(False, "form")]}  # fmt: skip

    def _decision_words(self):
        """Number and date of the decision, as form II names them."""
        if self.decision_id:
            day = self.decision_id.date
            return f"{self.decision_id.code} ngày {day.strftime('%d/%m/%Y') if day else '…'}"
        return self.decision_code or ""
