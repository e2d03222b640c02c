from odoo import fields, models
from odoo.exceptions import UserError


class IrActionsReport(models.Model):
    """A report type drawn with ReportLab: Print menus and access rules work as for any Odoo report."""

    _inherit = "ir.actions.report"

    report_type = fields.Selection(
        selection_add=[("official-pdf", "Official PDF")], ondelete={"official-pdf": "cascade"}
    )

    def _render_official_pdf(self, report_ref, res_ids=None, data=None):
        """Draw the report: asks ``_official_pdf_<last part of report_name>(stream, data)`` of the model.

        :param report_ref: XML id, id or report_name
        :param res_ids: ids of the records to print; their access is checked as the user
        :return: (bytes, "pdf") as the other renderers of Odoo
        :raises UserError: nothing chosen to print
        """
        report = self._get_report(report_ref)
        records = self.env[report.model].browse(res_ids or [])
        if not records:
            raise UserError(self.env._("Choose what to print first."))
        records.check_access("read")
        draw = getattr(records, "_official_pdf_" + report.report_name.rpartition(".")[2])
        content = draw(data or {})
        self.env["vpdt.journal.entry"]._record("print", records, {"report": report.report_name})
        return content, "pdf"
