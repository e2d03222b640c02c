from odoo import api, models


class VpdtJournalEntry(models.Model):
    """The words for what happens to organizations and to the agencies served here."""

    # split by concern
    _inherit = "vpdt.journal.entry"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _labels_of_details(self):
        return {
            **super()._labels_of_details(),
            "renamed": self.env._("formerly"),
            "now": self.env._("from now on"),
            "name": self.env._("name"),
            "abbreviation": self.env._("abbreviation"),
            "identifier": self.env._("identifier"),
            "identifier_legacy": self.env._("legacy identifier"),
            "reorganised": self.env._("reorganised"),
            "decision": self.env._("decision"),
            "stays_in_quarantine": self.env._("stays behind in quarantine"),
        }

    @api.model
    def _words_of_values(self):
        kinds = self._labels("vpdt.organization.reorganization", "kind")
        return {**super()._words_of_values(), "reorganised": kinds}
