from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..edxml import (
    Business,
    BusinessKind,
    DocumentChange,
    Organization,
    PacketError,
    Replacement,
    StatusCode,
    write_envelope,
)

CLERK = "vpdt_base.group_clerk"


class VpdtOutgoing(models.Model):
    """Afterwards: taking back, recalling, updating and replacing what was sent, and who has agreed."""

    _inherit = "vpdt.outgoing"

    request_ids = fields.One2many("vpdt.exchange.request", "outgoing_id", "Requests to recipients", readonly=True)
    replaces_ids = fields.Many2many(
        "vpdt.outgoing",
        "vpdt_outgoing_replaced",
        "outgoing_id",
        "replaced_id",
        domain="[('state', '=', 'issued'), ('company_id', '=', company_id)]",
        copy=False,
        check_company=True,
        help="Issued documents in whose place this one comes; their recipients are told.",
    )

    request_summary = fields.Char("Asked of recipients", compute="_compute_request_summary")

    @api.depends("request_ids.state", "request_ids.kind")
    def _compute_request_summary(self):
        """“Recall: 2 of 3 recipients agreed”, the latest kind of request first; empty where nothing was asked."""
        for document in self:
            lines = []
            for kind, label in document.request_ids._fields["kind"]._description_selection(self.env):
                asked = document.request_ids.filtered(lambda r, kind=kind: r.kind == kind)
                if asked:
                    done = asked.filtered(lambda r: r.state in ("agreed", "withdrawn"))
                    of = {"what": label, "done": len(done.recipient_id), "all": len(asked.recipient_id)}
                    lines.append(self.env._("%(what)s: %(done)s of %(all)s recipients", **of))
            document.request_summary = " · ".join(lines) or False

    @api.model
    def _first_fields(self):
        return super()._first_fields() | {"replaces_ids"}

    def _editable_fields(self):
        open_still = self.state in ("draft", "review", "to_sign", "signed")
        return super()._editable_fields() | ({"replaces_ids"} if open_still else set())

    def action_ask_recipients(self):
        """Open the dialog that takes the document back from recipients, or sends them a new version."""
        self.ensure_one()
        self._check_may_ask("take_back")
        dialog = self.env["vpdt.exchange.request.dialog"].create({"outgoing_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Take back or update"),
            "res_model": dialog._name,
            "res_id": dialog.id,
            "view_mode": "form",
            "target": "new",
        }

    def _effect_recalled(self):
        """Everybody to whom the exchange has brought the document is asked not to use it (khoản 4 Điều 18)."""
        result = super()._effect_recalled()
        if recipients := self.recipient_ids.filtered(
            lambda recipient: recipient.sudo().message_ids
        ):  # packets of his own
            self._ask_recipients(recipients, "recall", self.recall_reason)
        return result

    def _begin_later(self, about, values):
        """The recipients of a document learn with the packet which one it replaces."""
        if about == "replaces":
            values = {**values, "replaces_ids": [Command.set(self.ids)]}
        return super()._begin_later(about, values)

    def _check_may_ask(self, kind):
        """:raises AccessError, UserError: not the clerk; the document is not (or, to be recalled, no longer) issued"""
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group(CLERK)):
            raise AccessError(self.env._("Recalling and updating is a step of the clerk."))
        if self.state not in (("issued", "recalled") if kind == "recall" else ("issued",)):
            raise UserError(self.env._("“%s” has not been issued: return it to change it.", self.display_name))

    def _ask_recipients(self, recipients, kind, reason):
        """Ask recipients for something; what has not left yet is withdrawn at once.

        :param recipients: vpdt.outgoing.recipient of this document
        :param kind: take_back, recall or update
        :param reason: words for the recipients
        :return: vpdt.exchange.request
        :raises UserError: no reason, or nobody to ask
        """
        self.ensure_one()
        self._check_may_ask(kind)
        recipients &= self.recipient_ids
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Write why: the recipients are told."))
        if not recipients:
            raise UserError(self.env._("Choose at least one recipient."))
        requests = self.env["vpdt.exchange.request"]
        for recipient in recipients.sudo():  # requests and packets are written by the exchange only
            requests |= self._ask_recipient(recipient, kind, reason)
        self._journal("exchange", {"request": kind, "reason": reason, "to": recipients.organization_id.mapped("name")})
        self._tell_screens()
        return requests

    def _ask_recipient(self, recipient, kind, reason):
        sent = recipient.message_ids.filtered(lambda m: m.kind == "document" and not m.request_id)[-1:]
        request = recipient.env["vpdt.exchange.request"].create(
            {
                "company_id": self.company_id.id,
                "direction": "out",
                "kind": kind,
                "reason": reason[:500],
                "document_code": sent.document_code,
                "outgoing_id": self.id,
                "recipient_id": recipient.id,
                "organization_id": recipient.organization_id.id,
            }
        )
        if kind != "update" and sent.state in ("queued", "failed", False):
            if sent:
                sent._move_to("cancelled", {"error": False, "next_try_at": False})
            request._move_to("withdrawn")
            return request
        request.message_id = self._send_take_back(request) if kind == "take_back" else self._send_request(request)
        request.message_id._queue()
        return request

    def _prepare_request_message_vals(self, request):
        own = self.company_id.sudo().organization_id  # identifier of the own agency
        organization = request.organization_id
        return {
            "company_id": self.company_id.id,
            "direction": "out",
            "from_identifier": own.identifier or own.identifier_legacy,
            "to_identifier": organization.identifier or organization.identifier_legacy,
            "document_code": request.document_code,
            "outgoing_id": self.id,
            "recipient_id": request.recipient_id.id,
            "request_id": request.id,
        }

    def _send_take_back(self, request):
        """Status 13: it is for the sender of a document, the other way round than all others."""
        Message, values = request.env["vpdt.exchange.message"], self._prepare_request_message_vals(request)
        content = Message._status_packet(
            self.company_id.sudo(),  # as above
            values["to_identifier"],
            request.document_code,
            StatusCode.TAKE_BACK,
            self.code,
            self.date,
            request.reason,
        )
        code = StatusCode.TAKE_BACK.value
        return Message.create({**values, "kind": "status", "status_code": code, "envelope": content.decode()})

    def _send_request(self, request):
        """A packet of the document itself: a recall has no files, an update has all of them."""
        Message, values = request.env["vpdt.exchange.message"], self._prepare_request_message_vals(request)
        sender = Message._party(self.company_id.sudo())  # as above
        update = request.kind == "update"
        try:
            with self._attachments_to_send() as files:
                files = files if update else []
                packed = Message._pack(files)
                packet = self._prepare_packet(sender, files)
                packet.recipients = [Organization(values["to_identifier"], request.organization_id.name)]
                packet.document_id = request.document_code
                packet.business = Business(
                    kind=BusinessKind.UPDATE if update else BusinessKind.RECALL,
                    reason=request.reason,
                    document_id=request.document_code,
                    paper=packet.business.paper,
                    document_change=DocumentChange(document_info=True) if update else None,
                    staff=packet.business.staff,
                )
                envelope = write_envelope(packet).decode()
        except PacketError as error:
            raise UserError(error.in_vietnamese()) from None
        kind = "update" if update else "recall"
        return Message.create(
            {**values, "kind": "document", "business": kind, "envelope": envelope, "packed_id": packed.id}
        )

    # A document in the place of others -------------------------------------------------------------------------------

    def _replacements_for(self, recipient):
        """What a packet to this recipient says of the documents that it replaces (list of edxml.Replacement)."""
        found = []
        for old in self.sudo().replaces_ids:  # documents of the own agency
            sent = old.recipient_ids.message_ids.filtered(lambda m: m.kind == "document" and not m.request_id)
            codes = sorted({message.to_identifier for message in sent})
            mine = old.recipient_ids.filtered(lambda r: r.organization_id == recipient.organization_id)
            if mine and sent:
                found.append(Replacement(sent[:1].document_code, codes))
        return found

    def _note_replacements(self):
        """Keep that each recipient was told which documents this one replaces."""
        rows = []
        for message in self.sudo().recipient_ids.message_ids.filtered(lambda m: m.business == "replace"):
            for old in self.sudo().replaces_ids:  # as above
                before = old.recipient_ids.filtered(
                    lambda r, m=message: r.organization_id == m.recipient_id.organization_id
                )
                rows += [
                    {
                        "company_id": self.company_id.id,
                        "direction": "out",
                        "kind": "replace",
                        "reason": self.code,
                        "document_code": message.document_code,
                        "outgoing_id": old.id,
                        "recipient_id": recipient.id,
                        "organization_id": recipient.organization_id.id,
                        "message_id": message.id,
                    }
                    for recipient in before
                ]
        self.env["vpdt.exchange.request"].sudo().create(rows)  # written by the exchange only
