from odoo import api, fields, models


class VpdtExchangeRequestDialog(models.TransientModel):
    """The dialog in which a clerk takes an issued document back from recipients, or sends them a new version.

    What is not to be used by anybody any more is recalled: a step of the document itself.
    """

    _name = "vpdt.exchange.request.dialog"
    _description = "Take-back or update of a document that was sent"
    _inherit = ["vpdt.text.mixin"]

    outgoing_id = fields.Many2one("vpdt.outgoing", required=True, readonly=True, ondelete="cascade")
    kind = fields.Selection(
        [
            ("take_back", "Take back: it was sent by mistake (lấy lại)"),
            ("update", "Update: send the files again (cập nhật)"),
        ],
        required=True,
        default="take_back",
    )
    recipient_ids = fields.Many2many(
        "vpdt.outgoing.recipient",
        string="Recipients",
        compute="_compute_recipients",
        store=True,
        readonly=False,
        domain="[('outgoing_id', '=', outgoing_id)]",
    )
    reason = fields.Char(help="The recipients read it.")

    @api.model
    def _first_fields(self):
        return super()._first_fields() | {"outgoing_id"}

    @api.depends("outgoing_id")
    def _compute_recipients(self):
        for dialog in self:
            dialog.recipient_ids = dialog.outgoing_id.recipient_ids

    def action_ask(self):
        """Ask the recipients; who may, and whom, the document itself checks."""
        self.ensure_one()
        self.outgoing_id._ask_recipients(self.recipient_ids, self.kind, self.reason)
        return {"type": "ir.actions.act_window_close"}
