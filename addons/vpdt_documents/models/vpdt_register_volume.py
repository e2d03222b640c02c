from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.vpdt_base.vietnam import today

BATCH = 500


class VpdtRegisterVolume(models.Model):
    """A volume (quyển) of a register: the period that is printed, bound and signed for.

    Điểm b khoản 2 Điều 16, điểm b khoản 3 Điều 22 Nghị định 30/2020.
    """

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
        model = documents.sudo()  # how many there are, nothing of them
        shown = Domain("spilled", "=", False) if "spilled" in model._fields else Domain.TRUE
        if len(documents) != model.search_count(self._domain_of_volume() & shown):
            raise AccessError(
                self.env._(
                    "“%s” would be printed without the documents that are not open to you. Ask the clerk or the leader "
                    "of the agency for it.",
                    self.display_name,
                )
            )

    def _rows_of(self, documents):
        """The rows of the register, read in batches, so that memory does not grow with the volume."""
        yield from self._rows_in_batches(documents, lambda batch: batch._register_rows(), kept=2)

    def _rows_in_batches(self, documents, rows_of, kept):
        """Rows of the documents, and of those that were taken down only their number: the book has no gap.

        :param rows_of: function of documents that gives their rows in order
        :param kept: how many columns, from the first one, a document that was taken down still has
        """
        whole = self.sudo()._documents()  # completeness was checked; of what is hidden the number alone
        for start in range(0, len(whole), BATCH):
            batch = whole.browse(whole.ids[start : start + BATCH])
            taken_down = self._taken_down(batch)
            for document, row in zip(batch, rows_of(batch), strict=True):
                if document in taken_down:
                    row = (*row[:kept], *[""] * (len(row) - kept - 1), self.env._("Taken down"))
                yield row
            batch.invalidate_recordset()

    @api.model
    def _taken_down(self, documents):
        return documents.filtered("spilled") if "spilled" in documents._fields else documents.browse()

    def _documents(self):
        """Every document of the volume, in the order of its numbers."""
        model = self.register_id._numbered()
        return model.search(self._domain_of_volume(), order=model._register_number)

    def _domain_of_volume(self):
        day = self.register_id._numbered()._register_day
        return Domain(
            [
                ("register_id", "=", self.register_id.id),
                ("register_year", "=", self.year),
                (day, ">=", self.date_from),
                (day, "<=", self.date_to),
            ]
        )

    def _cover(self, form, documents=None):
        """The cover of ``form``; with the first and the last number of ``documents``, where the form has them."""
        numbers = {}
        if documents is not None:
            field = documents._register_number
            numbers = {"number_from": documents[:1][field] or None, "number_to": documents[-1:][field] or None}
        return form.make_cover(
            self.company_id._name_on(self.date_to),
            parent=self.company_id.parent_agency_name or "",
            year=self.year,
            date_from=self.date_from,
            date_to=self.date_to,
            volume=f"{self.number:02d}",
            **numbers,
        )
