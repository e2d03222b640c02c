from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.vpdt_base.signing import SigningError, levels
from odoo.addons.vpdt_base.signing.pades import person_order


class VpdtOutgoingSigner(models.Model):
    """One more person who signs a document, besides the one who signs it last (văn bản liên tịch)."""

    _name = "vpdt.outgoing.signer"
    _description = "Co-signer of an outgoing document"
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


class VpdtOutgoing(models.Model):
    """Several persons sign one document: in order, each in a place of his own that is there before the first signs."""

    _inherit = "vpdt.outgoing"  # pylint: disable=consider-merging-classes-inherited

    signer_ids = fields.One2many("vpdt.outgoing.signer", "outgoing_id", "Signed first by", copy=True)

    def _signers(self):
        """Everybody who signs (res.users): the one who signs last comes first, as ``person_1``."""
        co_signers = self.signer_ids.sorted(lambda signer: (signer.sequence, signer.id)).user_id
        return [self._signing_user(), *co_signers]

    def _co_signer(self):
        """The row of the current user who has not signed yet (possibly empty)."""
        return self.signer_ids.filtered(lambda signer: signer.user_id == self.env.user and not signer.signed_at)

    def _next_co_signer(self):
        waiting = self.signer_ids.filtered(lambda signer: not signer.signed_at)
        return waiting.sorted(lambda signer: (signer.sequence, signer.id))[:1]

    def action_sign(self):
        """Open the signing dialog of whose turn it is."""
        self.ensure_one()
        if self._co_signer():
            self._check_turn()
            dialog = self._signing_dialog("person", "sign")
            dialog["params"]["steps"] = ["cosign"]
            return dialog
        return super().action_sign()

    def cosign(self, key_id, passphrase):
        """Sign as one of several; the document stays where it is until the last one has signed.

        :param key_id: id of a vpdt.signing.key of the caller
        :param passphrase: of the key; used once, kept nowhere
        :return: True when signed now, False when this person had signed before
        :raises UserError: not his turn, wrong passphrase, no place for the signature …: nothing changes
        """
        return self._sign_now("cosign", key_id, passphrase)

    # Hooks of vpdt.signable.mixin -----------------------------------------------------------------------------------

    def _row_of_user(self):
        return self.signer_ids.filtered(lambda signer: signer.user_id == self.env.user)

    def _is_signed(self, step):
        return bool(self._row_of_user().signed_at) if step == "cosign" else super()._is_signed(step)

    def _signing_input(self, step, key):
        if step != "cosign":
            return super()._signing_input(step, key)
        self._check_turn()
        main, known = self._file_of_role("main"), self._signing_evidence(key)
        order = person_order(field=self._row_of_user()._field_name(), image_png=self._picture_of(key), **known)
        return main, main._content(), order

    def _take_signature(self, step, key, source, pdf):
        if step != "cosign":
            return super()._take_signature(step, key, source, pdf)
        self.env["vpdt.file"]._store(self, source.name, pdf, "main", source)
        return self._co_signed(self._row_of_user(), key)

    @api.model
    def _first_fields(self):
        return super()._first_fields() | {"signer_ids"}

    def _editable_fields(self):
        names = super()._editable_fields()
        return names | {"signer_ids"} if self.state == "draft" else names

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

    def _check_signer(self, values):
        result = super()._check_signer(values)
        waiting = self.signer_ids.filtered(lambda signer: not signer.signed_at).user_id
        if waiting:
            raise UserError(self.env._("Before you, these sign: %s.", ", ".join(waiting.mapped("name"))))
        return result

    def _step_hindrance(self, move):
        if move.action == "action_sign" and self.signer_ids:
            turn = self._next_co_signer().user_id or self._signing_user()
            if turn != self.env.user:
                return self.env._("It is the turn of %s to sign.", turn.name)
            return ""
        return super()._step_hindrance(move)

    def _effect_to_sign(self, values):
        result = super()._effect_to_sign(values)
        first = self._next_co_signer().user_id
        if first:
            self._done_activities()  # it is not the last one's turn yet
            self._add_participants(self.signer_ids.user_id, "Signature")
            self._notify_people(first, self.env._("Sign this document"))
        return result

    def _effect_draft(self, values):
        result = super()._effect_draft(values)
        if self.signer_ids.filtered("signed_at"):
            self._take_back_signatures()
        return result

    def _take_back_signatures(self):
        """A returned document is signed anew by all: its last version without a signature becomes the present one."""
        signed = main = self._file_of_role("main")
        while main and _is_signed(main):
            main = main.replaces_id.sudo()  # earlier versions of the same document
        if main:
            self.env["vpdt.file"]._store(self, main.name, main._content(), "main", signed)
        self.signer_ids.sudo().write({"signed_at": False, "signer_name": False})  # written by the steps only


def _is_signed(file):
    try:
        return bool(levels.level_of(file._content()))
    except SigningError:
        return False
