from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.vpdt_base.text.signatures import DOCX, PDF
from odoo.addons.vpdt_base.vietnam import today

from ..form_check import check_docx, check_pdf
from .vpdt_outgoing import CLERK

_CHECKS = {DOCX: check_docx, PDF: check_pdf}


class VpdtOutgoing(models.Model):
    """The way of one draft to its signature: its steps are laid out when it is submitted and taken one after the other,
    back to any earlier one; the clerk answers for its form (thể thức, khoản 2 Điều 12).
    """

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

    form_findings = fields.Text(compute="_compute_form_findings", help="Differences from Phụ lục I of the decree.")
    form_checked_by_id = fields.Many2one("res.users", "Form checked by", readonly=True, copy=False)
    form_checked_at = fields.Datetime("Form checked on", readonly=True, copy=False)
    may_check_form = fields.Boolean(compute="_compute_may_check_form")

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
        self._notify_people(step.user_id, self.env._("Returned to you: %s", reason), event="returned")
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

    # Form (thể thức) --------------------------------------------------------------------------------------------------
    # What a program finds stops nothing: a person looks at it. Where the agency asks for it, nobody signs before the
    # clerk has initialled the form.

    @api.depends("file_ids", "state")
    def _compute_form_findings(self):
        for document in self:
            stored = document._origin
            words = []
            if stored.state in ("draft", "review", "to_sign") and stored.has_access("read"):
                source = stored._source()
                if source.mimetype in _CHECKS and source._is_offered():
                    words = [stored._form_words(finding) for finding in stored._form_findings(source)]
            document.form_findings = "\n".join(dict.fromkeys(words))

    def _form_findings(self, source):
        try:
            return _CHECKS[source.mimetype](source._content(), dated=self._is_dated())
        except UserError:  # in quarantine, which the file says itself
            return []

    @api.depends("state", "form_checked_by_id")
    @api.depends_context("uid")
    def _compute_may_check_form(self):
        clerk = self.env.user.has_group(CLERK)
        for document in self:
            document.may_check_form = (
                clerk and document.state in ("review", "to_sign") and not document.form_checked_by_id
            )

    def action_check_form(self):
        """Ký nháy thể thức: the clerk answers for the form and the procedure of the document.

        :return: True when initialled now, False when it had been before
        :raises AccessError, UserError: not the clerk; not submitted
        """
        self.ensure_one()
        self.check_access("write")
        self._lock_row()
        if self.form_checked_by_id:
            return False
        if not self.env.su and not self.env.user.has_group(CLERK):
            raise AccessError(self.env._("The form of a document is checked by the clerk."))
        if self.state not in ("review", "to_sign"):
            raise UserError(self.env._("“%s” is not on its way to the signature.", self.display_name))
        self._by_system().write({"form_checked_by_id": self.env.uid, "form_checked_at": fields.Datetime.now()})
        self._add_review("form")
        self._form_step_done()
        self._journal("move", {"form_checked": True})
        self._tell_screens()
        return True

    def _form_hindrance(self):
        """Why the document is not signed before its form has been checked, in words, or an empty string."""
        asked = self.company_id.sudo().asks_form_check  # a setting of the own agency
        if asked and not self.form_checked_by_id:
            return self.env._("The clerk has not initialled the form (thể thức) yet.")
        return ""

    def _forget_form_check(self):
        self.sudo().write({"form_checked_by_id": False, "form_checked_at": False})  # written by the steps only

    def _form_words(self, finding):
        """A finding of `form_check` as a sentence."""
        found, more = finding.found, finding.params
        sides = {
            "top": self.env._("upper"),
            "bottom": self.env._("lower"),
            "left": self.env._("left"),
            "right": self.env._("right"),
        }
        words = {
            "unreadable_pdf": self.env._("The PDF cannot be opened."),
            "no_text": self.env._("The PDF is a picture: its form cannot be looked at by the program."),
            "unreadable": self.env._("The .docx cannot be opened."),
            "page_unset": self.env._("The file does not say its paper and margins: set A4 and the margins in Word."),
            "page_size": self.env._("The paper is %s, not A4.", found),
            "margin": self.env._(
                "The %(side)s margin is %(found)s mm; it should be %(low)s to %(high)s mm.",
                side=sides.get(more.get("side"), ""),
                found=found,
                low=more.get("low", ""),
                high=more.get("high", ""),
            ),
            "old_font": self.env._("Text in the old font “%s”: convert it to Unicode.", found),
            "font": self.env._("Text in the font “%s”; it should be Times New Roman.", found),
            "text_size": self.env._("The text is of size %s; it should be 13 to 14.", found),
            "national_name_missing": self.env._("The name of the State (Quốc hiệu) is not found."),
            "motto_missing": self.env._("The motto (Tiêu ngữ) is not found."),
            "motto_written": self.env._("The motto is written “%s”; it is “Độc lập - Tự do - Hạnh phúc”.", found),
            "number_missing": self.env._("“Số:” is not found."),
            "date_missing": self.env._("Place and date (“…, ngày … tháng … năm …”) are not found."),
            "places_missing": self.env._("“Nơi nhận:” is not found."),
            "kept_missing": self.env._("“- Lưu: VT, …” is not found below “Nơi nhận”."),
            "end_missing": self.env._("The text does not end in “./.”."),
            "date_written": self.env._("“%(found)s” is written “%(good)s”.", found=found, good=more.get("good", "")),
            "not_composed": self.env._("Letters with separate marks, not in Unicode composed form: “%s”.", found),
        }[finding.code]
        return self.env._("Box %(box)s: %(words)s", box=finding.box, words=words) if finding.box else words
