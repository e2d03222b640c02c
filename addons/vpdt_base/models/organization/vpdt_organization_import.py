import hashlib
import logging
import tempfile

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from psycopg2 import DataError, IntegrityError, InterfaceError

from odoo.addons.queue_job.exception import RetryableJobError

from ...directory import DirectoryError
from ...mixins.vpdt_move_mixin import Move

_logger = logging.getLogger(__name__)

SYSTEM_ADMIN = "vpdt_base.group_system_admin"
# What decides about the rows; after a change the dry run is done again.
_DECIDING = frozenset({"content", "source", "convert_legacy", "archive_missing", "scope_id"})
RESULTS = [
    ("create", "New"),
    ("update", "Changed"),
    ("restore", "Active again"),
    ("unchanged", "Unchanged"),
    ("archive", "Archived"),
    ("skip", "Left as it is"),
    ("error", "Not imported"),
]


class VpdtOrganizationImport(models.Model):
    """One import of a directory file: read, tried, applied in batches that survive an interruption.

    The rows are read into a stage (`vpdt_organization_import_stage`), compared there by set-based SQL
    (`vpdt_organization_import_sql`), kept once with their result, and written in batches
    (`vpdt_organization_import_apply`), so that the 120,000 organizations of the exchange axis take seconds.
    """

    _name = "vpdt.organization.import"
    _description = "Import of a directory"
    _inherit = ["vpdt.move.mixin", "vpdt.text.mixin"]
    _order = "id DESC"

    name = fields.Char("File name", required=True, default=lambda self: self.env._("New import"))
    content = fields.Binary("File", attachment=True, required=True, help="CSV, XLSX, or the JSON of the exchange axis.")
    source = fields.Selection(
        string="Kind of list",
        selection=[("list", "List of a province or ministry"), ("axis", "Directory of the exchange axis")],
        required=True,
        default="list",
    )
    convert_legacy = fields.Boolean("Convert TCVN3 and VNI text", default=True)
    archive_missing = fields.Boolean(
        "The file is complete: archive what is not in it",
        help="Organizations of the directory that the file does not name are archived; nothing is deleted.",
    )
    scope_id = fields.Many2one(
        "vpdt.organization",
        "Complete for all below",
        ondelete="restrict",
        help="Only organizations below this one are archived. Empty: the whole directory.",
    )
    state = fields.Selection(
        [
            ("draft", "New"),
            ("reading", "Being read"),
            ("checked", "Dry run done"),
            ("importing", "Being imported"),
            ("done", "Imported"),
            ("failed", "Stopped"),
        ],
        copy=False,
    )
    phase = fields.Char(readonly=True, copy=False)
    error = fields.Text(readonly=True, copy=False)
    ignored_columns = fields.Char("Columns left out", readonly=True, copy=False)
    directory_state = fields.Char(readonly=True, copy=False, help="What the directory was when the dry run was done.")
    rows_total = fields.Integer("Rows", readonly=True, copy=False)
    rows_to_write = fields.Integer(readonly=True, copy=False, help="New and changed rows of the file.")
    rows_done = fields.Integer("Rows done", readonly=True, copy=False, help="Of the rows to be written.")
    progress = fields.Float(compute="_compute_progress", help="Per cent.")
    line_ids = fields.One2many("vpdt.organization.import.line", "import_id", "Result for each row", readonly=True)
    count_create = fields.Integer("New", compute="_compute_counts")
    count_update = fields.Integer("Changed", compute="_compute_counts")
    count_unchanged = fields.Integer("Unchanged", compute="_compute_counts")
    count_archive = fields.Integer("Archived", compute="_compute_counts")
    count_error = fields.Integer("Not imported", compute="_compute_counts")
    count_warning = fields.Integer("To be looked at", compute="_compute_counts")

    _person_writes = _DECIDING | {"name"}

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (
            Move(
                ("draft", "checked", "failed"),
                "reading",
                self.env._("Dry run"),
                "action_check",
                (SYSTEM_ADMIN,),
                "_check_idle",
                "_effect_reading",
            ),
            Move(("reading",), "checked", "Dry run done"),
            Move(("checked",), "draft", "New"),
            Move(
                ("checked",),
                "importing",
                self.env._("Import"),
                "action_import",
                (SYSTEM_ADMIN,),
                "",
                "_effect_importing",
                self.env._("Do the dry run first."),
            ),
            Move(
                ("failed",),
                "importing",
                self.env._("Go on"),
                "action_resume",
                (SYSTEM_ADMIN,),
                "_check_begun",
                "_effect_importing",
            ),
            Move(("importing",), "done", "Imported"),
            Move(("reading", "importing"), "failed", "Stopped"),
        )

    @api.depends("rows_done", "rows_to_write", "state")
    def _compute_progress(self):
        for job in self:
            done = 1 if job.state in ("checked", "done") else job.rows_done / (job.rows_to_write or 1)
            job.progress = 100 * done

    @api.depends("state", "rows_done")
    def _compute_counts(self):
        rows = self.env["vpdt.organization.import.line"]._read_group(
            [("import_id", "in", self.ids)], ["import_id", "result"], ["__count"]
        )
        warned = self.env["vpdt.organization.import.line"]._read_group(
            [("import_id", "in", self.ids), ("warned", "=", True)], ["import_id"], ["__count"]
        )
        counts = {(job.id, result): count for job, result, count in rows}
        warnings = {job.id: count for job, count in warned}
        for job in self:
            job.count_create = counts.get((job.id, "create"), 0)
            job.count_update = counts.get((job.id, "update"), 0) + counts.get((job.id, "restore"), 0)
            job.count_unchanged = counts.get((job.id, "unchanged"), 0) + counts.get((job.id, "skip"), 0)
            job.count_archive = counts.get((job.id, "archive"), 0)
            job.count_error = counts.get((job.id, "error"), 0)
            job.count_warning = warnings.get(job.id, 0)

    @api.onchange("name")
    def _onchange_name(self):
        if (self.name or "").lower().endswith(".json"):
            self.source = "axis"

    def write(self, vals):
        changes = _DECIDING & set(vals)
        if changes:
            self._check_may_be_changed()
        result = super().write(vals)
        if changes:
            for job in self.filtered(lambda job: job.state == "checked"):
                job._move_to("draft")  # what the dry run has shown no longer holds
        return result

    def _check_may_be_changed(self):
        for job in self:
            if job.state in ("reading", "importing", "done"):
                raise UserError(
                    self.env._("The import “%s” is running or done: make a new one for another file.", job.name)
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        if any(job.state != "draft" for job in self):
            raise UserError(self.env._("An import that has been run is kept, with its result for each row."))

    # Steps ----------------------------------------------------------------------------------------------------------

    def action_check(self):
        """Read the file and say for each row what would happen; nothing is written to the directory."""
        self.ensure_one()
        self._lock_row()  # checks the right; a step that is at work is waited for
        if self.state == "reading":  # its job was lost: a new one, unless it waits still
            self._queue()
            return True
        return self._move_to("reading", {"error": False, "rows_done": 0, "phase": "read"})

    def action_import(self):
        """Write what the dry run has shown, in batches in the background."""
        self.ensure_one()
        self.check_access("write")
        return self._move_to("importing", {"error": False, "rows_done": 0, "phase": "match"})

    def action_resume(self):
        """Go on where an import was interrupted; what has been written is not written again."""
        self.ensure_one()
        self.check_access("write")
        if self.state in ("reading", "importing"):
            self._queue()
            return True
        return self._move_to("importing", {"error": False})

    def action_show_lines(self):
        """Open the rows, those that need a look first."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("vpdt_base.vpdt_organization_import_line_action")
        result = self.env.context.get("vpdt_result")
        search = {"search_default_warned": 1} if result == "warned" else {f"search_default_{result}": 1}
        return {**action, "domain": [("import_id", "=", self.id)], "context": search if result else {}}

    def _check_idle(self):
        if self.state == "failed" and self.phase in ("write", "finish"):
            raise UserError(self.env._("This import has begun to write. Press “Go on”, or make a new import."))

    def _check_begun(self):
        if self.phase not in ("match", "write", "finish"):
            raise UserError(self.env._("The file has not been read yet. Press “Dry run”."))

    def _effect_reading(self):
        self._queue()

    def _effect_importing(self):
        self._queue()

    # Work in the background -----------------------------------------------------------------------------------------

    def _queue(self):
        """One job a step: each commits, so progress is seen and an interruption costs one batch at most."""
        self.with_delay(
            description=self.env._("Import of the directory: %s", self.name),
            identity_key=f"vpdt.organization.import:{self.id}",
        )._run_job()

    def _run_job(self):
        if self._step():
            self._queue()
        return self.state

    def _import_given_up(self, exc_name="", exc_message="", exc_info=""):
        """The job itself broke, between two steps: “Go on” takes it up where it stands."""
        for record in self.filtered(lambda r: r.state in ("reading", "importing")):
            record._move_to("failed", {"error": exc_message or exc_name})

    def _run(self):
        """All steps at once, for the command line and tests."""
        while self._step():
            pass

    def _step(self):
        """Do the next step; True when more is to be done. What goes wrong is a state with a message."""
        self.ensure_one()
        self._lock_row()
        if self.state not in ("reading", "importing"):
            return False
        try:
            with self.env.cr.savepoint():
                return getattr(self, f"_step_{self.phase}")()
        except DirectoryError as error:
            message = self._problem_text(error.code, error.params)
        except UserError as error:
            message = str(error)
        except (IntegrityError, DataError) as error:
            message = self.env._("The database refused a row: %s", str(error).splitlines()[0])
        except (RetryableJobError, InterfaceError, *PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
            raise  # tried again by itself, or no database left to say it in
        except Exception as error:  # pylint: disable=broad-exception-caught  # or it would be “Being read” for ever
            _logger.exception("Import of the directory %s, phase %s", self.id, self.phase)
            message = self.env._(
                "Something unexpected happened: %s. Try again; if it comes back, tell the administrator of the server.",
                f"{type(error).__name__}: {error}"[:500],
            )
        self.invalidate_recordset()
        self._move_to("failed", {"error": message})
        return False

    @api.model
    def _problem_text(self, code, params):
        """A problem of the domain package in the language of the reader."""
        return self.env["vpdt.organization.import.line"]._problem_text(code, params)

    def _with_file(self, function):
        """Call ``function`` with the path of a copy of the uploaded file."""
        attachment = self.env["ir.attachment"].sudo()  # the upload of this very record, which may be read
        stored = attachment.search(
            [("res_model", "=", self._name), ("res_id", "=", self.id), ("res_field", "=", "content")], limit=1
        )
        with tempfile.NamedTemporaryFile(prefix="vpdt-directory-") as copy:
            copy.write(stored.raw or b"")
            copy.flush()
            return function(copy.name, hashlib.sha256(stored.raw or b"").hexdigest())
