from odoo import api, fields, models

from ...demo import province


class ResCompany(models.Model):
    """An agency served here: one company, one organization of the directory."""

    _name = "res.company"
    _inherit = ["res.company", "vpdt.text.mixin"]

    organization_id = fields.Many2one("vpdt.organization", index=True, ondelete="restrict")
    parent_agency_name = fields.Char(help="Tên cơ quan chủ quản trực tiếp, as printed above the name of the agency.")
    abbreviation = fields.Char(related="organization_id.abbreviation", readonly=False)
    place = fields.Char(related="organization_id.place", readonly=False)

    _organization_unique = models.UniqueIndex(
        "(organization_id) WHERE organization_id IS NOT NULL",
        "An organization is served by one agency only.",
    )

    @api.model
    def _load_demo(self):
        """Make the demo data of all installed addons; a second call changes nothing. Each addon adds its own."""
        province.load(self.env)

    @api.model
    def _load_living_demo(self):
        """The demo data as an office at work: people with names, and what they have done in the last weeks. Each addon
        adds its own; a second call changes nothing."""
        self.with_context(**{province.REAL_NAMES: True})._load_demo()
