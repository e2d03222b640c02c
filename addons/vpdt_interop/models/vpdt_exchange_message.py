import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError


class VpdtExchangeMessage(models.Model):
    """One packet sent or received (gói tin), kept byte for byte with what became of it."""

    _name = "vpdt.exchange.message"
    _description = "Exchange packet"
    _order = "id"
    _rec_name = "document_code"

    company_id = fields.Many2one("res.company", "Agency", required=True, index=True, readonly=True)
    direction = fields.Selection([("out", "Sent"), ("in", "Received")], required=True, readonly=True)
    kind = fields.Selection([("document", "Document"), ("status", "Status")], required=True, readonly=True)
    state = fields.Selection(
        [("queued", "Queued"), ("delivered", "Delivered"), ("failed", "Failed")],
        required=True,
        readonly=True,
        default="queued",
        index=True,
    )
    error = fields.Char(readonly=True)
    from_identifier = fields.Char(readonly=True)
    to_identifier = fields.Char(readonly=True)
    document_code = fields.Char("Identifier of the document", readonly=True, index=True)
    status_code = fields.Char(readonly=True)
    packet_id = fields.Many2one("ir.attachment", readonly=True, ondelete="restrict")
    sha256 = fields.Char("SHA-256", readonly=True)
    outgoing_id = fields.Many2one("vpdt.outgoing", readonly=True, index=True, ondelete="restrict")
    recipient_id = fields.Many2one("vpdt.outgoing.recipient", readonly=True, index=True, ondelete="restrict")
    incoming_id = fields.Many2one("vpdt.incoming", readonly=True, index=True, ondelete="restrict")

    # A second delivery of the same packet changes nothing (interop: at least once, so receivers must dedupe).
    _received_once = models.UniqueIndex("(company_id, sha256) WHERE direction = 'in'", "Received already.")
    _sent_once = models.UniqueIndex(
        "(recipient_id) WHERE direction = 'out' AND kind = 'document'", "Sent to this recipient already."
    )
    _status_once = models.UniqueIndex(
        "(incoming_id, status_code) WHERE direction = 'out' AND kind = 'status'", "This status was sent already."
    )

    @api.model
    def _keep(self, content, values):
        """Keep a packet and its record.

        :param content: bytes of the .edxml
        :param values: dict for create
        :return: vpdt.exchange.message in superuser mode
        """
        digest = hashlib.sha256(content).hexdigest()
        messages = self.sudo()  # packets are written by the exchange only, never by a person
        message = messages.create({**values, "sha256": digest})
        message.packet_id = (
            self.env["ir.attachment"]
            .sudo()  # the packet belongs to the exchange
            .create({"name": f"{digest[:16]}.edxml", "raw": content, "res_model": self._name, "res_id": message.id})
        )
        return message

    def action_retry(self):
        """Queue failed packets again."""
        for message in self.filtered(lambda m: m.state == "failed"):
            message.check_access("read")
            if not self.env.user.has_group("vpdt_base.group_clerk"):
                raise UserError(self.env._("Sending again is a step of the clerk."))
            kept = message.sudo()  # state of a packet is written by the exchange only
            kept.state = "queued"
            kept._queue()
        return True

    def _queue(self):
        """Deliver in a job after this transaction; one job a packet."""
        for message in self:
            message.with_delay(
                channel="root.vpdt_exchange",
                identity_key=f"vpdt-exchange-{message.id}",
                description=f"Deliver {message.document_code} to {message.to_identifier}",
                max_retries=5,
            )._deliver()
