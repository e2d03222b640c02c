from odoo import fields, models

from ..edxml import STATUS_RULES, StatusCode


class VpdtIncoming(models.Model):
    """Receipts of a document that came by packet go back to its author (Nghị định 30/2020, điểm c khoản 2 Điều 21)."""

    _inherit = "vpdt.incoming"

    document_code = fields.Char("Identifier of the document", readonly=True, index=True, copy=False)
    author_identifier = fields.Char(readonly=True, copy=False)
    answers_outgoing_id = fields.Many2one(
        "vpdt.outgoing", "Answers our document", readonly=True, copy=False, index=True, ondelete="restrict"
    )

    def _report_status(self, code, description="", request=None):
        """Tell the author of an exchanged document how far it is; each status once.

        :param code: StatusCode
        :param description: words of the clerk; the standard words of the code when empty
        :param request: vpdt.exchange.request that is answered; each has an answer of its own
        """
        Message = self.env["vpdt.exchange.message"]
        for document in self.filtered("author_identifier"):
            told = [("incoming_id", "=", document.id), ("status_code", "=", code.value), ("direction", "=", "out")]
            told += [("request_id", "=", request.id if request else False)]
            if Message.sudo().search_count(told):  # whether it was sent before, nothing else
                continue
            content = Message._status_packet(
                document.company_id.sudo(),  # name and identifier of the own agency
                document.author_identifier,
                document.document_code,
                code,
                document.code,
                document.date,
                description or STATUS_RULES[code].words,
            )
            message = Message.sudo().create(  # packets are written by the exchange only, never by a person
                {
                    "company_id": document.company_id.id,
                    "direction": "out",
                    "kind": "status",
                    "state": "queued",
                    "envelope": content.decode(),
                    "status_code": code.value,
                    "from_identifier": document.company_id.sudo().organization_id.identifier,  # as above
                    "to_identifier": document.author_identifier,
                    "document_code": document.document_code,
                    "incoming_id": document.id,
                    "request_id": request.id if request else False,
                },
            )
            message._queue()

    def _effect_registered(self):
        result = super()._effect_registered()
        self._report_status(StatusCode.ACCEPTED)
        return result

    def _effect_directed(self):
        result = super()._effect_directed()
        self._report_status(StatusCode.ASSIGNED)
        return result

    def _effect_first_progress(self):
        result = super()._effect_first_progress()
        self._report_status(StatusCode.PROCESSING)
        return result

    def _effect_finished(self):
        result = super()._effect_finished()
        self._report_status(StatusCode.DONE)
        return result

    def _effect_refused(self):
        result = super()._effect_refused()
        self._report_status(StatusCode.REFUSED, self.refusal_reason)
        return result

    def _destroy_traces(self):
        result = super()._destroy_traces()
        self.env["vpdt.exchange.message"].search([("incoming_id", "in", self.ids)])._destroy_packets()
        return result
