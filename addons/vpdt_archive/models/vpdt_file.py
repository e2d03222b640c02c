from odoo import api, models
from odoo.exceptions import UserError

from .freeze import FROZEN, is_archiving


class VpdtFile(models.Model):
    """Files of dossiers; and nothing is added to what is in the archive, but a longer-lasting version of the same."""

    _inherit = "vpdt.file"

    @api.model
    def _owner_models(self):
        return [*super()._owner_models(), "vpdt.dossier", "vpdt.transfer", "vpdt.disposal"]

    @api.model
    def _store(self, owner, name, content, role, replaces=None):
        frozen = "archive_state" in owner._fields and owner.sudo().archive_state in FROZEN  # of what one may write
        if frozen and not replaces and not is_archiving(owner.env):
            raise UserError(self.env._("“%s” is in the archive: nothing is added to it.", owner.display_name))
        return super()._store(owner, name, content, role, replaces)
