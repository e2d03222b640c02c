import json

from odoo import http
from odoo.http import request
from werkzeug.exceptions import BadRequest

from odoo.addons.html_editor.controllers.main import HTML_Editor
from odoo.addons.web.controllers.report import ReportController

CONVERTERS = ("html", "pdf", "text")


class CoreReportController(ReportController):
    @http.route()
    def report_routes(self, reportname, docids=None, converter=None, **data):
        """As Odoo's own; an address that means nothing is not found, instead of an error of the server."""
        report = request.env["ir.actions.report"]
        if converter not in CONVERTERS or not report._get_report_from_name(reportname):
            raise request.not_found()
        for name in ("options", "context"):
            if data.get(name) and not _is_object(data[name]):
                raise BadRequest
        return super().report_routes(reportname, docids=docids, converter=converter, **data)


class LinkPreviewController(HTML_Editor):
    @http.route()
    def link_preview_metadata_internal(self, preview_url):
        """Nothing is said about an address: neither fetched from elsewhere, nor the name of a record looked up."""
        return {}


def _is_object(text):
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
