from odoo import api, fields, models

from ..templates import FORMS, TEMPLATES


class VpdtDocumentType(models.Model):
    """Type of administrative document (Nghị định 30/2020, Điều 7; abbreviations and forms of Phụ lục III)."""

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
        "_get_templates",
        "Form",
        help="Form of Phụ lục III that a draft starts from. Without one the text is written elsewhere and uploaded.",
    )
    salutation = fields.Selection(
        [("always", "Yes"), ("upward", "To a superior body only"), ("none", "No")],
        "“Kính gửi”",
        required=True,
        default="none",
        help="Công văn has it; Tờ trình and Báo cáo to a superior body only (Phụ lục I, Phần I, II.9).",
    )
    with_year = fields.Boolean(
        "Year in the notation", help="Legal documents carry the year in their notation: 05/2026/QĐ-UBND."
    )
    legal_basis = fields.Char()
    active = fields.Boolean(default=True)

    _person_writes = frozenset(
        {
            "name",
            "abbreviation",
            "sequence",
            "has_title",
            "is_copy",
            "template",
            "salutation",
            "with_year",
            "legal_basis",
            "active",
        }
    )
    _name_unique = models.UniqueIndex("(name) WHERE active", "This type is there already.")

    @api.model
    def _get_templates(self):
        """Hook: forms that drafts start from, ``[(code, words)]``."""
        return [(name, FORMS[name].label) for name in TEMPLATES]

    def _form(self):
        """The form of the decree (`templates.Form`), or None for a type that is written elsewhere."""
        return FORMS.get(self.template)

    def _notation(self, agency_abbreviation, unit_abbreviation, year=None):
        """Notation by Phụ lục I, II.3: ``QĐ-SNV`` with a title, ``SNV-VP`` for an official letter.

        :param year: int, of a type that carries it (``2026/QĐ-UBND``)
        """
        self.ensure_one()
        first = self.abbreviation if self.has_title else agency_abbreviation
        second = agency_abbreviation if self.has_title else unit_abbreviation
        notation = "-".join(part for part in (first, second) if part)
        return f"{year}/{notation}" if self.with_year and year else notation
