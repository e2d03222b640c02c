from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.vietnam import today

from ..edxml import (
    TIME_ZONE,
    Attachment,
    Business,
    BusinessKind,
    DocumentPacket,
    Organization,
    PacketError,
    ResponseFor,
    Staff,
    add_trace,
    document_id,
    write_envelope,
)


class VpdtOutgoing(models.Model):
    """Issuing writes a packet for each recipient and queues it (Quyết định 28/2018/QĐ-TTg, Điều 6)."""

    _inherit = "vpdt.outgoing"

    def _findings(self, marked):
        return super()._findings(marked) + self._packet_findings()

    def _packet_findings(self):
        """What no packet would take, said before anybody signs; number and date, which come later, are made up here."""
        recipients = self._exchange_recipients()
        sender = self.env["vpdt.exchange.message"]._party(self.company_id.sudo())  # see _send
        if not recipients:
            return []
        if not sender.organ_id:
            return [
                self.env._(
                    "%s has no identifier in the directory yet: ask the administrator to enter it, or choose other "
                    "ways for the recipients.",
                    self.company_id.name,
                )
            ]
        try:
            packet = self._prepare_packet(sender, [])
            for recipient in recipients:
                packet.recipients = [self._prepare_recipient(recipient)]
                write_envelope(packet)
        except PacketError as error:
            return [error.in_vietnamese()]
        return []

    def _after_issue(self):
        result = super()._after_issue()
        for document in self.filtered(lambda document: document._exchange_recipients()):
            document._send()
        return result

    def _send(self):
        """Pack the files once, write an envelope for each recipient, and queue both.

        :raises UserError: the data do not fit the packet format; names the field
        """
        Message = self.env["vpdt.exchange.message"]
        sender = Message._party(self.company_id.sudo())  # name and identifier of the own agency
        try:
            with self._attachments_to_send() as attachments:
                packed = Message._pack(attachments)
                packet = self._prepare_packet(sender, attachments)
                rows = [
                    self._prepare_message_vals(recipient, packet, packed) for recipient in self._exchange_recipients()
                ]
        except PacketError as error:
            raise UserError(error.in_vietnamese()) from None
        Message.sudo().create(rows).with_env(self.env)._queue()  # packets are written by the exchange only
        self._note_replacements()

    def _exchange_recipients(self):
        """The recipients that get the document by exchange."""
        return self.recipient_ids.filtered(lambda line: line.organization_id and line.way == "exchange")

    def _prepare_message_vals(self, recipient, packet, packed):
        packet.recipients = [self._prepare_recipient(recipient)]
        replaced = self._replacements_for(recipient)
        packet.business.kind = BusinessKind.REPLACE if replaced else BusinessKind.NEW
        packet.business.replacements = replaced
        return {
            "company_id": self.company_id.id,
            "direction": "out",
            "kind": "document",
            "business": "replace" if replaced else "new",
            "from_identifier": packet.sender.organ_id,
            "to_identifier": packet.recipients[0].organ_id,
            "document_code": packet.document_id,
            "outgoing_id": self.id,
            "recipient_id": recipient.id,
            "envelope": write_envelope(packet).decode(),
            "packed_id": packed.id,
        }

    def _prepare_recipient(self, recipient):
        organization = recipient.organization_id
        return Organization(organ_id=organization.identifier or organization.identifier_legacy, name=organization.name)

    @contextmanager
    def _attachments_to_send(self):
        """The files of this document as attachments of a packet, read from the disk when they are packed."""
        with ExitStack() as stack:
            yield [
                Attachment(name=file.name, content=stack.enter_context(file._local_path()), content_type=file.mimetype)
                for file in self._files_to_send()
            ]

    def _prepare_packet(self, sender, attachments):
        user = self.env.user
        # before it is numbered it is written for trial only
        number, day = self.number or "00", self.date or today()
        packet = DocumentPacket(
            sender=sender,
            recipients=[],  # one an envelope
            document_id=document_id(sender.organ_id, day, number, self.notation),
            number=number,
            notation=self.notation,
            promulgation_date=day,
            type_name=self.type_id.name,
            subject=self.subject,
            place=self.company_id.sudo().place or "",  # place name of the own agency
            **self._prepare_signer(),
            signer_full_name=self.signer_name or self._signing_user()._vpdt_employee().name or "",
            due_date=self.due_date or None,
            priority=int(self.priority),
            promulgation_amount=self.copies,
            page_amount=self._file_of_role("main").pages,
            to_places=[line._name_on_paper() for line in self.recipient_ids._printed()],
            response_for=self._prepare_response_for(),
            business=Business(
                reason="Văn bản điện tử mới",
                paper=self.with_paper,
                staff=Staff(name=user.name, department=user._vpdt_department().name or "", email=user.email or ""),
            ),
            attachments=attachments,
        )
        add_trace(packet, sender.organ_id, datetime.now(UTC).astimezone(TIME_ZONE).replace(microsecond=0))
        return packet

    def _prepare_signer(self):
        """Competence and position apart, as the packet has them (Nghị định 30/2020, Phụ lục VI: 12.1)."""
        title = self.signer_title or "\n".join(self._printed_signing_lines())
        lines = [line.strip() for line in title.splitlines() if line.strip()]
        competence = [line for line in lines[:-1] if line]
        return {"signer_competence": " ".join(competence), "signer_position": lines[-1] if lines else ""}

    def _prepare_response_for(self):
        """The document that this one answers, when it came by packet (list of ResponseFor)."""
        question = self.answers_id.sudo()  # its identifiers, which its sender has given
        if not question.document_code:
            return []
        return [
            ResponseFor(
                organ_id=question.author_identifier or "",
                code=question.code or "",
                document_id=question.document_code,
                promulgation_date=question.date or None,
            )
        ]

    def _files_to_send(self):
        """The signed document first, then its annexes and the editable original (Đồng Tháp, khoản 5 Điều 4)."""
        order = {"main": 0, "annex": 1, **({"original": 2} if self.send_original else {})}
        return self.file_ids.filtered(lambda f: f.role in order).sorted(lambda f: order[f.role])

    def _destroy_traces(self):
        result = super()._destroy_traces()
        self.env["vpdt.exchange.message"].search([("outgoing_id", "in", self.ids)])._destroy_packets()
        return result
