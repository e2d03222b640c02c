from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .vpdt_file_plan import LEADER


class VpdtDossier(models.Model):
    """A legal hold: nothing of a held dossier is destroyed and its retention is not recomputed, until the head of the
    agency lets it go."""

    _inherit = "vpdt.dossier"  # pylint: disable=consider-merging-classes-inherited

    held = fields.Boolean("Held back from disposal", readonly=True, copy=False)
    hold_reason = fields.Char("Why it is held", readonly=True, copy=False)
    held_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    held_at = fields.Datetime("Held since", readonly=True, copy=False)

    def action_hold(self):
        """Open the dialog that asks why this dossier is held."""
        self.ensure_one()
        self._check_may_hold()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hold the dossier"),
            "res_model": "vpdt.hold",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_dossier_id": self.id},
        }

    def action_release(self):
        """Let the dossier go again."""
        self.ensure_one()
        self._check_may_hold()
        if self.held:
            self._hold(False)
        return True

    def _check_may_hold(self):
        self.check_access("read")
        if not self.env.user.has_group(LEADER):
            raise AccessError(self.env._("A dossier is held, or let go, by the head of the agency."))

    def _hold(self, reason):
        """Hold this dossier for ``reason``, or let it go; the row is locked, so a disposal that runs sees it.

        :raises UserError: it has been destroyed
        """
        dossier = self.sudo()  # written by the head of the agency only, see _check_may_hold
        self.env.cr.execute(SQL("SELECT id FROM vpdt_dossier WHERE id = %s FOR UPDATE", self.id))
        dossier.invalidate_recordset(["state", "held"])
        if dossier.state == "destroyed":
            raise UserError(self.env._("“%s” has been destroyed already.", dossier.display_name))
        dossier.write(
            {
                "held": bool(reason),
                "hold_reason": reason,
                "held_by_id": self.env.uid if reason else False,
                "held_at": fields.Datetime.now() if reason else False,
            }
        )
        self._journal("move", {"held": bool(reason), "reason": reason or ""})
        if not reason:  # what was let go is reckoned by the rules of today
            dossier._recompute_retention(SQL("SELECT %s AS id", self.id))
