import os
import tempfile

from odoo import http
from odoo.http import request
from werkzeug.wsgi import FileWrapper

TYPES = {"pdf": "application/pdf", "xml": "application/xml"}


class ExportController(http.Controller):
    """A whole dossier in one file; each export is a row in the journal (Nghị định 30/2020, Phụ lục VI, P6-4)."""

    @http.route(
        "/vpdt/dossier/<int:dossier_id>/<any(pdf,xml):kind>",
        type="http", auth="user", methods=["GET"], readonly=False,
    )  # fmt: skip
    def content(self, dossier_id, kind):
        """The dossier as PDF or XML; 404 for what does not exist and for what is not his alike."""
        dossier = request.env["vpdt.dossier"].search([("id", "=", dossier_id)])
        if not dossier:
            raise request.not_found()
        if kind == "pdf":
            stream = dossier._bound()
        else:
            stream = tempfile.TemporaryFile(prefix="vpdt-export-")
            dossier._write_xml(stream)
            stream.flush()
            stream.seek(0)
        size = os.fstat(stream.fileno()).st_size
        dossier._journal_exported(kind)
        response = request.make_response(
            FileWrapper(stream, 1 << 18),
            headers=[
                ("Content-Type", TYPES[kind]),
                ("Content-Length", str(size)),
                ("Content-Disposition", http.content_disposition(dossier._export_name(kind))),
                ("X-Content-Type-Options", "nosniff"),
                ("Content-Security-Policy", "default-src 'none'; sandbox"),
                ("Cache-Control", "private, no-store"),
            ],
        )
        response.direct_passthrough = True
        response.call_on_close(stream.close)
        return response
