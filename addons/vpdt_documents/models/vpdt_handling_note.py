from odoo import api, fields, models

KINDS = [
    ("direction", "Direction"),
    ("distribution", "Second distribution"),
    ("progress", "Progress"),
    ("opinion", "Opinion"),
    ("seen", "Seen"),
    ("result", "Result"),
    ("extension", "Extension asked"),
    ("granted", "Extension granted"),
    ("denied", "Extension refused"),
    ("returned", "Wrong assignment returned"),
    ("handed", "Handed over"),
    ("taken", "Taken back"),
    ("reopened", "Reopened"),
    ("remind", "Reminded"),
    ("criticise", "Criticised"),
    ("account", "Called to account"),
    ("given", "Task given"),
    ("sent_back", "Result sent back"),
    ("accepted", "Result accepted"),
    ("cancelled", "Cancelled"),
]


class VpdtHandlingNote(models.Model):
    """One thing said while a document is handled; written by the steps, never changed (Nghị định 30/2020, Điều 24)."""

    _name = "vpdt.handling.note"
    _description = "Course of handling"
    _inherit = ["vpdt.text.mixin"]
    _order = "id DESC"

    incoming_id = fields.Many2one("vpdt.incoming", index=True, readonly=True, ondelete="cascade")
    task_id = fields.Many2one("vpdt.task", index=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", "Agency", compute="_compute_company", store=True, index=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    user_id = fields.Many2one("res.users", "By", required=True, readonly=True)
    principal_id = fields.Many2one("res.users", "On behalf of", readonly=True, help="By delegation.")
    person_id = fields.Many2one("res.users", "Whom it concerns", readonly=True)
    text = fields.Text(readonly=True)
    date = fields.Date(readonly=True, help="The deadline asked for, or granted.")
    at = fields.Datetime(default=fields.Datetime.now, readonly=True)

    _of_one_work = models.Constraint(
        "CHECK (num_nonnulls(incoming_id, task_id) = 1)", "A word is said on a document or on a task."
    )

    @api.depends("incoming_id.company_id", "task_id.company_id")
    def _compute_company(self):
        for note in self:
            note.company_id = (note.task_id or note.incoming_id).company_id
