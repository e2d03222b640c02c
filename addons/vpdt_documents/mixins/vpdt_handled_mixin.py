from odoo import models
from odoo.exceptions import AccessError, UserError

#: The three kinds of Đôn đốc, in the order of their weight.
CHASERS = ("remind", "criticise", "account")


class VpdtHandledMixin(models.AbstractModel):
    """What people have parts in: an incoming document that was directed, a task that was given.

    One mechanism: `vpdt.assignment` says who has which part until when, `vpdt.handling.note` what was said on the way,
    `vpdt.handling.dialog` asks for the words of a step.
    """

    _name = "vpdt.handled.mixin"
    _description = "Handled by people"
    _inherit = ["vpdt.move.mixin", "vpdt.people.mixin"]

    #: The field of parts, notes and dialogs that names such a record.
    _work_field = ""
    #: The state in which the parts are worked on.
    _handled_state = "directed"
    #: Step of the table of moves → the button that asks for its words first.
    _dialogs = {}

    # What the models say of themselves --------------------------------------------------------------------------------

    def _is_handled(self):
        """Whether the parts are worked on now."""
        self.ensure_one()
        return self.state == self._handled_state

    def _further_steps(self):
        """Hook: (public method, label, whether it is open to the current user now), in the order of the buttons."""
        return ()

    def _may_direct(self):
        """Hook: whether the current user says who does what here."""
        return False

    def _giver(self):
        """Hook: who decides on what those with a part ask for (res.users)."""
        return self.env["res.users"]

    def _called(self):
        """Hook: the record in a few words, for a notice."""
        return self.display_name

    def _effect_first_progress(self):
        """Hook: the lead has begun."""

    # Parts ------------------------------------------------------------------------------------------------------------

    def _leads(self):
        """Who has the lead (chủ trì): res.users, possibly empty."""
        return self.assignment_ids.filtered(lambda a: a.part == "lead" and not a.parent_id).user_id

    def _own_part(self):
        """The open part of the current user (vpdt.assignment, possibly empty)."""
        return self.assignment_ids.filtered(lambda a: a.user_id == self.env.user and a.state == "open")[:1]

    def _may_lead_on(self):
        """Whether the current user gives his part on within his unit."""
        part = self._own_part()
        return part.part in ("lead", "collaborator") and bool(part._people_below())

    def _may_chase(self):
        return self._may_direct() or any(a.parent_id.user_id == self.env.user for a in self.assignment_ids)

    def _asked_extension(self):
        """The part whose extension waits for the decision of the current user (vpdt.assignment, possibly empty)."""
        asked = self.assignment_ids.filtered(lambda a: a.extension_date and a.state == "open")
        return asked.filtered(lambda a: a._decides_extension())[:1]

    def _end_notices(self, user):
        """Take back what the system has asked of ``user`` here: his part is done, or somebody else's now."""
        mine = self.sudo().activity_ids  # also those that nobody ticks off by hand
        mine.filtered(lambda activity: activity.automated and activity.user_id == user).unlink()

    # Steps with words -------------------------------------------------------------------------------------------------

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
        if step["action"] not in self._dialogs or not step["enabled"]:
            return step
        return {**step, "action": self._dialogs[step["action"]], "danger": False, "confirmation": ""}

    def _check_words(self, text):
        """:raises UserError: a step that wants words has none"""
        if not (text or "").strip():
            raise UserError(self.env._("Write a few words first; they are kept with the document."))

    def _check_may(self, allowed):
        self.ensure_one()
        self.check_access("read")
        if not allowed and not self.env.su:
            raise AccessError(self.env._("This step is not yours on “%s”.", self.display_name))

    def _say(self, kind, text="", **values):
        """Keep what was said (vpdt.handling.note), in the name of the current user.

        :param kind: of KINDS
        :param text: his words
        """
        self.ensure_one()
        Note = self.env["vpdt.handling.note"].sudo()  # written by the steps only
        return Note.create(
            {self._work_field: self.id, "kind": kind, "user_id": self.env.uid, "text": text or False, **values}
        )

    def _note_progress(self, text):
        """Diễn biến: what the handlers have done so far; the first one of the lead tells the sender (status 05)."""
        self._check_words(text)
        part = self._own_part()
        self._check_may(bool(part) and self._is_handled())
        first = not self.note_ids.filtered(lambda note: note.kind == "progress")
        self._say("progress", text.strip())
        if first and part.part == "lead":
            self._effect_first_progress()
        self._tell_screens()
        return True

    def action_seen(self):
        """Đã xem: who got it for information ticks it off."""
        self.ensure_one()
        part = self._own_part()
        self._check_may(part.part == "information")
        return part.action_done()

    def _chase(self, kind, text, people=None):
        """Đôn đốc: remind, criticise or call to account those who have open parts; counted, never changed.

        :param kind: of CHASERS
        :param people: res.users to be chased; all who have an open part when None
        """
        if kind not in CHASERS:
            raise UserError(self.env._("Choose how to chase."))
        for document in self:
            document._check_may(document._is_handled() and document._may_chase())
            parts = document.assignment_ids.filtered(lambda a: a.state == "open" and a.part != "information")
            if not document._may_direct() and not self.env.su:
                parts = parts.filtered(lambda a: a.parent_id.user_id == self.env.user)
            for user in parts.user_id & (people or parts.user_id):
                document._say(kind, text, person_id=user.id)
                label = dict(document.note_ids._fields["kind"]._description_selection(self.env))[kind]
                document.with_context(vpdt_loud=True)._remind_people(
                    user, ": ".join(filter(None, (label, (text or "").strip()))), event="deadline"
                )
            document._tell_screens()
        return True

    # Buttons that open the dialog -------------------------------------------------------------------------------------

    def _open_dialog(self, step, hint="", **values):
        self.ensure_one()
        self.check_access("read")
        # made by the button; its step looks at rights and words again
        dialog = self.env["vpdt.handling.dialog"].sudo().create(
            {self._work_field: self.id, "step": step, "hint": hint, **values}
        )  # fmt: skip
        return {
            "type": "ir.actions.act_window",
            "name": dict(dialog._fields["step"]._description_selection(self.env))[step],
            "res_model": dialog._name,
            "res_id": dialog.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_open_progress(self):
        """Ask what has been done so far."""
        return self._open_dialog("progress")

    def action_open_opinion(self):
        """Ask a collaborator for his opinion."""
        return self._open_dialog("opinion", self.env._("It goes to the lead, and ends your part."))

    def action_open_extension(self):
        """Ask for a later deadline."""
        return self._open_dialog("extension", date=self._own_part().deadline)

    def action_open_decision(self):
        """Grant, cut or refuse an extension."""
        part = self._asked_extension()
        return self._open_dialog("decision", f"{part.user_id.name}: {part.extension_reason}", date=part.extension_date)

    def action_open_hand_over(self):
        """Ask for the colleague who takes the part over."""
        return self._open_dialog("hand_over")

    def action_open_reopening(self):
        """Ask why the document is reopened."""
        return self._open_dialog("reopen")

    def action_open_chaser(self):
        """Ask how those who are late are chased."""
        late = self.assignment_ids.filtered(lambda a: a.state == "open" and a.part != "information")
        return self._open_dialog("chase", ", ".join(part._who() for part in late))
