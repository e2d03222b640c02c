from odoo import fields, models


class VpdtDuplicateDialog(models.TransientModel):
    """A document beside the one that came before under the same number, for the clerk to compare."""

    _name = "vpdt.duplicate.dialog"
    _description = "Comparison of duplicates"

    incoming_id = fields.Many2one("vpdt.incoming", "This document", required=True, readonly=True, ondelete="cascade")
    other_id = fields.Many2one("vpdt.incoming", "Came before", required=True, readonly=True, ondelete="cascade")
    sentence = fields.Char(readonly=True)
    code = fields.Char(related="incoming_id.code")
    date = fields.Date(related="incoming_id.date")
    author_name = fields.Char(related="incoming_id.author_name", string="Author")
    subject = fields.Char(related="incoming_id.subject")
    arrived_at = fields.Datetime(related="incoming_id.arrived_at")
    source = fields.Selection(related="incoming_id.source")
    other_code = fields.Char(related="other_id.code", string="Number and notation")
    other_date = fields.Date(related="other_id.date", string="Document date")
    other_author_name = fields.Char(related="other_id.author_name", string="Author")
    other_subject = fields.Char(related="other_id.subject", string="Subject")
    other_arrived_at = fields.Datetime(related="other_id.arrived_at", string="Arrived on")
    other_source = fields.Selection(related="other_id.source", string="Source")
    other_arrival_number = fields.Integer(related="other_id.arrival_number", string="Arrival number")
    other_state = fields.Selection(related="other_id.state", string="Status")

    def action_register(self):
        """They are two documents: register this one as well."""
        self.ensure_one()
        self.incoming_id._accept_duplicate()
        return self.incoming_id.action_register()

    def action_open_other(self):
        """Open the one that came before."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "vpdt.incoming",
            "res_id": self.other_id.id,
            "views": [(False, "form")],
        }
