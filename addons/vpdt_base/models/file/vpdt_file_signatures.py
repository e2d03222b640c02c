import hashlib
import io
from datetime import UTC

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...official_pdf import Column, OfficialHeading, OfficialReport, TableReport
from ...signing import fetching, pki, verify_isolated
from ...vietnam import to_utc_naive, to_vietnam, vietnam_time


class VpdtFile(models.Model):
    """Checking the signatures of a file (Nghị định 30/2020, khoản 2 Điều 21; Nghị định 68/2024, Điều 31).

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
            "signed_at": check.signed_at and to_utc_naive(check.signed_at),
            "timestamp_at": check.timestamp and to_utc_naive(check.timestamp),
            "verdict": check.verdict,
            "modification": check.modification,
            "revocation": _revocation_state(check, asking),
            "problems": "\n".join(f"{p.code}: {p.detail}".rstrip(": ") for p in [*check.problems, *check.notes]),
            "certificate": check.certificate,
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

    # The verdict, told to people -------------------------------------------------------------------------------------

    check_problems = fields.Text(readonly=True, help="Codes of what is wrong with the file as a whole, one a line.")
    has_agency_signature = fields.Boolean(
        readonly=True,
        help="Without one it has not the value of an original (khoản 1 Điều 5 Nghị định số 30/2020/NĐ-CP).",
    )

    def _prepare_verdict_vals(self, result):
        lines = [f"{found.code}: {found.detail}".rstrip(": ") for found in [*result.problems, *result.notes]]
        return {"check_problems": "\n".join(lines), "has_agency_signature": result.has_agency_signature}

    def recheck_signatures(self):
        """Check the signatures of this file again, now; for whoever may read it.

        :return: what :meth:`signature_details` gives
        """
        self.ensure_one()
        self.check_access("read")
        before = self.verdict
        self._check_signatures()
        self.env["vpdt.journal.entry"]._record("sign", self, {"checked": self.verdict, "before": before})
        if before and self.verdict != before:
            # whoever looked again need not be the one who is to act
            self.env[self.res_model].sudo().browse(self.res_id)._file_verdict_changed(self, before)
        return self.signature_details()

    def signature_details(self):
        """Everything that the panel of the badge shows.

        :return: dict with ``verdict``, ``label``, ``sentences``, ``sha256``, ``checked_at`` (text, Vietnamese time) and
            ``signatures``: a list of dicts of texts
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "id": self.id,
            "name": self.original_name or self.name,
            "verdict": self.verdict or "",
            "label": self._selection_label("verdict", self.verdict),
            "sentences": self._file_verdict_sentences(),
            "sha256": self.sha256,
            "checked_at": vietnam_time(self.checked_at),
            "level": self.level or "",
            "level_state": self.level_state or "",
            "level_label": self._selection_label("level_state", self.level_state),
            "level_message": self.level_message or "",
            "may_retry_level": self._may_retry_level(),
            "is_pdf": self.mimetype == "application/pdf",
            "signatures": [signature._details() for signature in self.signature_ids],
        }

    def _file_verdict_sentences(self):
        Signature = self.env["vpdt.signature"]
        if not self.verdict:
            return [self.env._("The signatures of this file have not been checked yet.")]
        sentences = [self._doubt_sentence() or self._apart_sentence() or Signature._verdict_sentence(self.verdict)]
        codes = [line.partition(":")[0] for line in (self.check_problems or "").splitlines()]
        sentences += [Signature._problem_sentence(code) for code in codes]
        if self.signature_ids and not self.has_agency_signature and self.role in ("main", "annex"):
            sentences.append(
                self.env._(
                    "No signature of an agency is in the file: it has not the value of an original on paper (khoản 1 "
                    "Điều 5 Nghị định số 30/2020/NĐ-CP)."
                )
            )
        return list(dict.fromkeys(sentences))

    def _doubt_sentence(self):
        """What ``valid_unknown_trust`` comes from, where all authorities are trusted; else an empty string."""
        codes = {code for signature in self.signature_ids for code in signature._problem_codes()}
        if self.verdict != "valid_unknown_trust" or not codes or codes & {"untrusted", "issuer_missing"}:
            return ""
        return self.env._(
            "Nothing was changed since the signature, but it is not proven that it was made in time. Read what is said "
            "about each signature."
        )

    def _apart_sentence(self):
        """What is said of a file that is not safe though its signatures are right; else an empty string."""
        right = {"valid", "valid_unknown_trust"}
        if self.verdict != "invalid" or not self.signature_ids or set(self.signature_ids.mapped("verdict")) - right:
            return ""
        return self.env._("The signatures are right, but the file itself cannot be accepted as it is.")

    def _signature_warning(self):
        """A few words beside the verdict on a main file that should carry the signature of an agency and does not."""
        self.ensure_one()
        if self.role != "main" or self.has_agency_signature or self.verdict not in ("valid", "valid_unknown_trust"):
            return ""
        owner = self.env[self.res_model].browse(self.res_id)
        return self.env._("No agency signature") if owner._wants_agency_signature() else ""

    def _selection_label(self, name, value):
        return dict(self._fields[name]._description_selection(self.env)).get(value, "")

    # On paper --------------------------------------------------------------------------------------------------------

    def _official_pdf_signature_check(self, data):
        """The result of the check as an official report; one file a report.

        :return: bytes of a PDF
        """
        if len(self) != 1:
            raise UserError(self.env._("Print one file at a time."))
        stream = io.BytesIO()
        self._check_report().write_pdf(stream)
        return stream.getvalue()

    def _check_report(self):
        company = self.company_id.sudo()  # name and place of the own agency
        now = to_vietnam(fields.Datetime.now())
        heading = OfficialHeading(
            parent=company.parent_agency_name or "",
            agency=company.name,
            place=company.place or "",
            date=now.date(),
            type_name="PHIẾU KIỂM TRA CHỮ KÝ SỐ",
            subject=self.original_name or self.name,
            show_number=False,
        )
        details = self.with_context(lang="vi_VN").signature_details()
        paragraphs, table = self._check_paragraphs(details), self._check_table(details)
        return OfficialReport(heading=heading, paragraphs=paragraphs, table=table)

    def _check_paragraphs(self, details):
        return [
            f"Tệp: {details['name']} ({self.size:,} byte).".replace(",", "."),
            # In groups: one word of 64 letters would leave the line before it empty.
            f"SHA-256: {' '.join(self.sha256[start : start + 8] for start in range(0, 64, 8))}",
            f"Thời điểm kiểm tra: {details['checked_at'] or 'chưa kiểm tra'}.",
            f"Người in phiếu: {self.env.user.name}, {vietnam_time(fields.Datetime.now())}.",
            f"Kết luận: {details['label'] or 'Chưa kiểm tra'}. {' '.join(details['sentences'])}",
        ]

    def _check_table(self, details):
        columns = [
            Column("TT", 9, number=True, align="centre"),
            Column("Người ký, cơ quan ký", 34),
            Column("Thời gian ký", 25),
            Column("Chứng thư số", 38),
            Column("Kết quả và giải thích", 54),
        ]
        rows = [
            (
                index,
                f"{item['signer']} ({item['kind_label']})",
                item["signed_at"] + (f"; dấu thời gian: {item['timestamp_at']}" if item["timestamp_at"] else ""),
                f"Số {item['serial']}; do {item['issuer']} cấp",
                f"{item['label']}. {' '.join(item['sentences'])} {item['modification']} "
                f"Tình trạng thu hồi: {item['revocation']}",
            )
            for index, item in enumerate(details["signatures"], start=1)
        ]
        empty = "Tệp không có chữ ký số."
        return TableReport("", columns, rows, landscape=False, column_numbers=False, empty_text=empty)


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
