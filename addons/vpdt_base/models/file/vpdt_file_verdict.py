import io

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...deadlines.dates import to_vietnam
from ...deadlines.moments import vietnam_time
from ...official_pdf import Column, OfficialHeading, OfficialReport, TableReport


class VpdtFile(models.Model):
    """The verdict on a file, told to people: on the screen and as a report on paper (Nghị định 30/2020, Điều 21.2)."""

    _inherit = "vpdt.file"  # pylint: disable=consider-merging-classes-inherited

    check_problems = fields.Text(readonly=True, help="Codes of what is wrong with the file as a whole, one a line.")
    has_agency_signature = fields.Boolean(readonly=True, help="An original needs one (Nghị định 30/2020, Điều 5).")

    @api.model
    def _prepare_unknown_vals(self):
        return {**super()._prepare_unknown_vals(), "check_problems": False, "has_agency_signature": False}

    def _prepare_verdict_vals(self, result):
        lines = [f"{found.code}: {found.detail}".rstrip(": ") for found in [*result.problems, *result.notes]]
        return {"check_problems": "\n".join(lines), "has_agency_signature": result.has_agency_signature}

    def _prepare_signature_vals(self, check, asking):
        return {**super()._prepare_signature_vals(check, asking), "certificate": check.certificate}

    def recheck_signatures(self):
        """Check the signatures of this file again, now; for whoever may read it.

        :return: what :meth:`signature_details` gives
        """
        self.ensure_one()
        self.check_access("read")
        before = self.verdict
        self._check_signatures()
        self.env["vpdt.journal.entry"]._record("sign", self, {"checked": self.verdict, "before": before})
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
                    "No signature of an agency is in the file: it is not an original (Nghị định 30/2020, Điều 5)."
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

    def _tab(self, made):
        return {**super()._tab(made), "warning": self._signature_warning()}

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
