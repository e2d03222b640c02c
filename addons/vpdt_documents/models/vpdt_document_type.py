from odoo import fields, models


class VpdtDocumentType(models.Model):
    """Type of administrative document (Nghị định 30/2020, Điều 7; abbreviations of Phụ lục III, mục I)."""

    _name = "vpdt.document.type"
    _description = "Document type"
    _inherit = ["vpdt.text.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, help="In Vietnamese, as the decree names it: it is printed and exchanged.")
    abbreviation = fields.Char(help="Công văn and Thư công have none.")
    sequence = fields.Integer(default=10)
    has_title = fields.Boolean(default=True, help="Only Công văn is written without its type as a title.")
    is_copy = fields.Boolean("Kind of copy")
    template = fields.Selection(
        [("cong_van", "Công văn"), ("quyet_dinh", "Quyết định"), ("van_ban_co_ten_loai", "Văn bản có tên loại")],
        default="van_ban_co_ten_loai",
        help="The .docx template that a draft starts from.",
    )
    legal_basis = fields.Char()
    active = fields.Boolean(default=True)

    _person_writes = frozenset(
        {"name", "abbreviation", "sequence", "has_title", "is_copy", "template", "legal_basis", "active"}
    )
    _name_unique = models.UniqueIndex("(name) WHERE active", "This type is there already.")

    def _notation(self, agency_abbreviation, unit_abbreviation):
        """Notation by Phụ lục I, II.3: ``QĐ-SNV`` with a title, ``SNV-VP`` for an official letter."""
        self.ensure_one()
        first = self.abbreviation if self.has_title else agency_abbreviation
        second = agency_abbreviation if self.has_title else unit_abbreviation
        return "-".join(part for part in (first, second) if part)
