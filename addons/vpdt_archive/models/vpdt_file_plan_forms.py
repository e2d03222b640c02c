from odoo import models

from odoo.addons.vpdt_base.official_pdf import forms, heading
from odoo.addons.vpdt_base.official_pdf.tables import SectionRow


class VpdtFilePlan(models.Model):
    """The file plan on paper: form II of Phụ lục V."""

    _inherit = "vpdt.file.plan"

    def _official_table_file_plan(self, _data):
        """Form II, as PDF and XLSX (`official_pdf.TableReport`)."""
        self.ensure_one()
        dossiers = self.line_ids.filtered(lambda line: line.kind == "dossier")
        permanent = len(dossiers.filtered(lambda line: line.retention_id.term == "permanent"))
        total = len(dossiers)
        return forms.FILE_PLAN.report(
            lambda: self._plan_rows(),
            official_heading=heading.OfficialHeading(
                agency=self.company_id.name,
                parent=self.company_id.parent_agency_name or "",
                show_number=False,
                show_date=False,
            ),
            subtitle=(f"Năm {self.year}", f"(Kèm theo Quyết định số {self._decision_words() or '… ngày …'} của "
                      f"{self.company_id.name})"),
            footer=(
                f"Danh mục hồ sơ này có {total} hồ sơ, bao gồm: {permanent} hồ sơ bảo quản vĩnh viễn; "
                f"{total - permanent} hồ sơ bảo quản có thời hạn.",
            ),
        )  # fmt: skip

    def _plan_rows(self):
        for line in self.line_ids.sorted(lambda line: (line.sequence, line.id)):
            if line.kind == "dossier":
                person = line.user_id.name or line.department_id.sudo().name or ""  # a unit of the own agency
                yield line.code, line.name, line.retention_label or "", person, line.note or ""
            else:
                yield SectionRow(f"{line.code}. {line.name}")
