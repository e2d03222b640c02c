from odoo import api, fields, models
from odoo.exceptions import AccessError

from .status import read_status

ADMIN = "vpdt_base.group_system_admin"


class VpdtBackupPage(models.TransientModel):
    """The page Administration › Backup: is there a good copy, how old is it, when was one last brought back to try."""

    _name = "vpdt.backup.page"
    _description = "State of the backups"

    age_state = fields.Selection(
        [("fresh", "Up to date"), ("late", "Older than a day"), ("never", "No backup yet")],
        "State",
        compute="_compute_state",
    )
    last_good = fields.Datetime("Last good backup", compute="_compute_state")
    age = fields.Char(compute="_compute_state")
    trouble = fields.Char("Last trouble", compute="_compute_state")
    last_drill = fields.Datetime("Last restore for practice", compute="_compute_state")
    drill_words = fields.Char("What it showed", compute="_compute_state")
    key_state = fields.Selection(
        [("both", "Both are kept elsewhere"), ("none", "Never exported"), ("one", "One of them was never exported")],
        "Keys kept apart",
        compute="_compute_state",
    )
    held = fields.Boolean(compute="_compute_state")
    row_ids = fields.Many2many("vpdt.backup", string="What was done", compute="_compute_state")

    def _compute_state(self):
        rows = self.env["vpdt.backup"]
        status, last = read_status(self.env), rows._last_good()
        drill = rows.search([("kind", "=", "drill"), ("state", "=", "good")], limit=1)
        exported = len({"master", "backup"} & set(status["exported"]))
        for page in self:
            page.age_state = rows._age_state()
            page.last_good = last
            page.age = self._age_in_words(last)
            page.trouble = status["trouble"]
            page.last_drill = drill.started_at
            page.drill_words = drill.words
            page.key_state = ("none", "one", "both")[exported]
            page.held = bool(rows._held())
            page.row_ids = rows.search([], limit=40)

    @api.depends_context("lang")
    def _compute_display_name(self):
        for page in self:
            page.display_name = self.env._("Backup")

    @api.model
    def _age_in_words(self, moment):
        if not moment:
            return False
        minutes = int((fields.Datetime.now() - moment).total_seconds() // 60)
        if minutes < 120:
            return self.env._("%s minutes", max(minutes, 0))
        if minutes < 48 * 60:
            return self.env._("%s hours", minutes // 60)
        return self.env._("%s days", minutes // 1440)

    @api.model
    def action_open(self):
        """Open the page.

        :return: action
        :raises AccessError: not a system administrator
        """
        if not self.env.user.has_group(ADMIN):
            raise AccessError(self.env._("The state of the backups is for system administrators."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Backup"),
            "res_model": self._name,
            "res_id": self.create({}).id,
            "view_mode": "form",
        }

    def action_report(self):
        """Open the report of the restore from which this database comes.

        :return: action
        :raises AccessError: not a system administrator
        """
        self.ensure_one()
        row = self.env["vpdt.backup"]._restore_row().with_env(self.env)
        row.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": row.name,
            "res_model": row._name,
            "res_id": row.id,
            "view_mode": "form",
        }

    def action_release(self):
        """Open the dialog that lets a restored database go on."""
        self.ensure_one()
        return self.env["vpdt.backup.release"].action_open()
