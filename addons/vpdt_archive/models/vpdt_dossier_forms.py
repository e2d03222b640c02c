import io

from odoo import fields, models

from odoo.addons.vpdt_base.official_pdf import forms, heading
from odoo.addons.vpdt_base.official_pdf.reports import OfficialReport
from odoo.addons.vpdt_base.vietnam import local_day, vietnam_day


class VpdtDossier(models.Model):
    """The papers of a dossier: the list of its documents (Phụ lục V, IV) and the closing sheet (Điều 29.4)."""

    _inherit = "vpdt.dossier"  # pylint: disable=consider-merging-classes-inherited

    def _official_table_dossier_contents(self, _data):
        """Form IV (`official_pdf.TableReport`)."""
        self.ensure_one()
        return forms.DOSSIER_CONTENTS.report(
            lambda: self._contents_rows(),
            official_heading=heading.OfficialHeading(
                agency=self.department_id.sudo().name or self.company_id.name,  # the unit of the dossier
                parent=self.company_id.name if self.department_id else "",
                show_number=False,
                show_date=False,
            ),
            subtitle=(f"Số, ký hiệu hồ sơ: {self.notation}", f"Năm {self.year}", self.title),
        )

    def _contents_rows(self):
        page = 1
        for number, item in enumerate(self.item_ids, 1):
            day = vietnam_day(item.date) if item.date else ""
            place = f"{page}–{page + item.pages - 1}" if item.pages > 1 else (str(page) if item.pages else "")
            yield number, item.code or "", day, item.title, item.author or "", place, item.note or ""
            page += item.pages
        for number, file in enumerate(self.file_ids, len(self.item_ids) + 1):
            yield number, "", "", file.original_name or file.name, "", str(page) if file.pages else "", file.type_label
            page += file.pages

    def _official_pdf_dossier_closing(self, _data):
        """The closing sheet (chứng từ kết thúc) as PDF (bytes): how much there is, and who counted it."""
        self.ensure_one()
        day = local_day(self.closed_at) if self.closed_at else fields.Date.context_today(self)
        paragraphs = [
            f"Hồ sơ số: {self.notation}. Năm {self.year}.",
            f"Tiêu đề: {self.title}.",
            f"Hồ sơ gồm có: {self.doc_total} văn bản, tài liệu; {self.page_total} trang"
            + (f"; {self.sheet_total} tờ (bản giấy)." if self.sheet_total else "."),
            f"Số tệp điện tử: {self.file_total}.",
            f"Thời gian: từ {vietnam_day(self.date_start)} đến {vietnam_day(self.date_end) or '…'}.",
            f"Thời hạn bảo quản: {self.retention_label}.",
            f"Đặc điểm của tài liệu: {self.description or 'bình thường'}.",
        ]
        report = OfficialReport(
            heading.OfficialHeading(
                agency=self.company_id.name,
                parent=self.company_id.parent_agency_name or "",
                place=self.company_id.place or "",
                date=day,
                type_name="Chứng từ kết thúc",
                show_number=False,
            ),
            paragraphs=paragraphs,
            signature=heading.Signature(("Người lập hồ sơ",), self.holder_id.name, "(Ký, ghi rõ họ tên)"),
        )
        stream = io.BytesIO()
        report.write_pdf(stream)
        return stream.getvalue()
