from contextlib import closing

from odoo import api, fields, models

from ..edxml import StatusCode, read


class VpdtIncoming(models.Model):
    """What the sender wants of a document that is here, and what has come of it; the arrival number stays."""

    _inherit = "vpdt.incoming"

    request_ids = fields.One2many("vpdt.exchange.request", "incoming_id", "Requests of the sender", readonly=True)
    open_request_id = fields.Many2one("vpdt.exchange.request", "Open request", compute="_compute_requests")
    open_request_words = fields.Char(compute="_compute_requests")
    exchange_mark = fields.Selection(
        [
            ("asked", "The sender asks"),
            ("recalled", "Recalled by the sender"),
            ("updated", "Updated by the sender"),
            ("replaced", "Replaced by the sender"),
        ],
        "Of the sender",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    replaced_by_id = fields.Many2one("vpdt.incoming", "Replaced by", readonly=True, copy=False, ondelete="restrict")

    @api.depends("request_ids.state")
    def _compute_requests(self):
        for document in self:
            asked = document.request_ids.filtered(lambda r: r.state == "open")[:1]
            document.open_request_id = asked
            document.open_request_words = document._request_in_words(asked) if asked else False

    def _request_in_words(self, request):
        what = dict(request._fields["kind"]._description_selection(self.env))[request.kind]
        return f"{what}: {request.reason}" if request.reason else what

    def action_answer_request(self):
        """Open what the sender asks, to answer it."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("The sender asks"),
            "res_model": "vpdt.exchange.request",
            "res_id": self.open_request_id.id,
            "view_mode": "form",
            "target": "new",
        }

    def _follow_request(self, request):
        """Do what the sender wants; the clerk has agreed.

        :param request: vpdt.exchange.request in superuser mode or not
        """
        self.ensure_one()
        document = self.sudo()  # marks are written by steps only
        if request.kind == "update":
            document._take_new_version(request)
            document.exchange_mark = "updated"
        elif request.kind == "replace":
            document.write({"exchange_mark": "replaced", "replaced_by_id": request.successor_id.id})
        else:
            document.exchange_mark = "recalled"
            document._destroy_files(request)
        document._tell_screens()

    def _take_new_version(self, request):
        """Put the files of an update in front of the present ones; those stay behind them as versions."""
        message = request.sudo().message_id  # the packet of this request
        with message._packet() as parts, closing(read(parts.open())) as packet:
            message._store_files(packet, self, self._file_of_role("main"))
            before, after = self.subject, packet.subject
            self.subject = after
        self._journal("exchange", {"from": self.author_identifier, "subject": [before, after]})
        self.file_ids._check_signatures()

    def _destroy_files(self, request):
        """No door gives the content any more; what was made of it for reading and search goes."""
        File = self.env["vpdt.file"].sudo()  # all versions of this very document
        files = File.search([("res_model", "=", self._name), ("res_id", "=", self.id)])
        files._withdraw(request.reason or "")
        self._journal("file", {"destroyed": len(files), "reason": request.reason or ""})

    def _report_again(self, request):
        """The sender asks once more for what was agreed: he has not heard of it."""
        Message = self.env["vpdt.exchange.message"].sudo()  # the answer that was given
        told = [("incoming_id", "=", self.id), ("request_id", "=", request.id), ("direction", "=", "out")]
        answer = Message.search([*told, ("status_code", "=", StatusCode.AGREED.value)], limit=1)
        if answer.state == "failed":
            answer.action_retry()
