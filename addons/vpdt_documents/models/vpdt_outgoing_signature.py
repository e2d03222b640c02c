from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.vpdt_base.signing import SigningError, levels

MAX_BATCH = 200


class VpdtOutgoing(models.Model):
    """The way of a draft to the signature: submitted, initialled, signed by one or several, or returned.

    Signing in another's place, “TUQ.” (Nghị định 30/2020, khoản 3 Điều 13): who signs is printed in the document, so it
    is settled with the draft: ``deputy_id`` names the deputy, and from then on the signature is asked of him. Directing
    and initialling print nothing; there a delegation that holds is enough.

    Several persons sign one document in order, each in a place of his own that is there before the first one signs.
    """

    _inherit = "vpdt.outgoing"

    deputy_id = fields.Many2one(
        "res.users",
        "By authorisation (TUQ.)",
        domain="[('id', 'in', possible_deputy_ids)]",
        copy=False,
        help="Signs in the place of the signer, by a delegation that holds today.",
    )
    possible_deputy_ids = fields.Many2many("res.users", compute="_compute_possible_deputies")

    @api.model
    def _get_delegable(self):
        return {
            **super()._get_delegable(),
            "action_initial": (("initial", "reviewer_id"),),
            "action_sign": (("sign", "signer_id"),),
            "action_return": (("initial", "reviewer_id"), ("sign", "signer_id")),
        }

    # Steps ------------------------------------------------------------------------------------------------------------

    def action_submit(self):
        """Submit the draft to the head of the unit, who initials it."""
        self.ensure_one()
        return self._move_to("review")

    def action_initial(self):
        """Ký nháy: the head of the unit takes responsibility for the content; who comes after is asked then."""
        self.ensure_one()
        self._lock_row()
        initialled = self._initial_in_turn()
        return self._move_to("to_sign") if initialled is None else initialled

    def action_sign(self):
        """Open the signing dialog of whose turn it is."""
        self.ensure_one()
        if self._co_signer():
            self._check_turn()
            return self._person_dialog("cosign")
        self._check_signer()
        return self._person_dialog("sign")

    def _person_dialog(self, method):
        return self._signing_action("person", [method], self.env._("Sign"))

    def sign(self, key_id, passphrase):
        """Sign as the leader with one's own key; a second call changes nothing.

        :param key_id: id of a vpdt.signing.key of the caller that is kept on the server; the other kinds take
            ``begin_signature("sign", key_id)``
        :param passphrase: of the key, or its PIN, or ``{"ticket": …}``; used once, kept nowhere
        :return: True when it was signed now, False when it had been before
        :raises UserError: wrong passphrase, certificate not valid, no place for the signature …: nothing changes
        """
        return self._sign_now("sign", key_id, passphrase)

    def cosign(self, key_id, passphrase):
        """Sign as one of several; the document stays where it is until the last one has signed.

        :param key_id: id of a vpdt.signing.key of the caller
        :param passphrase: of the key; used once, kept nowhere
        :return: True when signed now, False when this person had signed before
        :raises UserError: not his turn, wrong passphrase, no place for the signature …: nothing changes
        """
        return self._sign_now("cosign", key_id, passphrase)

    def action_return(self):
        """Send the document back to its author, or to the earlier step that is chosen, with a reason."""
        self.ensure_one()
        self._lock_row()
        if self.return_to_id and self.state in ("review", "to_sign"):
            return self._return_to_step()
        return self._move_by("action_return")

    def action_take_back(self):
        """Lấy lại: the author takes his draft back as long as nobody who is asked has opened it."""
        self.ensure_one()
        return self._move_by("action_take_back")

    def _check_take_back(self):
        hindrance = "" if self.env.su else self._take_back_hindrance()
        if hindrance:
            raise UserError(hindrance)

    def _take_back_hindrance(self):
        if self.env.user != self.drafter_id:
            return self.env._("A draft is taken back by its author.")
        if self.state == "review" and self._last_step():
            return self.env._("%s has initialled it already: ask for the draft to be returned.",
                              self._last_step().done_by_id.name)  # fmt: skip
        asked = self.reviewer_id if self.state == "review" else self._signing_user() | self.signer_ids.user_id
        since = self.review_ids.sorted("id")[-1:].at
        opened = self._marks_of(asked).filtered(lambda mark: mark.read_at and (not since or mark.read_at >= since))
        if opened or self.signer_ids.filtered("signed_at"):
            return self.env._(
                "%s has opened it already: ask for the draft to be returned.", ", ".join(opened.user_id.mapped("name"))
            )
        return ""

    def _effect_taken_back(self):
        self._add_review("taken_back")
        self._forget_form_check()
        self._leave_route()
        self._done_activities()

    def _step_hindrance(self, move):
        if move.action == "action_initial" and not self._may_initial():
            return self.env._("The initials are asked of %s.", self.reviewer_id.name)
        if move.action == "action_initial" and self._steps_left()[:1].kind == "form":
            return self.env._("The clerk has not initialled the form (thể thức) yet.")
        if move.action == "action_take_back_initials":
            return self._initials_hindrance()
        if move.action == "action_sign":
            turn = self._whose_turn()
            if self.signer_ids and turn != self.env.user:
                return self.env._("It is the turn of %s to sign.", turn.name)
            if not self._co_signer() and self._signature_hindrance():
                return self._signature_hindrance()
        if move.action == "action_take_back":
            return self._take_back_hindrance()
        return super()._step_hindrance(move)

    def _has_role_for(self, move):
        if move.action == "action_take_back":
            return self.env.user == self.drafter_id
        if move.action == "action_take_back_initials":
            return bool(self._last_step()) and self._last_step().done_by_id == self.env.user
        return super()._has_role_for(move)

    def _check_ready(self):
        """Whether the draft can be submitted: everything that would stop it later is said now.

        :raises UserError: what is missing or wrong, and the way out
        """
        if not self._file_of_role("main"):
            raise UserError(
                self.env._("There is no PDF yet. Make the draft from the template, or upload the edited file.")
            )
        if not self.reviewer_id or not self.signer_id:
            raise UserError(self.env._("Choose who initials and who signs."))
        self._check_recipients()
        self._check_annexes()
        self._check_places()
        self._check_people()
        self._check_paper()

    def _check_reviewer(self):
        if not self.env.su and not self._may_initial():
            raise UserError(self.env._("The initials are asked of %s.", self.reviewer_id.name))
        if not self.env.su:
            self._check_step()

    def _check_opinion(self):
        if not (self.draft_opinion or "").strip():
            raise UserError(
                self.env._("Write under Opinion why it goes back, so that the author knows what to change.")
            )

    def _may_initial(self):
        return self.env.user == self.reviewer_id or bool(self._delegation_of_step("action_initial"))

    def _check_signer(self):
        hindrance = "" if self.env.su else self._signature_hindrance()
        if hindrance:
            raise UserError(hindrance)
        waiting = self.signer_ids.filtered(lambda signer: not signer.signed_at).user_id
        if waiting:
            raise UserError(self.env._("Before you, these sign: %s.", ", ".join(waiting.mapped("name"))))

    def _effect_review(self):
        self._add_review("submission")
        self._done_activities()  # that the draft was returned
        if self._begin_route().kind != "form":
            self._add_participants(self.reviewer_id, "Initials")
            self._notify_people(self.reviewer_id, self.env._("Initial this draft"))

    def _effect_to_sign(self):
        if self._finish_last_step() is not False:
            self._add_review("initials")
        self._done_activities()
        self._add_participants(self._signing_user() | self.signer_ids.user_id, "Signature")
        self._notify_people(self._whose_turn(), self.env._("Sign this document"))

    def _effect_signed(self):
        self._add_review("signature")
        self._start_release_clock()
        self._done_activities()
        clerks = self._users_of_role("vpdt_base.group_clerk")
        self._add_participants(clerks, "Clerk")
        self._notify_people(clerks, self.env._("Number and issue this document"))

    def _effect_draft(self):
        self._add_review("return")
        self._done_activities()
        self._notify_people(self.drafter_id, self.env._("The draft was returned"), event="returned")
        self._forget_form_check()
        self._leave_route()
        if _is_signed(self._file_of_role("main")):
            self._take_back_signatures()

    def _add_review(self, kind):
        action = {"initials": "action_initial", "signature": "action_sign", "return": "action_return"}.get(kind)
        principal = self._delegation_of_step(action).principal_id
        document = self.sudo()  # opinions are kept by the moves only
        document.env["vpdt.review"].create(
            {
                "outgoing_id": self.id,
                "kind": kind,
                "user_id": self.env.uid,
                "principal_id": principal.id,
                "opinion": document.draft_opinion,
            }
        )
        document.draft_opinion = False

    # In another's place -----------------------------------------------------------------------------------------------

    @api.depends("signer_id", "type_id", "company_id")
    def _compute_possible_deputies(self):
        for document in self:
            document.possible_deputy_ids = document._delegations_of_signer().deputy_id

    def _delegations_of_signer(self):
        """The delegations to sign this document that hold today (vpdt.delegation in superuser mode)."""
        Delegation = self.env["vpdt.delegation"]
        domain = Delegation._domain_of_day(Delegation._today())
        found = Delegation.sudo().search(  # that one stands in for the other is known in the office
            domain
            & Domain(
                [
                    ("principal_id", "=", self.signer_id.id),
                    ("may_sign", "=", True),
                    ("company_id", "=", self.company_id.id),
                ]
            )
        )
        return found.filtered(lambda delegation: self.type_id in delegation.type_ids)._standing()

    @api.onchange("signer_id", "type_id")
    def _onchange_signer(self):
        """While the signer's authority is delegated, his deputy is proposed."""
        self.deputy_id = self._delegations_of_signer().deputy_id[:1]

    @api.constrains("deputy_id", "signer_id")
    def _check_deputy(self):
        for document in self.filtered("deputy_id"):
            if document.deputy_id not in document._delegations_of_signer().deputy_id:
                raise UserError(
                    self.env._(
                        "%(deputy)s has no delegation to sign this document for %(principal)s today.",
                        deputy=document.deputy_id.name,
                        principal=document.signer_id.name or "",
                    )
                )

    def _signing_user(self):
        """The person whose name stands below the document (res.users)."""
        return self.deputy_id or self.signer_id

    def _printed_signing_lines(self):
        """The lines above the signature, “TUQ.” where a deputy signs; minutes are signed as their chair."""
        if self.type_id.template == "bien_ban":
            return ["CHỦ TỌA"]
        return self._signing_user()._vpdt_signing_lines(self.signer_id, record=self)

    def _signature_hindrance(self):
        """Why the current user may not sign this document, in words, or an empty string."""
        if hindrance := self._form_hindrance():
            return hindrance
        asked = self._signing_user()
        if self.env.user != asked:
            if self._delegation_of_step("action_sign"):
                return self.env._(
                    "The draft is printed for the signature of %s. Return it, choose yourself under “By authorisation "
                    "(TUQ.)” and make the draft again.",
                    asked.name,
                )
            return self.env._("The signature is asked of %s.", asked.name)
        if self.deputy_id and not self._delegation_of_step("action_sign"):
            return self.env._(
                "Your delegation to sign for %s does not hold today. Return the draft to its author.",
                self.signer_id.name,
            )
        if not asked._vpdt_employee():
            return asked._no_title()
        return ""

    def _check_signer_chosen(self):
        if not self.signer_id:
            raise UserError(self.env._("Choose who signs the document first."))

    # Several signers --------------------------------------------------------------------------------------------------

    def _signers(self):
        """Everybody who signs (res.users): the one who signs last comes first, as ``person_1``."""
        co_signers = self.signer_ids.sorted(lambda signer: (signer.sequence, signer.id)).user_id
        return [self._signing_user(), *co_signers]

    def _co_signer(self):
        """The row of the current user who has not signed yet (possibly empty)."""
        return self.signer_ids.filtered(lambda signer: signer.user_id == self.env.user and not signer.signed_at)

    def _row_of_user(self):
        return self.signer_ids.filtered(lambda signer: signer.user_id == self.env.user)

    def _next_co_signer(self):
        waiting = self.signer_ids.filtered(lambda signer: not signer.signed_at)
        return waiting.sorted(lambda signer: (signer.sequence, signer.id))[:1]

    def _whose_turn(self):
        """Who is to sign next (res.users): the first of the co-signers who has not, or the one who signs last."""
        return self._next_co_signer().user_id or self._signing_user()

    def _co_signed(self, mine, key):
        mine.sudo().write(  # that somebody has signed is written by signing only
            {"signed_at": fields.Datetime.now(), "signer_name": self.env.user._vpdt_employee().name}
        )
        self._add_review("signature")
        self._journal("sign", {"key": key.serial, "field": mine._field_name()})
        self._done_activities()
        self._notify_people(self._next_co_signer().user_id or self._signing_user(), self.env._("Sign this document"))

    def _check_turn(self):
        """:raises UserError: the document is not to be signed, or somebody else signs before the current user"""
        if self.state != "to_sign":
            raise UserError(self.env._("“%s” is not waiting for a signature.", self.display_name))
        turn = self._next_co_signer().user_id
        if turn != self.env.user:
            raise UserError(self.env._("It is the turn of %s to sign.", turn.name or self._signing_user().name))
        if hindrance := self._form_hindrance():
            raise UserError(hindrance)

    def _take_back_signatures(self):
        """A returned document is signed anew by all: its last version without a signature becomes the present one."""
        signed = main = self._file_of_role("main")
        while main and _is_signed(main):
            main = main.replaces_id.sudo()  # earlier versions of the same document
        if main:
            self.env["vpdt.file"]._store(self, main.name, main._content(), "main", signed)
        self.signer_ids.sudo().write({"signed_at": False, "signer_name": False})  # written by the steps only

    # Many in one go ---------------------------------------------------------------------------------------------------
    # One dialog, one passphrase; each document a request and a result of its own.

    def action_sign_batch(self):
        """Open the dialog that signs all these documents one after the other."""
        return self._batch_dialog("person")

    def action_issue_batch(self):
        """Open the dialog that numbers, seals and issues all these documents one after the other."""
        return self._batch_dialog("agency")

    def _batch_dialog(self, holder):
        if not self:
            raise UserError(self.env._("Tick the documents first."))
        if len(self) > MAX_BATCH:
            raise UserError(self.env._("At most %s documents go in one batch.", MAX_BATCH))
        self.check_access("write")
        rows = [document._batch_row(holder) for document in self._in_batch_order()]
        ready = self.browse(row["id"] for row in rows if not row["reason"])
        if not ready:
            reasons = "\n".join(dict.fromkeys(row["reason"] for row in rows))
            raise UserError(self.env._("None of these documents can be done now:\n%s", reasons))
        action = ready[0]._person_dialog("sign") if holder == "person" else ready[0]._issue_dialog()
        action.update(
            tag="vpdt_sign_batch",
            name=self.env._("Sign %s documents", len(ready))
            if holder == "person"
            else self.env._("Number and issue %s documents", len(ready)),
        )
        action["params"]["documents"] = rows
        return action

    def _in_batch_order(self):
        """Those with a number by their number, the others in the order in which they were made."""
        return self.sorted(lambda document: (not document.register_number, document.register_number, document.id))

    def _batch_row(self, holder):
        """``{"id", "name", "steps", "reason"}``: what is done to this document, or why it is left out."""
        steps, reason = [], ""
        try:
            steps = self._batch_steps(holder)
        except UserError as error:
            reason = str(error)
        return {"id": self.id, "name": self.display_name, "steps": steps, "reason": reason}

    def _batch_steps(self, holder):
        if holder == "agency":
            if self.state not in ("signed", "numbered"):
                raise UserError(self.env._("It is “%s”.", self._state_label(self.state)))
            self._check_recipients()
            return ["take_number", "seal"]
        if self.state != "to_sign":
            raise UserError(self.env._("It is “%s”.", self._state_label(self.state)))
        step = "cosign" if self._co_signer() else "sign"
        if step == "cosign":
            self._check_turn()
        else:
            self._check_signer()
        self._check_marks()
        return [step]

    def check_signing_key(self, key_id, passphrase):
        """Try the passphrase before a batch begins, so that a slip is told once and not two hundred times.

        :return: True
        :raises UserError: the key does not open or its certificate is not valid
        """
        with self.env["vpdt.signing.key"].browse(int(key_id))._open_signer(passphrase):
            return True


def _is_signed(file):
    try:
        return bool(file and levels.level_of(file._content()))
    except SigningError:
        return False
