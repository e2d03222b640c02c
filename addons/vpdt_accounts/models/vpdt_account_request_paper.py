import io

from odoo import fields, models

from odoo.addons.vpdt_base.official_pdf import Column, OfficialHeading, OfficialReport, Signature, TableReport
from odoo.addons.vpdt_base.vietnam import local_day, vietnam_day

#: Left open in the form: the clerk's number and day are filled in after the signature.
NUMBER_BLANK = "\xa0" * 12
#: Room for a table on A4 landscape, in mm.
TABLE_WIDTH = 250
#: What stands on paper is Vietnamese, whatever language the screen speaks.
RECIPIENTS = ("Như trên", "Lưu: VT")


class VpdtAccountRequest(models.Model):
    """The request and its answer on paper (the columns are data, see `vpdt.account.form`)."""

    _inherit = "vpdt.account.request"

    def _make_paper(self):
        """Make the form as PDF and keep it as the main file."""
        name = f"{self.form_id.name}.pdf"
        self.env["vpdt.file"]._store(self, name, self._form_pdf(), "main", self._file_of_role("main"))

    def _make_result(self):
        """Make the written result and keep it beside the request."""
        self.env["vpdt.file"]._store(self, "Ket qua.pdf", self._result_pdf(), "annex", self._file_of_role("annex"))

    def _official_pdf_request(self, data):
        """The form as it is now (report)."""
        return self._form_pdf()

    def _official_pdf_result(self, data):
        """The written result as it is now (report)."""
        return self._result_pdf()

    def _form_pdf(self):
        form = self.form_id
        return self._letter_pdf(
            sender=self.company_id,
            signer=self.signer_id,
            about=form.subject,
            to=self._addressee(),
            opening=form.opening,
            closing=form.closing,
            table=self._form_table(),
        )

    def _result_pdf(self):
        # the answer names lines of the request, which its keeper may read
        of_letter = " ".join(
            part
            for part in (
                self.letter_number and f"số {self.letter_number}",
                self.letter_date and f"ngày {vietnam_day(self.letter_date)}",
            )
            if part
        )
        return self._letter_pdf(
            sender=self.keeper_id,
            signer=self.result_signer_id or self._leaders_of(self.keeper_id)[:1],
            about=f"kết quả {self.form_id.subject[:1].lower()}{self.form_id.subject[1:]}",
            to=self.sudo().company_id.name,  # to whom it is answered
            opening=f"Trả lời văn bản {of_letter} của {self.sudo().company_id.name}, "
            f"{self.sudo().keeper_id.name} thông báo kết quả xử lý như sau:",
            closing="",
            table=self._result_table(),
        )

    def _addressee(self):
        policy = self.env["vpdt.account.policy"]._current()
        name = self.sudo().keeper_id.name  # to whom the request goes
        if self.keeper_id == self.company_id:
            return "Thủ trưởng cơ quan"
        return f"{name} (qua {policy.via})" if policy.via else name

    def _form_table(self):
        columns = self.form_id._columns(self.subject)
        ratio = TABLE_WIDTH / (sum(columns.mapped("width")) or 1)
        rows = [
            [line._printed(column.content, number) for column in columns]
            for number, line in enumerate(self.line_ids.with_context(lang="vi_VN"), 1)
        ]
        return TableReport(
            title=self.form_id.name,
            columns=[
                Column(column.name, column.width * ratio, "centre" if column.content == "index" else "")
                for column in columns
            ],
            rows=rows,
            column_numbers=False,
        )

    def _result_table(self):
        lines = self.line_ids.with_context(lang="vi_VN")
        states = dict(lines._fields["state"]._description_selection(lines.env))
        columns = [
            Column("TT", 12, "centre"),
            Column("Họ và tên/Tên đơn vị", 55),
            Column("Tài khoản", 62),
            Column("Kết quả", 30),
            Column("Nội dung", 88),
        ]
        rows = [
            [number, line.name or "", line._printed_account(), states[line.state], line.result or ""]
            for number, line in enumerate(lines, 1)
        ]
        return TableReport(title="Kết quả", columns=columns, rows=rows, column_numbers=False)

    def _letter_pdf(self, sender, signer, about, to, opening, closing, table):
        sender = sender.sudo()  # names and place that stand on every letter of the agency
        notation = self._notation_of(sender)
        signer_lines, signer_name = self._signer_on_paper(signer, sender)
        report = OfficialReport(
            heading=OfficialHeading(
                agency=sender.name,
                parent=sender.parent_agency_name or "",
                number=f"{NUMBER_BLANK}/{notation}",
                place=sender.place or "",
                year=local_day(fields.Datetime.now()).year,
                subject=about,
            ),
            paragraphs=[f"Kính gửi: {to}.", opening],
            table=table,
            closing=[closing] if closing else [],
            signature=Signature(titles=signer_lines, name=signer_name),
            recipients=RECIPIENTS,
            landscape=True,
        )
        stream = io.BytesIO()
        report.write_pdf(stream)
        return stream.getvalue()

    def _notation_of(self, agency):
        """Hook: notation of a letter of ``agency`` (res.company in superuser mode) without its number."""
        return f"{agency.abbreviation or ''}-VP"

    def _signer_on_paper(self, signer, agency):
        """Lines above the signature and the name below it."""
        if not signer:
            return [""], ""
        signer = signer.with_company(agency)
        return signer._vpdt_signing_lines(), signer._vpdt_employee().name or signer.sudo().name
