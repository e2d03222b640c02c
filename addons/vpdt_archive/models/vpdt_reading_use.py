from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.vpdt_base.official_pdf import Column, TableReport
from odoo.addons.vpdt_base.vietnam import vietnam_time

#: Turning pages for an hour is one use.
AGAIN = timedelta(hours=1)
BATCH = 500


class VpdtReadingUse(models.Model):
    """The register of use of the archive: who read, printed, borrowed what, when (Phụ lục VI, P6-6).

    Written by the reading room only; nobody changes a row.
    """

    _name = "vpdt.reading.use"
    _description = "Use of the archive"
    _inherit = ["vpdt.text.mixin", "vpdt.isolation.mixin"]
    _order = "at DESC, id DESC"

    reading_id = fields.Many2one("vpdt.reading", "Request", required=True, readonly=True, index=True,
                                 ondelete="restrict")  # fmt: skip
    company_id = fields.Many2one(related="reading_id.company_id", store=True, index=True)
    dossier_id = fields.Many2one("vpdt.dossier", required=True, readonly=True, index=True, ondelete="restrict")
    file_id = fields.Many2one("vpdt.file", readonly=True, index=True, ondelete="restrict")
    kind = fields.Selection(
        [("viewed", "Read"), ("printed", "Printed"), ("lent", "Lent"), ("returned", "Came back")],
        "What",
        required=True,
        readonly=True,
    )
    at = fields.Datetime("When", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", "At the screen", required=True, readonly=True)
    reader_name = fields.Char("Reader", required=True, readonly=True)
    title = fields.Char("Document", readonly=True)

    @api.depends("reader_name", "title")
    def _compute_display_name(self):
        for use in self:
            use.display_name = f"{use.reader_name} · {use.title}"

    @api.model
    def _was_noted(self, reading, file):
        """Whether a view of this file by this request was noted within AGAIN.

        The browser asks for several pages at once: the lock lets the second wait for the first, whose row only another
        transaction sees.
        """
        self.env.cr.execute("SELECT pg_advisory_xact_lock(%s, %s)", [reading.id, file.id])
        self.flush_model()
        query = SQL(
            "SELECT 1 FROM vpdt_reading_use WHERE reading_id = %s AND file_id = %s AND kind = 'viewed' AND at > %s",
            reading.id,
            file.id,
            fields.Datetime.now() - AGAIN,
        )
        if self.env.execute_query(query):
            return True
        with self.env.registry.cursor() as cr:
            cr.execute(query)
            return bool(cr.fetchone())

    # On paper --------------------------------------------------------------------------------------------------------

    def _official_table_reading_register(self, _data):
        """The register of use, oldest first (`official_pdf.TableReport`)."""
        columns = (
            Column(self.env._("No."), 14, "centre", number=True),
            Column(self.env._("Time"), 36, "centre"),
            Column(self.env._("Reader"), 46),
            Column(self.env._("Request"), 22, "centre"),
            Column(self.env._("Dossier"), 40),
            Column(self.env._("Document"), 68),
            Column(self.env._("What"), 26, "centre"),
        )
        return TableReport(
            title=self.env._("Register of use of the archive"),
            columns=columns,
            rows=self._register_rows,
            author=self.env.company.name,
            subtitle=[self.env.company.name],
        )

    def _register_rows(self):
        kinds, ids = dict(self._fields["kind"]._description_selection(self.env)), self.sorted("at").ids
        for start in range(0, len(ids), BATCH):
            for number, use in enumerate(self.browse(ids[start : start + BATCH]), start + 1):
                reading, dossier = use.reading_id, use.dossier_id
                code = dossier.archive_code or dossier.code
                request = f"{reading.number:02d}/{reading.year}"
                yield number, vietnam_time(use.at), use.reader_name, request, code, use.title or "", kinds[use.kind]

    def _journal_printed(self, detail):
        """One row about the agency for the whole register, not one for each line of it."""
        self.env["vpdt.journal.entry"]._record("print", self.env.company, {**detail, "entries": len(self)})
