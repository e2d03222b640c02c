from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..volume_locks import lock_entries

# Handed to write() inside the process; a client can put any JSON into the context, never this object.
_DESTROYING = object()
_KEY = "vpdt_destroying"


class VpdtNumberedMixin(models.AbstractModel):
    """What stands in a register under a number: the register keeps the numbers, its volumes print the rows.

    A model that has its own direction of registers names it here, adds it to ``vpdt.register._get_directions`` and
    answers for it in ``vpdt.register._numbered_models``. It has ``company_id``, the day and the number as fields of its
    own, and a unique index on register, year and number. The step that numbers asks ``company_id._register_of`` for the
    register and, as the last thing, writes what ``_prepare_number_vals`` gives.
    """

    _name = "vpdt.numbered.mixin"
    _description = "Entry of a register"

    #: Direction of the registers that take these records.
    _register_direction = ""
    #: Fields of the number in the register and of the day by which volumes divide.
    _register_number = "register_number"
    _register_day = "date"
    #: Field of what stands behind the number, as in 15a; empty where there is no such number.
    _register_suffix = ""
    #: Form of the printed register (`official_pdf.forms.Form`).
    _register_form = None
    #: Which columns of it show the number, and what is said of a number that no document bears.
    _register_columns = (0, 2)
    #: What the book says of a record from its own fields: from the closing of the volume on it does not change. The
    #: first ones are locked in the database as well; the others a decided disposal takes away with the content.
    _register_locked = ("register_id", "register_year", "company_id")
    _register_locked_texts = ()

    register_id = fields.Many2one("vpdt.register", index=True, ondelete="restrict", copy=False, check_company=True)
    register_year = fields.Integer(readonly=True, copy=False)

    @api.constrains("register_id", "company_id")
    def _check_register(self):
        self.env["vpdt.register"]._check_registers_of(self)

    def init(self):
        """Freeze what stands in a closed volume."""
        result = super().init()
        if not self._abstract:
            lock_entries(self.env.cr, self)
        return result

    def write(self, vals):
        self._check_volume_open(vals)
        return super().write(vals)

    def _destroying(self):
        """These records for the disposal, which takes the content away and leaves what the book has bound."""
        return self.with_context(**{_KEY: _DESTROYING})

    def _check_volume_open(self, vals):
        """:raises UserError: it would change what a closed volume says; also in superuser mode"""
        fixed = [*self._register_locked, self._register_number, self._register_suffix, self._register_day]
        if self.env.context.get(_KEY) is not _DESTROYING:
            fixed += self._register_locked_texts
        names = [name for name in dict.fromkeys(fixed) if name in vals]
        numbered = self.sudo().filtered(self._register_number) if names else ()  # whether they have a number
        for record in numbered:
            changed = [name for name in names if record._differs(name, vals[name])]
            if changed and (volume := record._closed_volume()):
                raise UserError(
                    self.env._(
                        "“%(volume)s” is closed and bound: what it says of “%(record)s” does not change any more "
                        "(%(fields)s). Where it is wrong, say so on paper in the column of notes, signed and dated.",
                        volume=volume.display_name,
                        record=record.display_name,
                        fields=", ".join(self._fields[name]._description_string(self.env) for name in changed),
                    )
                )

    def _differs(self, name, value):
        field = self._fields[name]
        now = field.convert_to_cache(value, self, validate=False)
        return (now or None) != (field.convert_to_cache(self[name], self, validate=False) or None)

    def _prepare_number_vals(self, register, day):
        """Take a number and say what is written with it; the last thing before it is written (dict).

        :param register: vpdt.register
        :param day: date of Viet Nam; the number is one of its year
        """
        number, suffix = self._number_of_register(register, day.year)
        vals = {"register_id": register.id, "register_year": day.year, self._register_number: number}
        return vals | ({self._register_suffix: suffix} if self._register_suffix else {})

    def _number_of_register(self, register, year):
        """Hook: (number, what stands behind it or False) that this record takes; by default the next one."""
        return register._take_number(year), False

    def _closed_volume(self):
        """The closed volume in which this record stands (vpdt.register.volume, possibly empty)."""
        number = self[self._register_number]
        return self.env["vpdt.register.volume"].search(
            Domain([
                ("register_id", "=", self.register_id.id),
                ("year", "=", self.register_year),
                ("form", "=", "register"),
                ("state", "=", "closed"),
                ("number_from", "<=", number),
                ("number_to", ">=", number),
            ]),
            limit=1,
        )  # fmt: skip

    @api.model
    def _register_order(self):
        """Order of the rows of a register: 15 before 15a."""
        suffix = self._register_suffix and f"{self._register_suffix} NULLS FIRST"
        return ", ".join(filter(None, (self._register_number, suffix)))

    def _register_key(self):
        """(number, suffix) by which the rows of a register are in order."""
        suffix = self[self._register_suffix] if self._register_suffix else ""
        return self[self._register_number], suffix or ""

    def _register_rows(self):
        """Hook: the rows of these records in the columns of the form (iterable of tuples)."""
        raise NotImplementedError
