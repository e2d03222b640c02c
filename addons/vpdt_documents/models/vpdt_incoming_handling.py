from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from .vpdt_handling_note import CHASERS

CLERK, LEADER = "vpdt_base.group_clerk", "vpdt_base.group_leader"


class VpdtIncoming(models.Model):
    """The ways back, and what is said on the way: nothing of it is lost (Nghị định 30/2020, Điều 21–24)."""

    _inherit = "vpdt.incoming"

    note_ids = fields.One2many("vpdt.handling.note", "incoming_id", "Course of handling", readonly=True)
    refused_state = fields.Char("Returned from", readonly=True, copy=False)

    def _say(self, kind, text="", **values):
        """Keep what was said (vpdt.handling.note), in the name of the current user.

        :param kind: of KINDS
        :param text: his words
        """
        self.ensure_one()
        Note = self.env["vpdt.handling.note"].sudo()  # written by the steps only
        return Note.create(
            {"incoming_id": self.id, "kind": kind, "user_id": self.env.uid, "text": text or False, **values}
        )

    # What the current user may do besides the table of moves ----------------------------------------------------------

    def _steps_of_user(self):
        """The steps that ask for words first open a dialog for them; ways back are there as long as they are open."""
        steps = [self._with_dialog(step) for step in super()._steps_of_user()]
        return steps + [
            {"action": name, "label": label, "enabled": True, "reason": "", "danger": False, "confirmation": "",
             "further": True}
            for name, label, possible in self._further_steps()
            if possible
        ]  # fmt: skip

    def _with_dialog(self, step):
        dialogs = {"action_refuse": "action_open_return", "action_finish": "action_open_result"}
        if step["action"] not in dialogs or not step["enabled"]:
            return step
        return {**step, "action": dialogs[step["action"]], "danger": False, "confirmation": ""}

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
            ("action_open_return_late", self.env._("Return to sender"), waiting and clerk),
            ("action_open_void", self.env._("Make the number void"), waiting and clerk),
            ("action_open_reopening", self.env._("Reopen"), self.state == "finished" and self._may_reopen()),
        )

    def _own_part(self):
        """The open part of the current user (vpdt.assignment, possibly empty)."""
        return self.assignment_ids.filtered(lambda a: a.user_id == self.env.user and a.state == "open")[:1]

    def _may_direct(self):
        return self.env.user.has_group(LEADER) or bool(self._delegation_of_step("action_direct"))

    def _may_lead_on(self):
        """Whether the current user gives his part on within his unit."""
        part = self._own_part()
        return part.part in ("lead", "collaborator") and bool(part._people_below())

    def _may_chase(self):
        return self._may_direct() or any(a.parent_id.user_id == self.env.user for a in self.assignment_ids)

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
        self._journal("correction", {"void": self.arrival_number, "reason": self.refusal_reason})

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

    def _check_words(self, text):
        """:raises UserError: a step that wants words has none"""
        if not (text or "").strip():
            raise UserError(self.env._("Write a few words first; they are kept with the document."))

    def _check_may(self, allowed):
        self.ensure_one()
        self.check_access("read")
        if not allowed and not self.env.su:
            raise AccessError(self.env._("This step is not yours on “%s”.", self.display_name))

    def _note_progress(self, text):
        """Diễn biến: what the handlers have done so far; the first one of the lead tells the sender (status 05)."""
        self._check_words(text)
        part = self._own_part()
        self._check_may(bool(part) and self.state == "directed")
        first = not self.note_ids.filtered(lambda note: note.kind == "progress")
        self._say("progress", text.strip())
        if first and part.part == "lead":
            self._effect_first_progress()
        self._tell_screens()
        return True

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

    def action_seen(self):
        """Đã xem: who got it for information ticks it off."""
        self.ensure_one()
        part = self._own_part()
        self._check_may(part.part == "information")
        return part.action_done()

    def action_seen_many(self):
        """Đã xem for several documents: opened, and one's part for information ticked off."""
        for document in self:
            document.mark_read()
            if document._own_part().part == "information":
                document.action_seen()
        return True

    def _chase(self, kind, text, people=None):
        """Đôn đốc: remind, criticise or call to account those who have open parts; counted, never changed.

        :param kind: of CHASERS
        :param people: res.users to be chased; all who have an open part when None
        """
        if kind not in CHASERS:
            raise UserError(self.env._("Choose how to chase."))
        for document in self:
            document._check_may(document.state == "directed" and document._may_chase())
            parts = document.assignment_ids.filtered(lambda a: a.state == "open" and a.part != "information")
            if not document._may_direct() and not self.env.su:
                parts = parts.filtered(lambda a: a.parent_id.user_id == self.env.user)
            for user in parts.user_id & (people or parts.user_id):
                document._say(kind, text, person_id=user.id)
                label = dict(document.note_ids._fields["kind"]._description_selection(self.env))[kind]
                document._remind_people(user, ": ".join(filter(None, (label, (text or "").strip()))))
            document._tell_screens()
        return True

    def _effect_read(self):
        """Who opens it for the first time cannot have it taken back from him any more."""
        result = super()._effect_read()
        self._own_part()._by_system().write({"opened_at": fields.Datetime.now()})
        return result

    def _asked_extension(self):
        """The part whose extension waits for the decision of the current user (vpdt.assignment, possibly empty)."""
        asked = self.assignment_ids.filtered(lambda a: a.extension_date and a.state == "open")
        return asked.filtered(lambda a: a._decides_extension())[:1]
