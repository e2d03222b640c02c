from odoo import api, fields, models

from ..models.vpdt_incoming_registering import book_values


class VpdtIncomingCorrection(models.TransientModel):
    """The dialog in which the clerk corrects what the register says of an incoming document."""

    _name = "vpdt.incoming.correction"
    _description = "Correction of an entry in the register"
    _inherit = ["vpdt.text.mixin"]

    incoming_id = fields.Many2one("vpdt.incoming", required=True, readonly=True, ondelete="cascade")
    author_id = fields.Many2one("vpdt.organization", ondelete="cascade")
    author_name = fields.Char("Author's name")
    number = fields.Char(size=11)
    notation = fields.Char(size=30)
    date = fields.Date("Document date")
    type_id = fields.Many2one("vpdt.document.type", ondelete="cascade")
    subject = fields.Char(size=500)
    signer_name = fields.Char()
    signer_title = fields.Char()
    source = fields.Selection(
        selection=lambda self: self.env["vpdt.incoming"]._fields["source"]._description_selection(self.env)
    )
    opened_with = fields.Json(readonly=True, help="What stood there when the dialog was opened.")
    reason = fields.Char("Reason for the correction")

    @api.model
    def _first_fields(self):
        return super()._first_fields() | {"incoming_id"}

    def action_correct(self):
        """Correct the entry; who may, and how, the document itself checks. Pressed again, nothing changes."""
        self.ensure_one()
        before = self.opened_with or {}
        # only what was changed here: another clerk may have corrected something else meanwhile
        values = {name: value for name, value in book_values(self).items() if value != before.get(name)}
        author = self.author_id
        if "author_id" in values and author and "author_name" not in values:
            values["author_name"] = author.name  # the name follows the author that was chosen
        self.incoming_id._correct(values, self.reason)
        return {"type": "ir.actions.act_window_close"}
