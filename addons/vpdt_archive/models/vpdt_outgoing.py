from odoo import models

from .freeze import FROZEN, freeze_children, freeze_rows


class VpdtOutgoing(models.Model):
    _inherit = "vpdt.outgoing"

    def init(self):
        """Freeze what the archive has taken."""
        result = super().init()
        freeze_rows(self.env.cr, self._table, "archive_state", FROZEN, (), [("kept", "destroyed")], ("body",))
        for table in ("vpdt_review", "vpdt_outgoing_recipient", "vpdt_outgoing_signer"):
            freeze_children(self.env.cr, table, self._table, "outgoing_id", "archive_state", FROZEN)
        return result

    def _is_draft_in_dossier(self):
        return self.state not in ("issued", "recalled", "replaced") or super()._is_draft_in_dossier()
