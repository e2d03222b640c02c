from odoo import api, fields, models

from ..edxml import STATUS_RULES, StatusCode


class VpdtExchangeStatus(models.Model):
    """What a recipient told of one of our documents: a row a status, all kept, none changed."""

    _name = "vpdt.exchange.status"
    _description = "Status from a recipient"
    _order = "at DESC, code DESC, id DESC"
    _rec_name = "code"

    recipient_id = fields.Many2one(
        "vpdt.outgoing.recipient", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="recipient_id.company_id", store=True, index=True)
    code = fields.Selection(
        selection=lambda self: [(code.value, f"{code.value} {STATUS_RULES[code].words}") for code in StatusCode],
        required=True,
        readonly=True,
    )
    description = fields.Char(readonly=True)
    at = fields.Datetime(required=True, readonly=True, help="As the recipient wrote it.")
    message_id = fields.Many2one("vpdt.exchange.message", readonly=True, ondelete="restrict")

    _code_unique = models.Constraint("UNIQUE (recipient_id, code, at)", "This status is known already.")


class VpdtOutgoingRecipient(models.Model):
    _inherit = "vpdt.outgoing.recipient"

    status_ids = fields.One2many("vpdt.exchange.status", "recipient_id", "Statuses", readonly=True)
    status_id = fields.Many2one("vpdt.exchange.status", "Latest status", compute="_compute_status")
    status_code = fields.Selection(related="status_id.code", string="Status")
    status_at = fields.Datetime(related="status_id.at", string="Status time")
    message_ids = fields.One2many("vpdt.exchange.message", "recipient_id", "Packets", readonly=True)
    message_state = fields.Selection(
        [("none", "Not sent"), ("queued", "Queued"), ("delivered", "Delivered"), ("failed", "Failed")],
        "Sending",
        compute="_compute_message_state",
    )

    @api.depends("status_ids.code", "status_ids.at")
    def _compute_status(self):
        """The status of the highest rank counts: they may arrive out of order."""
        for recipient in self:
            rank = {code.value: STATUS_RULES[code].rank for code in StatusCode}
            ordered = recipient.status_ids.sorted(lambda s, rank=rank: (rank[s.code], s.at), reverse=True)
            recipient.status_id = ordered[:1]

    @api.depends("message_ids.state")
    def _compute_message_state(self):
        for recipient in self:
            recipient.message_state = recipient.message_ids[-1:].state or "none"
