from odoo import fields, models
from odoo.exceptions import AccessError, UserError

CLERK, LEADER = "vpdt_base.group_clerk", "vpdt_base.group_leader"


class VpdtIncoming(models.Model):
    """The ways back, and what is said on the way: nothing of it is lost (Nghị định 30/2020, Điều 21–24)."""

    _inherit = "vpdt.incoming"

    note_ids = fields.One2many("vpdt.handling.note", "incoming_id", "Course of handling", readonly=True)
    refused_state = fields.Char("Returned from", readonly=True, copy=False)

    def _giver(self):
        return self.leader_id

    def _called(self):
        return self.code or self.subject

    # What the current user may do besides the table of moves ----------------------------------------------------------

    def _further_steps(self):
        """(public method, label, whether it is open to the current user now), in the order of the buttons."""
        part, user = self._own_part(), self.env.user
        clerk, leads = user.has_group(CLERK), self._may_lead_on()
        waiting, directed = self.state in ("registered", "submitted"), self.state == "directed"
        return (
            ("action_open_direction", self.env._("Choose people"), waiting and self._may_direct()),
            ("action_file", self.env._("For filing"), waiting and user.has_group(LEADER)),
            ("action_open_distribution", self.env._("Distribute"), directed and leads),
            ("action_open_addition", self.env._("Add people"), directed and self._may_direct()),
            ("action_open_progress", self.env._("Progress"), directed and bool(part)),
            ("action_open_opinion", self.env._("Give opinion"), directed and part.part == "collaborator"),
            ("action_seen", self.env._("Seen"), part.part == "information"),
            ("action_open_extension", self.env._("Ask for extension"), directed and part.part == "lead"),
            ("action_open_decision", self.env._("Decide on extension"), bool(self._asked_extension())),
            ("action_open_hand_over", self.env._("Hand over"), directed and bool(part)),
            ("action_open_wrong", self.env._("Return to the leader"), directed and user in self._leads()),
            ("action_open_chaser", self.env._("Chase"), directed and self._may_chase()),
            ("action_take_back", self.env._("Take back"), not self._take_back_hindrance()),
            ("action_open_sub_number", self.env._("Register with a sub-number"),
             clerk and self.state == "arrived" and self._came_earlier()),
            ("action_open_return_late", self.env._("Return to sender"), waiting and clerk),
            ("action_open_void", self.env._("Make the number void"), waiting and clerk),
            ("action_open_reopening", self.env._("Reopen"), self.state == "finished" and self._may_reopen()),
        )  # fmt: skip

    def _may_direct(self):
        return self.env.user.has_group(LEADER) or bool(self._delegation_of_step("action_direct"))

    def _may_reopen(self):
        return self._may_direct() or self.env.user in self._leads()

    # Ways back --------------------------------------------------------------------------------------------------------

    def _take_back_hindrance(self):
        """Why the current user cannot take his last step back (Lấy lại), or an empty string."""
        if self.state == "submitted" and self.env.user.has_group(CLERK):
            opened = self._marks_of(self.leader_id).filtered("read_at")
            return self.env._("%s has opened it already.", self.leader_id.name) if opened else ""
        if self.state == "directed" and self._may_direct():
            opened = self.assignment_ids.filtered(lambda a: a.user_id != self.env.user and a.opened_at)
            return self.env._("%s has opened it already.", opened[0].user_id.name) if opened else ""
        return self.env._("There is nothing to take back.")

    def action_take_back(self):
        """Lấy lại: undo one's last step until the next person has opened the document."""
        self.ensure_one()
        if hindrance := self._take_back_hindrance():
            raise UserError(hindrance)
        return self._move_to("registered" if self.state == "submitted" else "submitted")

    def _check_take_back(self):
        if not self.env.su and (hindrance := self._take_back_hindrance()):
            raise UserError(hindrance)

    def _effect_taken_back(self):
        self._done_activities()
        self._say("taken", self.env._("Taken back before the leader opened it."))

    def _check_back_to_leader(self):
        """The leader takes back what nobody has opened; the lead returns what is not his, with a reason."""
        if self.env.su or (self.env.user in self._leads() and self.env.context.get("vpdt_reason")):
            return
        if hindrance := self._take_back_hindrance():
            raise UserError(hindrance)

    def _effect_back_to_leader(self):
        self._done_activities()
        reason = self.env.context.get("vpdt_reason")
        mine = self.env.user in self._leads()
        self._say("returned" if mine else "taken", reason if mine else "", person_id=self.env.uid if mine else False)
        self.sudo().assignment_ids.unlink()  # who has what is given anew; what was said stays
        if mine:
            self._notify_people(self.leader_id, self.env._("Returned by the lead: %s", reason))

    def _return_to_leader(self, reason):
        """Trả lại lãnh đạo: a wrong assignment goes back with its reason."""
        self._check_words(reason)
        if self.env.user not in self._leads() and not self.env.su:
            raise AccessError(self.env._("The lead is %s.", ", ".join(self._leads().mapped("name"))))
        return self.with_context(vpdt_reason=reason)._move_to("submitted", {"directed_at": False, "direction": False})

    def _check_void(self):
        if not self.arrival_number:
            raise UserError(self.env._("It has no number that could be made void."))
        self._check_reason()

    def _effect_void(self):
        self._done_activities()
        self._journal("correction", {"void": self._book_number(), "reason": self.refusal_reason})

    def _refuse(self, reason):
        """Trả lại nơi gửi, also after it was registered: the number stays, with the reason (Điều 21.2.b)."""
        return self._end_with_reason("refused", reason)

    def _void(self, reason):
        """Hủy số: the number was given in error; it is kept with the reason and never given again."""
        return self._end_with_reason("void", reason)

    def _end_with_reason(self, state, reason):
        self._check_words(reason)
        self._lock_row()
        self._check_move_roles(self._find_move(state))
        self._by_system().draft_refusal = reason.strip()
        return self._move_to(state, {"refusal_reason": reason.strip(), "refused_state": self.state})

    def _reopen(self, reason):
        """Mở lại: the work goes on, with its people; the result so far stays in the course of handling."""
        self._check_words(reason)
        self._check_may(self._may_reopen())
        return self.with_context(vpdt_reason=reason.strip())._move_to("directed")

    def _check_reopen(self):
        self._check_may(self._may_reopen() or self.env.su)
        if not self._leads():
            raise UserError(self.env._("Nobody had the lead: submit it to the leader again."))

    def _effect_reopened(self):
        self._say("reopened", self.env.context.get("vpdt_reason"))
        lead = self.assignment_ids.filtered(lambda a: a.part == "lead" and not a.parent_id)
        lead._open_again()
        self._ask(lead.user_id - self.env.user, self.env._("Reopened: %s", self.env.context.get("vpdt_reason") or ""))

    def action_file(self):
        """Lưu: the leader has read it and nothing is to be done."""
        self.ensure_one()
        return self._move_to("finished", {"answer": self.draft_direction or self.env._("For filing")})

    def _effect_filed(self):
        self._done_activities()
        self._say("direction", self.env._("For filing"))
        self.sudo().assignment_ids.unlink()  # proposals that were not taken up

    # On the way -------------------------------------------------------------------------------------------------------

    def _effect_first_progress(self):
        """Hook: the lead has begun (the exchange reports status 05)."""

    def _finish(self, result):
        """Hoàn thành with the result of handling."""
        self._check_words(result)
        self._lock_row()
        self._check_move_roles(self._find_move("finished"))
        if self.env.user in self._leads():
            self._by_system().draft_answer = result.strip()
        return self.action_finish()

    def action_seen_many(self):
        """Đã xem for several documents: opened, and one's part for information ticked off."""
        for document in self:
            document.mark_read()
            if document._own_part().part == "information":
                document.action_seen()
        return True

    def _effect_read(self):
        """Who opens it for the first time cannot have it taken back from him any more."""
        result = super()._effect_read()
        self._own_part()._by_system().write({"opened_at": fields.Datetime.now()})
        return result
