from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.vpdt_base.vietnam import today

BATCH = 500


class VpdtRegisterVolume(models.Model):
    """A volume (quyển) of a register: the period that is printed, bound and signed for (Điều 16.2.b, 22.3.b)."""

    _name = "vpdt.register.volume"
    _description = "Register volume"
    _inherit = ["vpdt.isolation.mixin"]
    _order = "year DESC, number DESC"

    register_id = fields.Many2one("vpdt.register", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="register_id.company_id", store=True, index=True)
    direction = fields.Selection(related="register_id.direction")
    year = fields.Integer(required=True, default=lambda self: today().year)
    number = fields.Integer("Volume number", required=True, default=1)
    date_from = fields.Date(required=True, default=lambda self: today().replace(month=1, day=1))
    date_to = fields.Date(required=True, default=lambda self: today().replace(month=12, day=31))

    _person_writes = frozenset({"year", "number", "date_from", "date_to"})
    _volume_unique = models.Constraint("UNIQUE (register_id, year, number)", "This volume is there already.")

    @api.model
    def _first_fields(self):
        return super()._first_fields() | {"register_id"}

    @api.depends("register_id", "year", "number")
    def _compute_display_name(self):
        for volume in self:
            volume.display_name = f"{volume.register_id.name} {volume.year}/{volume.number:02d}"

    def _official_table_register(self, _data):
        """One volume in the columns of its form (Phụ lục IV, I or VI), with its cover, A4 landscape; PDF and XLSX.

        :return: `official_pdf.TableReport`
        """
        if len(self) != 1:
            raise UserError(self.env._("Print one volume at a time."))
        documents = self._documents()
        self._check_complete(documents)
        form = self.register_id._numbered()._register_form
        return form.report(lambda: self._rows_of(documents), cover=self._cover(form, documents))

    def _check_complete(self, documents):
        """An official book is whole: nobody gets one in which the documents that he does not see are missing.

        :raises AccessError: the current user does not see all documents of this volume
        """
        if len(documents) != len(self.sudo()._documents()):  # how many there are, nothing of them
            raise AccessError(
                self.env._(
                    "“%s” would be printed without the documents that are not open to you. Ask the clerk or the leader "
                    "of the agency for it.",
                    self.display_name,
                )
            )

    def _rows_of(self, documents):
        """The rows of the register, read in batches, so that memory does not grow with the volume."""
        for start in range(0, len(documents), BATCH):
            batch = documents.browse(documents.ids[start : start + BATCH])
            yield from batch._register_rows()
            batch.invalidate_recordset()

    def _documents(self):
        """Every document of the volume, in the order of its numbers."""
        model = self.register_id._numbered()
        return model.search(
            [
                ("register_id", "=", self.register_id.id),
                ("register_year", "=", self.year),
                (model._register_day, ">=", self.date_from),
                (model._register_day, "<=", self.date_to),
            ],
            order=model._register_number,
        )

    def _cover(self, form, documents):
        field = documents._register_number
        return form.make_cover(
            self.company_id._name_on(self.date_to),
            parent=self.company_id.parent_agency_name or "",
            year=self.year,
            date_from=self.date_from,
            date_to=self.date_to,
            number_from=documents[:1][field] or None,
            number_to=documents[-1:][field] or None,
            volume=f"{self.number:02d}",
        )
