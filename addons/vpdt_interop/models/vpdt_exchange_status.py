from odoo import api, fields, models
from odoo.tools import format_datetime

from ..edxml import STATUS_RULES, StatusCode, current


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

    def _in_words(self):
        """``02 Từ chối · 23/11/2026 20:01: Gửi nhầm nơi nhận``, in the time zone of the reader."""
        self.ensure_one()
        label = dict(self._fields["code"]._description_selection(self.env))[self.code]
        at = format_datetime(self.env, self.at, dt_format="dd/MM/yyyy HH:mm")
        said = (self.description or "").strip()
        # The standard words of a code add nothing; a reason that somebody wrote does.
        usual = not said or said == STATUS_RULES[StatusCode(self.code)].words
        return f"{label} · {at}" if usual else f"{label} · {at}: {said}"

    _code_unique = models.Constraint("UNIQUE (recipient_id, code, at)", "This status is known already.")


class VpdtOutgoingRecipient(models.Model):
    _inherit = "vpdt.outgoing.recipient"

    status_ids = fields.One2many("vpdt.exchange.status", "recipient_id", "Statuses", readonly=True)
    status_id = fields.Many2one("vpdt.exchange.status", "Latest status", compute="_compute_status")
    status_code = fields.Selection(
        selection=lambda self: self.env["vpdt.exchange.status"]._fields["code"]._description_selection(self.env),
        string="Status",
        compute="_compute_status",
    )
    status_at = fields.Datetime("Status time", compute="_compute_status")
    status_story = fields.Text("Statuses", compute="_compute_status", help="Each status with the time it was given.")
    message_ids = fields.One2many("vpdt.exchange.message", "recipient_id", "Packets", readonly=True)
    request_ids = fields.One2many("vpdt.exchange.request", "recipient_id", "Requests", readonly=True)
    message_error = fields.Char("Problem", compute="_compute_message_state")
    message_state = fields.Selection(
        [
            ("none", "Not sent"),
            ("queued", "Queued"),
            ("sent", "On the axis"),
            ("delivered", "Delivered"),
            ("failed", "Failed"),
            ("cancelled", "Withdrawn"),
        ],
        "Sending",
        compute="_compute_message_state",
    )

    def action_send_again(self):
        """Send to these recipients again, as far as it failed; for clerks."""
        return self.message_ids.filtered(lambda m: m.kind == "document").action_retry()

    @api.depends("status_ids.code", "status_ids.at")
    def _compute_status(self):
        """The furthest true one is shown, see ``edxml.status.current``: they may come out of order, or twice."""
        for recipient in self:
            rank = {code.value: STATUS_RULES[code].rank for code in StatusCode}
            ordered = recipient.status_ids.sorted(lambda s, rank=rank: (rank[s.code], s.at), reverse=True)
            shown = current((s.at, s.code) for s in recipient.status_ids)
            recipient.status_id = ordered.filtered(lambda s, shown=shown: shown and s.code == shown.value)[:1]
            recipient.status_code = recipient.status_id.code
            recipient.status_at = recipient.status_id.at
            recipient.status_story = "\n".join(status._in_words() for status in reversed(ordered))

    @api.depends("message_ids.state", "message_ids.error")
    def _compute_message_state(self):
        for recipient in self:
            sent = recipient.message_ids.filtered(lambda m: not m.request_id)[-1:]
            recipient.message_state = sent.state or "none"
            recipient.message_error = sent.error
