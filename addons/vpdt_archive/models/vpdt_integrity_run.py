import math

from odoo import api, fields, models
from odoo.tools import SQL

from .vpdt_file_plan import ARCHIVIST

#: How many files a job reads before the next one goes on, so that no transaction stays open for hours.
BATCH = 200


class VpdtIntegrityRun(models.Model):
    """A night in which a part of the archive was read anew and compared with its hashes, so that all of it is read
    within the days that the agency has set (Nghị định 30/2020, Phụ lục VI, P6-5: integrity for the whole retention)."""

    _name = "vpdt.integrity.run"
    _description = "Integrity of the archive: a night"
    _inherit = ["vpdt.text.mixin", "vpdt.isolation.mixin", "vpdt.job.mixin"]
    _order = "id DESC"

    company_id = fields.Many2one("res.company", "Agency", required=True, readonly=True, index=True)
    started_at = fields.Datetime("Begun on", required=True, readonly=True)
    ended_at = fields.Datetime("Done on", readonly=True)
    planned = fields.Integer("Files to read", readonly=True)
    file_count = fields.Integer("Files read", readonly=True)
    size = fields.Float("Size in bytes", digits=(20, 0), readonly=True)
    problem_count = fields.Integer("Damaged or missing", readonly=True)
    check_ids = fields.One2many("vpdt.integrity.check", "run_id", "Files of this night")
    state = fields.Selection(
        [("running", "Running"), ("done", "Done"), ("broken", "Broken off")],
        required=True,
        readonly=True,
        default="running",
    )
    message = fields.Char("What went wrong", readonly=True)

    @api.depends("started_at")
    def _compute_display_name(self):
        for run in self:
            run.display_name = fields.Datetime.context_timestamp(run, run.started_at).strftime("%d/%m/%Y %H:%M")

    # The schedule ----------------------------------------------------------------------------------------------------

    @api.model
    def _cron_begin(self):
        """Each night: one run for each agency that keeps anything."""
        for company in self.env["res.company"].search([]):
            self._begin(company)

    @api.model
    def _begin(self, company):
        """Begin the night's part of one agency.

        :return: vpdt.integrity.run, empty when the archive holds nothing
        """
        total = self._count(company)
        if not total:
            return self.browse()
        planned = min(total, max(BATCH, math.ceil(total / max(company.integrity_days, 1))))
        vals = {"company_id": company.id, "started_at": fields.Datetime.now(), "planned": planned, "state": "running"}
        run = self.create(vals)
        run._queue()
        return run

    def _queue(self):
        self.with_delay(
            identity_key=f"vpdt-integrity-{self.id}-{self.file_count}", description="Integrity of the archive"
        )._go_on()

    @api.model
    def _kept(self, company):
        """What the archive of an agency holds, as a query: file, package, attachment, sha256, size, dossier."""
        return SQL(
            """
            SELECT file.id AS file_id, NULL::integer AS package_id, file.attachment_id, file.sha256,
                   file.size::double precision AS size, dossier.id AS dossier_id
              FROM vpdt_file file JOIN vpdt_dossier dossier
                ON file.res_model = 'vpdt.dossier' AND file.res_id = dossier.id
             WHERE dossier.company_id = %(company)s AND dossier.state IN ('kept', 'sent') AND file.destroyed_at IS NULL
             UNION
            SELECT file.id, NULL, file.attachment_id, file.sha256, file.size, min(dossier.id)
              FROM vpdt_dossier dossier
              JOIN vpdt_dossier_item item ON item.dossier_id = dossier.id
              JOIN vpdt_file file ON file.res_model = item.res_model AND file.res_id = item.res_id
             WHERE dossier.company_id = %(company)s AND dossier.state IN ('kept', 'sent') AND file.destroyed_at IS NULL
             GROUP BY file.id
             UNION
            SELECT NULL, package.id, package.attachment_id, package.sha256, package.size, package.dossier_id
              FROM vpdt_package package
             WHERE package.company_id = %(company)s AND package.state = 'done'
            """,
            company=company.id,
        )

    @api.model
    def _count(self, company):
        self.env.flush_all()
        return self.env.execute_query(SQL("SELECT count(*) FROM (%s) AS kept", self._kept(company)))[0][0]

    def _next(self, limit):
        """What was not read for longest, and not in this run: rows of `_kept`."""
        self.env.flush_all()
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT kept.*, known.id AS known, known.result FROM (%s) AS kept
                  LEFT JOIN vpdt_integrity_check known
                    ON known.file_id = kept.file_id OR known.package_id = kept.package_id
                 WHERE known.run_id IS DISTINCT FROM %s
                 ORDER BY known.checked_at NULLS FIRST, kept.file_id, kept.package_id LIMIT %s
                """,
                self._kept(self.company_id),
                self.id,
                limit,
            )
        )

    # The job ---------------------------------------------------------------------------------------------------------

    def _go_on(self):
        """The job: read the next files, keep what came out, and have another job go on until the part is done."""
        run = self.sudo()  # a job of the system
        if run.state != "running":
            return
        rows = run._next(min(BATCH, run.planned - run.file_count))
        for row in rows:
            run._read(row)
        run.write({"file_count": run.file_count + len(rows), "size": run.size + sum(r["size"] or 0 for r in rows)})
        if rows and run.file_count < run.planned:
            run._queue()
        else:
            run.write({"state": "done", "ended_at": fields.Datetime.now()})

    def _read(self, row):
        """Read one file anew and keep the result; tell people when it is not what was stored."""
        state, actual = self.env["vpdt.file"]._state_of(row["attachment_id"], row["sha256"])
        result = "missing" if state == "missing" else ("intact" if actual == row["sha256"] else "changed")
        vals = {"checked_at": fields.Datetime.now(), "result": result, "actual": actual, "run_id": self.id}
        vals["dossier_id"] = row["dossier_id"]
        Check = self.env["vpdt.integrity.check"]
        if row["known"]:
            check = Check.browse(row["known"])
            check.write(vals)
        else:
            named = {"file_id": row["file_id"], "package_id": row["package_id"], "company_id": self.company_id.id}
            check = Check.create({**vals, **named})
        if result != "intact":
            self.problem_count += 1
            if row["result"] != result:
                check._tell()

    def _given_up(self, exc_name="", exc_message="", exc_info=""):
        """The job itself broke; the next night begins anew."""
        for run in self.sudo().filtered(lambda r: r.state == "running"):  # see _go_on
            run.write(
                {"state": "broken", "ended_at": fields.Datetime.now(), "message": (exc_message or exc_name)[:500]}
            )

    def action_begin(self):
        """Begin a part now, for the archivist who does not want to wait for the night; what is ticked does not matter.

        :return: action that opens the run
        """
        if not self.env.user.has_group(ARCHIVIST):
            return False
        run = self.sudo()._begin(self.env.company)  # a run belongs to the system; the archivist only asks for it
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "views": [(False, "form")] if run else [(False, "list"), (False, "form")],
            "res_id": run.id,
            "name": self.env._("Integrity of the archive"),
        }


class VpdtIntegrityCheck(models.Model):
    """What came out when a file of the archive was last read anew."""

    _name = "vpdt.integrity.check"
    _description = "Integrity of a file"
    _inherit = ["vpdt.text.mixin", "vpdt.isolation.mixin"]
    _order = "checked_at DESC, id DESC"

    company_id = fields.Many2one("res.company", "Agency", required=True, readonly=True, index=True)
    run_id = fields.Many2one("vpdt.integrity.run", "Night", required=True, readonly=True, index=True,
                             ondelete="restrict")  # fmt: skip
    file_id = fields.Many2one("vpdt.file", readonly=True, ondelete="restrict")
    package_id = fields.Many2one("vpdt.package", readonly=True, ondelete="cascade")
    dossier_id = fields.Many2one("vpdt.dossier", readonly=True, index=True, ondelete="restrict")
    checked_at = fields.Datetime("Read on", required=True, readonly=True, index=True)
    result = fields.Selection(
        [("intact", "Intact"), ("changed", "Changed"), ("missing", "Missing")], required=True, readonly=True, index=True
    )
    actual = fields.Char("SHA-256 as it is now", readonly=True)
    expected = fields.Char("SHA-256 as it was stored", compute="_compute_of_file")
    file_name = fields.Char("File name", compute="_compute_of_file")

    _once_a_file = models.UniqueIndex("(file_id) WHERE file_id IS NOT NULL")
    _once_a_package = models.UniqueIndex("(package_id) WHERE package_id IS NOT NULL")

    def _compute_of_file(self):
        for check in self:
            stored = (check.file_id or check.package_id).sudo()  # its name and hash, for who watches the archive
            check.expected = stored.sha256
            check.file_name = stored.display_name

    @api.depends("file_id", "package_id")
    def _compute_display_name(self):
        for check in self:
            check.display_name = check.file_name or ""

    def _tell(self):
        """Ask the archivists and the system administrator to look at once; a row in the journal."""
        for check in self:
            stored, dossier = check.file_id or check.package_id, check.dossier_id
            words = self.env._("The archive has a damaged or missing file: %s", stored.display_name)
            people = dossier._users_of_role(ARCHIVIST)
            dossier._remind_people(people, words)
            self.env["vpdt.journal.entry"]._record("file", stored, {"integrity": check.result, "sha256": stored.sha256})


class VpdtDossier(models.Model):
    """What is known of the integrity of the files of a dossier."""

    _inherit = "vpdt.dossier"

    integrity = fields.Char("Integrity of the files", compute="_compute_integrity", groups=ARCHIVIST)

    def _compute_integrity(self):
        Check = self.env["vpdt.integrity.check"]
        found = Check._read_group(
            [("dossier_id", "in", self.ids)], ["dossier_id", "result"], ["__count", "checked_at:min"]
        )
        for dossier in self:
            rows = {result: (count, first) for owner, result, count, first in found if owner == dossier}
            dossier.integrity = dossier._integrity_words(rows)

    def _integrity_words(self, rows):
        if not rows:
            return False
        bad = sum(count for result, (count, _first) in rows.items() if result != "intact")
        if bad:
            return self.env._("%s files are damaged or missing", bad)
        count, first = rows["intact"]
        day = fields.Datetime.context_timestamp(self, first).strftime("%d/%m/%Y")
        return self.env._("%(count)s files intact, read since %(day)s", count=count, day=day)
