from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move


class VpdtAssignment(models.Model):
    """Who handles an incoming document, in which part, until when (Nghị định 30/2020, Điều 23–24)."""

    _name = "vpdt.assignment"
    _description = "Assignment"
    _inherit = ["vpdt.move.mixin"]
    _order = "deadline, id"

    incoming_id = fields.Many2one("vpdt.incoming", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="incoming_id.company_id", store=True, index=True)
    part = fields.Selection(
        [("lead", "Lead"), ("collaborator", "Collaborator"), ("information", "For information")],
        required=True,
        default="lead",
    )
    user_id = fields.Many2one("res.users", "Person", required=True, index=True)
    deadline = fields.Date()
    direction = fields.Text(help="Bút phê.")
    answer = fields.Text()
    done_at = fields.Datetime("Done on", readonly=True)
    state = fields.Selection(
        [("open", "To do"), ("done", "Done")], default=lambda self: "open", required=True, readonly=True, index=True
    )

    _moves = (Move(("open",), "done", "Finish", "action_done", guard="_check_mine", waits_for=""),)

    _one_lead = models.UniqueIndex("(incoming_id) WHERE part = 'lead'", "There is one lead (chủ trì) only.")
    _person_unique = models.Constraint("UNIQUE (incoming_id, user_id)", "This person has a part already.")

    @api.model_create_multi
    def create(self, vals_list):
        assignments = super().create(vals_list)
        assignments._check_open()
        return assignments

    def write(self, vals):
        if not self.env.su and not self._is_moving():
            self._check_write(vals)
        return super().write(vals)

    def _check_write(self, vals):
        """One's own answer is one's own; who handles what is the leader's."""
        if set(vals) == {"answer"} and self.user_id == self.env.user:
            return
        if "incoming_id" in vals:
            raise UserError(self.env._("An assignment stays with its document."))
        self._check_open()

    @api.ondelete(at_uninstall=False)
    def _check_open(self):
        """:raises UserError: parts are given while the document waits for direction, by those who may direct it"""
        if self.env.su:
            return
        for document in self.incoming_id:
            document._check_fields({"assignment_ids"}, document._open_fields())

    @api.depends("part", "user_id")
    def _compute_display_name(self):
        for assignment in self:
            assignment.display_name = f"{assignment.user_id.name} – {assignment._part_label()}"

    def _part_label(self):
        return dict(self._fields["part"]._description_selection(self.env)).get(self.part, "")

    def _check_mine(self, values):
        if not self.env.su and self.user_id != self.env.user:
            raise UserError(self.env._("This part is assigned to %s.", self.user_id.name))

    def action_done(self):
        """Finish one's part; the lead's finish is what closes the document."""
        for assignment in self:
            assignment._move_to("done", {"done_at": fields.Datetime.now()})
        return True
