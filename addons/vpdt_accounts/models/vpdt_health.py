import shutil
from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError
from odoo.tools import SQL

from odoo.addons.vpdt_base.vietnam import today, vietnam_time

GOOD, LOOK, BAD = "good", "look", "bad"
LEVELS = [(GOOD, "Good"), (LOOK, "Look at it"), (BAD, "Act now")]
GB = 1 << 30


class VpdtHealth(models.TransientModel):
    """The state of the system for its administrators: what is measured, and what to do about it.

    Each check is a method ``_check_<name>`` that gives (level, number, words, what to do); addons add theirs.
    """

    _name = "vpdt.health"
    _description = "State of the system"

    at = fields.Datetime("Looked at", readonly=True, default=fields.Datetime.now)
    line_ids = fields.One2many("vpdt.health.line", "health_id", "Checks", readonly=True)

    @api.depends("at")
    def _compute_display_name(self):
        for health in self:
            health.display_name = self.env._("State of the system, %s", vietnam_time(health.at))

    def action_look(self):
        """Measure everything now, and show it.

        :raises AccessError: no system administrator, nor who keeps the system
        """
        user = self.env.user
        if not (user.has_group("vpdt_base.group_system_admin") or user.has_group("vpdt_accounts.group_account_keeper")):
            raise AccessError(self.env._("The state of the system is for its administrators."))
        # counts of everybody's jobs and keys: numbers, no names of documents
        health = self.sudo().create({"line_ids": [(0, 0, values) for values in self.sudo()._measure()]})
        health = health.with_env(self.env)
        return {
            "type": "ir.actions.act_window",
            "name": health.display_name,
            "res_model": "vpdt.health",
            "res_id": health.id,
            "views": [(False, "form")],
        }

    @api.model
    def _checks(self):
        """Hook: names of the checks, in the order in which they are shown."""
        return ["jobs", "crons", "mail", "keys", "storage", "backup", "files", "journal", "scanner", "time_stamps",
                "second_factor", "links", "requests"]  # fmt: skip

    @api.model
    def _measure(self):
        """Values of a `vpdt.health.line` for each check; superuser mode."""
        rows = []
        for name in self._checks():
            level, number, words, advice = getattr(self, f"_check_{name}")()
            rows.append(
                {"code": name, "name": self._label(name), "level": level, "number": number, "words": words,
                 "advice": advice if level != GOOD else False}
            )  # fmt: skip
        return rows

    @api.model
    def _label(self, name):
        return {
            "jobs": self.env._("Work in the background"),
            "crons": self.env._("Clock"),
            "mail": self.env._("Mail"),
            "keys": self.env._("Certificates"),
            "storage": self.env._("Storage"),
            "backup": self.env._("Last backup"),
            "files": self.env._("Last check of the files"),
            "journal": self.env._("Last check of the journal"),
            "scanner": self.env._("Virus scanner"),
            "time_stamps": self.env._("Time stamps and revocation"),
            "second_factor": self.env._("Second factor"),
            "links": self.env._("Links not delivered"),
            "requests": self.env._("Requests about accounts that are late"),
        }.get(name, name)

    # The checks -------------------------------------------------------------------------------------------------------

    @api.model
    def _check_jobs(self):
        rows = self.env["queue.job"]._read_group(
            [("state", "in", ("pending", "enqueued", "failed"))], ["state"], ["__count"]
        )
        counts = dict(rows)
        failed, waiting = counts.get("failed", 0), counts.get("pending", 0) + counts.get("enqueued", 0)
        level = BAD if failed else LOOK if waiting > 1000 else GOOD
        words = self.env._("%(waiting)s waiting, %(failed)s failed", waiting=waiting, failed=failed)
        return level, failed, words, self.env._("Look at the failed jobs (Job Queue), and press “Requeue” on each.")

    @api.model
    def _check_crons(self):
        hour_ago = fields.Datetime.now() - timedelta(hours=2)
        late = self.env["ir.cron"].search_count([("nextcall", "<", hour_ago), ("active", "=", True)])
        words = self.env._("%s regular jobs are more than two hours late", late)
        return (
            (BAD if late else GOOD),
            late,
            words,
            self.env._("Start the server with its cron threads (max_cron_threads)."),
        )

    @api.model
    def _check_mail(self):
        failed = self.env["mail.mail"].search_count([("state", "=", "exception")])
        servers = self.env["ir.mail_server"].search_count([])
        level = LOOK if failed or not servers else GOOD
        words = self.env._("%(servers)s mail servers, %(failed)s mails not sent", servers=servers, failed=failed)
        return level, failed, words, self.env._("Set up a mail server: links for passwords go by mail.")

    @api.model
    def _check_keys(self):
        soon = fields.Datetime.now() + timedelta(days=30)
        ending = self.env["vpdt.signing.key"].search_count([("state", "=", "active"), ("valid_to", "<", soon)])
        words = self.env._("%s certificates end within 30 days", ending)
        return (
            (LOOK if ending else GOOD),
            ending,
            words,
            self.env._("Ask for new certificates, and load them under Keys."),
        )

    @api.model
    def _check_storage(self):
        free = shutil.disk_usage(tools.config.filestore(self.env.cr.dbname)).free // GB
        level = BAD if free < 5 else LOOK if free < 50 else GOOD
        words = self.env._("%s GB free where the files lie", free)
        return (
            level,
            free,
            words,
            self.env._("Give the volume of the files more room, or move it (docs/architecture.md)."),
        )

    @api.model
    def _since(self, parameter, days, command):
        """A check of when something was done last, as a parameter of the system notes it."""
        noted = self.env["ir.config_parameter"].get_param(parameter)
        advice = self.env._("Run it on the server: %s", command)
        if not noted:
            return LOOK, -1, self.env._("Not noted yet"), advice
        age = (fields.Datetime.now() - fields.Datetime.to_datetime(noted)).days
        return (BAD if age > days else GOOD), age, self.env._("%s days ago", age), advice

    @api.model
    def _check_backup(self):
        last = self.env["vpdt.backup"]._last_good()
        advice = self.env._("Run it on the server: %s", "./vpdt backup")
        if not last:
            return BAD, -1, self.env._("There is none"), advice
        age = (fields.Datetime.now() - last).days
        level = BAD if age > 7 else LOOK if age else GOOD  # each week at least: Kon Tum, khoản 3 Điều 18
        return level, age, self.env._("%s days ago", age), advice

    @api.model
    def _check_files(self):
        return self._since("vpdt.last_files_verify", 31, "./vpdt files verify")

    @api.model
    def _check_journal(self):
        return self._since("vpdt.last_journal_verify", 31, "./vpdt journal verify")

    @api.model
    def _check_scanner(self):
        waiting = self.env["vpdt.file"].search_count([("scan_state", "=", "waiting"), ("current", "=", True)])
        failed = self.env["vpdt.virus.check"].search_count([])
        level = LOOK if waiting > 50 else GOOD
        words = self.env._("%(waiting)s files waiting, %(failed)s reports", waiting=waiting, failed=failed)
        return level, waiting, words, self.env._("Look whether clamd runs, and at Virus checks.")

    @api.model
    def _check_time_stamps(self):
        hosts = self.env["vpdt.allowed.host"].search_count([])
        failed = self.env["vpdt.file"].search_count([("level_state", "=", "failed")])
        level = LOOK if failed or not hosts else GOOD
        words = self.env._("%(hosts)s allowed hosts, %(failed)s files without a time stamp", hosts=hosts, failed=failed)
        return level, failed, words, self.env._("Enter the hosts of TSA and OCSP under Allowed hosts.")

    @api.model
    def _check_second_factor(self):
        start, groups = self.env["vpdt.account.policy"]._second_factor_rules()
        self.env.cr.execute(
            SQL(
                """
                SELECT count(DISTINCT users.id) FROM res_users AS users
                  JOIN res_groups_users_rel AS held ON held.uid = users.id
                 WHERE users.active AND held.gid IN %s AND users.totp_secret IS NULL AND users.id > 2
                   AND NOT EXISTS (SELECT 1 FROM auth_passkey_key AS passkey WHERE passkey.create_uid = users.id)
                """,
                tuple(groups) or (0,),
            )
        )
        without = self.env.cr.fetchone()[0]
        asked = start and start <= today()
        level = GOOD if asked else BAD
        words = self.env._("%s clerks, leaders and administrators without one", without)
        return level, without, words, self.env._("Enter the day from which it is asked under Rules about accounts.")

    @api.model
    def _check_links(self):
        failed = self.env["mail.mail"].search_count([("state", "=", "exception"), ("email_to", "!=", False)])
        words = self.env._("%s mails to official mailboxes failed", failed)
        return (
            (LOOK if failed else GOOD),
            failed,
            words,
            self.env._("Look at the mail server, then send the links again."),
        )

    @api.model
    def _check_requests(self):
        late = self.env["vpdt.account.request"].search_count([("late", "=", True)])
        words = self.env._("%s requests are late", late)
        return (BAD if late else GOOD), late, words, self.env._("Open Accounts, Requests, Late.")


class VpdtHealthLine(models.TransientModel):
    _name = "vpdt.health.line"
    _description = "Check of the system"
    _order = "id"

    health_id = fields.Many2one("vpdt.health", required=True, readonly=True, ondelete="cascade")
    code = fields.Char(readonly=True)
    name = fields.Char("What", readonly=True)
    level = fields.Selection(LEVELS, readonly=True)
    number = fields.Integer(readonly=True)
    words = fields.Char("Measured", readonly=True)
    advice = fields.Char("What to do", readonly=True)
