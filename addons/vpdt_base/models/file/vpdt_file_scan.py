from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...antivirus import Demand, Prover, Scanner, ScannerError, parse_address
from ...signing.isolation import look_into_pdf
from ...text.file_types import extent
from .vpdt_file_levels import LEVEL_WAYS

ADDRESS = "vpdt_base.clamd_address"  # unix:/run/clamav/clamd.ctl or tcp:127.0.0.1:3310; empty: no scanner
HOSTS = "vpdt_base.clamd_hosts"  # hosts that a tcp: address may name, separated by commas
DEFAULT_HOSTS = "127.0.0.1,::1,localhost"

# A job that has not run by then was lost with its worker.
LOST_AFTER = timedelta(minutes=15)
BATCH = 500

SCAN_STATES = [
    ("unscanned", "Not checked for viruses"),
    ("waiting", "Waiting for the virus check"),
    ("clean", "No virus found"),
    ("infected", "Virus found"),
    ("beyond", "Not checked: beyond the scanner's limits"),
    ("failed", "Could not be checked"),
]
# State of the check → those it may come from. Once a virus was found, only another check says otherwise.
SCAN_WAYS = {
    "unscanned": (),
    "waiting": ("unscanned", "clean", "infected", "beyond", "failed"),
    "clean": ("unscanned", "waiting", "beyond", "failed"),
    "infected": ("unscanned", "waiting", "clean", "beyond", "failed"),
    "beyond": ("unscanned", "waiting", "failed"),
    "failed": ("unscanned", "waiting", "beyond"),
}
# Address of a scanner → what this process has seen it look into
_PROVERS = {}


class VpdtFileScan(models.Model):
    """The virus check of a file: a job after it was stored; until it is clean nobody opens or downloads the file."""

    _inherit = "vpdt.file"

    scan_state = fields.Selection(
        SCAN_STATES,
        "Virus check",
        readonly=True,
        required=True,
        default=lambda self: "waiting" if self._has_scanner() else "unscanned",
    )
    scanned_at = fields.Datetime("Virus check on", readonly=True)
    scan_attempts = fields.Integer("Attempts", readonly=True, help="Virus checks that got no answer.")
    scan_due = fields.Datetime(readonly=True, help="When the virus check is to run.")
    virus = fields.Char(readonly=True)

    _to_scan = models.Index("(scan_due) WHERE scan_state IN ('waiting', 'failed')")
    _by_sha256_infected = models.Index("(sha256) WHERE scan_state = 'infected'")

    @api.model
    def _get_work_states(self):
        return super()._get_work_states() | {"scan_state": SCAN_WAYS, "level_state": LEVEL_WAYS}

    # Settings --------------------------------------------------------------------------------------------------------

    @api.model
    def _has_scanner(self):
        return bool((self._parameter(ADDRESS) or "").strip())

    @api.model
    def _parameter(self, key, default=""):
        return self.env["ir.config_parameter"].sudo().get_param(key, default)  # settings of the system, read by jobs

    @api.model
    def _scanner(self):
        """The scanner of the settings.

        :raises ScannerError: its address is no address, or not on the list of hosts
        """
        hosts = [host for host in self._parameter(HOSTS, DEFAULT_HOSTS).split(",") if host.strip()]
        return Scanner(parse_address(self._parameter(ADDRESS), hosts))

    @api.model
    def _prover(self, *, anew=False):
        """What the scanner of the settings has been seen to look into; tried again from time to time, or ``anew``."""
        scanner = self._scanner()
        key = str(scanner.address)
        if anew or key not in _PROVERS:
            _PROVERS[key] = Prover(scanner)
        return _PROVERS[key]

    # Whether people may read it --------------------------------------------------------------------------------------

    def _is_offered(self):
        """Whether this file may be opened and downloaded by who may see it."""
        self.ensure_one()
        if self.destroyed_at:
            return False
        if self.scan_state in ("unscanned", "beyond"):
            rules = self.env["vpdt.file.policy"]._rules(self.sudo().company_id)
            return rules.offer_unscanned if self.scan_state == "unscanned" else rules.offer_beyond
        return self.scan_state == "clean"

    def _check_offered(self):
        """:raises UserError: not checked for viruses yet, or infected; says what to do."""
        self.ensure_one()
        if not self._is_offered():
            raise UserError(self._scan_words())

    def _check_not_quarantined(self):
        if self.scan_state == "infected" or self.destroyed_at:
            raise UserError(self._scan_words())

    def _scan_words(self):
        """Why the file cannot be read now, in words; empty when it can."""
        self.ensure_one()
        if self._is_offered():
            return ""
        if self.destroyed_at:
            return self._destroyed_words()
        return {
            "infected": self.env._(
                "“%(name)s” is quarantined: it carries the virus %(virus)s. Ask the sender for a clean file.",
                name=self.name,
                virus=self.virus or "?",
            ),
            "failed": self.env._(
                "“%s” could not be checked for viruses. The administrator has been told; it opens after the check.",
                self.name,
            ),
            "beyond": self.env._(
                "“%s” is held back: the virus scanner cannot look into all of it. Ask the sender for smaller files "
                "without passwords; the administrator, who has been told, can raise the limits of the scanner.",
                self.name,
            ),
        }.get(
            self.scan_state,
            self.env._("“%s” is waiting for the virus check. It opens by itself as soon as it is clean.", self.name),
        )

    # The check -------------------------------------------------------------------------------------------------------

    def _refuse_known_virus(self):
        """:raises UserError: the very same bytes are in quarantine already."""
        for file in self:
            known = self.sudo().search(  # whose file it was is not told, only that the bytes are known
                [("sha256", "=", file.sha256), ("scan_state", "=", "infected")], limit=1
            )
            if known:
                raise UserError(
                    self.env._(
                        "The file “%(name)s” was not accepted: it carries the virus %(virus)s.",
                        name=file.original_name,
                        virus=known.virus,
                    )
                )

    def _queue_scan(self):
        self.sudo().scan_due = fields.Datetime.now()  # set by the checker only
        self.with_delay(description="Virus check")._scan()

    def _scan(self):
        """Ask clamd about this file. A job; a second run of a checked file changes nothing."""
        self.ensure_one()
        file = self.sudo()  # the check goes on when who uploaded it has lost access meanwhile
        if file.scan_state in ("clean", "infected"):
            return f"{file.scan_state} before"
        try:
            with file._local_path() as path:
                verdict = self._scan_path(path)
        except ScannerError as error:
            return file._scan_failed(error)
        except UserError as error:  # the bytes are missing or damaged
            return file._scan_failed(ScannerError("damaged", str(error)))
        return file._scan_answered(verdict)

    def _scan_path(self, path):
        """The verdict of the scanner; clean only what it has looked into wholly.

        :raises ScannerError: no verdict, or only on a part of the file
        """
        with open(path, "rb") as stream:
            verdict = self._scanner().scan(stream)
        if verdict.clean:
            size, largest, unpacked, entries, deepest, closed = extent(path, look_into_pdf)
            if closed:
                raise ScannerError("closed", f"nobody can look into it: {closed}")
            self._prover().check(Demand(size, largest, size + unpacked, entries, deepest + 1))
        return verdict

    def _scan_answered(self, verdict):
        now = fields.Datetime.now()
        if verdict.clean:
            self._work_to("scan_state", "clean", {"scanned_at": now, "scan_attempts": 0})
            self.env["vpdt.virus.check"]._settle(self)
            self._after_clean()
            return "clean"
        same = self.search([("sha256", "=", self.sha256)])
        same._work_to("scan_state", "infected", {"scanned_at": now, "virus": verdict.signature[:200]})
        self.env["vpdt.journal.entry"]._record("file", same, {"virus": verdict.signature, "sha256": self.sha256})
        same._quarantine()
        return f"infected: {verdict.signature}"

    def _scan_failed(self, error):
        attempts = self.scan_attempts + 1
        self.scan_attempts = attempts
        if error.retryable and (due := self._again("_scan", attempts)):
            self._work_to("scan_state", "waiting", {"scan_due": due})
            return f"attempt {attempts}: {error}"
        if error.code in ScannerError.BEYOND:
            return self._scan_was_beyond(error)
        # What lies in this file is not asked again by itself; what lay in the scanner is, once that answers.
        own = error.code == "damaged" or self._scanner_answers()
        self._work_to("scan_state", "failed", {"scan_due": False if own else fields.Datetime.now()})
        self.env["vpdt.virus.check"]._report(self, "failed", f"{error.code}: {error}")
        return f"failed: {error}"

    def _scan_was_beyond(self, error):
        """Not checked, which is not clean: the policy says whether such a file is held back."""
        self._work_to("scan_state", "beyond", {"scanned_at": fields.Datetime.now(), "scan_due": False})
        self.env["vpdt.journal.entry"]._record("file", self, {"not_checked": error.code, "sha256": self.sha256})
        self.env["vpdt.virus.check"]._report(self, "beyond", f"{error.code}: {error}")
        if self._is_offered():
            self._after_clean()
        return f"not checked: {error}"

    def _scan_given_up(self, exc_name="", exc_message="", exc_info=""):
        """The job itself broke: a person checks again."""
        waiting = self.sudo().filtered(lambda f: f.scan_state == "waiting")  # see _scan
        for file in waiting:
            file._work_to("scan_state", "failed", {"scan_due": False})
            self.env["vpdt.virus.check"]._report(file, "failed", f"broken: {exc_message or exc_name}")

    @api.model
    def _scanner_answers(self):
        try:
            self._scanner().ping()
        except ScannerError:
            return False
        return True

    def _quarantine(self):
        """Tell the clerk and the administrator; the bytes stay, unreachable, as evidence."""
        for file in self:
            self.env["vpdt.virus.check"]._report(file, "infected", file.virus)
            owner = self.env[file.res_model].browse(file.res_id).exists()
            if owner and "activity_ids" in owner._fields:
                summary = self.env._("A virus was found in “%s”: ask the sender for a clean file", file.name)
                clerks = self.env["vpdt.virus.check"]._people(file.company_id, "vpdt_base.group_clerk")
                owner._remind_people(clerks, summary)

    @api.model
    def _cron_scan(self):
        """Queue what was never checked, what was lost and, once the scanner answers again, what has failed."""
        if not self._has_scanner() or not self._scanner_answers():
            return
        lost = fields.Datetime.now() - LOST_AFTER
        due = ["&", ("scan_state", "in", ("waiting", "failed")), ("scan_due", "<", lost)]
        for file in self.search(["|", ("scan_state", "=", "unscanned"), *due], limit=BATCH, order="scan_due, id"):
            file._work_to("scan_state", "waiting", {"scan_attempts": 0})
            file._queue_scan()

    @api.model
    def _scanner_banner(self, files):
        """What is said above files that wait for the scanner, or that it has not looked into; empty: all is well."""
        stuck = files.sudo().filtered(lambda f: f.scan_state == "waiting" and f.scan_attempts)  # own waiting files
        if not stuck:
            return self._unchecked_banner(files)
        return self.env._(
            "The virus scanner does not answer. Registering goes on; files open as soon as they have been checked."
        )

    @api.model
    def _unchecked_banner(self, files):
        unchecked = files.filtered(lambda f: f.scan_state == "beyond" and f._is_offered())
        if not unchecked:
            return ""
        return self.env._(
            "Not checked for viruses, because the scanner cannot look into all of it: %s. Open it only if you "
            "know the sender and expect it.",
            ", ".join(unchecked.mapped("name")),
        )
