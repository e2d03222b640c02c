import tempfile

from odoo import http
from odoo.exceptions import AccessError
from odoo.http import request
from werkzeug.wsgi import FileWrapper


class ReadingController(http.Controller):
    """The desk of the reading room: pages with a mark, never the files themselves; each use is registered."""

    @http.route(
        "/vpdt/reading/<int:reading_id>/<int:file_id>", type="http", auth="user", methods=["GET"], readonly=False
    )
    def desk(self, reading_id, file_id):
        """The pages of a file one below the other, in the width of the screen."""
        reading = self._reading(reading_id)
        _dossier, title, file = self._opened(reading, file_id)
        values = {"reading": reading, "file": file, "title": title, "pages": range(1, reading._pages_of(file) + 1)}
        return request.render("vpdt_archive.reading_desk", values, headers={"Cache-Control": "private, no-store"})

    @http.route(
        "/vpdt/reading/<int:reading_id>/<int:file_id>/page/<int:number>",
        type="http", auth="user", methods=["GET"], readonly=False,
    )  # fmt: skip
    def page(self, reading_id, file_id, number):
        """Page ``number`` (from 1) as a JPEG with the mark."""
        reading = self._reading(reading_id)
        self._opened(reading, file_id)
        body = reading._marked_page(file_id, number)
        if body is None:
            raise request.not_found()
        headers = [
            ("Content-Type", "image/jpeg"), ("Content-Length", str(len(body))), ("Cache-Control", "private, no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]  # fmt: skip
        return request.make_response(body, headers=headers)

    @http.route(
        "/vpdt/reading/<int:reading_id>/<int:file_id>/print",
        type="http", auth="user", methods=["GET"], readonly=False,
    )  # fmt: skip
    def marked_print(self, reading_id, file_id):
        """All pages with the mark, as a PDF to be saved and printed."""
        reading = self._reading(reading_id)
        self._opened(reading, file_id)
        stream = tempfile.TemporaryFile(prefix="vpdt-reading-")
        name = reading._write_marked_pdf(file_id, stream)
        size = stream.tell()
        stream.seek(0)
        response = request.make_response(
            FileWrapper(stream, 1 << 18),
            headers=[
                ("Content-Type", "application/pdf"),
                ("Content-Length", str(size)),
                ("Content-Disposition", http.content_disposition(name)),
                ("X-Content-Type-Options", "nosniff"),
                ("Cache-Control", "private, no-store"),
            ],
        )
        response.direct_passthrough = True
        response.call_on_close(stream.close)
        return response

    def _reading(self, reading_id):
        reading = request.env["vpdt.reading"].search([("id", "=", reading_id)])
        if not reading:
            raise request.not_found()
        return reading

    def _opened(self, reading, file_id):
        """404 for what the request does not open and for what does not exist alike."""
        try:
            return reading._file(file_id)
        except AccessError:
            raise request.not_found() from None
