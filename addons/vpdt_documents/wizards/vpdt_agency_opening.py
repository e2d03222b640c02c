from odoo import api, fields, models


class VpdtAgencyOpening(models.TransientModel):
    """The registers of an agency, on the screen that opens it."""

    _inherit = "vpdt.agency.opening"

    register_ids = fields.One2many(
        "vpdt.agency.opening.register", "opening_id", "Registers", default=lambda self: self._default_registers()
    )

    def _default_registers(self):
        names = self.env["res.company"]._usual_registers()
        return [(0, 0, {"name": name, "direction": direction}) for direction, name in names]

    def _prepare_spec(self):
        registers = [(0, {"name": line.name, "direction": line.direction}) for line in self.register_ids]
        return {**super()._prepare_spec(), "registers": registers}

    @api.model
    def _workbook_directions(self):
        known = self.env["vpdt.agency.opening.register"].with_context(lang="vi_VN")._get_directions()
        return {**super()._workbook_directions(), **{word: code for code, word in known}}


class VpdtAgencyOpeningRegister(models.TransientModel):
    _name = "vpdt.agency.opening.register"
    _description = "Register of an agency to be opened"
    _order = "id"

    opening_id = fields.Many2one("vpdt.agency.opening", required=True, ondelete="cascade")
    name = fields.Char(required=True)
    direction = fields.Selection("_get_directions", "Incoming or outgoing", required=True)

    @api.model
    def _get_directions(self):
        """Those of registers, but for the one of copies, which comes by itself."""
        return [each for each in self.env["vpdt.register"]._get_directions() if each[0] != "copy"]
