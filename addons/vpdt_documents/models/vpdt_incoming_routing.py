from odoo import fields, models
from odoo.exceptions import UserError

from .vpdt_incoming import ARRIVAL_FIELDS, REGISTRATION_FIELDS


class VpdtIncoming(models.Model):
    """Submitting, directing, answering (Nghị định 30/2020, Điều 23–24)."""

    _inherit = "vpdt.incoming"

    draft_direction = fields.Text("Leader's note", help="Bút phê: written before pressing Direct.")
    draft_answer = fields.Text("Result of handling", help="Written by the lead before pressing Finish.")
    draft_refusal = fields.Text("Reason for returning")

    def action_submit(self):
        """Trình: forward the registered document to the leader."""
        self.ensure_one()
        return self._move_to("submitted", {"transferred_at": fields.Datetime.now()})

    def action_direct(self):
        """Chuyển xử lý: give the document to a lead, collaborators and people for information, with a deadline."""
        self.ensure_one()
        if self.state in ("registered", "submitted") and not self._leads() and not self.env.su:
            self._check_move_roles(self._find_move("directed"))
            return self.action_open_direction()
        delegation = self._delegation_of_step("action_direct")
        return self._move_to(
            "directed",
            {
                "direction": self.draft_direction,
                "directed_at": fields.Datetime.now(),
                "directed_for_id": delegation.principal_id.id,
            },
        )

    def action_finish(self):
        """Hoàn thành: the lead answers and closes."""
        self.ensure_one()
        return self._move_to("finished", {"answer": self.draft_answer})

    def action_refuse(self):
        """Trả lại: wrong addressee or a failed check (điểm b khoản 2 Điều 21); the reason goes to the sender."""
        self.ensure_one()
        return self._move_to("refused", {"refusal_reason": self.draft_refusal})

    def _may_assign(self):
        """Whether the current user proposes or gives the parts of this document (clerk, leader, his deputy)."""
        roles = ("vpdt_base.group_clerk", "vpdt_base.group_leader")
        return any(self.env.user.has_group(role) for role in roles) or bool(self._delegation_of_step("action_direct"))

    def _editable_fields(self):
        """What stands in the register changes by a correction only; others write what their step asks for."""
        names, is_clerk = super()._editable_fields(), self.env.user.has_group("vpdt_base.group_clerk")
        if is_clerk:
            names |= {"note", "answer_by", "needs_answer"}
        if self.state in ("arrived", "registered", "submitted"):
            if is_clerk:
                names |= REGISTRATION_FIELDS if self.state == "arrived" else {"leader_id", "due_date", "priority"}
                if self.state == "arrived" and self.source != "axis":
                    names |= ARRIVAL_FIELDS
            if self._may_assign():
                names |= {"draft_direction", "assignment_ids", "due_date", "priority"}
        if self.state == "directed" and self.env.user in self._leads():
            names |= {"draft_answer"}
        return names

    def _check_leader(self):
        if not self.leader_id:
            raise UserError(self.env._("Choose the leader to submit it to."))

    def _check_lead(self):
        if len(self._leads()) != 1:
            raise UserError(self.env._("Name exactly one lead (chủ trì)."))

    def _check_lead_user(self):
        lead = self._leads()
        if not self.env.su and self.env.user != lead:
            raise UserError(self.env._("The lead is %s.", lead.name))
        if not (self.draft_answer or "").strip():
            raise UserError(self.env._("Write the result of handling first."))

    def _check_reason(self):
        if not (self.draft_refusal or "").strip():
            raise UserError(self.env._("Write the reason for returning first; it is sent to the author."))

    def _step_hindrance(self, move):
        if move.action == "action_finish":
            lead = self._leads()
            if self.env.user != lead:
                return self.env._("The lead is %s.", lead.name)
        return super()._step_hindrance(move)

    def _effect_submitted(self):
        self._add_participants(self.leader_id, "Leader")
        self._notify_people(self.leader_id, self.env._("Direct this document"))

    def _effect_directed(self):
        self._done_activities()
        # The deadline of the document is everybody's who was given none of his own; filled in by the move itself.
        self.assignment_ids.filtered(lambda a: not a.deadline).sudo().write({"deadline": self.due_date})
        for assignment in self.assignment_ids:
            self._add_participants(assignment.user_id, assignment.part)
            assignment._tell_person()
        self._say("direction", self.direction, principal_id=self.directed_for_id.id)

    def _effect_finished(self):
        self._done_activities()
        self._say("result", self.answer)
        for part in self.assignment_ids.filtered(lambda a: a.part == "lead" and a.state == "open"):
            part._move_to("done", {"answer": part.answer or self.answer, "done_at": fields.Datetime.now()})

    def _effect_refused(self):
        """Hook: the exchange tells the sender (status 02)."""

    def _after_hand_over(self, former):
        clerks = self._users_of_role("vpdt_base.group_clerk")
        self._notify_people(clerks, self.env._("Taken over from %s: enter in register", former.name))
