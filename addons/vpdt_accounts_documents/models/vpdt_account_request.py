from odoo import fields, models
from odoo.exceptions import UserError


class VpdtAccountRequest(models.Model):
    """The letter of a request and that of its answer are outgoing documents: signed as any other, with the number and
    date of the register and the signature of the agency; issued, they move the request on."""

    _inherit = "vpdt.account.request"

    letter_id = fields.Many2one("vpdt.outgoing", readonly=True, copy=False, ondelete="restrict")
    result_letter_id = fields.Many2one(
        "vpdt.outgoing", "Letter with the result", readonly=True, copy=False, ondelete="restrict"
    )

    # The request ----------------------------------------------------------------------------------------------------

    def _effect_submitted(self):
        result = super()._effect_submitted()
        letter = self.env["vpdt.outgoing"]._submit_made(
            self.letter_id, self, self.company_id, self.signer_id, self.form_id.subject, self.keeper_id,
            self._file_of_role("main"),
        )  # fmt: skip
        self._by_system().letter_id = letter
        self._done_activities()  # the letter asks for the signature
        return result

    def _effect_returned(self):
        result = super()._effect_returned()
        letter = self.sudo().letter_id  # returned with the request
        if letter.state == "to_sign":
            letter.draft_opinion = self.opinion or self.env._("Taken back")
            letter._move_to("draft")
        return result

    def _check_letter(self):
        if not self.env.su:
            raise UserError(
                self.env._("Sign the letter “%s”; it goes on when it is issued.", self.letter_id.display_name)
            )
        return super()._check_letter()

    def _steps_of_user(self):
        """Signing and sending are steps of the letter."""
        return [step for step in super()._steps_of_user() if step["action"] not in ("action_approve", "action_answer")]

    # The answer -----------------------------------------------------------------------------------------------------

    def _effect_done(self):
        result = super()._effect_done()
        self._submit_result()
        return result

    def action_submit_result(self):
        """Make the written result anew and submit it to the head, after it was returned or its signer was changed.

        :raises UserError: it waits for the signature already, or is signed
        """
        self.ensure_one()
        self.check_access("write")
        if not self._is_keeper() or self.state != "done":
            raise UserError(self.env._("The result is submitted by the keeper, after all lines are settled."))
        self._make_result()
        self._submit_result()
        return True

    def _submit_result(self):
        signer = self.result_signer_id or self._leaders_of(self.keeper_id)[:1]
        if not signer:
            raise UserError(self.env._("Choose who signs the result."))
        if self.keeper_id == self.company_id:
            self.sudo()._move_to("answered")  # an agency that keeps its own accounts writes no letter to itself
            return
        subject = f"kết quả {self.form_id.subject}"
        letter = self.env["vpdt.outgoing"]._submit_made(
            self.result_letter_id, self, self.keeper_id, signer, subject, self.company_id, self._file_of_role("annex")
        )
        self._by_system().sudo().result_letter_id = letter

    def _check_result(self):
        if not self.env.su:
            raise UserError(self.env._("The result goes out when its letter is issued."))
        return super()._check_result()

    # Letters --------------------------------------------------------------------------------------------------------

    def _notation_of(self, agency):
        letters = (self.letter_id | self.result_letter_id).sudo()  # notation of one's own letter
        letter = letters.filtered(lambda letter: letter.company_id == agency)[:1]
        if letter.notation:
            return letter.notation
        kind = self.env["vpdt.outgoing"]._type_of_letters()
        here = self.env.user.with_company(agency)
        return kind._notation(agency.abbreviation or "", here._vpdt_department().sudo().abbreviation)

    def _letter_issued(self, letter):
        """The request arrives at the addressee, or the written result at who asked. Superuser mode.

        :param letter: vpdt.outgoing with its number
        """
        if letter == self.letter_id:
            self.write({"letter_number": letter.code, "letter_date": letter.date})
            self._move_to("received", self._prepare_arrival_vals())
        elif letter == self.result_letter_id:
            self.write({"result_number": letter.code, "result_date": letter.date})
            self._move_to("answered")

    def _letter_returned(self, letter, opinion):
        """The head has returned the letter, and the request with it. Superuser mode."""
        if letter == self.letter_id and self.state == "to_sign":
            self.opinion = opinion
            self._move_to("draft")

    def action_open_letter(self):
        """Open the letter of the request, or its answer in the agency that wrote it."""
        self.ensure_one()
        letter = self.letter_id if self.company_id in self.env.companies else self.result_letter_id
        letter.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "vpdt.outgoing",
            "res_id": letter.id,
            "views": [(False, "form")],
        }
