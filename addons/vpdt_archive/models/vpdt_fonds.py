from odoo import api, fields, models


class VpdtFonds(models.Model):
    """The fonds (phông lưu trữ) of an agency, with the data that Thông tư 05/2025/TT-BNV asks of it."""

    _name = "vpdt.fonds"
    _description = "Fonds"
    _inherit = ["vpdt.search.mixin", "vpdt.isolation.mixin"]
    _order = "code, id"
    _search_text_fields = ("name", "code")

    company_id = fields.Many2one(
        "res.company", "Agency", required=True, index=True, readonly=True, default=lambda self: self.env.company
    )
    code = fields.Char("Code of the fonds", required=True)
    name = fields.Char("Name of the fonds", required=True)
    archive_code = fields.Char("Code of the archive", help="Of the body that keeps it; part of the archive codes.")
    archive_name = fields.Char("Archive", help="The historical archive that takes over what is kept for ever.")
    status = fields.Selection([("open", "Open"), ("closed", "Closed")], required=True, default="open")
    history = fields.Text("History of the agency")
    period = fields.Char("Time of the documents")
    classification = fields.Text("Classification, main groups of documents")
    language = fields.Char(default="Tiếng Việt")
    backup = fields.Char("Backup regime")
    note = fields.Text()
    total = fields.Integer("Documents in all", compute="_compute_total")

    _person_writes = frozenset(
        {"code", "name", "archive_code", "archive_name", "status", "history", "period", "classification", "language",
         "backup", "note"}
    )  # fmt: skip
    _code_unique = models.Constraint("UNIQUE (company_id, code)", "This fonds is there already.")

    @api.depends("code", "name")
    def _compute_display_name(self):
        for fonds in self:
            fonds.display_name = " · ".join(filter(None, (fonds.code, fonds.name)))

    def _compute_total(self):
        kept = [("company_id", "in", self.company_id.ids), ("state", "=", "kept")]
        found = self.env["vpdt.dossier"]._read_group(kept, ["company_id"], ["doc_total:sum"])
        totals = {company.id: total for company, total in found}
        for fonds in self:
            fonds.total = totals.get(fonds.company_id.id, 0)

    @api.model
    def _of(self, company):
        """The open fonds of an agency (possibly empty)."""
        domain = [("company_id", "=", company.id), ("status", "=", "open")]
        return self.sudo().search(domain, limit=1)  # its code stands on every dossier of the agency
