from odoo import http
from odoo.http import content_disposition, request
from odoo.tools.safe_eval import safe_eval, time


class ReportController(http.Controller):
    @http.route("/vpdt/report/<reportname>/<docids>", type="http", auth="user", readonly=False)
    def official_pdf(self, reportname, docids, download=None):
        """A report of type official-pdf for the records ``docids`` (comma-separated ids), as the user may see them."""
        ids = [int(part) for part in docids.split(",") if part.isdigit()]
        Report = request.env["ir.actions.report"]
        report = Report._get_report_from_name(reportname)
        if not report or report.report_type != "official-pdf":
            raise request.not_found()
        content, _type = Report._render_official_pdf(report, ids)
        name = report.name
        if report.print_report_name and len(ids) == 1:
            name = safe_eval(report.print_report_name, {"object": request.env[report.model].browse(ids), "time": time})
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "application/pdf"),
                ("Content-Length", str(len(content))),
                ("Content-Disposition", content_disposition(f"{name}.pdf", "attachment" if download else "inline")),
            ],
        )
