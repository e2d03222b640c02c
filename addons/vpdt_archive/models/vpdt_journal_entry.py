from odoo import api, models


class VpdtJournalEntry(models.Model):
    _inherit = "vpdt.journal.entry"

    @api.model
    def _labels_of_details(self):
        return {
            **super()._labels_of_details(),
            "filed": self.env._("filed in the dossier"),
            "taken_out": self.env._("taken out of the dossier"),
            "package": self.env._("package"),
            "held": self.env._("held back from disposal"),
            "disposal": self.env._("decision on the disposal"),
            "dossiers": self.env._("dossiers"),
        }

    @api.model
    def _words_of_values(self):
        words = super()._words_of_values()
        words["reason"] = {**words["reason"], "Dossier": self.env._("works on the dossier"),
                           "Transfer": self.env._("hands in or takes over")}  # fmt: skip
        return words
