from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.vpdt_base.vietnam import today

from .vpdt_incoming import ARRIVAL_FIELDS, REGISTRATION_FIELDS

LOOKED_BACK = 20  # documents of the same author that a suggestion is taken from
CLERK, LEADER = "vpdt_base.group_clerk", "vpdt_base.group_leader"


class VpdtIncoming(models.Model):
    """Submitting, directing, answering (Nghị định 30/2020, Điều 23–24)."""

    _inherit = "vpdt.incoming"

    draft_direction = fields.Text("Leader's note", help="Bút phê: written before pressing Direct.")
    draft_answer = fields.Text("Result of handling", help="Written by the lead before pressing Finish.")
    draft_refusal = fields.Text("Reason for returning")

    note_ids = fields.One2many("vpdt.handling.note", "incoming_id", "Course of handling", readonly=True)
    refused_state = fields.Char("Returned from", readonly=True, copy=False)

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

    # Directing in a few presses ---------------------------------------------------------------------------------------
    # Directing in a few presses: people and units in three columns, a suggestion one key accepts, many at once.

    def action_open_direction(self):
        """Open the dialog in which people and units are ticked; for one document or several."""
        self.check_access("read")
        return self._direction_dialog("direct", self.env._("Direct"))

    def _proposal(self, mode):
        """What is ticked when the dialog opens: what the clerk has proposed, else how the like was directed before.

        :return: (chosen {key: part}, text, deadline, why)
        """
        document = self[:1]
        if mode != "direct" or len(self) != 1:
            return {}, "", False, ""
        deadline = document.due_date if document.due_date and document.due_date >= today() else False
        own = document.assignment_ids
        if own:
            why = self.env._("Proposed by the clerk")
            return self._chosen(own), document.draft_direction or "", deadline, why
        before = document._directed_before()
        if not before:
            return {}, document.draft_direction or "", deadline, ""
        why = self.env._("As “%s” was directed", before.display_name)
        text = document.draft_direction or before.direction or ""
        return self._chosen(before.assignment_ids), text, deadline, why

    def _directed_before(self):
        """The last directed document of the same author, of the same type if there is one (possibly empty)."""
        same = [("author_name", "=", self.author_name), ("directed_at", "!=", False), ("id", "!=", self.id)]
        same.append(("company_id", "=", self.company_id.id))
        found = self.search(same, order="directed_at DESC", limit=LOOKED_BACK)
        found = found.filtered(lambda d: d._leads().active)
        return found.filtered(lambda d: d.type_id == self.type_id)[:1] or found[:1]

    def _prepare_direction_vals(self, text, day):
        return {**super()._prepare_direction_vals(text, day), "draft_direction": text or False}

    def _take_direction(self):
        return self.action_direct()

    # Ways back, and what is said on the way ---------------------------------------------------------------------------

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
            self._notify_people(self.leader_id, self.env._("Returned by the lead: %s", reason), event="returned")

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
        """Trả lại nơi gửi, also after it was registered: the number stays, with the reason (điểm b khoản 2 Điều 21)."""
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

    # Dialogs ----------------------------------------------------------------------------------------------------------

    def action_open_return(self):
        """Ask for the reason, then return the document to its sender."""
        return self._open_dialog("refuse", self.env._("The reason is sent to the sender."), text=self.draft_refusal)

    def action_open_return_late(self):
        """The same for a document that has a number already: the number stays, void, with the reason."""
        return self._open_dialog("refuse", self.env._("The number stays in the register with the reason."))

    def action_open_void(self):
        """Ask for the reason, then make the number void."""
        return self._open_dialog("void", self.env._("The number is kept in the register and never given again."))

    def action_open_result(self):
        """Ask for the result, then finish."""
        return self._open_dialog("result", text=self.draft_answer or self._own_part().answer)

    def action_open_wrong(self):
        """Ask why the part is returned to the leader."""
        return self._open_dialog("wrong")
