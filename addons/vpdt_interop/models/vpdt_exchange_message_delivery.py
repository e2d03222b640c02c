import hashlib
from datetime import UTC, datetime

from odoo import SUPERUSER_ID, api, models

from odoo.addons.vpdt_base.deadlines.dates import to_utc_naive

from ..edxml import (
    TIME_ZONE,
    DocumentPacket,
    Organization,
    PacketError,
    ResponseFor,
    StatusCode,
    StatusPacket,
    read,
    write,
)

# Beside the signed document goes the editable original (Đồng Tháp, Điều 4.5); the packet does not say which it is.
EDITABLE = (".doc", ".docx", ".odt", ".rtf")


def _role_of(name):
    return "original" if name.lower().endswith(EDITABLE) else "annex"


class VpdtExchangeMessage(models.Model):
    """Delivering and receiving; an agency of this database goes through the same reader as a foreign packet."""

    _inherit = "vpdt.exchange.message"

    def _deliver(self):
        """Hand one packet to its recipient. A job; a second run of a delivered packet changes nothing."""
        self.ensure_one()
        if self.state == "delivered":
            return "delivered before"
        organization = self.env["vpdt.organization"]._find_by_identifier(self.to_identifier)
        company = organization._served_by()
        if not company:
            self.sudo().write({"state": "failed", "error": self.env._("No channel leads to this organization yet.")})
            self.sudo().outgoing_id._tell_screens()
            return "no channel"
        try:
            self._receive(self.sudo().packet_id.raw, company)
        except PacketError as error:
            self.sudo().write({"state": "failed", "error": error.in_vietnamese()})
            return f"refused: {error.code}"
        self.sudo().write({"state": "delivered", "error": False})  # the exchange itself keeps this
        self.sudo().outgoing_id._tell_screens()
        self.env["vpdt.journal.entry"]._record("exchange", self, {"delivered": self.to_identifier})
        return "delivered"

    @api.model
    def _receive(self, content, company):
        """Take a packet for ``company``: the one door for packets, from here and from outside.

        :param content: bytes of the .edxml
        :param company: res.company that the packet is for
        :return: vpdt.exchange.message of the receipt; that of the first delivery when it comes again
        :raises PacketError: malformed; nothing is created
        """
        # The receiving agency's records are made by the exchange, not by the sender's clerk.
        inbox = self.with_user(SUPERUSER_ID).with_company(company).with_context(allowed_company_ids=company.ids)
        known = inbox._received_before(content, company)
        if known:
            return known
        packet = read(content)
        if isinstance(packet, StatusPacket):
            return inbox._receive_status(packet, content, company)
        with packet:
            return inbox._receive_document(packet, content, company)

    @api.model
    def _received_before(self, content, company):
        """The receipt of the same bytes, possibly empty: every sender may send again."""
        digest = hashlib.sha256(content).hexdigest()
        same = [("company_id", "=", company.id), ("direction", "=", "in"), ("sha256", "=", digest)]
        return self.search(same, limit=1)

    # Documents -------------------------------------------------------------------------------------------------------

    @api.model
    def _receive_document(self, packet: DocumentPacket, content, company):
        known = self.search(
            [
                ("company_id", "=", company.id),
                ("direction", "=", "in"),
                ("kind", "=", "document"),
                ("from_identifier", "=", packet.sender.organ_id),
                ("document_code", "=", packet.document_id),
            ],
            limit=1,
        )
        if known:
            return known
        incoming = self.env["vpdt.incoming"].create(self._prepare_incoming_vals(packet, company))
        for position, attachment in enumerate(packet.attachments):
            role = "main" if position == 0 else _role_of(attachment.name)
            self.env["vpdt.file"]._store(incoming, attachment.name, attachment.read(), role)
        message = self._keep(
            content,
            {
                "company_id": company.id,
                "direction": "in",
                "kind": "document",
                "state": "delivered",
                "from_identifier": packet.sender.organ_id,
                "to_identifier": company.organization_id.identifier,
                "document_code": packet.document_id,
                "incoming_id": incoming.id,
            },
        )
        incoming._journal("exchange", {"from": packet.sender.organ_id, "packet": message.sha256})
        incoming._add_participants(incoming._users_of_role("vpdt_base.group_clerk"), "Clerk")
        incoming.file_ids._check_signatures()
        incoming._report_status(StatusCode.ARRIVED)
        return message

    @api.model
    def _prepare_incoming_vals(self, packet, company):
        author = self.env["vpdt.organization"]._find_by_identifier(packet.sender.organ_id)
        kind = self.env["vpdt.document.type"].search([("name", "=ilike", packet.type_name)], limit=1)
        return {
            "company_id": company.id,
            "source": "axis",
            "author_id": author.id,
            "author_name": packet.sender.name or author.name,
            "number": packet.number,
            "notation": packet.notation,
            "date": packet.promulgation_date,
            "type_id": kind.id,
            "subject": packet.subject,
            "signer_name": packet.signer_full_name,
            "signer_title": packet.signer_position,
            "due_date": packet.due_date,
            "priority": str(min(int(packet.priority or 0), 3)),
            "document_code": packet.document_id,
            "author_identifier": packet.sender.organ_id,
        }

    # Statuses --------------------------------------------------------------------------------------------------------

    @api.model
    def _receive_status(self, packet: StatusPacket, content, company):
        """Put a status on the recipients that it comes from; matched by DocumentId and the organization's code."""
        recipients = self._recipients_of(packet, company)
        recipient = recipients[:1]
        message = self._keep(
            content,
            {
                "company_id": company.id,
                "direction": "in",
                "kind": "status",
                "state": "delivered" if recipient else "failed",
                "error": False if recipient else self.env._("No document of ours fits this status."),
                "from_identifier": packet.sender.organ_id,
                "to_identifier": packet.response_for.organ_id,
                "document_code": packet.response_for.document_id,
                "status_code": packet.code.value,
                "recipient_id": recipient.id,
                "outgoing_id": recipient.outgoing_id.id,
            },
        )
        self._keep_status(packet, recipients, message)
        return message

    @api.model
    def _keep_status(self, packet, recipients, message):
        at = to_utc_naive(packet.timestamp)
        told = recipients.status_ids.filtered(lambda s: s.code == packet.code.value and s.at == at).recipient_id
        if recipients <= told:
            return
        self.env["vpdt.exchange.status"].create(
            [
                {
                    "recipient_id": recipient.id,
                    "code": packet.code.value,
                    "description": packet.description,
                    "at": at,
                    "message_id": message.id,
                }
                for recipient in recipients - told
            ]
        )
        document = recipients.outgoing_id
        document._journal("exchange", {"from": packet.sender.organ_id, "status": packet.code.value})
        document._tell_screens()

    @api.model
    def _recipients_of(self, packet, company):
        """The recipients of our document for whom the sender of a status answers.

        Itself, and those whose work it took over: two recipients that have been merged give one answer. What was sent
        to the code of a former organization comes back with that of its successor; where the directory says nothing
        of the work, any successor may answer. Our own former agencies get their answers through us, likewise.
        """
        own = company.organization_id
        sent = self.search(
            [
                ("company_id", "in", (company | own._succeeded().company_ids).ids),
                ("direction", "=", "out"),
                ("kind", "=", "document"),
                ("document_code", "=", packet.response_for.document_id),
            ]
        ).recipient_id
        sender = self.env["vpdt.organization"]._find_by_identifier(packet.sender.organ_id)
        by_work = sent.filtered(lambda r: r.organization_id in sender | sender._succeeded())
        return by_work or sent.filtered(lambda r: r.organization_id in sender._succeeded(work_only=False))

    @api.model
    def _party(self, company):
        """The From element of an agency served here."""
        organization = company.organization_id
        return Organization(
            organ_id=organization.identifier or organization.identifier_legacy,
            name=company.name,
            in_charge=company.parent_agency_name or "",
            address=organization.address or "",
            email=organization.email or "",
            telephone=organization.phone or "",
        )

    @api.model
    def _status_packet(self, company, author_identifier, document_code, code, number, day, description):
        """Bytes of a status packet (interop §1.6): there is no To, the party answered is in ResponseFor."""
        return write(
            StatusPacket(
                sender=self._party(company),
                response_for=ResponseFor(
                    organ_id=author_identifier, code=number, document_id=document_code, promulgation_date=day
                ),
                code=code,
                timestamp=datetime.now(UTC).astimezone(TIME_ZONE).replace(microsecond=0),
                description=description,
            )
        )
