import io

from odoo import http
from odoo.http import content_disposition, request
from odoo.tools.safe_eval import safe_eval, time

TYPES = {
    "official-pdf": ("pdf", "application/pdf"),
    "official-xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


class ReportController(http.Controller):
    @http.route("/vpdt/report/<reportname>/<docids>", type="http", auth="user", readonly=False)
    def official_report(self, reportname, docids, download=None):
        """An official report for the records ``docids`` (comma-separated ids), as the user may see them.

        A PDF is shown, or saved with ``download``; a spreadsheet is always saved.
        """
        Report = request.env["ir.actions.report"]
        report = Report._get_report_from_name(reportname)
        if not report or report.report_type not in TYPES:
            raise request.not_found()
        ids = [int(part) for part in docids.split(",") if part.isdigit()]
        content, _type = Report._render(report, ids)
        ending, mimetype = TYPES[report.report_type]
        inline = ending == "pdf" and not download
        name = f"{self._name(report, ids)}.{ending}"
        headers = [
            ("Content-Length", str(len(content))),
            ("Content-Disposition", content_disposition(name, "inline" if inline else "attachment")),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "private, no-store"),
        ]
        return request.make_response(io.BytesIO(content), headers=[("Content-Type", mimetype), *headers])

    def _name(self, report, ids):
        if report.print_report_name and len(ids) == 1:
            return safe_eval(report.print_report_name, {"object": request.env[report.model].browse(ids), "time": time})
        return report.name
