from odoo import api, fields, models


class VpdtNumberedMixin(models.AbstractModel):
    """What stands in a register under a number: the register keeps the numbers, its volumes print the rows.

    A model that has its own direction of registers names it here, adds it to ``vpdt.register._get_directions`` and
    answers for it in ``vpdt.register._numbered_models``. It has ``company_id``, the day and the number as fields of its
    own, and a unique index on register, year and number. The step that numbers asks ``company_id._register_of`` for the
    register and, as the last thing before it writes, calls its ``_take_number``.
    """

    _name = "vpdt.numbered.mixin"
    _description = "Entry of a register"

    #: Direction of the registers that take these records.
    _register_direction = ""
    #: Fields of the number in the register and of the day by which volumes divide.
    _register_number = "register_number"
    _register_day = "date"
    #: Form of the printed register (`official_pdf.forms.Form`).
    _register_form = None

    register_id = fields.Many2one("vpdt.register", index=True, ondelete="restrict", copy=False, check_company=True)
    register_year = fields.Integer(readonly=True, copy=False)

    @api.constrains("register_id", "company_id")
    def _check_register(self):
        self.env["vpdt.register"]._check_registers_of(self)

    def _register_rows(self):
        """Hook: the rows of these records in the columns of the form (iterable of tuples)."""
        raise NotImplementedError
