"""An addon made from "How to add …" of docs/architecture.md alone; loaded by `test_guide` only."""

from odoo import api, fields, models

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move
from odoo.addons.vpdt_base.official_pdf import forms


class FakeSlip(models.Model):
    """A slip with a register, steps and files of its own."""

    _name = "vpdt.fake.slip"
    _description = "Fake slip"
    _inherit = ["vpdt.move.mixin", "vpdt.numbered.mixin", "vpdt.file.owner.mixin"]
    _register_direction = "slip"
    _register_form = forms.OUTGOING_REGISTER

    name = fields.Char()
    date = fields.Date(readonly=True)
    register_number = fields.Integer(readonly=True)
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    state = fields.Selection([("draft", "Draft"), ("numbered", "Numbered")], default=lambda self: "draft")

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (
            Move(("draft",), "numbered", "Number", "action_number", effect="_effect_number"),
        )

    @api.model
    def _first_fields(self):
        return super()._first_fields() | {"name", "register_id"}

    def _upload_roles(self):
        return ["main"] if self.state == "draft" else []

    def _effect_number(self):
        day = fields.Date.context_today(self)
        values = {"date": day, "register_year": day.year, "register_number": self.register_id._take_number(day.year)}
        self._by_system().write(values)

    def action_number(self):
        """Give it its number."""
        return self._move_to("numbered")

    def _register_rows(self):
        return [(str(slip.register_number), slip.date, slip.name, "", "", "", 1, slip.date, "", "") for slip in self]


class FakeRegister(models.Model):
    _inherit = "vpdt.register"

    @api.model
    def _get_directions(self):
        return [*super()._get_directions(), ("slip", "Slips")]

    @api.model
    def _numbered_models(self):
        return {**super()._numbered_models(), "slip": "vpdt.fake.slip"}


class FakeFile(models.Model):
    _inherit = "vpdt.file"

    @api.model
    def _owner_models(self):
        return [*super()._owner_models(), "vpdt.fake.slip"]


class FakeIncoming(models.Model):
    _inherit = "vpdt.incoming"

    state = fields.Selection(selection_add=[("shelved", "Shelved")], ondelete={"shelved": "cascade"})

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (Move(("arrived",), "shelved", "Shelve", "action_shelve"),)

    def action_shelve(self):
        """Put it on the shelf."""
        return self._move_to("shelved")
