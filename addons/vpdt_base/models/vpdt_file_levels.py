from odoo import fields, models
from odoo.exceptions import UserError

from ..signing import SigningError, fetching, levels, ltv
from .res_company_signing import LEVELS

#: Minutes until the next try; after the last one a person is told. The first is past the time for which an address that
#: failed is left alone (signing.fetching).
RETRY_MINUTES = (3, 10, 30, 120, 480)


class VpdtFile(models.Model):
    """Time stamps and long-term validation of signed files, added after the fact by a job.

    A service that is slow or down never holds up a signature: it is made at once (B-B), and the job puts a new version
    of the file beside it when the service answers.
    """

    _inherit = "vpdt.file"  # pylint: disable=consider-merging-classes-inherited

    level = fields.Selection(LEVELS, "Signature level", readonly=True)
    level_wanted = fields.Selection(LEVELS, readonly=True)
    level_state = fields.Selection(
        [("waiting", "Time stamp on its way"), ("done", "Time-stamped"), ("failed", "Time stamp failed")],
        readonly=True,
    )
    level_attempts = fields.Integer(readonly=True)
    level_message = fields.Char(readonly=True)

    def _want_level(self, level):
        """Bring the signatures of these files to ``level`` after this transaction.

        :param str level: ``B-B`` (nothing more to do), ``B-T``, ``B-LT`` or ``B-LTA``
        """
        for file in self.filtered(lambda f: f.mimetype == "application/pdf"):
            kept = file.sudo()  # what becomes of a stored file is written by the system only
            present = levels.level_of(file._content())
            if not present:
                continue
            kept.level = present
            if levels.ORDER.index(level) <= levels.ORDER.index(present):
                continue
            kept.write({"level_wanted": level, "level_state": "waiting", "level_attempts": 0, "level_message": False})
            kept._queue_upgrade()

    def _archive_level(self):
        """For the archive: B-LTA, where the agency wants it (Luật Lưu trữ: authenticity over the whole retention)."""
        for file in self:
            if file.company_id.sudo().archive_with_timestamp:  # a setting of the own agency
                file._want_level("B-LTA")

    def action_retry_level(self):
        """Ask for the time stamp again, after it failed."""
        for file in self.filtered(lambda f: f.level_state == "failed"):
            self.env[file.res_model].browse(file.res_id).check_access("write")
            file._want_level(file.level_wanted)
        return True

    def _queue_upgrade(self, minutes=0):
        self.with_delay(
            eta=minutes * 60 or None,
            identity_key=f"vpdt-level-{self.id}-{self.level_attempts}",
            description=f"Time stamp {self.name}",
        )._upgrade_level()

    def _upgrade_level(self):
        """The job: ask the services (no row is locked meanwhile), then keep the result as a new version."""
        file = self.sudo()  # a job of the system
        if file.level_state != "waiting" or not file.current:
            return
        before = file._content()
        pdf, error = file._upgraded(before)
        if pdf != before:
            file = file._store_upgraded(pdf)
        if error:
            file._level_failed(error)
        else:
            file.write({"level_state": "done", "level_message": False})

    def _upgraded(self, pdf):
        """Go as far as the services let us.

        :return: (bytes, error in words or None)
        """
        try:
            stamper = self._time_stamper()
            pdf = ltv.upgrade(pdf, "B-T", timestamper=stamper)
            if self.level_wanted == "B-T":
                return pdf, None
            return ltv.upgrade(pdf, self.level_wanted, timestamper=stamper, **self._validation_material(pdf)), None
        except (SigningError, UserError) as error:
            return pdf, self._level_error(error)

    def _level_error(self, error):
        if isinstance(error, UserError):
            return str(error)
        return {
            "timestamp_unreachable": self.env._("The time stamping service does not answer."),
            "timestamp_refused": self.env._("The time stamping service refused, or its answer is not right."),
            "validation_info_missing": self.env._(
                "The authorities did not say whether the certificates have been revoked."
            ),
            "untrusted": self.env._("The time stamp or signature leads to no trusted authority of this server."),
        }.get(error.code, str(error))

    def _time_stamper(self):
        """The service of the agency; its host must be allowed at the time of the call, too."""
        company = self.company_id
        company._check_allowed_host(company.tsa_url)
        return ltv.TimeStampingService(company.tsa_url)

    def _validation_material(self, pdf):
        """What B-LT puts into the file: roots, and what the authorities say about each certificate below them.

        :return: keyword arguments of :func:`signing.ltv.upgrade`
        :raises SigningError: ``validation_info_missing``, ``untrusted``
        """
        roots = self.env["vpdt.trust.anchor"]._pem_list()
        with self.env["vpdt.revocation.cache"]._asking() as source:
            found = fetching.merge([source.evidence_for_path(path) for path in ltv.chains(pdf, roots)])
        if found.status != fetching.GOOD:
            raise SigningError("validation_info_missing", "; ".join(found.notes))
        return {"trust_roots": roots, "crls": found.crls, "ocsps": found.ocsps}

    def _store_upgraded(self, pdf):
        """Keep the longer-lasting file as the new version; the one that was sent stays beside it, equally valid."""
        owner = self.env[self.res_model].browse(self.res_id)
        new = self._store(owner, self.name, pdf, self.role, self)
        state = {name: self[name] for name in ("level_wanted", "level_state", "level_attempts")}
        new.write({**state, "level": levels.level_of(pdf), **self._prepare_upgraded_vals()})
        self.level_state = False
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
        if attempts <= len(RETRY_MINUTES):
            self._queue_upgrade(RETRY_MINUTES[attempts - 1])
            return
        self.level_state = "failed"
        owner = self.env[self.res_model].browse(self.res_id)
        owner._file_level_failed(self)


class VpdtFileOwnerMixin(models.AbstractModel):
    _inherit = "vpdt.file.owner.mixin"  # pylint: disable=consider-merging-classes-inherited

    def _file_level_failed(self, file):
        """Hook: tell a person that the signatures of a file got no time stamp."""
