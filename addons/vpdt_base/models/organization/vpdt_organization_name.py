from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...directory.codes import MAX_LENGTH
from ...text import nfc


class VpdtOrganizationName(models.Model):
    """A name or code that an organization had until a day: old documents keep it and are found by it."""

    _name = "vpdt.organization.name"
    _description = "Earlier name of an organization"
    _inherit = ["vpdt.text.mixin"]
    _order = "valid_to DESC, id DESC"

    organization_id = fields.Many2one("vpdt.organization", required=True, index=True, ondelete="cascade")
    name = fields.Char(help="Empty when only a code has changed.")
    identifier = fields.Char(size=MAX_LENGTH, index=True)
    identifier_legacy = fields.Char("Legacy identifier", size=MAX_LENGTH, index=True)
    valid_from = fields.Date()
    valid_to = fields.Date("Until")
    legal_basis = fields.Char("Decision")

    _person_writes = frozenset(
        "organization_id name identifier identifier_legacy valid_from valid_to legal_basis".split()
    )
    _something = models.Constraint(
        "CHECK (name IS NOT NULL OR identifier IS NOT NULL OR identifier_legacy IS NOT NULL)",
        "Give the earlier name or the earlier code.",
    )

    @api.depends("name", "identifier", "identifier_legacy")
    def _compute_display_name(self):
        for earlier in self:
            earlier.display_name = earlier.name or earlier.identifier or earlier.identifier_legacy

    @api.constrains("valid_from", "valid_to")
    def _check_dates(self):
        for earlier in self:
            if earlier.valid_from and earlier.valid_to and earlier.valid_to < earlier.valid_from:
                raise ValidationError(self.env._("The name “%s” would end before it begins.", earlier.display_name))

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._composed(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._composed(vals))

    @api.model
    def _composed(self, vals):
        return {key: nfc(value).strip() if isinstance(value, str) else value for key, value in vals.items()}

    def _joined(self):
        """Names and codes as one text, for `earlier_names`."""
        parts = [value for name in self.sorted("id") for value in (name.name, name.identifier, name.identifier_legacy)]
        return "; ".join(part for part in parts if part)
