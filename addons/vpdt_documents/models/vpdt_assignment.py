from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.vpdt_base.mixins.gate import by_system
from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move

#: States of a document in which its parts are not settled yet.
UNDIRECTED = ("arrived", "registered", "submitted")
PART_FIELDS = frozenset({"part", "user_id", "deadline", "direction"})


class VpdtAssignment(models.Model):
    """Who handles an incoming document, in which part, until when (Nghị định 30/2020, Điều 23–24)."""

    _name = "vpdt.assignment"
    _description = "Assignment"
    _inherit = ["vpdt.move.mixin", "vpdt.text.mixin"]
    _order = "deadline, id"
    _check_company_auto = True

    incoming_id = fields.Many2one("vpdt.incoming", index=True, ondelete="cascade")
    task_id = fields.Many2one("vpdt.task", index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", "Agency", compute="_compute_company", store=True, index=True)
    part = fields.Selection(
        [("lead", "Lead"), ("collaborator", "Collaborator"), ("information", "For information")],
        required=True,
        default="lead",
    )
    user_id = fields.Many2one(
        "res.users",
        "Person",
        required=True,
        index=True,
        check_company=True,
        domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
    )
    deadline = fields.Date()
    direction = fields.Text(help="Bút phê.")
    answer = fields.Text()
    done_at = fields.Datetime("Done on", readonly=True)
    state = fields.Selection([("open", "To do"), ("done", "Done")])

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (
            Move(("open",), "done", self.env._("Finish"), "action_done", guard="_check_mine", effect="_effect_done"),
            Move(("done",), "open", self.env._("Reopen")),  # with the document, by its step
        )

    _one_lead = models.UniqueIndex(
        "(incoming_id, (COALESCE(parent_id, 0))) WHERE part = 'lead'", "There is one lead (chủ trì) only."
    )
    _person_unique = models.Constraint("UNIQUE (incoming_id, user_id)", "This person has a part already.")
    _one_lead_of_task = models.UniqueIndex(
        "(task_id, (COALESCE(parent_id, 0))) WHERE part = 'lead'", "There is one lead (chủ trì) only."
    )
    _person_unique_of_task = models.Constraint("UNIQUE (task_id, user_id)", "This person has a part already.")
    _of_one_work = models.Constraint(
        "CHECK (num_nonnulls(incoming_id, task_id) = 1)", "A part is one in a document or in a task."
    )

    @api.depends("incoming_id.company_id", "task_id.company_id")
    def _compute_company(self):
        for assignment in self:
            assignment.company_id = assignment._work().company_id

    def _work(self):
        """What this is a part of: vpdt.incoming or vpdt.task."""
        return self.task_id or self.incoming_id

    @api.model_create_multi
    def create(self, vals_list):
        assignments = super().create(vals_list)
        assignments._check_may_assign()
        return assignments

    def write(self, vals):
        if not by_system(self.env):
            if {"incoming_id", "task_id"} & vals.keys():
                raise AccessError(self.env._("A part is not carried over to another document."))
            if vals.keys() - {"answer"}:
                self._check_may_assign()
            elif any(assignment.user_id != self.env.user for assignment in self):
                raise AccessError(self.env._("The answer is written by the person who has the part."))
        return super().write(vals)

    @api.model
    def _first_fields(self):
        return super()._first_fields() | PART_FIELDS | {"incoming_id"}

    def _editable_fields(self):
        """The parts by who gives them, until the document is directed; the answer by who has the part, until done."""
        names = super()._editable_fields()
        if self.state == "open" and self.user_id == self.env.user:
            names |= {"answer"}
        return names | PART_FIELDS if self._may_assign() else names

    @api.ondelete(at_uninstall=False)
    def _unlink_by_who_assigns(self):
        self._check_may_assign()

    def _check_may_assign(self):
        """Parts are proposed by the clerk and given by the leader or his deputy, until the document is directed."""
        if by_system(self.env):
            return
        if self.task_id:
            raise AccessError(self.env._("The parts of a task are given by its steps."))
        for document in self.incoming_id:
            if not document._may_assign():
                raise AccessError(self.env._("The parts are given by the leader."))
            if document.state not in UNDIRECTED:
                raise AccessError(self.env._("“%s” has been directed: its parts stand.", document.display_name))

    def _may_assign(self):
        return not self.task_id and self.incoming_id.state in UNDIRECTED and self.incoming_id._may_assign()

    @api.depends("part", "user_id")
    def _compute_display_name(self):
        for assignment in self:
            assignment.display_name = f"{assignment.user_id.name} – {assignment._part_label()}"

    def _part_label(self):
        return dict(self._fields["part"]._description_selection(self.env)).get(self.part, "")

    def _check_mine(self):
        if not self.env.su and self.user_id != self.env.user:
            raise UserError(self.env._("This part is assigned to %s.", self.user_id.name))

    def _tell_person(self):
        """The lead is asked until the document is finished; the others are told, and tick it off themselves."""
        self.ensure_one()
        document, person = self._work(), self.user_id - self.env.user
        tell = document._ask if self.part == "lead" else document._remind_people
        due = {"date_deadline": self.deadline} if self.deadline else {}
        tell(person, self._part_label(), event="work", **due)

    def _effect_done(self):
        self._work()._end_notices(self.user_id)

    def action_done(self):
        """Finish one's part; the lead's finish is what closes the document."""
        for assignment in self:
            assignment._move_to("done", {"done_at": fields.Datetime.now()})
        return True
