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
            "minutes": self.env._("minutes"),
            "export": self.env._("whole dossier saved as"),
            "integrity": self.env._("reading of the stored bytes"),
            "lines": self.env._("lines taken over from Excel"),
            "place": self.env._("place"),
            "reading": self.env._("request of the reading room"),
            "until": self.env._("until"),
        }

    @api.model
    def _words_of_values(self):
        words = super()._words_of_values()
        words["reason"] = {**words["reason"], "Dossier": self.env._("works on the dossier"),
                           "Transfer": self.env._("hands in or takes over"),
                           "Keeping": self.env._("keeps dossiers back"),
                           "Reading": self.env._("reads in the reading room")}  # fmt: skip
        return words
