from odoo import fields, models
from odoo.tools import SQL


class VpdtExchangeEvent(models.Model):
    """One thing that happened to a document between its sender and its recipients: the timeline of the exchange.

    Read from packets, statuses and requests; nothing is stored here.
    """

    _name = "vpdt.exchange.event"
    _description = "Event of the exchange"
    _auto = False
    _log_access = False
    _order = "at DESC, id DESC"
    _rec_name = "kind"

    at = fields.Datetime("Time", readonly=True)
    kind = fields.Selection(
        [
            ("queued", "Queued"),
            ("sent", "Taken by the channel"),
            ("delivered", "Delivered"),
            ("received", "Received"),
            ("failed", "Failed"),
            ("cancelled", "Withdrawn before it was sent"),
            ("status", "Status"),
            ("asked", "Asked"),
            ("agreed", "Agreed"),
            ("declined", "Declined"),
        ],
        "What",
        readonly=True,
    )
    what = fields.Selection(
        [
            ("new", "Document"),
            ("recall", "Recall"),
            ("update", "Update"),
            ("replace", "Replacement"),
            ("take_back", "Take back"),
            ("status", "Status"),
        ],
        "About",
        readonly=True,
    )
    code = fields.Char("Status", readonly=True)
    words = fields.Char(readonly=True)
    company_id = fields.Many2one("res.company", "Agency", readonly=True)
    outgoing_id = fields.Many2one("vpdt.outgoing", "Outgoing document", readonly=True)
    incoming_id = fields.Many2one("vpdt.incoming", "Incoming document", readonly=True)
    organization_id = fields.Many2one("vpdt.organization", "With", readonly=True)
    channel_id = fields.Many2one("vpdt.exchange.channel", readonly=True)
    message_id = fields.Many2one("vpdt.exchange.message", "Packet", readonly=True)

    @property
    def _table_query(self):
        packet = SQL(
            """
            SELECT message.id AS message_id, message.company_id, message.outgoing_id, message.incoming_id,
                   COALESCE(recipient.organization_id, incoming.author_id) AS organization_id, message.channel_id,
                   CASE WHEN message.kind = 'status' THEN 'status' ELSE message.business END AS what,
                   message.status_code AS code, message.direction, message.state, message.error, message.reference,
                   message.create_date, message.write_date, message.sent_at, message.delivered_at
              FROM vpdt_exchange_message message
              LEFT JOIN vpdt_outgoing_recipient recipient ON recipient.id = message.recipient_id
              LEFT JOIN vpdt_incoming incoming ON incoming.id = message.incoming_id
            """
        )
        columns = SQL("company_id, outgoing_id, incoming_id, organization_id, channel_id, message_id, what, code")
        return SQL(
            """
            WITH packet AS (%(packet)s)
            SELECT message_id * 8 AS id, create_date AS at, 'queued' AS kind, NULL AS words, %(columns)s
              FROM packet WHERE direction = 'out'
            UNION ALL
            SELECT message_id * 8 + 1, sent_at, 'sent', reference, %(columns)s
              FROM packet WHERE direction = 'out' AND sent_at IS NOT NULL
            UNION ALL
            SELECT message_id * 8 + 2, delivered_at, CASE direction WHEN 'out' THEN 'delivered' ELSE 'received' END,
                   NULL, %(columns)s
              FROM packet WHERE state = 'delivered' AND delivered_at IS NOT NULL
            UNION ALL
            SELECT message_id * 8 + 3, write_date, state, error, %(columns)s
              FROM packet WHERE state IN ('failed', 'cancelled')
            UNION ALL
            SELECT status.id * 8 + 4, status.at, 'status', status.description, status.company_id, recipient.outgoing_id,
                   NULL, recipient.organization_id, NULL, status.message_id, 'status', status.code
              FROM vpdt_exchange_status status
              JOIN vpdt_outgoing_recipient recipient ON recipient.id = status.recipient_id
            UNION ALL
            SELECT request.id * 8 + 5, request.create_date, 'asked', request.reason, request.company_id,
                   request.outgoing_id, request.incoming_id, request.organization_id, NULL, request.message_id,
                   request.kind, NULL
              FROM vpdt_exchange_request request
            UNION ALL
            SELECT request.id * 8 + 6, request.answered_at, request.state, request.answer, request.company_id,
                   request.outgoing_id, request.incoming_id, request.organization_id, NULL, request.message_id,
                   request.kind, NULL
              FROM vpdt_exchange_request request WHERE request.state IN ('agreed', 'declined')
            """,
            packet=packet,
            columns=columns,
        )


class VpdtOutgoing(models.Model):
    _inherit = "vpdt.outgoing"

    def action_exchange_timeline(self):
        """Open what happened to this document at all its recipients, the newest first."""
        return _timeline(self, "outgoing_id")


class VpdtIncoming(models.Model):
    _inherit = "vpdt.incoming"

    def action_exchange_timeline(self):
        """Open what happened to this document between its sender and us, the newest first."""
        return _timeline(self, "incoming_id")


def _timeline(document, field):
    document.ensure_one()
    document.check_access("read")
    action = document.env["ir.actions.act_window"]._for_xml_id("vpdt_interop.vpdt_exchange_event_action")
    return {**action, "domain": [(field, "=", document.id)], "display_name": document.display_name}
