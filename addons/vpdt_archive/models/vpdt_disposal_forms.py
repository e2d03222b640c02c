import io

from odoo import models

from odoo.addons.vpdt_base.official_pdf import heading
from odoo.addons.vpdt_base.official_pdf.reports import OfficialReport
from odoo.addons.vpdt_base.official_pdf.tables import Column, TableReport
from odoo.addons.vpdt_base.vietnam import today, vietnam_day, vietnam_time

REASONS = {"expired": "Hết thời hạn lưu trữ", "duplicate": "Trùng lặp", "other": "Khác"}
COLUMNS = (
    Column("Bó số", 18, "centre"),
    Column("Tập số", 18, "centre"),
    Column("Tiêu đề / Số hồ sơ", 78),
    Column("Lý do hủy", 28),
    Column("Ghi chú", 23),
)


class VpdtDisposal(models.Model):
    """The papers of a disposal (Thông tư 06/2025/TT-BNV, Phụ lục II, III; minutes of each step)."""

    _inherit = "vpdt.disposal"

    def _official_pdf_disposal_list(self, _data):
        """Phụ lục II: list of the documents (PDF bytes)."""
        return self._paper("Danh mục tài liệu hết thời hạn lưu trữ, trùng lặp", [], self.line_ids)

    def _official_pdf_disposal_explanation(self, _data):
        """Phụ lục III: explanation (PDF bytes)."""
        return self._paper(
            "Bản thuyết minh tài liệu hết thời hạn lưu trữ, trùng lặp",
            [
                "I. TÓM TẮT TÌNH HÌNH KHỐI TÀI LIỆU",
                f"1. Sự hình thành khối tài liệu: {self.origin or ''}",
                f"2. Số lượng tài liệu: {self.quantity or ''}",
                f"3. Thời gian tài liệu: {self.period or ''}",
                "II. TÓM TẮT THÀNH PHẦN VÀ NỘI DUNG CHỦ YẾU CỦA TÀI LIỆU",
                f"1. Nhóm tài liệu hết thời hạn lưu trữ: {self.expired_groups or ''}",
                f"2. Nhóm tài liệu trùng lặp: {self.duplicate_groups or ''}",
                f"3. Nhóm tài liệu khác: {self.other_groups or ''}",
            ],
        )

    def _official_pdf_disposal_minutes(self, _data):
        """Minutes of the council (PDF bytes)."""
        members = "; ".join(self.member_ids.mapped("name"))
        lines = self.line_ids
        kept = lines.filtered(lambda line: line.verdict == "keep")
        return self._paper(
            "Biên bản họp Hội đồng xét hủy tài liệu",
            [
                f"Căn cứ Quyết định số {self.council_code or ''} về việc thành lập Hội đồng xét hủy tài liệu,",
                f"Ngày {vietnam_day(self.council_date)}, Hội đồng gồm: {members} đã họp xét {len(lines)} hồ sơ.",
                f"Ý kiến của Hội đồng: {self.council_words or 'nhất trí'}.",
                f"Đề nghị hủy {len(lines) - len(kept)} hồ sơ; giữ lại {len(kept)} hồ sơ.",
            ],
            lines,
        )

    def _official_pdf_disposal_handover(self, _data):
        """Minutes of handing the documents over to who destroys them (PDF bytes)."""
        keeper = self.env.user.name
        return self._paper(
            "Biên bản bàn giao tài liệu hủy",
            [
                self._by_the_decision(),
                f"Người quản lý kho lưu trữ: {keeper}; người thực hiện hủy: {self.executor_id.name or ''}.",
                f"Đã bàn giao {len(self._to_destroy())} hồ sơ lúc {vietnam_time(self.handed_over_at)}.",
            ],
            self._to_destroy(),
        )

    def _official_pdf_disposal_destruction(self, _data):
        """Minutes of the destruction, item by item (PDF bytes)."""
        done = self.line_ids.filtered(lambda line: line.result == "destroyed")
        left = [line for line in self._to_destroy() if line.result != "destroyed"]
        told = [f"Không hủy: {line.dossier_id.display_name} ({line.result_words or ''})." for line in left]
        return self._paper(
            "Biên bản hủy tài liệu",
            [
                self._by_the_decision(),
                f"Người thực hiện: {self.executor_id.name or ''}. Thời gian: {vietnam_time(self.destroyed_at)}.",
                f"Đã hủy {len(done)} hồ sơ: xóa tệp, bản xem, nội dung văn bản; giữ lại siêu dữ liệu và mã băm.",
                *told,
            ],
            done,
        )

    def _by_the_decision(self):
        return (
            f"Căn cứ Quyết định số {self.decision_code or ''} ngày {vietnam_day(self.decided_on)} về việc hủy tài liệu,"
        )

    def _to_destroy(self):
        return self.line_ids.filtered(lambda line: line.verdict == "destroy")

    def _paper(self, title, paragraphs, lines=None):
        report = OfficialReport(
            heading.OfficialHeading(
                agency=self.company_id.name,
                parent=self.company_id.parent_agency_name or "",
                place=self.company_id.place or "",
                date=today(),
                type_name=title,
                show_number=False,
            ),
            paragraphs=paragraphs,
            table=TableReport(title="", columns=COLUMNS, rows=[self._row(line) for line in lines]) if lines else None,
            signature=heading.Signature(("NGƯỜI LẬP",), self.env.user.name, "(Ký, ghi rõ họ tên)"),
        )
        stream = io.BytesIO()
        report.write_pdf(stream)
        return stream.getvalue()

    def _row(self, line):
        title = f"{line.dossier_id.title} / {line.dossier_id.notation}"
        return line.bundle or "", line.volume or "", title, REASONS[line.reason], line.note or ""
