from datetime import UTC, datetime

from odoo import api, models

from odoo.addons.vpdt_base.vietnam import to_utc_naive

from ..edxml import SENDER_TO_RECEIVER, TIME_ZONE, Organization, ResponseFor, StatusCode, StatusPacket, write
from .vpdt_exchange_message_receiving import NotOurs


class VpdtExchangeMessage(models.Model):
    """Statuses, as they come and as they go."""

    _inherit = "vpdt.exchange.message"  # pylint: disable=consider-merging-classes-inherited

    def _take_status(self, packet: StatusPacket):
        """Put a status on the recipients that it comes from; matched by DocumentId and the organization's code.

        :raises NotOurs: no document of ours fits
        """
        if packet.code.rule.direction == SENDER_TO_RECEIVER:
            self._take_take_back(packet)
            return
        recipients = self._recipients_of(packet, self.company_id)
        if not recipients:
            raise NotOurs(
                self.env._(
                    "No document of ours fits the status %(status)s of %(document)s.",
                    status=packet.code.value,
                    document=packet.response_for.document_id,
                )
            )
        self.write({"recipient_id": recipients[:1].id, "outgoing_id": recipients[:1].outgoing_id.id})
        self._keep_status(packet, recipients)

    def _keep_status(self, packet, recipients):
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
                    "message_id": self.id,
                }
                for recipient in recipients - told
            ]
        )
        # Who answers has it: an axis does not say so itself.
        for message in recipients.message_ids.filtered(lambda m: m.state == "sent" and m.kind == "document"):
            message._move_to("delivered")
        document = recipients.outgoing_id
        document._journal("exchange", {"from": packet.sender.organ_id, "status": packet.code.value})
        document._tell_screens()
        if packet.code == StatusCode.REFUSED:
            self._tell_of_return(packet, recipients)
        if packet.code in (StatusCode.AGREED, StatusCode.DECLINED):
            (recipients - told).request_ids._take_answer(packet.code, packet.description, at)

    def _tell_of_return(self, packet, recipients):
        """The clerk learns that a document was returned, and why."""
        names = ", ".join(recipients.organization_id.mapped("name"))
        summary = self.env._("Returned by %(who)s: %(why)s", who=names, why=packet.description or "?")
        document = recipients.outgoing_id
        document._remind_people(document._users_of_role("vpdt_base.group_clerk"), summary)

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
