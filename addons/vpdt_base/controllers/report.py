import io
import json

from odoo import http
from odoo.http import content_disposition, request
from odoo.tools.safe_eval import safe_eval, time

TYPES = {
    "official-pdf": ("pdf", "application/pdf"),
    "official-xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


class ReportController(http.Controller):
    @http.route("/vpdt/report/<reportname>/<docids>", type="http", auth="user", methods=["GET"], readonly=False)
    def official_report(self, reportname, docids, download=None):
        """An official report for the records ``docids`` (comma-separated ids), as the user may see them.

        A PDF is shown, or saved with ``download``; a spreadsheet is always saved.
        """
        return self._answer(self._report(reportname), _numbers(docids), download)

    @http.route("/vpdt/report/<reportname>", type="http", auth="user", methods=["POST"], readonly=False)
    def official_report_of_many(self, reportname, ids="", domain="", download=None):
        """The same for more records than an address holds.

        :param ids: separated by commas, or else
        :param domain: JSON, of all records of the report's model that are meant
        """
        report = self._report(reportname)
        if not domain:
            return self._answer(report, _numbers(ids), download)
        try:
            found = request.env[report.model].search(json.loads(domain))
        except (ValueError, TypeError, KeyError):
            raise request.not_found() from None
        return self._answer(report, found.ids, download)

    def _report(self, name):
        report = request.env["ir.actions.report"]._get_report_from_name(name)
        if not report or report.report_type not in TYPES:
            raise request.not_found()
        return report

    def _answer(self, report, ids, download):
        Report = request.env["ir.actions.report"]
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


def _numbers(text):
    return [int(part) for part in text.split(",") if part.isdigit()]
