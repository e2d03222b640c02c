from datetime import UTC, datetime

from odoo import models
from odoo.exceptions import UserError

from ..edxml import (
    TIME_ZONE,
    Attachment,
    Business,
    DocumentPacket,
    Organization,
    PacketError,
    Staff,
    add_trace,
    document_id,
    write,
)


class VpdtOutgoing(models.Model):
    """Issuing writes a packet for each recipient and queues it (Quyết định 28/2018/QĐ-TTg, Điều 6)."""

    _inherit = "vpdt.outgoing"

    def _after_issue(self):
        result = super()._after_issue()
        Message = self.env["vpdt.exchange.message"]
        for document in self:
            sender = Message._party(document.company_id.sudo())  # name and identifier of the own agency
            code = document_id(sender.organ_id, document.date, document.number, document.notation)
            for recipient in document.recipient_ids:
                message = Message._keep(
                    document._packet_for(recipient, sender, code),
                    {
                        "company_id": document.company_id.id,
                        "direction": "out",
                        "kind": "document",
                        "from_identifier": sender.organ_id,
                        "to_identifier": document._identifier_of(recipient.organization_id),
                        "document_code": code,
                        "outgoing_id": document.id,
                        "recipient_id": recipient.id,
                    },
                )
                message._queue()
        return result

    def _identifier_of(self, organization):
        return organization.identifier or organization.identifier_legacy

    def _packet_for(self, recipient, sender, code):
        """Bytes of the edXML packet for one recipient.

        :raises UserError: the data do not fit the packet format; names the field
        """
        packet = self._prepare_packet(recipient, sender, code)
        add_trace(packet, sender.organ_id, datetime.now(UTC).astimezone(TIME_ZONE).replace(microsecond=0))
        try:
            return write(packet)
        except PacketError as error:
            raise UserError(error.in_vietnamese()) from None

    def _prepare_packet(self, recipient, sender, code):
        organization = recipient.organization_id
        user = self.env.user
        return DocumentPacket(
            sender=sender,
            recipients=[Organization(organ_id=self._identifier_of(organization), name=organization.name)],
            document_id=code,
            number=self.number,
            notation=self.notation,
            promulgation_date=self.date,
            type_name=self.type_id.name,
            subject=self.subject,
            place=self.company_id.sudo().place or "",  # place name of the own agency
            signer_position=self.signer_title or "",
            signer_full_name=self.signer_name or "",
            due_date=self.due_date or None,
            priority=int(self.priority),
            promulgation_amount=self.copies,
            page_amount=self._file_of_role("main").pages,
            to_places=self.recipient_ids.organization_id.mapped("name"),
            business=Business(
                reason="Văn bản điện tử mới",
                paper=False,
                staff=Staff(name=user.name, department=user._vpdt_department().name or "", email=user.email or ""),
            ),
            attachments=[
                Attachment(name=file.name, content=file._content(), content_type=file.mimetype)
                for file in self._files_to_send()
            ],
        )

    def _files_to_send(self):
        """The signed document first, then its annexes and the editable original (Đồng Tháp, Điều 4.5)."""
        order = {"main": 0, "annex": 1, "original": 2}
        return self.file_ids.filtered(lambda f: f.role in order).sorted(lambda f: order[f.role])
