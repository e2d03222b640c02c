from odoo import api, models


class VpdtJournalEntry(models.Model):
    """Work that was handed over, in words."""

    _inherit = "vpdt.journal.entry"

    @api.model
    def _labels_of_details(self):
        return {
            **super()._labels_of_details(),
            "part": self.env._("part"),
            "from_person": self.env._("handed over by"),
            "to_person": self.env._("taken over by"),
        }

    @api.model
    def _words_of_values(self):
        return {**super()._words_of_values(), "part": self._labels("vpdt.assignment", "part")}
