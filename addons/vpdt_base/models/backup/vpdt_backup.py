import json
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models

from ...vietnam import vietnam_time
from .status import read_status

LATE = timedelta(hours=24)  # a day without a good copy is too long
KINDS = [
    ("backup", "Backup"),
    ("check", "Check of the backups"),
    ("drill", "Restore for practice"),
    ("restore", "Restore"),
    ("upgrade", "Upgrade"),
    ("key", "Export of keys"),
]
# What a good one has shown to be well again; a backup reads too little of what is stored to answer a check.
_SETTLES = {"backup": ("backup",), "check": ("backup", "check"), "drill": ("drill",), "upgrade": ("upgrade",)}


class VpdtBackup(models.Model):
    """What became of a backup, check, drill, restore or upgrade; written by ``./vpdt``, read by administrators.

    Kon Tum, khoản 3–5 Điều 18; Gia Lai 2016, khoản 4 Điều 13: data are backed up and can be recovered.
    """

    _name = "vpdt.backup"
    _description = "Backup"
    _inherit = ["mail.thread", "mail.activity.mixin", "vpdt.text.mixin"]  # an activity is told through the thread
    _order = "id DESC"
    _rec_names_search = ("place",)  # the name is made of other fields

    name = fields.Char(compute="_compute_name")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    state = fields.Selection([("good", "Good"), ("failed", "Failed")], "Result", required=True, readonly=True)
    started_at = fields.Datetime("Begun", required=True, readonly=True)
    seconds = fields.Integer("Took (seconds)", readonly=True)
    moment = fields.Datetime("Holds everything until", readonly=True)
    place = fields.Char(readonly=True)
    snapshot = fields.Char("Mark of the copy", readonly=True)
    added = fields.Float("Newly stored (MB)", readonly=True, digits=(12, 1))
    total = fields.Float("Size (MB)", readonly=True, digits=(12, 1))
    words = fields.Text("What happened", readonly=True)
    report = fields.Text("Findings (JSON)", readonly=True, groups=fields.NO_ACCESS)

    @api.depends("kind", "started_at")
    def _compute_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for row in self:
            row.name = " ".join(filter(None, (labels.get(row.kind), vietnam_time(row.started_at))))

    @api.model
    def _record(self, kind, state, **values):
        """Keep one row and one of the journal; a failure becomes an activity of the administrators.

        :param kind: one of :data:`KINDS`
        :param state: "good" or "failed"
        :param values: other fields; `report` as a dict
        :return: the row
        """
        values["report"] = json.dumps(values.get("report") or {}, ensure_ascii=False)
        values.setdefault("started_at", fields.Datetime.now())
        row = self.sudo().create({"kind": kind, "state": state, **values})  # ./vpdt writes these rows, no person
        # auditors read the journal: what the machine said, with its paths and hosts, is in the row
        detail = {"backup": kind, "result": state, "words": (row.words or "").partition("\n")[0][:300]}
        self.env["vpdt.journal.entry"]._record("backup", row, detail)
        if state == "failed":
            row._ask_administrators(self.env._("%s failed: read why, and run it again", row.name))
        elif kind in _SETTLES:
            row._settle()
        return row

    @api.model
    def _administrators(self):
        users = self.env.ref("vpdt_base.group_system_admin").sudo().all_user_ids  # who has the role
        return users.filtered(lambda user: user.active and user.id != SUPERUSER_ID)

    def _ask_administrators(self, summary):
        """One open activity is enough, however often it fails."""
        self.ensure_one()
        if not self.search_count([("kind", "=", self.kind), ("activity_ids", "!=", False)], limit=1):
            self._remind_people(self._administrators(), summary)

    def _settle(self):
        """A good one ends what an earlier failure of its kind has asked for."""
        open_rows = self.search([("kind", "in", _SETTLES[self.kind]), ("activity_ids", "!=", False)])
        open_rows.activity_ids.unlink()

    # How old the last good copy is -----------------------------------------------------------------------------------

    @api.model
    def _last_good(self):
        """Until when the newest good copy of this database holds everything: naive UTC datetime, None when there is
        none. What a restored database knows of copies is older than itself: nobody has copied it yet."""
        good = [("kind", "=", "backup"), ("state", "=", "good")]
        if restored := self._restore_row():
            good.append(("id", ">", restored.id))
        row = self.sudo().search(good, limit=1)
        status = read_status(self.env)
        return max(filter(None, (row.moment, status.get("good"))), default=None)

    @api.model
    def _restore_row(self):
        """The row of the restore from which this database comes; empty when it comes from none."""
        return self.sudo().search([("kind", "=", "restore")], limit=1)

    @api.model
    def _age_state(self, now=None):
        """ "never", "late" or "fresh"."""
        last = self._last_good()
        if not last:
            return "never"
        return "late" if (now or fields.Datetime.now()) - last > LATE else "fresh"

    @api.model
    def _cron_watch(self):
        """Tell the administrators when the last good copy is older than a day; that there is none, the page says."""
        open_rows = [("kind", "=", "backup"), ("activity_ids", "!=", False)]
        if self._age_state() != "late" or self.search_count(open_rows, limit=1):
            return
        words = self.env._("The last good backup is of %s: it is more than a day old.", vietnam_time(self._last_good()))
        self._record("backup", "failed", words=words)
