from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.vpdt_base.mixins.gate import by_system
from odoo.addons.vpdt_base.vietnam import today

from .vpdt_outgoing import UNIT_HEAD
from .vpdt_route import KINDS


class VpdtOutgoingStep(models.Model):
    """A step of one draft on its way to the signature: laid out from that of its type, changed when needed."""

    _name = "vpdt.outgoing.step"
    _description = "Step of a draft to the signature"
    _inherit = ["vpdt.text.mixin", "vpdt.isolation.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    outgoing_id = fields.Many2one("vpdt.outgoing", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="outgoing_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(KINDS, "Who", required=True, default="person")
    user_id = fields.Many2one("res.users", "Person", check_company=True)
    days = fields.Integer("Working days", help="0: no deadline.")
    due_date = fields.Date("Until", readonly=True)
    skip_reason = fields.Char("Left out because", help="Written: this draft passes the step over.")
    of_route = fields.Boolean("Laid down by the agency", readonly=True)
    done_at = fields.Datetime("Done on", readonly=True)
    done_by_id = fields.Many2one("res.users", "Done by", readonly=True)

    @api.model
    def _first_fields(self):
        return super()._first_fields() | {"outgoing_id", "sequence", "kind", "user_id", "days"}

    def _editable_fields(self):
        """In the draft: what the agency has laid down is left out with a reason, not changed."""
        if self.outgoing_id.state != "draft":
            return super()._editable_fields()
        return super()._editable_fields() | ({"skip_reason"} if self.of_route else
                                             {"sequence", "kind", "user_id", "days", "skip_reason"})  # fmt: skip

    @api.depends("kind", "user_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for step in self:
            step.display_name = step.sudo().user_id.name or kinds.get(step.kind)  # a colleague of the own agency

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        steps._check_draft_state()
        return steps

    @api.constrains("kind", "user_id")
    def _check_person(self):
        for step in self:
            if step.kind == "person" and step.user_id not in step.outgoing_id._users_of_role(UNIT_HEAD):
                raise ValidationError(
                    self.env._(
                        "%s cannot initial drafts: choose the head of a unit, or have the role given to this person.",
                        step.user_id.name or self.env._("Nobody"),
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_added_only(self):
        self._check_draft_state()
        if not by_system(self.env) and any(self.mapped("of_route")):
            raise UserError(
                self.env._("The agency has laid down this step: write why it is left out, it is not taken away.")
            )

    def _check_draft_state(self):
        if not by_system(self.env) and any(step.outgoing_id.state != "draft" for step in self):
            raise UserError(self.env._("The way of a document is changed in the draft only; return it first."))

    def _finish(self):
        # written by the steps of the document only
        self.sudo().write({"done_at": fields.Datetime.now(), "done_by_id": self.env.uid})

    def _undo(self):
        self.sudo().write({"done_at": False, "done_by_id": False, "due_date": False})  # see _finish


class VpdtOutgoing(models.Model):
    """The steps of one draft: laid out when it is submitted, taken one after the other, back to any earlier one."""

    _inherit = "vpdt.outgoing"

    step_ids = fields.One2many("vpdt.outgoing.step", "outgoing_id", "Way to the signature", copy=False)
    waits_for_form = fields.Boolean("Waits for the form check", readonly=True, copy=False)
    return_to_id = fields.Many2one(
        "vpdt.outgoing.step",
        "Return to",
        copy=False,
        domain="[('outgoing_id', '=', id), ('done_at', '!=', False)]",
        help="Empty: to the author.",
    )

    def action_lay_out_route(self):
        """Lay out the way of this type of document, to be looked at and changed before it is submitted.

        :return: True when it was laid out now, False when it had been
        """
        self.ensure_one()
        self.check_access("write")
        self._check_draft()
        return bool(self._lay_out_route())

    def _lay_out_route(self):
        """Rows of the way of this type; what was added by hand stays. Gives the new rows."""
        if self.step_ids.filtered("of_route"):
            return self.env["vpdt.outgoing.step"]
        lines = self.env["vpdt.route"]._of(self).line_ids.filtered(lambda line: line._holds_for(self))
        values = [line._prepare_step_vals(self) for line in lines]
        usual = {"outgoing_id": self.id, "sequence": 1, "kind": "unit_head", "of_route": True}
        return self.env["vpdt.outgoing.step"]._by_system().create(values or [usual])

    def _begin_route(self):
        """A draft was submitted: its way begins anew with the first step, which it gives (vpdt.outgoing.step)."""
        laid = self.step_ids.filtered("of_route")
        if not any(step.skip_reason for step in laid):
            laid._by_system().unlink()  # its type or its urgency may be another one by now
        self._lay_out_route()
        steps = self.step_ids._by_system()
        steps._undo()
        head = steps.filtered(lambda step: step.kind == "unit_head")
        head.sudo().write({"user_id": self.reviewer_id.id})
        if not self._steps_left().filtered(lambda step: step.kind != "form"):
            raise UserError(self.env._("Somebody initials the draft: not every step can be left out."))
        self._by_system().return_to_id = False
        return self._ask_next_step()

    def _leave_route(self):
        """The draft is with its author again: the head of the unit is asked first, whoever was asked last."""
        head = self.step_ids.filtered(lambda step: step.kind == "unit_head").user_id[:1]
        self.sudo().write({"waits_for_form": False, **({"reviewer_id": head.id} if head else {})})  # by the steps only

    def _steps_left(self):
        """The steps that are still to be taken, in order (vpdt.outgoing.step)."""
        left = self.step_ids.filtered(lambda step: not step.done_at and not (step.skip_reason or "").strip())
        return left.sorted(lambda step: (step.sequence, step.id))

    def _ask_next_step(self):
        """Ask whose step it is now; a form that was checked before its turn is passed over."""
        step = self._steps_left()[:1]
        while step.kind == "form" and self.form_checked_by_id:
            step._finish()
            step = self._steps_left()[:1]
        self._by_system().waits_for_form = step.kind == "form"
        if not step:
            return step
        if step.days:
            calendar = self.env["vpdt.day.exception"]._calendar(self.sudo().company_id)  # its working days
            step.sudo().due_date = calendar.add_working_days(today(), step.days)
        if step.kind == "form":
            clerks = self._users_of_role("vpdt_base.group_clerk")
            self._add_participants(clerks, "Clerk")
            self._notify_people(clerks, self.env._("Check the form of this draft"))
        elif step.user_id and step.user_id != self.reviewer_id:
            self._by_system().reviewer_id = step.user_id
        return step

    def _initial_in_turn(self):
        """Ký nháy where others come after: the step is done, the next one is asked.

        :return: True when it was initialled now, False when this person had done so; None when it was the last step
        """
        mine = self.step_ids.filtered(lambda step: step.done_by_id == self.env.user)
        if self.state == "review" and mine and not self._may_initial():
            return False
        left = self._steps_left()
        if self.state != "review" or len(left) < 2:
            return None
        self._check_move_roles(self._find_move("to_sign"))
        self._check_step_is_initials(left[0])
        self._check_reviewer_alone()
        self._add_review("initials")
        left[0]._finish()
        self._go_on()
        return True

    def _go_on(self):
        """After a step: ask the next one, or, where none is left, the signer."""
        self._done_activities()
        step = self._ask_next_step()
        self._journal("move", {"step": step.display_name or ""})
        if step and step.kind != "form":
            self._add_participants(self.reviewer_id, "Initials")
            self._notify_people(self.reviewer_id, self.env._("Initial this draft"))
        elif not step:
            self.sudo()._move_to("to_sign")  # the last step was the clerk's, who has checked the form
        self._tell_screens()

    def _check_step_is_initials(self, step):
        if step.kind == "form":
            raise UserError(self.env._("The clerk has not initialled the form (thể thức) yet."))

    def _check_step(self):
        """:raises UserError: the signature is asked for before every step has been taken"""
        left = self._steps_left()
        self._check_step_is_initials(left[:1])
        if len(left) > 1:
            raise UserError(self.env._("These come first: %s.", ", ".join(left[1:].mapped("display_name"))))

    def _finish_last_step(self):
        """The draft goes to its signer: False when the last step was the clerk's, who has initialled nothing else."""
        if self.step_ids and not self._steps_left():
            return False
        self._steps_left().filtered(lambda step: step.kind != "form")[:1]._finish()
        return True

    def _form_step_done(self):
        """The clerk has initialled the form: where that was the step, the draft goes on."""
        step = self._steps_left()[:1]
        if self.state == "review" and step.kind == "form":
            step._finish()
            self._go_on()

    # Back -------------------------------------------------------------------------------------------------------------

    def _return_to_step(self):
        """Trả lại: to the earlier step that was chosen, with the reason; its person and all after it do theirs again.

        :return: True
        :raises UserError: no reason, or it is no earlier step of this draft
        """
        step = self.return_to_id
        self._check_move_roles(next(move for move in self._get_moves() if move.action == "action_return"))
        self._check_opinion()
        if step.outgoing_id != self or not step.done_at or step.kind == "form":
            raise UserError(self.env._("Choose a person who has initialled this draft before."))
        reason = self.draft_opinion
        self._add_review("return")
        self._done_activities()
        place = (step.sequence, step.id)
        self.step_ids.filtered(lambda other: (other.sequence, other.id) >= place)._undo()
        self._forget_form_check()
        self._by_system().return_to_id = False
        if self.state != "review":
            self.sudo()._move_to("review", move=self._move_back())  # the step has asked who may
        self._ask_next_step()
        self._journal("move", {"returned_to": step.display_name})
        self._notify_people(step.user_id, self.env._("Returned to you: %s", reason))
        self._tell_screens()
        return True

    @api.model
    def _move_back(self):
        return next(move for move in self._get_moves() if move.target == "review" and "to_sign" in move.sources)

    def action_take_back_initials(self):
        """Lấy lại: who has initialled takes it back as long as the next one has not opened the draft.

        :return: True
        :raises UserError: the next one has opened it, or somebody else initialled last
        """
        self.ensure_one()
        self._lock_row()
        if hindrance := self._initials_hindrance():
            raise UserError(hindrance)
        step = self._last_step()
        self._add_review("taken_back")
        self._done_activities()
        step._undo()
        if self.state != "review":
            self.sudo()._move_to("review", move=self._move_back())  # who may has been asked above
        self._ask_next_step()
        self._tell_screens()
        return True

    def _check_back_in_route(self):
        """Guard of the way back from the signature to a step: only the steps above go it, which have asked who may."""
        if not self.env.su:
            raise UserError(self._initials_hindrance() or self.env._("Press “Take back the initials”."))

    def _last_step(self):
        done = self.step_ids.filtered(lambda step: step.done_at and step.kind != "form")
        return done.sorted(lambda step: (step.done_at, step.sequence, step.id))[-1:]

    def _initials_hindrance(self):
        """Why the current user does not take his initials back, in words, or an empty string."""
        step = self._last_step()
        if self.state not in ("review", "to_sign") or not step or step.done_by_id != self.env.user:
            return self.env._("Initials are taken back by who has given them last.")
        asked = self.reviewer_id if self.state == "review" else self._signing_user() | self.signer_ids.user_id
        opened = self._marks_of(asked - self.env.user).filtered(
            lambda mark: mark.read_at and mark.read_at >= step.done_at
        )
        if opened or self.signer_ids.filtered("signed_at"):
            names = ", ".join(opened.user_id.mapped("name"))
            return self.env._("%s has opened it already: ask for the draft to be returned.", names)
        return ""

    def _check_reviewer_alone(self):
        if not self.env.su and not self._may_initial():
            raise AccessError(self.env._("The initials are asked of %s.", self.reviewer_id.name))
