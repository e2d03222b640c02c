from odoo import fields, models
from odoo.exceptions import UserError


class VpdtAccountLetter(models.Model):
    """A list of accounts goes to its agency as an outgoing document of the keeper; many at once."""

    _inherit = "vpdt.account.letter"

    letter_id = fields.Many2one("vpdt.outgoing", readonly=True, copy=False, ondelete="restrict")

    def action_submit(self):
        """Put these lists before the head who signs, each as a letter.

        :raises UserError: sent already, or nobody to sign
        """
        for letter in self:
            letter.check_access("write")
            if letter.state != "draft" or not letter._has_role_for(letter._get_moves()[0]):
                raise UserError(self.env._("“%s” is not to be sent now.", letter.display_name))
            signer = letter.signer_id or self.env["vpdt.account.request"]._leaders_of(letter.keeper_id)[:1]
            if not signer:
                raise UserError(self.env._("Choose who signs first."))
            letter._make_paper()
            made = self.env["vpdt.outgoing"]._submit_made(
                letter.letter_id, letter, letter.keeper_id, signer, letter._about(), letter.company_id,
                letter._file_of_role("main"),
            )  # fmt: skip
            letter._by_system().sudo().letter_id = made  # the system has made it
        return True

    def _check_number(self):
        if not self.env.su:
            raise UserError(self.env._("The list goes out when its letter is issued."))
        return super()._check_number()

    def _steps_of_user(self):
        """Sending is a step of the letter."""
        return []

    def _letter_issued(self, letter):
        """The list has arrived at its agency. Superuser mode."""
        self.write({"letter_number": letter.code, "letter_date": letter.date})
        self._move_to("sent")

    def _letter_returned(self, letter, opinion):
        """The head has returned the letter: it is submitted anew. Superuser mode."""
        self._ask(self._writers(), self.env._("The letter was returned: %s", opinion))
