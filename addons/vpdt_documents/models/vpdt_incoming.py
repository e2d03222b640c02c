from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move
from odoo.addons.vpdt_base.official_pdf import forms
from odoo.addons.vpdt_base.vietnam import local_day

CLERK = "vpdt_base.group_clerk"
LEADER = "vpdt_base.group_leader"

# Signed evidence of the handling may be added until the work is done.
OPEN_STATES = ("arrived", "registered", "submitted", "directed")

#: What the register says of the document itself (Phụ lục IV, form VI), from its top by packet or by hand.
BOOK_FIELDS = (
    "author_id",
    "author_name",
    "number",
    "notation",
    "date",
    "type_id",
    "subject",
    "signer_name",
    "signer_title",
    "source",
)
# What the clerk fills in until the document is in the register.
REGISTRATION_FIELDS = frozenset(
    {
        *BOOK_FIELDS,
        "priority",
        "due_date",
        "register_id",
        "leader_id",
        "note",
        "upload",
        "upload_name",
        "draft_refusal",
    }
)


# When it came, and what its sender asks for.
ARRIVAL_FIELDS = frozenset({"arrived_at", "arrival_reason", "answer_by", "needs_answer"})
#: States that end the work on a document.
ENDED = ("finished", "refused", "void")


class VpdtIncoming(models.Model):
    """An incoming document (văn bản đến): received, registered, directed, handled (Nghị định 30/2020, Điều 20–24)."""

    _name = "vpdt.incoming"
    _description = "Incoming document"
    _inherit = ["vpdt.handled.mixin", "vpdt.document.mixin"]
    _order = "arrived_at DESC, id DESC"
    _search_text_fields = (
        "subject",
        "number",
        "notation",
        "code",  # “31/SNV-VP”, as people say it
        "type_id.name",
        "signer_name",
        "author_name",
        "arrival_code",
    )
    _deadline_field = "my_deadline"
    _work_field = "incoming_id"
    _dialogs = {"action_refuse": "action_open_return", "action_finish": "action_open_result"}

    state = fields.Selection(
        [
            ("arrived", "Arrived"),
            ("registered", "Registered"),
            ("submitted", "Submitted"),
            ("directed", "Directed"),
            ("finished", "Finished"),
            ("refused", "Returned"),
            ("void", "Number void"),
        ],
        tracking=True,
    )
    source = fields.Selection(
        [("paper", "Paper"), ("axis", "Exchange"), ("email", "E-mail")], default="paper", required=True
    )
    type_as_written = fields.Char(readonly=True, help="The type that a packet names and that is not in our list.")
    author_id = fields.Many2one("vpdt.organization", index=True, ondelete="restrict")
    author_name = fields.Char("Author's name", compute="_compute_author_name", store=True, readonly=False)
    arrived_at = fields.Datetime("Arrived on", required=True, default=fields.Datetime.now, copy=False)
    entered_at = fields.Datetime("Entered on", default=fields.Datetime.now, readonly=True, copy=False)
    arrival_reason = fields.Char("Why it is entered later", copy=False, help="For what came on an earlier day.")
    arrival_day = fields.Date("Arrival date", readonly=True, copy=False, index=True)
    registered_day = fields.Date("Registered on", readonly=True, copy=False, index=True)
    arrival_number = fields.Integer(readonly=True, copy=False)
    leader_id = fields.Many2one("res.users", "Submitted to", check_company=True)
    direction = fields.Text(help="Bút phê of the leader.", readonly=True)
    directed_at = fields.Datetime(readonly=True)
    directed_for_id = fields.Many2one("res.users", "Directed on behalf of", readonly=True, help="By delegation.")
    assignment_ids = fields.One2many("vpdt.assignment", "incoming_id", "Assignments")
    answer = fields.Text("Result", readonly=True)
    refusal_reason = fields.Text(readonly=True)
    transferred_at = fields.Datetime("Forwarded on", readonly=True)
    finished_at = fields.Datetime("Finished on", readonly=True, copy=False)
    answer_by = fields.Date("Answer by", help="The day by which the sender asks for an answer (Hạn trả lời).")
    needs_answer = fields.Boolean("Wants an answer")
    reply_ids = fields.One2many("vpdt.outgoing", "answers_id", "Replies", readonly=True)
    my_deadline = fields.Date("Deadline for me", compute="_compute_my_deadline")
    handled_by = fields.Char("Handled by", compute="_compute_handled_by", help="Who has the lead.")
    note = fields.Char()
    upload = fields.Binary("Scan", compute="_compute_upload", inverse="_inverse_upload")
    upload_name = fields.Char(compute="_compute_upload", inverse="_inverse_upload")

    _number_unique = models.UniqueIndex(
        "(register_id, register_year, arrival_number, (COALESCE(arrival_suffix, ''))) WHERE arrival_number > 0",
        "This arrival number has been given already.",
    )
    _by_company_state = models.Index("(company_id, state, arrived_at)")

    _register_direction = "incoming"
    _register_number = "arrival_number"
    _register_suffix = "arrival_suffix"
    _register_day = "registered_day"
    _register_form = forms.INCOMING_REGISTER
    _register_columns = (1, 5)
    _register_locked = (
        "register_id", "register_year", "company_id", "arrival_day", "author_name", "number", "notation", "date",
        "type_id", "note",
    )  # fmt: skip
    _register_locked_texts = ("subject",)
    _copied_from = ("registered", "submitted", "directed", "finished")
    _copied_in = "incoming_id"

    @api.model
    def _get_moves(self):
        before = ("registered", "submitted")
        return super()._get_moves() + (
            Move(("arrived",), "registered", self.env._("Enter in register"), "action_register", (CLERK,),
                 "_check_complete", "_effect_registered"),
            Move(("registered",), "submitted", self.env._("Submit to the leader"), "action_submit", (CLERK,),
                 "_check_leader", "_effect_submitted", self.env._("It has not been registered yet.")),
            Move(("submitted", "registered"), "directed", self.env._("Direct"), "action_direct", (LEADER,),
                 "_check_lead", "_effect_directed", self.env._("The clerk has not registered it yet.")),
            Move(("directed",), "finished", self.env._("Finish"), "action_finish", (),
                 "_check_lead_user", "_effect_finished"),
            Move(("arrived",), "refused", self.env._("Return to sender"), "action_refuse", (CLERK,),
                 "_check_reason", "_effect_refused", danger=True,
                 confirmation=self.env._("The document goes back to its sender with the reason you wrote.")),
            # Ways back and other ends; their buttons ask for words first (`_further_steps`).
            Move(before, "refused", self.env._("Return to sender"), "", (CLERK,), "_check_reason", "_effect_refused"),
            Move(before, "void", self.env._("Make the number void"), "", (CLERK,), "_check_void", "_effect_void"),
            Move(before, "finished", self.env._("For filing"), "", (LEADER,), "", "_effect_filed"),
            Move(("submitted",), "registered", self.env._("Take back"), "", (CLERK,), "_check_take_back",
                 "_effect_taken_back"),
            Move(("directed",), "submitted", self.env._("Take back"), "", (), "_check_back_to_leader",
                 "_effect_back_to_leader"),
            Move(("finished",), "directed", self.env._("Reopen"), "", (), "_check_reopen", "_effect_reopened"),
        )  # fmt: skip

    @api.model
    def _get_delegable(self):
        return {**super()._get_delegable(), "action_direct": (("direct", "leader_id"),)}

    @api.model
    def _first_fields(self):
        return super()._first_fields() | REGISTRATION_FIELDS | ARRIVAL_FIELDS | {"assignment_ids", "draft_direction"}

    def _deadline_runs(self):
        return self.state not in ENDED

    @api.depends("due_date", "state", "register_by", "assignment_ids.deadline", "assignment_ids.state",
                 "assignment_ids.user_id")  # fmt: skip
    @api.depends_context("uid")
    def _compute_my_deadline(self):
        """The deadline of one's own part; for the clerk, before it is submitted, the clock of the law."""
        is_clerk = self.env.user.has_group(CLERK)
        for document in self:
            if is_clerk and document.state in ("arrived", "registered"):
                document.my_deadline = local_day(document.register_by)
                continue
            mine = document.assignment_ids.filtered(lambda a: a.user_id == self.env.user and a.state == "open")
            document.my_deadline = min(filter(None, mine.mapped("deadline")), default=False) or document.due_date

    @api.depends("assignment_ids.user_id", "assignment_ids.part", "assignment_ids.department_id")
    def _compute_handled_by(self):
        for document in self:
            leads = document.assignment_ids.filtered(lambda a: a.part == "lead" and not a.parent_id)
            document.handled_by = ", ".join(part._who() for part in leads)

    @api.depends("author_id")
    def _compute_author_name(self):
        for document in self:
            document.author_name = document.author_id.name or document.author_name

    def _compute_upload(self):
        self.upload = False
        self.upload_name = False

    def _inverse_upload(self):
        File = self.env["vpdt.file"]
        for document, name, content in self._uploaded("upload", "van-ban-den.pdf"):
            if document._file_of_role("main"):
                raise UserError(self.env._("A file that came in is never replaced."))
            File._store(document, name, content, "main")._check_signatures()

    def _upload_roles(self):
        roles = super()._upload_roles()
        if self.state == "arrived" and self.source != "axis" and self.env.user.has_group(CLERK):
            # A file that came in is never replaced.
            roles += [] if self._file_of_role("main") else ["main"]
            roles += ["annex", "scan"]
        return roles + (["evidence"] if self.state in OPEN_STATES else [])

    def _extract_vals(self):
        return {**super()._extract_vals(), "agency": self.author_name or "", "place": self.author_id.sudo().place or ""}

    def _wants_agency_signature(self):
        return True

    def _type_name(self):
        """The type of the document in words: of the list, or as its packet has it."""
        return self.type_id.name or self.type_as_written or ""

    # Forms -----------------------------------------------------------------------------------------------------------

    def _register_rows(self):
        """Rows of form VI (Phụ lục IV), in the order of its columns."""
        for document in self:
            top = document.assignment_ids.filtered(lambda a: not a.parent_id).sorted(lambda a: a.part != "lead")
            yield (
                document.arrival_day,
                document._book_number(),
                document.author_name,
                document.code,
                document.date,
                document._title_in_register(),
                "; ".join(part._who() for part in top) or document.leader_id.name,
                # Ngày chuyển: on which it was handed to those named in the column before (khoản 1 Điều 23)
                local_day(document.directed_at or document.transferred_at),
                "",
                document._book_note(),
            )
