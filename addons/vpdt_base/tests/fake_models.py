"""Models of a make-believe addon and of one above it; loaded by `test_mixins_alone` only."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move


class FakePaper(models.Model):
    """A thing with steps that its participants see."""

    _name = "vpdt.fake.paper"
    _description = "Fake paper"
    _inherit = ["vpdt.move.mixin", "vpdt.participant.mixin"]

    name = fields.Char()
    note = fields.Char()
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    state = fields.Selection([("draft", "Draft"), ("done", "Done")], default=lambda self: "draft", readonly=True)

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (Move(("draft",), "done", "Finish", "action_finish", guard="_check_named"),)

    @api.model
    def _first_fields(self):
        return super()._first_fields() | {"name"}

    def _editable_fields(self):
        return super()._editable_fields() | ({"name"} if self.state == "draft" else set())

    def _check_named(self):
        if not self.name:
            raise UserError(self.env._("A paper has a name."))

    def action_finish(self):
        """Finish it."""
        return self._move_to("done")


class FakePaperAbove(models.Model):
    """What an addon above adds: a state, a step, a field."""

    _inherit = "vpdt.fake.paper"

    state = fields.Selection(selection_add=[("kept", "Kept")], ondelete={"kept": "cascade"})
    shelf = fields.Char()

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (Move(("done",), "kept", "Keep", "action_keep", effect="_effect_kept"),)

    @api.model
    def _first_fields(self):
        return super()._first_fields() | {"shelf"}

    def _effect_kept(self):
        self._by_system().note = "kept"

    def action_keep(self):
        """Keep it."""
        return self._move_to("kept")
