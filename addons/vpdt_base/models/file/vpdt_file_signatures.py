import hashlib
from datetime import UTC

from odoo import api, fields, models
from odoo.tools import SQL

from ...signing import fetching, pki, verify_isolated


class VpdtFile(models.Model):
    """Checking the signatures of a file (Nghị định 30/2020, Điều 21.2; Nghị định 68/2024, Điều 31).

    The check itself asks nobody: it uses what is kept about revocation. Where that does not settle it, a job asks the
    authorities, at allowed hosts only, and checks again.

    A signature without a time stamp is as old as the file is here: what a signer writes as his time proves nothing, but
    that the bytes arrived before a certificate ran out or was revoked does.
    """

    _inherit = "vpdt.file"

    def _check_signatures(self):
        """Check every signature of these files anew and keep the verdicts; a file that is no PDF is left alone.

        The check runs in a process of its own with caps on time and memory: files come from strangers.
        """
        for file in self.filtered(lambda f: f.mimetype == "application/pdf"):
            result, asked = file._verification(self.env["vpdt.revocation.cache"]._kept())
            file._keep_verification(result, asking=file._queue_revocation(result, asked, 0))

    def _verification(self, source):
        """
        :param source: :class:`signing.fetching.RevocationSource`
        :return: (:class:`signing.validation.Verification` with what the source knows about the trusted chains, what
            the source itself says of them: ``good``, ``revoked`` or ``unknown``)
        """
        content = self._content()
        return self._verified(content, source, **self._proof_of_existence(content))

    @api.model
    def _verified(self, content, source, **options):
        """As :meth:`_verification`, of any bytes; ``options`` are those of :func:`signing.validation.verify`."""
        anchors = self.env["vpdt.trust.anchor"]._pem_list()
        options["other_certs"] = self.env["vpdt.trust.anchor"]._pem_list("intermediate")
        result = verify_isolated(content, trust_roots=anchors, **options)
        found = fetching.merge([source.evidence_for_path(_certificates(chain)) for chain in result.chains])
        if found.crls or found.ocsps:
            result = verify_isolated(content, trust_roots=anchors, crls=found.crls, ocsps=found.ocsps, **options)
        return result, found.status

    def _proof_of_existence(self, content):
        """Since when these bytes are here, and the versions that they continue (a time stamp or a signature was added
        to them): rows and hashes are in the sealed journal.

        :return: the options ``proven_at`` and ``earlier`` of :func:`signing.validation.verify`
        """
        self.ensure_one()
        (_sha256, _size, proven_at), *versions = self._stored_since(self.id)
        earlier = [
            (size, moment)
            for sha256, size, moment in versions
            if size <= len(content) and hashlib.sha256(content[:size]).hexdigest() == sha256
        ]
        return {"proven_at": proven_at, "earlier": earlier}

    @api.model
    def _stored_since(self, file_id):
        """(SHA-256, size in bytes, aware moment at which such bytes were first stored) of a file and of all that it
        replaces, newest first."""
        self.flush_model(["sha256", "size", "replaces_id", "create_date"])
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE version (sha256, size, replaces_id, step) AS (
                    SELECT sha256, size, replaces_id, 0 FROM vpdt_file WHERE id = %s
                    UNION ALL
                    SELECT file.sha256, file.size, file.replaces_id, step + 1
                      FROM version JOIN vpdt_file AS file ON file.id = version.replaces_id
                     WHERE step < 100
                )
                SELECT sha256, size,
                       (SELECT min(same.create_date) FROM vpdt_file AS same WHERE same.sha256 = version.sha256)
                  FROM version ORDER BY step
                """,
                file_id,
            )
        )
        return [(sha256, size, moment.replace(tzinfo=UTC)) for sha256, size, moment in rows]

    def _keep_verification(self, result, asking):
        kept = self.sudo()  # verdicts are written by the checker only
        kept.signature_ids.unlink()
        signatures = [self._prepare_signature_vals(check, asking) for check in result.signatures]
        kept.write(
            {
                "verdict": result.verdict,
                "checked_at": fields.Datetime.now(),
                **self._prepare_verdict_vals(result),
                "signature_ids": [fields.Command.create(values) for values in signatures],
            }
        )
        self.env[kept.res_model].browse(kept.res_id)._files_changed()

    def _prepare_signature_vals(self, check, asking):
        return {
            "field": check.field,
            "signer": check.signer,
            "kind": check.kind,
            "issuer": check.issuer,
            "serial": check.serial,
            "signed_at": _naive_utc(check.signed_at),
            "timestamp_at": _naive_utc(check.timestamp),
            "verdict": check.verdict,
            "modification": check.modification,
            "revocation": _revocation_state(check, asking),
            "problems": "\n".join(f"{p.code}: {p.detail}".rstrip(": ") for p in [*check.problems, *check.notes]),
        }

    def _revocation_given_up(self, exc_name="", exc_message="", exc_info=""):
        """The job itself broke: nothing is on its way any more; a person may check again."""
        asked = self.sudo().signature_ids.filtered(lambda s: s.revocation == "asking")  # see _keep_verification
        asked.revocation = "unknown"

    # Asking the authorities ------------------------------------------------------------------------------------------

    def _queue_revocation(self, result, asked, attempt):
        """Have a job ask about the certificates of ``result``, if that is of use.

        Evidence that a file brings with it never spares the first question: whoever made the file chose it.

        :param str asked: what our own source says of the chains
        :return: whether it will
        """
        signatures = [check for check in result.signatures if check.verdict == "valid"]
        known = asked != fetching.UNKNOWN or (attempt and all(check.in_force for check in signatures))
        if not signatures or known or not _names_an_authority(result):
            return False
        if attempt:
            return bool(self._again("_ask_revocation", attempt, attempt))
        self.with_delay(
            identity_key=f"vpdt.file-{self.id}-_ask_revocation-0", description=f"Revocation {self.name}"
        )._ask_revocation(0)
        return True

    def _ask_revocation(self, attempt):
        """The job: ask the authorities, then check again; no row is locked while they answer."""
        if not self.exists() or not self.current:
            return "replaced"
        before = self.verdict
        with self.env["vpdt.revocation.cache"]._asking() as source:
            result, asked = self._verification(source)
        self._keep_verification(result, asking=self._queue_revocation(result, asked, attempt + 1))
        if self.verdict != before:
            self.env["vpdt.journal.entry"]._record("sign", self, {"checked": self.verdict, "before": before})
            self.env[self.res_model].browse(self.res_id)._file_verdict_changed(self, before)
        return self.verdict


class VpdtFileOwnerMixin(models.AbstractModel):
    _inherit = "vpdt.file.owner.mixin"  # pylint: disable=consider-merging-classes-inherited

    main_signature_warning = fields.Char("Signatures wanting", compute="_compute_main_signature_warning")

    @api.depends("file_ids.role", "file_ids.current", "file_ids.verdict", "file_ids.has_agency_signature")
    def _compute_main_signature_warning(self):
        for record in self:
            record.main_signature_warning = record.main_file_id._signature_warning() if record.main_file_id else ""

    def _wants_agency_signature(self):
        """Hook: whether the main file of this record should carry the signature of an agency by now (Nghị định 30/2020,
        Điều 5)."""
        return False

    def _file_verdict_changed(self, file, before):
        """Hook: the authorities' answer changed the verdict on a file."""


def _revocation_state(check, asking):
    if check.in_force:
        return "good"
    if check.verdict != "valid":
        return "not_asked"  # revoked, not trusted or worse: the problems say it
    return "asking" if asking else "unknown"


def _certificates(chain):
    return [pki.as_asn1(bytes.fromhex(text)) for text in chain]


def _names_an_authority(result):
    """Whether a certificate below the roots says where to ask."""
    below = [cert for chain in result.chains for cert in _certificates(chain[1:])]
    return any(fetching.ocsp_urls(cert) or fetching.crl_urls(cert) for cert in below)


def _naive_utc(moment):
    return moment and moment.astimezone(UTC).replace(tzinfo=None)
