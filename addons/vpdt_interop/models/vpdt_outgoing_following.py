from odoo import api, fields, models

from ..edxml import StatusCode

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
