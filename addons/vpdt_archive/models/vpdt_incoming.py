from odoo import models

from .freeze import FROZEN, freeze_children, freeze_rows


class VpdtIncoming(models.Model):
    _inherit = "vpdt.incoming"

    def init(self):
        """Freeze what the archive has taken."""
        result = super().init()
        freeze_rows(self.env.cr, self._table, "archive_state", FROZEN, (), [("kept", "destroyed")])
        freeze_children(self.env.cr, "vpdt_assignment", self._table, "incoming_id", "archive_state", FROZEN)
        return result

    def _author_in_dossier(self):
        return self.author_name or super()._author_in_dossier()

    def _is_draft_in_dossier(self):
        return self.state == "arrived" or super()._is_draft_in_dossier()
