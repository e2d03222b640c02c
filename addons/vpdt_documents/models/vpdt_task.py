from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move

ENDED = ("accepted", "cancelled")
TEXT_FIELDS = frozenset({"subject", "description", "due_date"})
LEADER = "vpdt_base.group_leader"


class VpdtTask(models.Model):
    """A task given without a document (giao việc): to a lead and collaborators, with a deadline and a result.

    Its parts are `vpdt.assignment`, as those of an incoming document: given on within a unit, extended, handed over,
    chased and reminded of in the same way. Who gave it accepts the result, or sends it back with a reason.
    """

    _name = "vpdt.task"
    _description = "Task"
    _inherit = [
        "vpdt.handled.mixin",
        "vpdt.participant.mixin",
        "vpdt.search.mixin",
        "vpdt.file.owner.mixin",
        "vpdt.deadline.mixin",
        "mail.thread",
    ]
    _order = "due_date, id DESC"
    _rec_name = "subject"
    _check_company_auto = True
    _search_text_fields = ("subject", "description", "giver_id.name")
    _roles_that_see_all = (LEADER,)
    _work_field = "task_id"
    _handled_state = "given"
    _dialogs = {"action_report": "action_open_report"}

    state = fields.Selection(
        [
            ("draft", "Being written"),
            ("given", "Being done"),
            ("reported", "Result reported"),
            ("accepted", "Accepted"),
            ("cancelled", "Cancelled"),
        ],
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", "Agency", required=True, index=True, readonly=True, default=lambda self: self.env.company
    )
    subject = fields.Char("What is to be done", size=500, required=True, tracking=True)
    description = fields.Text("In detail")
    giver_id = fields.Many2one(
        "res.users", "Given by", required=True, index=True, readonly=True, default=lambda self: self.env.user
    )
    due_date = fields.Date("Deadline")
    given_at = fields.Datetime("Given on", readonly=True, copy=False)
    accepted_at = fields.Datetime("Accepted on", readonly=True, copy=False)
    answer = fields.Text("Result", readonly=True, copy=False)
    assignment_ids = fields.One2many("vpdt.assignment", "task_id", "Assignments", readonly=True, copy=False)
    note_ids = fields.One2many("vpdt.handling.note", "task_id", "Course of handling", readonly=True, copy=False)
    handled_by = fields.Char("Handled by", compute="_compute_handled_by", help="Who has the lead.")

    @api.model
    def _visible_domain(self):
        """Who gives it sees it, also in the moment in which it is made."""
        return super()._visible_domain() | Domain("giver_id", "=", self.env.uid)

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (
            Move(("draft",), "given", self.env._("Give the task"), "action_give", (), "_check_given", "_effect_given"),
            Move(("given",), "reported", self.env._("Report the result"), "action_report", (), "_check_reports",
                 "_effect_reported"),
            Move(("reported",), "accepted", self.env._("Accept"), "action_accept", (), "_check_giver",
                 "_effect_accepted"),
            Move(("reported",), "given", self.env._("Send back"), "", (), "_check_giver", "_effect_sent_back"),
            Move(("given",), "draft", self.env._("Take back"), "", (), "_check_giver", "_effect_withdrawn"),
            Move(("draft", "given", "reported"), "cancelled", self.env._("Cancel the task"), "", (), "_check_giver",
                 "_effect_cancelled"),
            Move(("accepted",), "given", self.env._("Reopen"), "", (), "_check_giver", "_effect_reopened"),
        )  # fmt: skip

    @api.model
    def _first_fields(self):
        return super()._first_fields() | TEXT_FIELDS

    def _editable_fields(self):
        names = super()._editable_fields()
        return names | TEXT_FIELDS if self.state == "draft" and self.giver_id == self.env.user else names

    @api.depends("assignment_ids.user_id", "assignment_ids.part", "assignment_ids.department_id")
    def _compute_handled_by(self):
        for task in self:
            leads = task.assignment_ids.filtered(lambda a: a.part == "lead" and not a.parent_id)
            task.handled_by = ", ".join(part._who() for part in leads)

    def _deadline_runs(self):
        return self.state not in ENDED

    def _people_at_screens(self):
        return super()._people_at_screens() | self.participant_ids.user_id

    def _upload_roles(self):
        roles = super()._upload_roles()
        if self.giver_id == self.env.user and self.state in ("draft", "given"):
            roles += ["annex"]
        return roles + (["evidence"] if self.state == "given" and self._own_part() else [])

    # Who may what -----------------------------------------------------------------------------------------------------

    def _giver(self):
        return self.giver_id

    def _may_direct(self):
        return self.giver_id == self.env.user

    def _choosable(self):
        """The leader gives tasks to everybody of the agency, the head of a unit to its people."""
        if self.env.user.has_group(LEADER):
            return None
        return self.env["vpdt.assignment"]._people_under(self.env.user, self.company_id)

    def _has_role_for(self, move):
        whose = {"action_give": self.giver_id, "action_accept": self.giver_id, "action_report": self._leads()}
        return self.env.user in whose.get(move.action, self.env.user)

    def _check_move_roles(self, move):
        """Whose step it is hangs on the task, not on a role; the other moves say so in their guards."""
        if move.action in ("action_give", "action_accept"):
            self._check_giver()
        elif move.action == "action_report":
            self._check_reports()

    def _check_giver(self):
        if not self.env.su and self.giver_id != self.env.user:
            raise AccessError(self.env._("This is a step of who has given the task: %s.", self.giver_id.name))

    def _check_given(self):
        self._check_giver()
        if len(self._leads()) != 1:
            raise UserError(self.env._("Name exactly one lead (chủ trì)."))

    def _check_reports(self):
        if not self.env.su and self.env.user not in self._leads():
            raise AccessError(self.env._("The lead is %s.", ", ".join(self._leads().mapped("name"))))

    def _further_steps(self):
        part, gives = self._own_part(), self._may_direct()
        given, ended = self.state == "given", self.state in ENDED
        return (
            ("action_open_distribution", self.env._("Distribute"), given and self._may_lead_on()),
            ("action_open_addition", self.env._("Add people"), given and gives),
            ("action_open_progress", self.env._("Progress"), given and bool(part)),
            ("action_open_opinion", self.env._("Give opinion"), given and part.part == "collaborator"),
            ("action_seen", self.env._("Seen"), part.part == "information"),
            ("action_open_extension", self.env._("Ask for extension"), given and part.part == "lead"),
            ("action_open_decision", self.env._("Decide on extension"), given and bool(self._asked_extension())),
            ("action_open_hand_over", self.env._("Hand over"), given and bool(part)),
            ("action_open_chaser", self.env._("Chase"), given and self._may_chase()),
            ("action_open_send_back", self.env._("Send back"), self.state == "reported" and gives),
            ("action_open_withdrawal", self.env._("Take back"), given and gives),
            ("action_open_cancellation", self.env._("Cancel the task"), gives and not ended),
            ("action_open_reopening", self.env._("Reopen"), self.state == "accepted" and gives),
        )

    # Giving -----------------------------------------------------------------------------------------------------------

    def action_give(self):
        """Giao việc: choose the people in the dialog, or give it to those who were chosen."""
        self.ensure_one()
        if self.state == "draft" and not self._leads() and not self.env.su:
            self._check_giver()
            return self._direction_dialog("direct", self.env._("Give the task"))
        return self._move_to("given", {"given_at": fields.Datetime.now()})

    def _take_direction(self):
        return self.action_give()

    def _prepare_direction_vals(self, text, day):
        values = super()._prepare_direction_vals(text, day)
        return {**values, "description": "\n".join(filter(None, (self.description, text)))} if text else values

    def _proposal(self, mode):
        if mode != "direct":
            return super()._proposal(mode)
        return self._chosen(self.assignment_ids), "", self.due_date, ""

    def _effect_given(self):
        # the deadline of the task is everybody's who was given none of his own
        self.assignment_ids.filtered(lambda a: not a.deadline).sudo().write({"deadline": self.due_date})
        for part in self.assignment_ids:
            self._add_participants(part.user_id, part.part)
            part._tell_person()
        self._say("given", self.description or self.subject)
        self._tell_screens()

    def _effect_withdrawn(self):
        """Its parts go, with who has them: it may have been given to the wrong person."""
        self._done_activities()
        people = self.assignment_ids.user_id - self.giver_id
        self.sudo().assignment_ids.unlink()  # what was said stays
        self._remove_participants(people, "Taken back")

    # The result -------------------------------------------------------------------------------------------------------

    def action_report(self):
        """Report the result that the lead has written last."""
        self.ensure_one()
        return self._report(self.answer)

    def _report(self, result):
        """The lead reports the result; who gave the task decides on it."""
        self._check_words(result)
        return self._move_to("reported", {"answer": result.strip()})

    def _effect_reported(self):
        self._done_activities()
        self._say("result", self.answer)
        self._ask(
            self.giver_id - self.env.user, self.env._("Result reported: accept it or send it back"), event="answered"
        )
        self._tell_screens()

    def action_accept(self):
        """Accept the result: the task ends."""
        self.ensure_one()
        return self._move_to("accepted", {"accepted_at": fields.Datetime.now()})

    def _effect_accepted(self):
        self._done_activities()
        self._say("accepted")
        # the parts of others end with the task
        for part in self.sudo().assignment_ids.filtered(lambda a: a.state == "open"):
            part._move_to("done", {"answer": part.answer or self.answer, "done_at": fields.Datetime.now()})
        self._tell_screens()

    def _with_reason(self, state, reason, values=None):
        self._check_words(reason)
        return self.with_context(vpdt_reason=reason.strip())._move_to(state, values)

    def _send_back(self, reason):
        """The result is not enough: the lead goes on."""
        return self._with_reason("given", reason)

    def _effect_sent_back(self):
        self._done_activities()
        reason = self.env.context.get("vpdt_reason") or ""
        self._say("sent_back", reason)
        self._ask(self._leads() - self.env.user, self.env._("Sent back: %s", reason), event="returned")
        self._tell_screens()

    def _withdraw(self, reason):
        """Taken back by who gave it, to be given anew."""
        moved = self._with_reason("draft", reason)
        self._say("taken", reason.strip())
        return moved

    def _cancel(self, reason):
        """The task is not wanted any more."""
        return self._with_reason("cancelled", reason)

    def _effect_cancelled(self):
        self._done_activities()
        reason = self.env.context.get("vpdt_reason") or ""
        self._say("cancelled", reason)
        people = self.assignment_ids.filtered(lambda a: a.state == "open").user_id
        self._remind_people(people - self.env.user, self.env._("The task was cancelled: %s", reason))
        self._tell_screens()

    def _reopen(self, reason):
        return self._with_reason("given", reason, {"accepted_at": False})

    def _effect_reopened(self):
        reason = self.env.context.get("vpdt_reason") or ""
        self._say("reopened", reason)
        self.sudo().assignment_ids.filtered(lambda a: a.part == "lead" and not a.parent_id)._open_again()
        self._ask(self._leads() - self.env.user, self.env._("Reopened: %s", reason))

    # Buttons ----------------------------------------------------------------------------------------------------------

    def action_open_report(self):
        """Ask for the result."""
        return self._open_dialog("report", text=self.answer or self._own_part().answer)

    def action_open_send_back(self):
        """Ask why the result is sent back."""
        return self._open_dialog("send_back")

    def action_open_withdrawal(self):
        """Ask why the task is taken back."""
        return self._open_dialog("withdraw", self.env._("The people are taken out; then choose others."))

    def action_open_cancellation(self):
        """Ask why the task is cancelled."""
        return self._open_dialog("cancel")

    def _remove_part(self, part):
        """Take a person out who was named in error; the lead stays, and what was said stays."""
        self._check_may(self._may_direct() and self.state == "given" and part in self.assignment_ids)
        if part.part == "lead" and not part.parent_id:
            raise UserError(self.env._("The lead is not taken out: take the task back, or let the lead hand it over."))
        person = part.user_id
        self._end_notices(person)
        self._say("taken", self.env._("Taken out: %s", person.name), person_id=person.id)
        part.sudo().unlink()  # by the step, which has looked who asks
        self._remove_participants(person - self.giver_id, "Taken out")
        self._tell_screens()
        return True
