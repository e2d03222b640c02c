import io

from odoo import models

from odoo.addons.vpdt_base.official_pdf import forms, heading
from odoo.addons.vpdt_base.official_pdf.reports import OfficialReport
from odoo.addons.vpdt_base.vietnam import local_day, vietnam_day, vietnam_time


class VpdtTransfer(models.Model):
    """The papers of a transfer: the two lists (Phụ lục V, III) and the minutes (Phụ lục V, V)."""

    _inherit = "vpdt.transfer"

    def _official_table_transfer_list(self, _data):
        """Form III of what is kept for a time (`official_pdf.TableReport`)."""
        return self._transfer_list(permanent=False)

    def _official_table_transfer_list_permanent(self, _data):
        """Form III of what is kept for ever, without the column of the retention (`official_pdf.TableReport`)."""
        return self._transfer_list(permanent=True)

    def _transfer_list(self, permanent):
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.verdict != "returned")
        dossiers = lines.dossier_id.filtered(lambda d: (d.retention_term == "permanent") == permanent)
        form = forms.TRANSFER_LIST_PERMANENT if permanent else forms.TRANSFER_LIST
        kind = "Hồ sơ, tài liệu bảo quản vĩnh viễn" if permanent else "Hồ sơ, tài liệu bảo quản có thời hạn"
        return form.report(
            list(self._list_rows(dossiers, permanent)),
            official_heading=self._form_heading(),
            subtitle=(kind, f"Năm {self.year}"),
            footer=lambda count: (f"Mục lục này gồm: {count} hồ sơ (đơn vị bảo quản).",),
            signature=heading.Signature(("Người lập",), self.giver_id.name, "(Ký, họ tên, chức vụ)"),
        )

    def _list_rows(self, dossiers, permanent):
        for number, dossier in enumerate(dossiers, 1):
            period = " - ".join(filter(None, (vietnam_day(dossier.date_start), vietnam_day(dossier.date_end))))
            kept = () if permanent else (dossier.retention_label,)
            pages = dossier.sheet_total or dossier.page_total
            yield number, dossier.notation, dossier.title, period, *kept, pages, dossier.description or ""

    def _form_heading(self):
        unit = self.department_id.sudo().name  # the unit that hands in
        return heading.OfficialHeading(
            agency=unit or self.company_id.name, parent=self.company_id.name if unit else "",
            show_number=False, show_date=False,
        )  # fmt: skip

    # Minutes ---------------------------------------------------------------------------------------------------------

    def _official_pdf_transfer_minutes(self, _data):
        """Form V: the minutes of handing over, as PDF (bytes)."""
        self.ensure_one()
        stream = io.BytesIO()
        self._minutes().write_pdf(stream)
        return stream.getvalue()

    def _minutes(self):
        accepted = self.line_ids.filtered(lambda line: line.verdict == "accepted").dossier_id
        giver, archivist = self._named(self.giver_id), self._named(self.archivist_id)
        days = [day for dossier in accepted for day in (dossier.date_start, dossier.date_end) if day]
        files = sum(accepted.sudo().mapped("file_total"))
        paragraphs = [
            "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư;",
            f"Căn cứ Danh mục hồ sơ năm {self.year - 1} và kế hoạch thu thập tài liệu,",
            "Chúng tôi gồm:",
            f"BÊN GIAO: {self.department_id.sudo().name or self.company_id.name}",
            f"Ông (bà): {giver[0]}. Chức vụ: {giver[1]}",
            "BÊN NHẬN: Lưu trữ cơ quan",
            f"Ông (bà): {archivist[0]}. Chức vụ: {archivist[1]}",
            "Thống nhất lập biên bản giao nhận tài liệu với những nội dung như sau:",
            f"1. Tên khối tài liệu giao nộp: {self.name}.",
            f"2. Thời gian của hồ sơ, tài liệu: {_period(days)}.",
            "3. Số lượng tài liệu:",
            f"a) Đối với hồ sơ, tài liệu giấy: Tổng số hộp (cặp): {self.box_total}; quy ra mét giá: "
            f"{str(self.metre_total).replace('.', ',')} mét.",
            f"b) Đối với hồ sơ, tài liệu điện tử: Tổng số hồ sơ: {len(accepted)}; tổng số tệp tin trong hồ sơ: "
            f"{files}.",
            f"4. Tình trạng tài liệu giao nộp: {self.condition or ''}.",
            "5. Mục lục hồ sơ, tài liệu nộp lưu kèm theo.",
            "Biên bản này được lập thành hai bản; bên giao giữ một bản, bên nhận giữ một bản.",
        ]
        day = local_day(self.accepted_at)
        signed = [f"Bên giao ký giao lúc {vietnam_time(self.submitted_at)}; bên nhận ký nhận lúc "
                  f"{vietnam_time(self.accepted_at)}."]  # fmt: skip
        return OfficialReport(
            heading.OfficialHeading(
                agency=self.company_id._name_on(day) if day else self.company_id.name,
                parent=self.company_id.parent_agency_name or "",
                place=self.company_id.place or "",
                date=day,
                type_name="Biên bản",
                subject="Giao nhận hồ sơ, tài liệu",
                show_number=False,
            ),
            paragraphs=paragraphs,
            closing=signed if self.accepted_at else (),
            signature=heading.Signature(("ĐẠI DIỆN BÊN NHẬN",), archivist[0], "(Ký, ghi rõ họ tên và chức vụ)"),
            recipients=(f"ĐẠI DIỆN BÊN GIAO: {giver[0]}",),
        )

    def _named(self, user):
        """(name, position) of a person in the minutes."""
        employee = user.sudo()._vpdt_employee() if user else user  # name and position of a colleague
        return (user.name or "", (employee.job_title if user else "") or "")

    def _make_minutes(self):
        """Keep the minutes as they were when the archive took over."""
        content = self._official_pdf_transfer_minutes({})
        name = f"bien-ban-giao-nhan-{self.year}-{self.round:02d}.pdf"
        self.env["vpdt.file"]._store(self, name, content, "main")


def _period(days):
    return f"từ {vietnam_day(min(days))} đến {vietnam_day(max(days))}" if days else ""
