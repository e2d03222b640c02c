import io

import pypdfium2
from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request

PREVIEW_DPI = 110


class FileController(http.Controller):
    """Reading and downloading files of documents; each is a row in the journal (Nghị định 30/2020, Phụ lục VI)."""

    @http.route("/vpdt/file/<int:file_id>", type="http", auth="user", readonly=False)
    def content(self, file_id, download=None):
        """The bytes of a file: shown in the browser when it is a PDF, else (or with ``download``) saved."""
        file = self._file(file_id)
        body = file._content()
        inline = file.mimetype == "application/pdf" and not download
        file.env["vpdt.journal.entry"]._record("view" if inline else "download", file, {"sha256": file.sha256})
        disposition = content_disposition(file.name, "inline" if inline else "attachment")
        return request.make_response(
            body,
            headers=[
                ("Content-Type", file.mimetype if inline else "application/octet-stream"),
                ("Content-Length", str(len(body))),
                ("Content-Disposition", disposition),
                ("X-Content-Type-Options", "nosniff"),
                ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"),
                ("Cache-Control", "private, no-store"),
            ],
        )

    @http.route("/vpdt/file/<int:file_id>/page/<int:number>", type="http", auth="user", readonly=False)
    def page(self, file_id, number):
        """Page ``number`` (from 1) of a PDF as a PNG picture, for the reading pane."""
        file = self._file(file_id)
        if file.mimetype != "application/pdf":
            raise request.not_found()
        body = self._draw_page(file._content(), number)
        if number == 1:
            file.env["vpdt.journal.entry"]._record("view", file, {"sha256": file.sha256})
        return request.make_response(
            body,
            headers=[
                ("Content-Type", "image/png"),
                ("Content-Length", str(len(body))),
                # A stored file never changes, so its pictures may stay in this person's browser for a while.
                ("Cache-Control", "private, max-age=3600"),
            ],
        )

    def _file(self, file_id):
        """The file, when this user may read it; 404 for what does not exist and for what is not his alike."""
        file = request.env["vpdt.file"].search([("id", "=", file_id)])
        if not file:
            raise request.not_found()
        return file

    def _draw_page(self, content, number):
        try:
            document = pypdfium2.PdfDocument(content)
            document.init_forms()
            if not 1 <= number <= len(document):
                raise request.not_found()
            image = document[number - 1].render(scale=PREVIEW_DPI / 72, may_draw_forms=True).to_pil()
        except pypdfium2.PdfiumError as error:
            raise UserError(request.env._("This PDF cannot be shown: %s", error)) from error
        buffer = io.BytesIO()
        image.save(buffer, "PNG")
        return buffer.getvalue()
