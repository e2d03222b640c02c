from odoo import api, fields, models

DONE = ("finished", "refused")


class VpdtIncoming(models.Model):
    """An incoming document as it stands in the list of one person: his own deadline, and who has it in hand."""

    _inherit = "vpdt.incoming"

    _deadline_field = "my_deadline"
    _search_text_fields = (
        "subject",
        "number",
        "notation",
        "code",  # “31/SNV-VP”, as people say it
        "type_id.name",
        "signer_name",
        "author_name",
        "arrival_number",
    )

    my_deadline = fields.Date("Deadline for me", compute="_compute_my_deadline")
    handled_by = fields.Char("Handled by", compute="_compute_handled_by", help="Who has the lead.")

    @api.depends("due_date", "assignment_ids.deadline", "assignment_ids.state", "assignment_ids.user_id")
    @api.depends_context("uid")
    def _compute_my_deadline(self):
        for document in self:
            mine = document.assignment_ids.filtered(lambda a: a.user_id == self.env.user and a.state == "open")
            document.my_deadline = min(filter(None, mine.mapped("deadline")), default=False) or document.due_date

    @api.depends("assignment_ids.user_id", "assignment_ids.part")
    def _compute_handled_by(self):
        for document in self:
            document.handled_by = ", ".join(document._leads().mapped("name"))

    def _deadline_runs(self):
        return self.state not in DONE


class VpdtOutgoing(models.Model):
    """An outgoing document in the list of one person."""

    _inherit = "vpdt.outgoing"

    _search_text_fields = ("subject", "number", "notation", "code", "type_id.name", "signer_name")

    def _deadline_runs(self):
        return self.state != "issued"
