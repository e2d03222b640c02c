import os

from odoo import http
from odoo.http import request
from werkzeug.wsgi import FileWrapper


class PackageController(http.Controller):
    """The one door to the bytes of packages; each download is a row in the journal (Nghị định 30/2020, Phụ lục VI)."""

    @http.route("/vpdt/package/<int:package_id>", type="http", auth="user", methods=["GET"], readonly=False)
    def content(self, package_id):
        """The package, in pieces; 404 for what does not exist and for what is not his alike."""
        package = request.env["vpdt.package"].search([("id", "=", package_id)])
        if not package:
            raise request.not_found()
        package._check_offered()
        attachment = package.sudo().attachment_id  # its bytes, for who may see the package
        with package.env["vpdt.file"]._path_of(attachment) as path:
            stream, size = open(path, "rb"), os.path.getsize(path)
        request.env["vpdt.journal.entry"]._record("download", package.dossier_id, {"package": package.identifier})
        response = request.make_response(
            FileWrapper(stream, 1 << 18),
            headers=[
                ("Content-Type", "application/zip"),
                ("Content-Length", str(size)),
                ("Content-Disposition", http.content_disposition(attachment.name)),
                ("X-Content-Type-Options", "nosniff"),
                ("Content-Security-Policy", "default-src 'none'; sandbox"),
                ("Cache-Control", "private, no-store"),
            ],
        )
        response.direct_passthrough = True
        response.call_on_close(stream.close)
        return response
