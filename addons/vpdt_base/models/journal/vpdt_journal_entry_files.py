from odoo import fields, models


class VpdtJournalEntry(models.Model):
    _inherit = "vpdt.journal.entry"

    # stored, quarantined: what happens to a file without anybody opening it
    kind = fields.Selection(selection_add=[("file", "File")], ondelete={"file": "cascade"})
