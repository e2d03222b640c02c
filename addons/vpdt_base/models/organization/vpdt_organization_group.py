from odoo import api, fields, models


class VpdtOrganizationGroup(models.Model):
    """A list of level 1 of the identifier scheme, A to K (annex of Quyết định 20/2020, 09/2025): the law as data."""

    _name = "vpdt.organization.group"
    _description = "List of organizations of level 1"
    _inherit = ["vpdt.text.mixin"]
    _order = "letter"

    letter = fields.Char(required=True, size=1)
    name = fields.Char(required=True)
    legal_basis = fields.Char()
    note = fields.Char()

    _person_writes = frozenset({"letter", "name", "legal_basis", "note"})
    _letter_unique = models.Constraint("UNIQUE (letter)", "There is one list for each letter.")

    @api.depends("letter", "name")
    def _compute_display_name(self):
        for group in self:
            group.display_name = f"{group.letter} – {group.name}"
