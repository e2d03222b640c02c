from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError


class VpdtVirusCheck(models.Model):
    """A virus check that a person must know of: a virus found, or no answer from the scanner.

    Administrators see no documents: there is no file name here, only what finds the file again.
    """

    _name = "vpdt.virus.check"
    _description = "Virus check"
    _inherit = ["mail.thread", "mail.activity.mixin"]  # an activity is told through the thread
    _order = "id DESC"
    _rec_names_search = ("sha256",)  # the name is made of it

    name = fields.Char(compute="_compute_name")
    file_id = fields.Many2one(  # its name may say what the administrator is not to know
        "vpdt.file", readonly=True, required=True, ondelete="restrict", index=True, groups=fields.NO_ACCESS
    )
    file_number = fields.Integer("File", related="file_id.id", related_sudo=True)
    sha256 = fields.Char("SHA-256", readonly=True, required=True)
    company_id = fields.Many2one("res.company", "Agency", readonly=True, required=True, index=True)
    state = fields.Selection(
        [
            ("failed", "Not checked"),
            ("beyond", "Beyond the scanner's limits"),
            ("infected", "Virus found"),
            ("settled", "Settled"),
        ],
        readonly=True,
        required=True,
    )
    detail = fields.Char("Technical detail", readonly=True)
    reason = fields.Char("What is the matter", compute="_compute_reason")

    _file_unique = models.Constraint("UNIQUE (file_id)", "This file has a report already.")

    @api.depends("state", "sha256")
    def _compute_name(self):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for check in self:
            check.name = f"{labels.get(check.state, '')} · {(check.sha256 or '')[:12]}"

    @api.depends("state", "detail")
    def _compute_reason(self):
        words = {
            "address": self.env._("The address of the scanner is missing or wrong."),
            "not_allowed": self.env._("The host of the scanner is not on the list of hosts that may be called."),
            "down": self.env._("The scanner does not answer."),
            "timeout": self.env._("The scanner did not answer in time."),
            "too_large": self.env._("The file is larger than the scanner takes (StreamMaxLength of clamd)."),
            "limits": self.env._(
                "The scanner does not look into all of a file like this. Raise MaxFileSize, MaxScanSize, MaxFiles and "
                "MaxRecursion in clamd.conf, set AlertExceedsMax yes, then press Check again."
            ),
            "closed": self.env._("Nobody can look into the file: it is encrypted, or an archive of an unknown kind."),
            "blind": self.env._("The scanner knows no virus, not even the test file: its database is missing."),
            "protocol": self.env._("What answered is no clamd, or it is out of order."),
            "damaged": self.env._("The stored bytes are missing or damaged: run ./vpdt files verify."),
        }
        for check in self:
            code = (check.detail or "").partition(":")[0]
            virus = check.state not in ("failed", "beyond") and code not in words
            check.reason = check.detail if virus else words.get(code, check.detail)

    @api.model
    def _people(self, company, group):
        """Active users of an agency who have a role (XML id)."""
        users = self.env.ref(group).sudo().all_user_ids  # who has which role is known to the system
        return users.filtered(lambda u: u.active and company in u.company_ids and u.id != SUPERUSER_ID)

    @api.model
    def _report(self, file, state, detail):
        """Keep what happened to ``file`` and ask the administrators of its agency; one activity while one is open."""
        checks = self.sudo()  # written by the checker only
        check = checks.search([("file_id", "=", file.id)], limit=1)
        values = {"state": state, "detail": (detail or "")[:500]}
        if check:
            check.write(values)
        else:
            values |= {"file_id": file.id, "sha256": file.sha256, "company_id": file.company_id.id}
            check = checks.create(values)
        check._ask_administrators()

    def _ask_administrators(self):
        company = self.company_id
        # When the scanner is down for a night, one task is enough, not one a file.
        open_checks = [("company_id", "=", company.id), ("state", "=", self.state), ("activity_ids", "!=", False)]
        asked = self.search(open_checks, limit=1)
        if asked and self.state in ("failed", "beyond"):
            return
        people = self._people(company, "vpdt_base.group_unit_admin") or self._people(
            company, "vpdt_base.group_system_admin"
        )
        summary = {
            "infected": self.env._("A virus was found: the file is quarantined"),
            "beyond": self.env._(
                "A file is beyond the limits of the virus scanner: raise them, then press Check again"
            ),
        }.get(self.state) or self.env._("The virus scanner gives no answer: look after clamd, then press Check again")
        self._remind_people(people, summary)

    @api.model
    def _settle(self, file):
        check = self.sudo().search([("file_id", "=", file.id), ("state", "!=", "settled")])  # see _report
        check.activity_ids.unlink()
        check.state = "settled"

    def action_check_again(self):
        """Queue the virus check of these files anew.

        :raises AccessError: not an administrator
        """
        if not self.env.user.has_group("vpdt_base.group_unit_admin"):
            raise AccessError(self.env._("Administrators check files again."))
        self.check_access("read")
        for file in self.sudo().file_id:  # the administrator may not see the file, only have it checked
            self.env["vpdt.journal.entry"]._record("file", file, {"check_again": file.scan_state})
            file._work_to("scan_state", "waiting", {"scan_attempts": 0, "virus": False})
            file._queue_scan()
        return True
