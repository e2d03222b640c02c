from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.mixins.gate import by_system
from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move


class VpdtOutgoing(models.Model):
    """A letter that carries a request about accounts, its answer, a list: drafted by the system, changed by nobody.

    What it was made from moves on when the letter is issued (`_letter_issued`), and back when the head returns it
    (`_letter_returned`).
    """

    _inherit = "vpdt.outgoing"

    made_from = fields.Reference(
        selection="_selection_made_from", string="Made from", readonly=True, copy=False, index=True
    )

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (
            Move(("draft",), "to_sign", self.env._("Submit"), "", (), "_check_made_letter", "_effect_to_sign"),
        )

    @api.model
    def _selection_made_from(self):
        """Models whose letters are made by the system; addons add theirs."""
        names = ["vpdt.account.request", "vpdt.account.letter"]
        return [(name, self.env["ir.model"]._get(name).sudo().name) for name in names]  # what a kind is called

    def _is_made(self):
        self.ensure_one()
        self.check_access("read")  # what is read in superuser mode lies in the cache for everybody
        return bool(self.sudo().made_from)  # whether it is, nothing of it

    @api.model
    def _submit_made(self, letter, source, company, signer, subject, recipient, file):
        """Make a letter of ``source``, or renew one that was returned, and put it before ``signer``.

        Drafted by the system: who asks for it writes no documents, and what the head signs is what was submitted.

        :param letter: vpdt.outgoing that was returned, or an empty record
        :param company: res.company that writes, and ``recipient`` that it is for
        :param file: vpdt.file that is the letter
        :return: vpdt.outgoing in superuser mode, waiting for its signature
        :raises UserError: it waits already, or a place for number, date or signature was not found
        """
        company, recipient = company.sudo(), recipient.sudo()
        Letter = self.sudo().with_context(allowed_company_ids=company.ids)
        values = {
            "type_id": self._type_of_letters().id,
            "subject": f"{subject[:1].upper()}{subject[1:]}",
            "signer_id": signer.id,
            "recipient_ids": [(5,), (0, 0, {"organization_id": recipient.organization_id.id, "kind": "main"})],
        }
        if letter:
            letter = Letter.browse(letter.id)
            if letter.state != "draft":
                raise UserError(self.env._("“%s” waits for its signature already.", letter.display_name))
            letter.write(values)
        else:
            made_from = f"{source._name},{source.id}"
            letter = Letter.create({**values, "company_id": company.id, "made_from": made_from})
        file = file.sudo()  # whose letter it is
        letter._upload(file.name, file._content())
        letter._move_to("to_sign")
        return letter

    @api.model
    def _type_of_letters(self):
        return self.env["vpdt.document.type"].sudo().search([("name", "=", "Công văn")], limit=1)  # a public list

    # Nobody changes it ----------------------------------------------------------------------------------------------

    def _find_move(self, state):
        if state == "to_sign" and self.state == "draft" and not self._is_made():
            raise UserError(self.env._("Initials come before the signature."))
        return super()._find_move(state)

    def _check_made_letter(self):
        if not by_system(self.env):
            raise UserError(self.env._("This letter is submitted with what it was made from."))
        if missing := self._missing_places():
            raise UserError(
                self.env._(
                    "No place was found for: %s. Look whether the signer has a position and a name under People.",
                    ", ".join(self._place_label(key) for key in missing),
                )
            )

    def _editable_fields(self):
        names = super()._editable_fields()
        return names & {"draft_opinion", "note"} if self._is_made() else names

    def _upload_roles(self):
        return [] if self._is_made() else super()._upload_roles()

    def _check_draft(self):
        if self._is_made() and not by_system(self.env):
            raise UserError(self.env._("This letter was made by the system: change what it was made from."))
        return super()._check_draft()

    # What follows ---------------------------------------------------------------------------------------------------

    def _effect_draft(self):
        result = super()._effect_draft()
        if source := self.sudo().made_from:  # which goes back with its letter
            opinion = self.sudo().review_ids.sorted("id")[-1:].opinion
            source._letter_returned(self.sudo(), opinion or self.env._("Returned"))
        return result

    def _after_issue(self):
        result = super()._after_issue()
        for letter in self.sudo().filtered("made_from"):
            letter.made_from._letter_issued(letter)  # moves on, whoever has issued its letter
        return result
