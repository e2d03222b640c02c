from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class VpdtOutgoingSigner(models.Model):
    """One more person who signs a document, besides the one who signs it last.

    All are of one agency: văn bản liên tịch is a document of several."""

    _name = "vpdt.outgoing.signer"
    _description = "Co-signer of an outgoing document"
    _inherit = ["vpdt.isolation.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    outgoing_id = fields.Many2one("vpdt.outgoing", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="outgoing_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    user_id = fields.Many2one("res.users", "Signs too", required=True, ondelete="restrict", check_company=True)
    signed_at = fields.Datetime("Signed on", readonly=True, copy=False)
    signer_name = fields.Char("Signed as", readonly=True, copy=False)

    _user_unique = models.Constraint("UNIQUE (outgoing_id, user_id)", "This person is among the signers already.")

    @api.model
    def _first_fields(self):
        return super()._first_fields() | {"outgoing_id", "sequence", "user_id"}

    def _editable_fields(self):
        """Who signs and in which order; that he has signed is written by signing itself."""
        return super()._editable_fields() | {"sequence", "user_id"}

    @api.constrains("outgoing_id", "user_id", "sequence")
    def _check_draft(self):
        for signer in self:
            if signer.outgoing_id.state != "draft":
                raise ValidationError(self._draft_only_message())
            if signer.user_id == signer.outgoing_id._signing_user():
                raise ValidationError(self.env._("“%s” signs last already.", signer.user_id.name))

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        self._check_draft_state()

    def _check_draft_state(self):
        if any(signer.outgoing_id.state != "draft" for signer in self):
            raise UserError(self._draft_only_message())

    @api.model
    def _draft_only_message(self):
        return self.env._("Who signs can be changed in the draft only; return the document first.")

    def _field_name(self):
        """Name of the signature field: ``person_1`` is the one who signs last and bears the seal."""
        order = self.outgoing_id.signer_ids.sorted(lambda signer: (signer.sequence, signer.id))
        return f"person_{order.ids.index(self.id) + 2}"
