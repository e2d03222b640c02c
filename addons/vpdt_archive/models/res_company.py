from odoo import api, fields, models

from ..demo import dossiers


class ResCompany(models.Model):
    """How the packages of this agency are written where the sources of the circular differ."""

    _inherit = "res.company"

    package_objid = fields.Selection(
        [("uuid", "uuid-…"), ("urn", "urn:uuid:…"), ("fonds", "urn:(code of the fonds):uuid:…")],
        "Identifier of packages",
        default="uuid",
    )
    package_mets_type = fields.Selection(
        [
            ("Mixed", "Mixed"),
            ("Textual works - Digital", "Textual works - Digital"),
            ("Other", "Other"),
            ("AIP", "AIP"),
        ],
        "Content category of packages",
        default="Mixed",
        help="mets/@TYPE, as the receiving archive wants it.",
    )

    integrity_days = fields.Integer(
        "Read the archive anew within", default=90, help="Days in which each file of the archive is read once."
    )

    @api.model
    def _load_demo(self):
        result = super()._load_demo()
        dossiers.load(self.env)
        return result
