from odoo import api, fields, models


class VpdtParticipantMixin(models.AbstractModel):
    """Who may see a record: its participants, plus the roles named in the record rules; the same in every model."""

    _name = "vpdt.participant.mixin"
    _description = "Participants"

    participant_ids = fields.One2many(
        "vpdt.participant",
        "res_id",
        "Participants",
        domain=lambda self: [("res_model", "=", self._name)],
        bypass_search_access=True,
        copy=False,
        groups="base.group_user",
    )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        for record in records:
            record._add_participants(self.env.user, "Author")
        return records

    def unlink(self):
        self.env["vpdt.participant"].sudo().search(  # the list goes with the record; nobody else may touch it
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        ).unlink()
        return super().unlink()

    def _add_participants(self, users, reason):
        """Let ``users`` see these records from now on; who is there already stays as he is.

        :param users: res.users; those of other agencies are left out, they have their own copy of the document
        :param reason: short English word kept for the auditor
        """
        # The list is closed to everybody: it changes only through the moves of a document.
        Participant = self.env["vpdt.participant"].sudo()
        for record in self:
            known = record.sudo().participant_ids.user_id
            agency = record.sudo().company_id
            new = users.sudo().filtered(lambda user, agency=agency: agency in user.company_ids) - known
            Participant.create(
                [{"res_model": self._name, "res_id": record.id, "user_id": u.id, "reason": reason} for u in new]
            )
            if new:
                record.invalidate_recordset(["participant_ids"])
