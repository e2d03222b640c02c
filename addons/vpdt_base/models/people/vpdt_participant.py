from collections import defaultdict

from odoo import api, fields, models


class VpdtParticipant(models.Model):
    """One person who takes part in one document: the indexed list that decides who may see it."""

    _name = "vpdt.participant"
    _description = "Participant of a document"
    _rec_name = "user_id"

    res_model = fields.Char(required=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True)
    company_id = fields.Many2one(
        "res.company",
        "Agency",
        required=True,
        index=True,
        readonly=True,
        help="The agency of the document, whatever other agencies the person works for.",
    )
    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    reason = fields.Char(help="What made this person a participant, for example Lead.")

    _participant_unique = models.Constraint("UNIQUE (res_model, res_id, user_id)", "Already a participant.")
    _by_user = models.Index("(user_id, res_model, res_id)")

    @api.model_create_multi
    def create(self, vals_list):
        """The agency is always that of the document; whatever the caller says is not asked."""
        wanted = {}
        for vals in vals_list:
            wanted.setdefault(vals["res_model"], set()).add(vals["res_id"])
        agencies = {
            (model, document.id): document.company_id.id
            for model, ids in wanted.items()
            for document in self.env[model].sudo().browse(ids)  # only which agency it belongs to
        }
        participants = super().create(
            [{**vals, "company_id": agencies[vals["res_model"], vals["res_id"]]} for vals in vals_list]
        )
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
