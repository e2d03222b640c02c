from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...signing import SigningError, fetching, levels, ltv, trust
from ...signing.validation import VERDICTS
from ..organization.res_company_signing import LEVELS

# State of a time stamp → those it may come from; a version that lasts longer takes the state over from the one before.
LEVEL_WAYS = {"waiting": (False, "done", "failed"), "done": ("waiting",), "failed": ("waiting",), False: ("waiting",)}


class VpdtFile(models.Model):
    """Time stamps and long-term validation of signed files, added after the fact by a job.

    A service that is slow or down never holds up a signature: it is made at once (B-B), and the job puts a new version
    of the file beside it when the service answers.
    """

    _inherit = "vpdt.file"

    level = fields.Selection(LEVELS, "Signature level", readonly=True)
    level_wanted = fields.Selection(LEVELS, readonly=True)
    level_state = fields.Selection(
        [("waiting", "Time stamp on its way"), ("done", "Time-stamped"), ("failed", "Time stamp failed")],
        readonly=True,
    )
    level_attempts = fields.Integer(readonly=True)
    level_message = fields.Char(readonly=True)

    def _want_level(self, level, renew=False):
        """Bring the signatures of these files to ``level`` after this transaction.

        :param str level: ``B-B`` (nothing more to do), ``B-T``, ``B-LT`` or ``B-LTA``
        :param bool renew: a file that has this level already gets one more time stamp, too
        """
        for file in self.filtered(lambda f: f.mimetype == "application/pdf"):
            kept = file.sudo()  # what becomes of a stored file is written by the system only
            present = levels.level_of(file._content())
            if not present:
                continue
            kept.level = present
            if levels.ORDER.index(level) < levels.ORDER.index(present) or (level == present and not renew):
                continue
            kept._work_to(
                "level_state", "waiting", {"level_wanted": level, "level_attempts": 0, "level_message": False}
            )
            kept._queue_upgrade()

    def _archive_level(self):
        """For the archive: B-LTA, where the agency wants it (Luật Lưu trữ: authenticity over the whole retention).

        Again each time it is called: an archive time stamp is renewed before the certificate of the last one ends.
        """
        for file in self:
            if file.company_id.sudo().archive_with_timestamp:  # a setting of the own agency
                file._want_level("B-LTA", renew=True)

    def _may_retry_level(self):
        """Whether the present user may ask for the time stamp of this file again."""
        return self.level_state == "failed" and self.env[self.res_model].browse(self.res_id).has_access("write")

    def action_retry_level(self):
        """Ask for the time stamp again, after it failed."""
        for file in self.filtered(lambda f: f.level_state == "failed"):
            self.env[file.res_model].browse(file.res_id).check_access("write")
            file._want_level(file.level_wanted, renew=True)
        return True

    def _queue_upgrade(self):
        self.with_delay(identity_key=f"vpdt-level-{self.id}", description=f"Time stamp {self.name}")._upgrade_level()

    def _upgrade_level(self):
        """The job: ask the services (no row is locked meanwhile), then keep the result as a new version, if it is none
        the worse for it."""
        file = self.sudo()  # a job of the system
        if file.level_state != "waiting" or not file.current:
            return
        before = file._content()
        pdf, error = file._upgraded(before)
        doubt = pdf != before and file._worse(before, pdf)
        # from here on the file is ours; if somebody changed it meanwhile, PostgreSQL refuses, and the job runs again
        self.env.cr.execute(SQL("SELECT id FROM vpdt_file WHERE id = %s FOR NO KEY UPDATE", file.id))
        if pdf != before and not doubt:
            file = file._store_upgraded(pdf)
        if error or doubt:
            file._level_failed(error or doubt)
        else:
            file._work_to("level_state", "done", {"level_message": False})

    def _upgraded(self, pdf):
        """Go as far as the services let us.

        :return: (bytes, error in words or None)
        """
        # what the authorities say is written at the end of the block, when the last service has answered
        with self.env["vpdt.revocation.cache"]._asking() as source:
            try:
                stamper = self._time_stamper()
                pdf = ltv.upgrade(pdf, "B-T", timestamper=stamper)
                if self.level_wanted == "B-T":
                    return pdf, None
                material = self._validation_material(pdf, source)
                return ltv.upgrade(pdf, self.level_wanted, timestamper=stamper, **material), None
            except (SigningError, UserError) as error:
                return pdf, self._level_error(error)

    def _worse(self, before, after):
        """Judge the longer-lasting file as everybody will who receives it; what a service answers is not believed.

        :param bytes before: the file as it is
        :param bytes after: the same with what the services gave
        :return: words when it would be worse, or when its time stamps prove nothing; else None
        """
        kept = self.env["vpdt.revocation.cache"]._kept()  # nobody is asked, no arrival is a proof to others
        known, made = (self._verified(content, kept, at=trust.now())[0] for content in (before, after))
        if VERDICTS.index(made.verdict) > VERDICTS.index(known.verdict):
            return self.env._(
                "With what the time stamping service answered the file would no longer be “%s”. The answer was thrown "
                "away; the administrator looks at the service.",
                self._selection_label("verdict", known.verdict),
            )
        if not all(check.timestamp for check in made.signatures):
            return self._level_error(SigningError("untrusted"))
        return None

    def _level_error(self, error):
        if not isinstance(error, SigningError):
            return str(error)
        return {
            "timestamp_unreachable": self.env._("The time stamping service does not answer."),
            "timestamp_refused": self.env._("The time stamping service refused, or its answer is not right."),
            "redirected": self.env._(
                "The time stamping service sends to another address; only the one that was entered is called."
            ),
            "validation_info_missing": self.env._(
                "The authorities did not say whether the certificates have been revoked."
            ),
            "untrusted": self.env._("The time stamp or signature leads to no trusted authority of this server."),
            "certificate_expired": self.env._(
                "A certificate had ended before a time stamp could prove that the signature is older."
            ),
            "certificate_revoked": self.env._(
                "A certificate had been revoked before a time stamp could prove that the signature is older."
            ),
        }.get(error.code, str(error))

    def _time_stamper(self):
        """The service of the agency; its host must be allowed at the time of the call, too."""
        company = self.company_id
        company._check_allowed_host(company.tsa_url)
        return ltv.TimeStampingService(company.tsa_url)

    def _validation_material(self, pdf, source):
        """What B-LT puts into the file: roots, and what the authorities say about each certificate below them, as far
        as the file does not hold it already.

        :param source: :class:`signing.fetching.RevocationSource`
        :return: keyword arguments of :func:`signing.ltv.upgrade`
        :raises SigningError: ``validation_info_missing``, ``untrusted``
        """
        roots = self.env["vpdt.trust.anchor"]._pem_list()
        parts = [source.evidence_for_path(path) for path in ltv.open_chains(pdf, roots)]
        unknown = [note for part in parts if part.status == fetching.UNKNOWN for note in part.notes or ["?"]]
        if unknown:
            raise SigningError("validation_info_missing", "; ".join(unknown))
        found = fetching.merge(parts)  # a certificate revoked later than its signature is proven does no harm
        return {"trust_roots": roots, "crls": found.crls, "ocsps": found.ocsps}

    def _store_upgraded(self, pdf):
        """Keep the longer-lasting file as the new version; the one that was sent stays beside it, equally valid."""
        owner = self.env[self.res_model].browse(self.res_id)
        new = self._store(owner, self.name, pdf, self.role, self)
        wanted = {name: self[name] for name in ("level_wanted", "level_attempts")}
        new._work_to(
            "level_state", self.level_state, {**wanted, "level": levels.level_of(pdf), **self._prepare_upgraded_vals()}
        )
        self._work_to("level_state", False)
        new._check_signatures()
        self.env["vpdt.journal.entry"]._record("sign", new, {"level": new.level, "replaces": self.sha256})
        return new

    def _prepare_upgraded_vals(self):
        """Hook: what a new version takes over from the one that it lasts longer than."""
        return {}

    def _level_failed(self, message):
        """Try again later, or tell a person after the last try."""
        attempts = self.level_attempts + 1
        self.write({"level_attempts": attempts, "level_message": message[:500]})
        if not self._again("_upgrade_level", attempts):
            self._level_given_up()

    def _level_given_up(self, exc_name="", exc_message="", exc_info=""):
        """The last try is over, or the job itself broke: a person asks again."""
        for file in self.sudo().filtered(lambda f: f.level_state == "waiting"):  # see _upgrade_level
            words = exc_message or exc_name
            file._work_to("level_state", "failed", {"level_message": words[:500]} if words else {})
            self.env[file.res_model].browse(file.res_id)._file_level_failed(file)
