from odoo import fields, models


class VpdtMark(models.Model):
    """What one person has noted for himself on one document: when he opened it, a star, a note, silence."""

    _name = "vpdt.mark"
    _inherit = ["vpdt.text.mixin"]
    _description = "Own mark on a document"
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="cascade")
    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True, readonly=True)
    company_id = fields.Many2one("res.company", "Agency", required=True, index=True, readonly=True)
    read_at = fields.Datetime("Opened on", readonly=True, help="When this person opened the document first.")
    starred = fields.Boolean(readonly=True)
    muted = fields.Boolean(readonly=True, help="Reminders of this document do not reach this person.")
    note = fields.Char("Private note", readonly=True)

    _mark_unique = models.Constraint("UNIQUE (user_id, res_model, res_id)", "There is a mark already.")
    _by_document = models.Index("(res_model, res_id)")
