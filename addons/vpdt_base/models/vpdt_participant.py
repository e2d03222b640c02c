from odoo import fields, models


class VpdtParticipant(models.Model):
    """One person who takes part in one document: the indexed list that decides who may see it."""

    _name = "vpdt.participant"
    _description = "Participant of a document"
    _rec_name = "user_id"

    res_model = fields.Char(required=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True)
    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    reason = fields.Char(help="What made this person a participant, for example Lead.")

    _participant_unique = models.Constraint("UNIQUE (res_model, res_id, user_id)", "Already a participant.")
    _by_user = models.Index("(user_id, res_model, res_id)")
