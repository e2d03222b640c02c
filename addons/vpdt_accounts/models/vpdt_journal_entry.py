from odoo import api, models


class VpdtJournalEntry(models.Model):
    """What happens to accounts, in words."""

    _inherit = "vpdt.journal.entry"

    @api.model
    def _labels_of_details(self):
        return {
            **super()._labels_of_details(),
            "link": self.env._("link to the official mailbox"),
            "by_request": self.env._("by request"),
            "refused_line": self.env._("not done"),
            "contact": self.env._("contact person and IT officer"),
            "line": self.env._("line"),
            "step_done": self.env._("step done"),
            "second_factor": self.env._("second factor"),
        }

    @api.model
    def _words_of_values(self):
        return {
            **super()._words_of_values(),
            "link": self._labels("vpdt.account.link", "purpose"),
            "second_factor": {"set": self.env._("set up"), "reset": self.env._("reset")},
        }
