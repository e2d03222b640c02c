from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move

from ..edxml import StatusCode

CLERK = "vpdt_base.group_clerk"
KINDS = [
    ("take_back", "Take back"),
    ("recall", "Recall"),
    ("update", "Update"),
    ("replace", "Replacement"),
]


class VpdtExchangeRequest(models.Model):
    """What a sender wants of a document that it has sent: it back, another content, another document in its place.

    One a document and recipient, at the sender and at the recipient. The recipient decides; where the document is in a
    register its number stays (Nghị định 30/2020/NĐ-CP, khoản 4 Điều 18 and Phụ lục VI, Phần I; Quyết định
    28/2018/QĐ-TTg, Điều 9). The answer goes back as status 15 or 16.
    """

    _name = "vpdt.exchange.request"
    _description = "Request about an exchanged document"
    _inherit = ["vpdt.move.mixin", "vpdt.text.mixin"]
    _order = "id DESC"
    _rec_name = "document_code"

    company_id = fields.Many2one("res.company", "Agency", required=True, index=True, readonly=True)
    direction = fields.Selection([("out", "Ours"), ("in", "Of the sender")], required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    state = fields.Selection(
        [
            ("open", "Not answered"),
            ("agreed", "Agreed"),
            ("declined", "Declined"),
            ("withdrawn", "Withdrawn before it was sent"),
        ]
    )
    reason = fields.Char(readonly=True)
    document_code = fields.Char("Identifier of the document", readonly=True)
    incoming_id = fields.Many2one("vpdt.incoming", readonly=True, index=True, ondelete="restrict")
    successor_id = fields.Many2one(
        "vpdt.incoming", "Document in its place", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    outgoing_id = fields.Many2one("vpdt.outgoing", readonly=True, index=True, ondelete="restrict")
    recipient_id = fields.Many2one("vpdt.outgoing.recipient", readonly=True, index=True, ondelete="restrict")
    organization_id = fields.Many2one("vpdt.organization", readonly=True, ondelete="restrict", help="The other side.")
    message_id = fields.Many2one("vpdt.exchange.message", "Packet", readonly=True, index=True, ondelete="restrict")
    draft_answer = fields.Char("Answer", help="Goes back to the sender; needed to decline.")
    answer = fields.Char(readonly=True)
    answered_by_id = fields.Many2one("res.users", "Answered by", readonly=True)
    answered_at = fields.Datetime("Answered on", readonly=True)
    effect = fields.Char("What comes of it", compute="_compute_effect")

    @api.model
    def _get_moves(self):
        sent = self.env._("The answer goes to the sender at once. What agreeing does stands on the form.")
        return super()._get_moves() + (
            Move(("open",), "agreed", self.env._("Agree"), "action_agree", (CLERK,), "_check_in", "_effect_agreed",
                 danger=True, confirmation=sent),
            Move(("open",), "declined", self.env._("Decline"), "action_decline", (CLERK,), "_check_answer",
                 "_effect_declined"),
            Move(("open",), "withdrawn", ""),
            # The sender asked again after a refusal, or the recipient thought better of it.
            Move(("declined",), "open", ""),
        )  # fmt: skip

    def _editable_fields(self):
        mine = self.state == "open" and self.direction == "in" and self.env.user.has_group(CLERK)
        return super()._editable_fields() | ({"draft_answer"} if mine else set())

    def _steps_of_user(self):
        return super()._steps_of_user() if self.direction == "in" else []

    @api.depends("kind", "incoming_id.arrival_number", "successor_id")
    def _compute_effect(self):
        for request in self:
            request.effect = request._words_of_effect() if request.direction == "in" else False

    def _words_of_effect(self):
        number = self.incoming_id.arrival_number
        kept = self.env._("Arrival number %s stays in the register.", number) if number else ""
        words = {
            "update": self.env._("The files of the sender's new version are put in front of the present ones."),
            "replace": self.env._("The document is marked as replaced by the new one."),
        }.get(self.kind, self.env._("The files of the document are destroyed here: nobody can open them any more."))
        return " ".join(filter(None, (words, kept)))

    # The recipient answers -------------------------------------------------------------------------------------------

    def action_agree(self):
        """Do what the sender wants, and tell him (status 15)."""
        self.ensure_one()
        return self._move_to("agreed", self._prepare_answer_vals())

    def action_decline(self):
        """Leave the document as it is, and tell the sender why (status 16)."""
        self.ensure_one()
        return self._move_to("declined", self._prepare_answer_vals())

    def _prepare_answer_vals(self):
        answer = (self.draft_answer or "").strip()
        return {"answer": answer, "answered_by_id": self.env.uid, "answered_at": fields.Datetime.now()}

    def _check_in(self):
        if self.direction != "in" and not self.env.su:
            raise UserError(self.env._("The recipient answers this."))

    def _check_answer(self):
        self._check_in()
        if self.direction == "in" and not (self.draft_answer or "").strip():
            raise UserError(self.env._("Write under Answer why, for the sender."))

    def _effect_agreed(self):
        if self.direction == "in":
            self.incoming_id._follow_request(self)
            self._answered(StatusCode.AGREED)

    def _effect_declined(self):
        if self.direction == "in":
            self._answered(StatusCode.DECLINED)

    def _answered(self, code):
        document = self.incoming_id
        document._report_status(code, self.answer or "", request=self)
        document._journal("exchange", {"request": self.kind, "answer": self.state, "reason": self.reason or ""})
        kind = self.env.ref("vpdt_interop.activity_exchange")
        open_still = document.sudo().request_ids.filtered(lambda r: r.state == "open")  # of this very document
        if not open_still:
            document.sudo().activity_ids.filtered(lambda a: a.activity_type_id == kind).unlink()
        document._tell_screens()

    # The sender learns -----------------------------------------------------------------------------------------------

    def _take_answer(self, code, words, at):
        """The recipient has answered our request.

        :param code: StatusCode AGREED or DECLINED
        :param at: naive UTC datetime, as the recipient wrote it
        """
        wanted = "agreed" if code == StatusCode.AGREED else "declined"
        for request in self.sudo().filtered(lambda r: r.direction == "out" and r.state in ("open", "declined")):
            if request.state == wanted:
                continue
            if request.state == "declined":  # asked once more, or thought better of
                request._move_to("open")
            request._move_to(wanted, {"answer": words, "answered_at": at})
            request._tell_of_answer()

    def _tell_of_answer(self):
        who, document = self.organization_id.name, self.outgoing_id
        if self.state == "agreed":
            what = dict(self._fields["kind"]._description_selection(self.env))[self.kind]
            summary = self.env._("%(who)s agrees: %(what)s", who=who, what=what)
        else:
            summary = self.env._("%(who)s declines: %(why)s", who=who, why=self.answer or "?")
        document._remind_people(document._users_of_role(CLERK), summary, event="answered")
        document._tell_screens()
