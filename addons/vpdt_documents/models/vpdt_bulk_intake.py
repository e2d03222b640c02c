import tempfile
from contextlib import contextmanager
from datetime import datetime, time

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move
from odoo.addons.vpdt_base.text import fold
from odoo.addons.vpdt_base.vietnam import VIETNAM, local_day, to_utc_naive, today

from ..bulk import COLUMNS, BulkError, Scans, read_list

CLERK = "vpdt_base.group_clerk"
BATCH = 20  # documents of one job: the screen shows how far it is after each
_MORNING = time(8)  # of a day of arrival that is listed without a time
SETTINGS = frozenset({"name", "reason", "register_now"})
RESULTS = [
    ("ready", "Ready"),
    ("warning", "Look at it"),
    ("error", "Not possible"),
    ("known", "There already"),
    ("entered", "Entered"),
    ("failed", "Failed"),
]


class VpdtBulkIntake(models.Model):
    """Many documents at once, by a list (XLSX) and their scans (ZIP): old registers, and what was written on paper
    while the system was down, each with its true day of arrival and the reason (Gia Lai 2016, khoản 2 Điều 4).

    It is tried first, and each row says what would become of it; entering it twice enters nothing twice.
    """

    _name = "vpdt.bulk.intake"
    _description = "Bulk intake"
    _inherit = [
        "vpdt.move.mixin",
        "vpdt.people.mixin",
        "vpdt.file.owner.mixin",
        "vpdt.text.mixin",
        "vpdt.job.mixin",
        "mail.thread",  # its notices follow who is asked
    ]
    _order = "id DESC"

    name = fields.Char(required=True)
    state = fields.Selection(
        [("draft", "Being prepared"), ("checked", "Tried"), ("running", "Being entered"), ("done", "Entered")],
    )
    company_id = fields.Many2one(
        "res.company", "Agency", required=True, index=True, readonly=True, default=lambda self: self.env.company
    )
    clerk_id = fields.Many2one("res.users", required=True, readonly=True, default=lambda self: self.env.user)
    reason = fields.Char("Why it is entered later", help="For what came on an earlier day.")
    register_now = fields.Boolean("Enter in the register at once", help="In the order of arrival.", default=True)
    line_ids = fields.One2many("vpdt.bulk.intake.line", "intake_id", "Rows", readonly=True)
    words = fields.Char("Result", compute="_compute_words")

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (
            Move(("draft",), "checked", self.env._("Try it"), "action_check", (CLERK,)),
            Move(("checked",), "running", self.env._("Enter them"), "action_enter", (CLERK,), "_check_ready",
                 "_effect_running", self.env._("Try it first."),
                 confirmation=self.env._("The documents are entered in the order of their arrival.")),
            Move(("running",), "done", self.env._("Entered")),
            Move(("running",), "checked", self.env._("Stopped")),
        )  # fmt: skip

    @api.model
    def _first_fields(self):
        return super()._first_fields() | SETTINGS

    def _editable_fields(self):
        names = super()._editable_fields()
        return names | SETTINGS if self.state in ("draft", "checked") else names

    def _upload_roles(self):
        roles = super()._upload_roles()
        return [*roles, "main", "annex"] if self.state in ("draft", "checked") else roles

    def _receive_upload(self, name, path, role):
        """A corrected list, or archive, takes the place of the one before."""
        return self.env["vpdt.file"]._store(self, name, path, role, self._file_of_role(role))

    def _people_at_screens(self):
        return super()._people_at_screens() | self.clerk_id

    def _steps_of_user(self):
        steps = super()._steps_of_user()
        if self.state == "checked":  # a list that was corrected is tried again
            again = {"action": "action_check", "label": self.env._("Try it again"), "enabled": True, "reason": "",
                     "danger": False, "confirmation": "", "further": True}  # fmt: skip
            steps.append(again)
        return steps

    @api.depends("line_ids.result")
    def _compute_words(self):
        labels = dict(self.env["vpdt.bulk.intake.line"]._fields["result"]._description_selection(self.env))
        for intake in self:
            counts = {}
            for line in intake.line_ids:
                counts[line.result] = counts.get(line.result, 0) + 1
            intake.words = ", ".join(f"{labels[key]}: {counts[key]}" for key, _label in RESULTS if key in counts)

    # Trying -----------------------------------------------------------------------------------------------------------

    def action_check(self):
        """Thử: read list and archive, and say of each row what would become of it; nothing is entered.

        :return: True
        :raises UserError: no list, or list or archive cannot be read
        """
        self.ensure_one()
        self._lock_row()
        self._check_move_roles(self._find_move("checked") if self.state == "draft" else self._find_move("running"))
        with self._refusing(), self._local_list() as path:
            rows = read_list(path)
        with self._refusing(), self._opened_scans() as scans:
            values = self._checked_rows(rows, scans)
        # what was tried before is tried anew; lines are written by the steps only
        self.sudo().line_ids.filtered(lambda line: line.result != "entered").unlink()
        entered = set(self.line_ids.mapped("row"))
        self.env["vpdt.bulk.intake.line"].sudo().create([line for line in values if line["row"] not in entered])
        self.invalidate_recordset(["line_ids"])
        if self.state == "draft":
            self._move_to("checked")
        return True

    def _local_list(self):
        file = self._file_of_role("main")
        if not file:
            raise UserError(self.env._("Add the list (.xlsx) as the main document first."))
        file._check_offered()
        return file._local_path()

    @contextmanager
    def _opened_scans(self):
        """The archive as `bulk.Scans`, None when there is none."""
        file = self._file_of_role("annex")
        if not file:
            yield None
            return
        file._check_offered()
        with file._local_path() as path, Scans(path) as scans:
            yield scans

    @contextmanager
    def _refusing(self):
        """:raises UserError: in place of a BulkError, in words"""
        try:
            yield
        except BulkError as error:
            raise UserError(self._bulk_words(error.code)) from error

    @api.model
    def _bulk_words(self, code):
        headings = ", ".join(heading for heading, _others, _most in COLUMNS.values())
        return {
            "damaged": self.env._("The file is damaged, or no workbook (.xlsx). Save it again in Excel."),
            "no_headings": self.env._("The list has no headings. It needs at least “Cơ quan ban hành” and “Trích yếu”; "
                                      "these are known: %s.", headings),
            "no_rows": self.env._("The list has headings and no rows."),
            "too_many": self.env._("The list or the archive is too long: divide it."),
            "no_zip": self.env._("The archive of the scans cannot be opened. Pack them into a ZIP again."),
            "no_file": self.env._("The file is not in the archive."),
            "file_too_large": self.env._("The file is larger than the rules for files allow."),
        }[code]  # fmt: skip

    def _checked_rows(self, rows, scans):
        seen, lines = set(), []
        types = {fold(kind.name): kind.id for kind in self.env["vpdt.document.type"].search([])}
        for row in rows:
            vals, result, words = self._checked_row(row, scans, types)
            key = tuple(fold(str(row.values.get(name) or "")) for name in ("author_name", "number", "notation", "date"))
            if result in ("ready", "warning") and row.values.get("number") and key in seen:
                result, words = "error", [self.env._("The same document stands in the list twice.")]
            seen.add(key)
            lines.append(
                {
                    "intake_id": self.id,
                    "row": row.number,
                    "values": vals,
                    "file_name": row.values.get("file") or False,
                    "subject": vals.get("subject") or False,
                    "author_name": vals.get("author_name") or False,
                    "arrived_at": vals.get("arrived_at") or False,
                    "result": result,
                    "words": " ".join(words) or False,
                }
            )
        return lines

    def _checked_row(self, row, scans, types):
        """(values of the document, result, sentences) of one row."""
        vals = {name: row.values.get(name) or False for name in COLUMNS if name not in ("file", "type")}
        errors, warnings = [], []
        for code, name in row.problems:
            label = COLUMNS[name][0]
            errors.append(self.env._("“%s” is no date.", label) if code == "no_day"
                          else self.env._("“%s” is too long.", label))  # fmt: skip
        if not (vals["author_name"] and vals["subject"]):
            errors.append(self.env._("Author and subject are needed."))
        vals["arrived_at"] = self._moment(vals["arrived_at"])
        errors += self._day_problems(vals)
        vals["type_id"] = types.get(fold(row.values.get("type") or ""), False)
        if row.values.get("type") and not vals["type_id"]:
            warnings.append(self.env._("The type “%s” is not in the list of types.", row.values["type"]))
        file = row.values.get("file")
        if file and not (scans and scans.has(file)):
            errors.append(self.env._("The file “%s” is not in the archive, or is there twice.", file))
        if not file:
            warnings.append(self.env._("It is entered without a scan."))
        author = self.env["vpdt.incoming"]._organization_named(vals["author_name"] or "", "")
        vals["author_id"] = author.id
        if not errors and (known := self._known(vals)):
            return vals, "known", [self.env["vpdt.incoming"]._duplicate_sentence(known)]
        return vals, "error" if errors else "warning" if warnings else "ready", errors or warnings

    @api.model
    def _moment(self, text):
        """A listed day of arrival as the database stores it (text), now where none is listed."""
        if not text:
            return fields.Datetime.to_string(fields.Datetime.now())
        moment = datetime.fromisoformat(text)
        if len(text) == len("2026-01-01"):
            moment = datetime.combine(moment.date(), _MORNING)
        return fields.Datetime.to_string(to_utc_naive(moment.replace(tzinfo=VIETNAM)))

    def _day_problems(self, vals):
        problems, moment = [], fields.Datetime.to_datetime(vals["arrived_at"])
        if local_day(moment) > today():
            problems.append(self.env._("It cannot have arrived later than today."))
        if vals["date"] and not "1945" <= str(vals["date"])[:4]:
            problems.append(self.env._("The date of the document cannot be meant."))
        vals["date"] = str(vals["date"])[:10] if vals["date"] else False
        if vals["date"] and fields.Date.to_date(vals["date"]) > local_day(moment):
            problems.append(self.env._("The date of the document is later than its arrival."))
        if local_day(moment) < today() and not (self.reason or "").strip():
            problems.append(self.env._("It came on an earlier day: write why it is entered only now."))
        return problems

    def _known(self, vals):
        """The document that the row tells of, when it is there already (vpdt.incoming)."""
        names = ("author_id", "author_name", "number", "notation", "date")
        document = self.env["vpdt.incoming"].new(
            {**{name: vals[name] for name in names}, "company_id": self.company_id}
        )
        return document._same_as_before()[:1]

    # Entering ---------------------------------------------------------------------------------------------------------

    def action_enter(self):
        """Nhập: enter what is ready, in the order of arrival; in the background."""
        self.ensure_one()
        return self._move_to("running")

    def _check_ready(self):
        if not self._waiting():
            raise UserError(self.env._("No row is ready to be entered."))

    def _waiting(self):
        lines = self.line_ids.filtered(lambda line: line.result in ("ready", "warning"))
        return lines.sorted(lambda line: (line.arrived_at, line.row))

    def _effect_running(self):
        self._queue_batch()

    def _queue_batch(self):
        self.with_delay(description=f"Bulk intake {self.id}", identity_key=f"vpdt-bulk-{self.id}")._enter_batch()

    def _enter_batch(self):
        """A job: the next documents; one that fails keeps no other back. A second run enters nothing twice."""
        self.ensure_one()
        self._lock_row()
        if self.state != "running":
            return "not running"
        lines = self._waiting()
        with self._opened_scans() as scans:
            for line in lines[:BATCH]:
                line._enter(scans)
        self.invalidate_recordset(["line_ids"])
        if len(lines) > BATCH:
            self.with_delay(description=f"Bulk intake {self.id}")._enter_batch()
        else:
            self._by_system()._move_to("done")
            self._remind_people(self.clerk_id, self.env._("Bulk intake: %s", self.words))
        self._tell_screens()
        return self.words

    def _batch_given_up(self, exc_name="", exc_message="", exc_info=""):
        """The job broke for good: what was entered stays, the rest can be tried and entered again."""
        for intake in self.filtered(lambda each: each.state == "running"):
            intake.sudo()._move_to("checked")  # by the system, whoever's job it was
            intake._remind_people(intake.clerk_id, self.env._("The bulk intake stopped: %s", exc_message or exc_name))


class VpdtBulkIntakeLine(models.Model):
    """One row of the list, and what became of it; written by the steps only."""

    _name = "vpdt.bulk.intake.line"
    _description = "Row of a bulk intake"
    _inherit = ["vpdt.text.mixin"]
    _order = "row"
    _rec_name = "row"

    intake_id = fields.Many2one("vpdt.bulk.intake", required=True, index=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="intake_id.company_id", store=True, index=True)
    row = fields.Integer(required=True, readonly=True)
    values = fields.Json(readonly=True)
    file_name = fields.Char("File", readonly=True)
    author_name = fields.Char("Author", readonly=True)
    subject = fields.Char(readonly=True)
    arrived_at = fields.Datetime("Arrived on", readonly=True)
    result = fields.Selection(RESULTS, required=True, readonly=True)
    words = fields.Char("What is said of it", readonly=True)
    incoming_id = fields.Many2one("vpdt.incoming", "Document", readonly=True, ondelete="set null")

    _row_once = models.Constraint("UNIQUE (intake_id, row)", "A row is entered once.")

    def _enter(self, scans):
        """Make the document of this row, with its scan; in the name of the clerk who runs the intake."""
        self.ensure_one()
        line = self.sudo()  # what became of it is written by the step
        try:
            with self.env.cr.savepoint():
                document, words = self._make_document(scans)
                line.write({"result": "entered", "incoming_id": document.id, "words": words})
        except BulkError as error:
            line.write({"result": "failed", "words": self.intake_id._bulk_words(error.code)})
        except UserError as error:
            line.write({"result": "failed", "words": str(error)})

    def _make_document(self, scans):
        intake, vals = self.intake_id, dict(self.values)
        if known := intake._known(vals):
            raise UserError(known._duplicate_sentence(known))
        if local_day(fields.Datetime.to_datetime(vals["arrived_at"])) < today():
            vals["arrival_reason"] = intake.reason
        vals = {name: value for name, value in vals.items() if value}
        if vals.get("author_id"):
            vals.pop("author_name", None)
        Incoming = self.env["vpdt.incoming"].with_company(intake.company_id)
        document = Incoming.create({**vals, "source": "paper"})
        if self.file_name:
            self._take_scan(document, scans)
        if not intake.register_now:
            return document, False
        if document.action_register() is not True:
            return document, self.env._("Not in the register yet: something is asked about it there.")
        return document, self.env._("Registered as No. %s", document.arrival_code)

    def _take_scan(self, document, scans):
        if scans is None:
            raise BulkError("no_file")
        most = self.env["vpdt.file.policy"]._rules(document.company_id).check.max_bytes
        with tempfile.NamedTemporaryFile(prefix="vpdt-bulk-") as copy:
            scans.extract(self.file_name, copy, most)
            copy.flush()
            document._take_upload(self.file_name, copy.name, "main")

    def action_open_document(self):
        """Open the document of this row."""
        self.ensure_one()
        self.check_access("read")
        if not self.incoming_id:
            raise UserError(self.words or self.env._("There is no document of this row yet."))
        return {
            "type": "ir.actions.act_window",
            "res_model": "vpdt.incoming",
            "res_id": self.incoming_id.id,
            "views": [(False, "form")],
        }
