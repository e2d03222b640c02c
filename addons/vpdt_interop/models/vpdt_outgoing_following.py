from datetime import UTC, datetime

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..edxml import TIME_ZONE, Organization, PacketError, StatusCode, add_trace, write_envelope

#: Column of the grid → the status whose time it shows (Quyết định 28/2018/QĐ-TTg).
COLUMNS = {
    "arrived_on": StatusCode.ARRIVED,
    "refused_on": StatusCode.REFUSED,
    "registered_on": StatusCode.ACCEPTED,
    "assigned_on": StatusCode.ASSIGNED,
    "handling_on": StatusCode.PROCESSING,
    "finished_on": StatusCode.DONE,
}


class VpdtOutgoingRecipient(models.Model):
    """Each recipient a row, each status a column with its time."""

    _inherit = "vpdt.outgoing.recipient"

    delivered_on = fields.Datetime("Delivered", compute="_compute_grid")
    arrived_on = fields.Datetime("Arrived", compute="_compute_grid")
    refused_on = fields.Datetime("Refused", compute="_compute_grid")
    registered_on = fields.Datetime("Received", compute="_compute_grid")
    assigned_on = fields.Datetime("Assigned", compute="_compute_grid")
    handling_on = fields.Datetime("In hand", compute="_compute_grid")
    finished_on = fields.Datetime("Finished", compute="_compute_grid")

    @api.depends("status_ids.code", "status_ids.at", "message_ids.delivered_at")
    def _compute_grid(self):
        for recipient in self:
            first = {}
            for status in recipient.status_ids.sorted("at"):
                first.setdefault(status.code, status.at)
            for name, code in COLUMNS.items():
                recipient[name] = first.get(code.value, False)
            packets = recipient.message_ids.filtered(lambda message: message.kind == "document")
            recipient.delivered_on = packets.filtered("delivered_at")[:1].delivered_at


class VpdtOutgoing(models.Model):
    """What would stop the packet is said when the draft is submitted, not after the seal."""

    _inherit = "vpdt.outgoing"

    def _check_ready(self):
        result = super()._check_ready()
        if self._exchange_recipients():
            self._check_packet()
        return result

    def _check_packet(self):
        """Write the head of the packet with what is known, and keep nothing.

        :raises UserError: a code is missing or a text too long; names the field
        """
        Message = self.env["vpdt.exchange.message"]
        sender = Message._party(self.company_id.sudo())  # name and identifier of the own agency
        if not sender.organ_id:
            raise UserError(
                self.env._(
                    "%s has no identifier in the directory yet: ask the administrator to enter it, or choose other "
                    "ways for the recipients.",
                    self.company_id.name,
                )
            )
        try:
            with self._attachments_to_send() as attachments:
                packet = self._prepare_packet(sender, attachments)
                add_trace(packet, sender.organ_id, datetime.now(UTC).astimezone(TIME_ZONE).replace(microsecond=0))
                for organization in self._exchange_recipients().organization_id:
                    identifier = organization.identifier or organization.identifier_legacy
                    packet.recipients = [Organization(organ_id=identifier, name=organization.name)]
                    write_envelope(packet)
        except PacketError as error:
            raise UserError(error.in_vietnamese()) from None
