from odoo import api, fields, models
from odoo.fields import Domain

from ..text import fold


class VpdtSearchMixin(models.AbstractModel):
    """A folded text that is found by any order of words: people type "dong thap" and mean "Đồng Tháp".

    For every model that names the fields to search in ``_search_text_fields``.
    """

    _name = "vpdt.search.mixin"
    _description = "Folded search text"
    _inherit = ["vpdt.text.mixin"]

    _search_text_fields = ("name",)

    search_text = fields.Char(compute="_compute_search_text", store=True, index="trigram", copy=False)
    search_words = fields.Char(
        "Search",
        compute="_compute_search_words",
        search="_search_search_words",
        help="Words in any order, with or without marks.",
    )

    @api.depends(lambda self: self._search_text_fields)
    def _compute_search_text(self):
        for record in self:
            record.search_text = fold(" ".join(record._search_text_parts()))

    def _search_text_parts(self):
        """The strings that a person may search this record by."""
        self.ensure_one()
        values = (self.mapped(name) for name in self._search_text_fields)
        return [str(value) for found in values for value in found if value]

    def _compute_search_words(self):
        self.search_words = False

    @api.model
    def _search_search_words(self, operator, value):
        """``thap dong`` finds "Đồng Tháp": every folded word, in any order."""
        if operator not in ("ilike", "=", "in"):
            return NotImplemented
        text = value if isinstance(value, str) else " ".join(value)
        return Domain.AND([Domain("search_text", "ilike", word) for word in fold(text).split()])
