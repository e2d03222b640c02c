from odoo import api, models

from ..edxml import STATUS_RULES, StatusCode


class VpdtJournalEntry(models.Model):
    """What a receipt says, in words."""

    _inherit = "vpdt.journal.entry"

    @api.model
    def _labels_of_details(self):
        return {
            **super()._labels_of_details(),
            "request": self.env._("request"),
            "answer": self.env._("answer"),
            "subject": self.env._("subject"),
        }

    @api.model
    def _words_of_values(self):
        return {
            **super()._words_of_values(),
            "status": {code.value: STATUS_RULES[code].words for code in StatusCode},
            "request": self._labels("vpdt.exchange.request", "kind"),
            "answer": self._labels("vpdt.exchange.request", "state"),
        }

    def _words_of_exchange(self, detail, vocabulary):
        """Of a packet: its states; of a document: what was exchanged about it."""
        moved = self.res_model == "vpdt.exchange.message" and "to" in detail
        return self._words_of_move(detail, vocabulary) if moved else self._words_of_other(detail, vocabulary)
