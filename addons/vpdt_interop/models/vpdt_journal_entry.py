from odoo import api, models

from ..edxml import STATUS_RULES, StatusCode


class VpdtJournalEntry(models.Model):
    """What a receipt says, in words."""

    _inherit = "vpdt.journal.entry"

    @api.model
    def _words_of_values(self):
        statuses = {code.value: STATUS_RULES[code].words for code in StatusCode}
        return {**super()._words_of_values(), "status": statuses}
