from odoo import fields, models

from ..models.vpdt_incoming_correction import BOOK_FIELDS


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
    source = fields.Selection(selection=lambda self: self.env["vpdt.incoming"]._fields["source"].selection)
    reason = fields.Char("Reason for the correction")

    def action_correct(self):
        """Correct the entry; who may, and how, the document itself checks. Pressed again, nothing changes."""
        self.ensure_one()
        values = {name: self._fields[name].convert_to_write(self[name], self) for name in BOOK_FIELDS}
        author = self.author_id
        if author and author != self.incoming_id.author_id and self.author_name == self.incoming_id.author_name:
            values["author_name"] = author.name  # the name follows the author that was chosen
        self.incoming_id._correct(values, self.reason)
        return {"type": "ir.actions.act_window_close"}
