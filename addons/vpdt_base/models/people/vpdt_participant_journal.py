from collections import defaultdict

from odoo import api, models


class VpdtParticipant(models.Model):
    """Who is given access to a document, and from whom it is taken: a row of the journal about the document."""

    _inherit = "vpdt.participant"

    @api.model_create_multi
    def create(self, vals_list):
        participants = super().create(vals_list)
        # The author takes part from the first moment on: that gives nobody a right to what was there before.
        participants.filtered(lambda p: p.reason != "Author")._journal_rights("added")
        return participants

    def unlink(self):
        self._journal_rights("removed")
        return super().unlink()

    def _journal_rights(self, word):
        """One row a document: to whom access was given, or from whom it was taken, and why."""
        people = defaultdict(set)
        for participant in self:
            people[participant.res_model, participant.res_id, participant.reason or ""].add(participant.user_id.id)
        for (model, res_id, reason), users in people.items():
            record = self.env[model].browse(res_id)
            detail = {word: sorted(users), "reason": reason}
            self.env["vpdt.journal.entry"]._record("permission", record, detail)
