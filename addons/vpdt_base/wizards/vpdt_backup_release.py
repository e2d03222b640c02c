from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

ADMIN = "vpdt_base.group_system_admin"


class VpdtBackupRelease(models.TransientModel):
    """The go of a person for a database that was restored: from then on it sends, receives and works again.

    An addon that gives numbers adds what was given after the copy was made.
    """

    _name = "vpdt.backup.release"
    _description = "Release of a restored database"
    _inherit = ["vpdt.text.mixin"]

    moment = fields.Datetime("The copy holds everything until", compute="_compute_held")
    mails = fields.Integer("E-mails that waited in the copy", compute="_compute_held")
    jobs = fields.Integer("Work in the background that waited in the copy", compute="_compute_held")
    mails_choice = fields.Selection(
        [("keep", "Do not send them: they may have been sent before"), ("send", "Send them now")],
        "E-mails",
        required=True,
        default=lambda self: "keep",
    )
    reason = fields.Char("Who decided, and what was compared", required=True)

    def _compute_held(self):
        backups = self.env["vpdt.backup"]
        held, waiting = backups._held() or {}, backups._restored_waiting()
        for dialog in self:
            dialog.moment = fields.Datetime.to_datetime(held.get("moment"))
            dialog.mails = waiting["mails"]
            dialog.jobs = waiting["jobs"]

    @api.model
    def _check_administrator(self):
        if not self.env.user.has_group(ADMIN):
            raise AccessError(self.env._("A restored database is let go by the system administrator."))
        if not self.env["vpdt.backup"]._held():
            raise UserError(self.env._("This database waits for nobody: it was let go already, or never restored."))

    @api.model
    def action_open(self):
        """Open the dialog.

        :return: action
        :raises AccessError: not a system administrator
        :raises UserError: nothing is held back
        """
        self._check_administrator()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Let the restored database go on"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
        }

    def action_release(self):
        """Let it go.

        :return: action that loads the page anew, without its banner
        :raises UserError: no reason is given, or nothing is held back
        """
        self.ensure_one()
        self._check_administrator()
        if not self.reason.strip():
            raise UserError(self.env._("Write who decided, and what was compared: it goes into the journal."))
        self._before_release()
        self.env["vpdt.backup"]._let_go(self.mails_choice == "send")
        row = self.env["vpdt.backup"]._restore_row()
        self.env["vpdt.journal.entry"]._record("backup", row or self.env.company, {"reason": self.reason})
        return {"type": "ir.actions.client", "tag": "reload"}

    def _before_release(self):
        """Hook: what must be settled before anything runs again."""
