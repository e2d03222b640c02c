from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move
from odoo.addons.vpdt_base.vietnam import vietnam_day

from .vpdt_account import KEEPER, UNIT_ADMIN
from .vpdt_account_form import AGENCY, PERSON, SUBJECTS

LEADER = "vpdt_base.group_leader"
DRAFT_FIELDS = frozenset({"form_id", "subject", "signer_id", "note", "line_ids"})
#: What the keeper works on; before that a request is the agency's own paper.
ARRIVED = ("received", "checked", "done", "answered")


class VpdtAccountRequest(models.Model):
    """A request about accounts (Mẫu 01–04): the unit administrator drafts it, the head signs, the body that keeps the
    system does it line by line and answers in writing (Đồng Tháp, Quy chế, Điều 5, 9–11)."""

    _name = "vpdt.account.request"
    _description = "Request about accounts"
    _inherit = [
        "vpdt.move.mixin",
        "vpdt.history.mixin",
        "vpdt.isolation.mixin",
        "vpdt.search.mixin",
        "vpdt.file.owner.mixin",
        "mail.thread",
        "vpdt.people.mixin",
    ]
    _order = "id DESC"
    _check_company_auto = True
    _search_text_fields = ("title", "letter_number", "company_id.name", "line_ids.name", "line_ids.login")

    company_id = fields.Many2one(
        "res.company", "Agency", required=True, readonly=True, index=True, default=lambda self: self.env.company
    )
    keeper_id = fields.Many2one(
        "res.company",
        "Addressee",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env["vpdt.account.policy"]._current()._keeper_of(self.env.company),
    )
    keeper_name = fields.Char("Addressee", compute="_compute_keeper_name")
    form_id = fields.Many2one(
        "vpdt.account.form", required=True, ondelete="restrict", default=lambda self: self._default_form()
    )
    kind = fields.Selection(related="form_id.kind")
    subject = fields.Selection(SUBJECTS, "For", required=True, default=PERSON)
    title = fields.Char("About", compute="_compute_title", store=True)
    line_ids = fields.One2many("vpdt.account.request.line", "request_id", "Lines", copy=False)
    line_count = fields.Integer("Number of lines", compute="_compute_progress")
    open_count = fields.Integer("Lines still to be done", compute="_compute_progress")
    faults = fields.Text("To be put right", compute="_compute_faults")
    drafter_id = fields.Many2one(
        "res.users", "Drafted by", required=True, readonly=True, default=lambda self: self.env.user, copy=False
    )
    signer_id = fields.Many2one(
        "res.users", "Head who signs", check_company=True, default=lambda self: self._default_signer()
    )
    note = fields.Char("Remarks", copy=False)
    opinion = fields.Char("Reason for returning", copy=False, help="Written before pressing Return.")
    letter_number = fields.Char("Number and notation", copy=False)
    letter_date = fields.Date("Date of the letter", copy=False)
    received_at = fields.Datetime("Arrived on", readonly=True, copy=False)
    due_at = fields.Datetime("To be answered by", readonly=True, copy=False)
    done_at = fields.Datetime("Done on", readonly=True, copy=False)
    result_signer_id = fields.Many2one("res.users", "Result signed by", copy=False)
    result_number = fields.Char("Number of the result", copy=False)
    result_date = fields.Date("Date of the result", copy=False)
    clock = fields.Char(compute="_compute_clock")
    late = fields.Boolean(compute="_compute_clock", search="_search_late")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("to_sign", "Waiting for the head"),
            ("received", "Arrived"),
            ("checked", "Checked"),
            ("done", "Done"),
            ("answered", "Answered"),
            ("cancelled", "Cancelled"),
        ],
        tracking=True,
    )

    _by_agency = models.Index("(company_id, state)")
    _by_keeper = models.Index("(keeper_id, state)")

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (
            Move(
                ("draft",),
                "to_sign",
                self.env._("Submit to the head"),
                "action_submit",
                (UNIT_ADMIN,),
                "_check_ready",
                "_effect_submitted",
            ),
            Move(
                ("to_sign",),
                "draft",
                self.env._("Return"),
                "action_return",
                (LEADER, UNIT_ADMIN),
                "_check_opinion",
                "_effect_returned",
                danger=True,
                confirmation=self.env._("It goes back to the unit administrator with your reason."),
            ),
            Move(
                ("to_sign",),
                "received",
                self.env._("Sign and send"),
                "action_approve",
                (LEADER,),
                "_check_letter",
                "_effect_received",
            ),
            Move(("received",), "checked", self.env._("Checked"), "action_check", (KEEPER,), "", "_effect_checked"),
            Move(
                ("checked",),
                "done",
                self.env._("Finish"),
                "action_finish",
                (KEEPER,),
                "_check_all_settled",
                "_effect_done",
                self.env._("The lines are done after the check."),
            ),
            Move(
                ("done",),
                "answered",
                self.env._("Send the result"),
                "action_answer",
                (KEEPER,),
                "_check_result",
                "_effect_answered",
            ),
            Move(
                ("draft",),
                "cancelled",
                self.env._("Cancel"),
                "action_cancel",
                (UNIT_ADMIN,),
                danger=True,
                confirmation=self.env._("The request is kept, but goes nowhere."),
            ),
        )

    # Defaults and words ---------------------------------------------------------------------------------------------

    @api.model
    def _default_form(self):
        return self.env["vpdt.account.form"].search([("kind", "=", "new")], limit=1)

    @api.model
    def _default_signer(self):
        """The head of the agency, where there is one only who can be meant."""
        leaders = self._leaders_of(self.env.company)
        return leaders if len(leaders) == 1 else leaders.browse()

    @api.model
    def _leaders_of(self, company):
        # who leads an agency is known to its people
        users = self.env.ref(LEADER).sudo().all_user_ids
        return users.filtered(lambda user: user.active and company in user.company_ids).sudo(False)

    @api.depends("form_id", "subject", "line_ids.name")
    def _compute_title(self):
        for request in self:
            names = [name for name in request.line_ids.mapped("name") if name]
            more = f" (+{len(names) - 2})" if len(names) > 2 else ""
            request.title = " – ".join(
                part for part in (request.form_id.name, ", ".join(names[:2]) + more) if part
            )  # fmt: skip

    @api.depends("title", "letter_number")
    def _compute_display_name(self):
        for request in self:
            request.display_name = " · ".join(part for part in (request.letter_number, request.title) if part)

    @api.depends("line_ids.state")
    def _compute_progress(self):
        for request in self:
            request.line_count = len(request.line_ids)
            request.open_count = len(request.line_ids.filtered(lambda line: line.state == "open"))

    @api.depends("keeper_id", "company_id")
    def _compute_keeper_name(self):
        """Everybody may know to whom it goes, and not everybody sees that agency."""
        policy = self.env["vpdt.account.policy"]._current()
        for request in self:
            keeper = request.keeper_id or policy._keeper_of(request.company_id or self.env.company)
            request.keeper_name = keeper.sudo().name  # the name only

    @api.depends("due_at", "state")
    def _compute_clock(self):
        now = fields.Datetime.now()
        for request in self:
            waiting = request.state in ("received", "checked", "done") and request.due_at
            request.late = bool(waiting and request.due_at < now)
            request.clock = ""
            if waiting:
                words = self.env._("late, due %s") if request.late else self.env._("due %s")
                request.clock = words % vietnam_day(request.due_at)

    @api.model
    def _search_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = Domain("state", "in", ("received", "checked", "done")) & Domain("due_at", "<", fields.Datetime.now())
        return late if True in value else ~late

    # What a person writes -------------------------------------------------------------------------------------------

    @api.model
    def _first_fields(self):
        return super()._first_fields() | DRAFT_FIELDS

    def _editable_fields(self):
        names = super()._editable_fields()
        own = self.sudo().company_id in self.env.user.company_ids
        if self.state == "draft":
            return names | (DRAFT_FIELDS if own and self.env.user.has_group(UNIT_ADMIN) else set())
        if self.state == "to_sign" and own:
            return names | {"opinion", "letter_number", "letter_date"}
        if self.state in ("received", "checked", "done") and self._is_keeper():
            return names | {"result_signer_id", "result_number", "result_date"}
        return names

    @api.model
    def _prepare_create_values(self, vals_list):
        """Whom a request goes to follows from the rules of the province."""
        vals_list = super()._prepare_create_values(vals_list)
        policy = self.env["vpdt.account.policy"]._current()
        for vals in vals_list:
            company = self.env["res.company"].browse(vals.get("company_id") or self.env.company.id)
            vals["keeper_id"] = policy._keeper_of(company).id
        return vals_list

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        if any(request.state != "draft" or request.letter_number for request in self):
            raise UserError(self.env._("What was submitted is kept. Press “Cancel” instead."))

    # Who ------------------------------------------------------------------------------------------------------------

    def _is_keeper(self):
        """Whether the current user does this request: at the addressee, as keeper of accounts, or as administrator of
        an agency that keeps its own."""
        keeper, user = self.sudo().keeper_id, self.env.user
        if keeper not in user.company_ids:
            return False
        return user.has_group(KEEPER) or (keeper == self.sudo().company_id and user.has_group(UNIT_ADMIN))

    def _has_role_for(self, move):
        if KEEPER in move.groups:
            return self._is_keeper()
        if not self.env.su and self.sudo().company_id not in self.env.user.company_ids:
            return False
        return super()._has_role_for(move)

    def _keepers(self):
        """Who does this request (res.users)."""
        keeper = self.sudo().keeper_id
        groups = [KEEPER] + ([UNIT_ADMIN] if keeper == self.sudo().company_id else [])
        # who has which role at the addressee
        users = self.env["res.users"].sudo().union(*(self.env.ref(group).sudo().all_user_ids for group in groups))
        return users.filtered(lambda user: user.active and not user.share and keeper in user.company_ids)

    # Steps ----------------------------------------------------------------------------------------------------------

    def action_submit(self):
        """Make the form and submit it to the head of the agency."""
        self.ensure_one()
        return self._move_to("to_sign")

    def action_return(self):
        """Give the request back to who drafted it, with the reason."""
        self.ensure_one()
        return self._move_to("draft")

    def action_approve(self):
        """Sign and send, where letters are kept outside of the system: number, date and the signed file are here."""
        self.ensure_one()
        return self._move_to("received", self._prepare_arrival_vals())

    def action_check(self):
        """The lines were looked through; from now on they are done."""
        self.ensure_one()
        return self._move_to("checked")

    def action_finish(self):
        """Every line is done or refused: write the result."""
        self.ensure_one()
        return self._move_to("done", {"done_at": fields.Datetime.now()})

    def action_answer(self):
        """Send the written result, where letters are kept outside of the system."""
        self.ensure_one()
        return self._move_to("answered")

    def action_cancel(self):
        """Give the draft up."""
        self.ensure_one()
        return self._move_to("cancelled")

    def action_do_all(self):
        """Carry out every open line that has no fault; the others stay open and say why."""
        self.ensure_one()
        for line in self.line_ids.filtered(lambda line: line.state == "open" and not line.fault):
            line.action_do()
        return True

    def _prepare_arrival_vals(self):
        now = fields.Datetime.now()
        return {"received_at": now, "due_at": self.env["vpdt.account.policy"]._current()._deadline(now)}

    def _check_ready(self):
        if not self.line_ids:
            raise UserError(self.env._("The list is empty. Add a line first."))
        if self.faults:
            raise UserError(self.env._("Put right first:\n%s", self.faults))
        if not self.signer_id:
            raise UserError(self.env._("Choose the head who signs."))
        if self.signer_id not in self._leaders_of(self.company_id):
            raise UserError(self.env._("%s does not sign for the agency: choose a leader.", self.signer_id.name))

    def _check_opinion(self):
        own_draft = self.drafter_id == self.env.user and not self.env.user.has_group(LEADER)
        if not own_draft and not (self.opinion or "").strip():
            raise UserError(self.env._("Write the reason for returning first."))

    def _check_letter(self):
        if self.env.su:
            return
        if self.signer_id != self.env.user:
            raise AccessError(self.env._("The request is signed by %s.", self.signer_id.name))
        if not (self.letter_number and self.letter_date):
            raise UserError(self.env._("Enter number and date of the letter first."))
        if not self._file_of_role("scan"):
            raise UserError(self.env._("Add the signed letter to the files first (role “Scan”)."))

    def _check_all_settled(self):
        if self.open_count:
            raise UserError(self.env._("%s lines are still open: do or refuse each of them.", self.open_count))

    def _check_result(self):
        if not self.env.su and not (self.result_number and self.result_date):
            raise UserError(self.env._("Enter number and date of the written result first."))

    def _upload_roles(self):
        roles = super()._upload_roles()
        if self.state == "draft":
            return [*roles, "evidence"]
        return [*roles, "scan"] if self.state == "to_sign" else roles

    # What follows ---------------------------------------------------------------------------------------------------

    def _effect_submitted(self):
        self._make_paper()
        self._done_activities()
        self._ask(self.signer_id, self.env._("Sign this request about accounts"))

    def _effect_returned(self):
        self._done_activities()
        self._ask(self.drafter_id - self.env.user, self.env._("The request was returned: %s", self.opinion or ""))

    def _effect_received(self):
        self._done_activities()
        # the rows of the keepers are theirs, past the rights of who has signed
        self._ask(self._keepers(), self.env._("A request about accounts has arrived"), date_deadline=self.due_at.date())

    def _effect_checked(self):
        self._done_activities()

    def _effect_done(self):
        self._done_activities()
        self._make_result()

    def _effect_answered(self):
        self._done_activities()
        self._remind_people(self.drafter_id, self.env._("The result of the request has arrived"))

    @api.model
    def _cron_warn(self):
        """Tell the keepers of what is due today or late, once a day at most."""
        tomorrow = fields.Datetime.add(fields.Datetime.now(), days=1)
        domain = [("state", "in", ("received", "checked", "done")), ("due_at", "<", tomorrow)]
        for request in self.search(domain):
            words = self.env._("Request about accounts: %s", request.clock)
            waiting = request.activity_ids.filtered(lambda activity, words=words: activity.summary == words)
            request._remind_people(request._keepers() - waiting.user_id, words)


__all__ = ["AGENCY", "ARRIVED", "PERSON", "VpdtAccountRequest"]
