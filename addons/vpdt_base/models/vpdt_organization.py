from odoo import api, fields, models
from odoo.fields import Domain

from ..text import fold


class VpdtOrganization(models.Model):
    """An organization of the national directory (cơ quan, tổ chức): who writes to us and whom we write to.

    The identifier follows Quyết định 20/2020/QĐ-TTg (groups of 0-9 and A-Z, at most 35 characters); the legacy one is
    the 13-character code of QCVN 102:2016. Both stay resolvable for ever and neither is derived from the other: the
    province's decision is authoritative, and codes that break the syntax are in live use.
    """

    _name = "vpdt.organization"
    _description = "Organization"
    _inherit = ["vpdt.search.mixin"]
    _order = "name"
    _search_text_fields = ("name", "earlier_names", "abbreviation", "identifier", "identifier_legacy")
    _rec_names_search = ["search_words"]

    name = fields.Char(required=True)
    earlier_names = fields.Char(help="Names that the organization has had, so that old documents are still found.")
    abbreviation = fields.Char(help="Used in notations, for example SNV; set by the head of the agency.")
    identifier = fields.Char(size=35, index=True)
    identifier_legacy = fields.Char("Legacy identifier", size=35, index=True)
    parent_id = fields.Many2one("vpdt.organization", "Parent organization", index=True, ondelete="restrict")
    level = fields.Selection(
        [("1", "Level 1"), ("2", "Level 2"), ("3", "Level 3"), ("4", "Level 4")],
        help="Level in the identifier scheme: 1 is a ministry or a province.",
    )
    address = fields.Char()
    email = fields.Char()
    phone = fields.Char()
    website = fields.Char()
    place = fields.Char("Place name", help="Địa danh written before the date of a document.")
    valid_from = fields.Date()
    valid_to = fields.Date()
    successor_ids = fields.Many2many(
        "vpdt.organization", "vpdt_organization_successor", "organization_id", "successor_id", "Successors"
    )
    predecessor_ids = fields.Many2many(
        "vpdt.organization", "vpdt_organization_successor", "successor_id", "organization_id", "Predecessors"
    )
    legal_basis = fields.Char()
    note = fields.Char()
    active = fields.Boolean(default=True)
    company_ids = fields.One2many("res.company", "organization_id", "Agency served here")

    _identifier_unique = models.UniqueIndex("(identifier) WHERE identifier IS NOT NULL AND active")

    @api.depends("name", "identifier")
    def _compute_display_name(self):
        for organization in self:
            code = organization.identifier or organization.identifier_legacy
            organization.display_name = f"{organization.name} ({code})" if code else organization.name

    @api.model
    def _find_by_identifier(self, code):
        """The organization that answers to ``code``, new or legacy form, or an empty record.

        Looked up in the directory, never computed from the code (interop: live codes break the syntax).
        """
        code = (code or "").strip()
        if not code:
            return self.browse()
        found = self.with_context(active_test=False).search(
            Domain("identifier", "=", code) | Domain("identifier_legacy", "=", code), order="active DESC, id", limit=1
        )
        return found

    @api.model
    def _search_display_name(self, operator, value):
        """Any few letters of name, abbreviation or identifier, without marks."""
        if operator == "ilike" and isinstance(value, str):
            return Domain.AND([Domain("search_text", "ilike", word) for word in fold(value).split()])
        return super()._search_display_name(operator, value)
