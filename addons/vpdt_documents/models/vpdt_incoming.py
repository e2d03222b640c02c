from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move
from odoo.addons.vpdt_base.official_pdf import forms
from odoo.addons.vpdt_base.vietnam import local_day

CLERK = "vpdt_base.group_clerk"
LEADER = "vpdt_base.group_leader"

# Signed evidence of the handling may be added until the work is done.
OPEN_STATES = ("arrived", "registered", "submitted", "directed")

# What the clerk copies from the document's own top, by packet or by hand.
REGISTRATION_FIELDS = frozenset(
    {
        "author_id",
        "author_name",
        "number",
        "notation",
        "date",
        "type_id",
        "subject",
        "signer_name",
        "signer_title",
        "priority",
        "due_date",
        "source",
        "register_id",
        "leader_id",
        "note",
        "upload",
        "upload_name",
        "draft_refusal",
    }
)


class VpdtIncoming(models.Model):
    """An incoming document (văn bản đến): received, registered, directed, handled (Nghị định 30/2020, Điều 20–24)."""

    _name = "vpdt.incoming"
    _description = "Incoming document"
    _inherit = ["vpdt.document.mixin"]
    _order = "arrived_at DESC, id DESC"
    _search_text_fields = (
        "subject",
        "number",
        "notation",
        "type_id.name",
        "signer_name",
        "author_name",
        "arrival_number",
    )

    state = fields.Selection(
        [
            ("arrived", "Arrived"),
            ("registered", "Registered"),
            ("submitted", "Submitted"),
            ("directed", "Directed"),
            ("finished", "Finished"),
            ("refused", "Returned"),
        ],
        default=lambda self: "arrived",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    source = fields.Selection(
        [("paper", "Paper"), ("axis", "Exchange"), ("email", "E-mail")], default="paper", required=True
    )
    author_id = fields.Many2one("vpdt.organization", index=True, ondelete="restrict")
    author_name = fields.Char("Author's name", compute="_compute_author_name", store=True, readonly=False)
    arrived_at = fields.Datetime("Arrived on", required=True, default=fields.Datetime.now, readonly=True)
    arrival_day = fields.Date("Arrival date", readonly=True, copy=False, index=True)
    arrival_number = fields.Integer(readonly=True, copy=False)
    leader_id = fields.Many2one("res.users", "Submitted to", check_company=True)
    direction = fields.Text(help="Bút phê of the leader.", readonly=True)
    directed_at = fields.Datetime(readonly=True)
    directed_for_id = fields.Many2one("res.users", "Directed on behalf of", readonly=True, help="By delegation.")
    assignment_ids = fields.One2many("vpdt.assignment", "incoming_id", "Assignments")
    answer = fields.Text("Result", readonly=True)
    refusal_reason = fields.Text(readonly=True)
    transferred_at = fields.Datetime("Forwarded on", readonly=True)
    note = fields.Char()
    upload = fields.Binary("Scan", compute="_compute_upload", inverse="_inverse_upload")
    upload_name = fields.Char(compute="_compute_upload", inverse="_inverse_upload")

    _number_unique = models.UniqueIndex(
        "(register_id, register_year, arrival_number) WHERE arrival_number > 0",
        "This arrival number has been given already.",
    )
    _by_company_state = models.Index("(company_id, state, arrived_at)")

    _register_direction = "incoming"
    _register_number = "arrival_number"
    _register_day = "arrival_day"
    _register_form = forms.INCOMING_REGISTER
    _copied_from = ("registered", "submitted", "directed", "finished")
    _copied_in = "incoming_id"

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (
            Move(
                ("arrived",),
                "registered",
                self.env._("Enter in register"),
                "action_register",
                (CLERK,),
                "_check_complete",
                "_effect_registered",
            ),
            Move(
                ("registered",),
                "submitted",
                self.env._("Submit to the leader"),
                "action_submit",
                (CLERK,),
                "_check_leader",
                "_effect_submitted",
                self.env._("It has not been registered yet."),
            ),
            Move(
                ("submitted", "registered"),
                "directed",
                self.env._("Direct"),
                "action_direct",
                (LEADER,),
                "_check_lead",
                "_effect_directed",
                self.env._("The clerk has not registered it yet."),
            ),
            Move(
                ("directed",),
                "finished",
                self.env._("Finish"),
                "action_finish",
                (),
                "_check_lead_user",
                "_effect_finished",
            ),
            Move(
                ("arrived",),
                "refused",
                self.env._("Return to sender"),
                "action_refuse",
                (CLERK,),
                "_check_reason",
                "_effect_refused",
                danger=True,
                confirmation=self.env._("The document goes back to its sender with the reason you wrote."),
            ),
        )

    @api.model
    def _get_delegable(self):
        return {**super()._get_delegable(), "action_direct": (("direct", "leader_id"),)}

    @api.model
    def _first_fields(self):
        return super()._first_fields() | REGISTRATION_FIELDS | {"assignment_ids", "draft_direction"}

    def _leads(self):
        """Who has the lead (chủ trì): res.users, possibly empty."""
        return self.assignment_ids.filtered(lambda a: a.part == "lead").user_id

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

    def _wants_agency_signature(self):
        return True

    # Registering -----------------------------------------------------------------------------------------------------

    def action_register(self):
        """Vào sổ: the next arrival number of the register, today's date."""
        self.ensure_one()
        self._lock_row()
        if self.state != "arrived":
            return False
        register = self.register_id or self.company_id._register_of("incoming", self.type_id)
        if not register:
            raise UserError(self.env._("There is no register of incoming documents yet. Make one under Registers."))
        self._check_move_roles(self._find_move("registered"))
        self._check_complete()
        day = local_day(fields.Datetime.now())
        number = register._take_number(day.year)
        return self._move_to(
            "registered",
            {
                "register_id": register.id,
                "register_year": day.year,
                "arrival_number": number,
                "arrival_day": day,
            },
        )

    def _check_complete(self):
        if not (self.author_name and self.subject):
            raise UserError(self.env._("Fill in author and subject first."))

    def _effect_registered(self):
        """Hook for what registering brings about (the exchange reports status 03)."""
        self._done_activities()
        self.env["vpdt.organization.use"]._record(self.company_id, self.author_id)

    # Forms -----------------------------------------------------------------------------------------------------------

    def _register_rows(self):
        """Rows of form VI (Phụ lục IV), in the order of its columns."""
        for document in self:
            parts = document.assignment_ids.sorted(lambda a: a.part != "lead").user_id
            yield (
                document.arrival_day,
                document.arrival_number,
                document.author_name,
                document.code,
                document.date,
                " ".join(part for part in (document.type_id.name, document.subject) if part),
                "; ".join((parts or document.leader_id).mapped("name")),
                local_day(document.transferred_at),
                "",
                document.note,
            )
