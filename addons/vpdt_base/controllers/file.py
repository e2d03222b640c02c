import os
from contextlib import contextmanager

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request
from werkzeug.wsgi import FileWrapper

from ..conversion import ConversionError, draw_page

PDF = "application/pdf"


class FileController(http.Controller):
    """Reading and downloading files of documents; each is a row in the journal (Nghị định 30/2020, Phụ lục VI).

    The only door to their bytes: ir.attachment gives them to nobody. What has not passed the virus check stays shut.
    """

    @http.route("/vpdt/file/<int:file_id>", type="http", auth="user", readonly=False)
    def content(self, file_id, download=None, copy=None):
        """The bytes of a file: shown in the browser when it is a PDF, else (or with ``download``) saved.

        :param copy: ``ocr``: the searchable copy of a scan instead
        """
        file = self._file(file_id)
        file._check_offered()
        inline = (file.mimetype == PDF or copy) and not download
        if not copy:
            file._check_bytes()
        with self._source(file, copy) as (path, name):
            # Opened inside the block: where the storage is no folder, the path is gone after it.
            stream, size = open(path, "rb"), os.path.getsize(path)
        if inline:
            file._journal_view()
        else:
            file.env["vpdt.journal.entry"]._record("download", file, {"sha256": file.sha256, "copy": copy or ""})
        response = request.make_response(
            FileWrapper(stream, 1 << 18),
            headers=[
                ("Content-Type", PDF if inline else "application/octet-stream"),
                ("Content-Length", str(size)),
                ("Content-Disposition", http.content_disposition(name, "inline" if inline else "attachment")),
                ("X-Content-Type-Options", "nosniff"),
                ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"),
                ("Cache-Control", "private, no-store"),
            ],
        )
        response.direct_passthrough = True
        response.call_on_close(stream.close)
        return response

    @contextmanager
    def _source(self, file, copy):
        """(path, name) of what is asked for: the file itself or its searchable copy."""
        if not copy:
            with file._local_path() as path:
                yield path, file.name
            return
        rendition = file._copy_for_search() if copy == "ocr" else None
        if not rendition:
            raise request.not_found()
        with file._path_of(rendition.attachment_id) as path:
            yield path, f"{file.name.rpartition('.')[0]}-ocr.pdf"

    @http.route("/vpdt/file/<int:file_id>/page/<int:number>", type="http", auth="user", readonly=False)
    def page(self, file_id, number):
        """Page ``number`` (from 1) of a file as a PNG picture, for the reading pane."""
        file = self._file(file_id)
        file._check_offered()
        with self._drawn(file) as path:
            body = self._draw_page(file, path, number)
        file._journal_view()
        return request.make_response(
            body,
            headers=[
                ("Content-Type", "image/png"),
                ("Content-Length", str(len(body))),
                # A stored file never changes, so its pictures may stay in this person's browser for a while.
                ("Cache-Control", "private, max-age=3600"),
            ],
        )

    @contextmanager
    def _drawn(self, file):
        """Path of the PDF whose pages are shown: the file itself, the preview, or the copy of a picture."""
        if file.mimetype == PDF:
            with file._local_path() as path:
                yield path
            return
        shown, _pages = file._shown()
        if shown != "rendition":
            raise request.not_found()
        renditions = file.env["vpdt.file.rendition"]
        rendition = renditions._of(file.sha256, "preview") or renditions._of(file.sha256, "ocr")
        with file._path_of(rendition.attachment_id) as path:
            yield path

    def _file(self, file_id):
        """The file, when this user may read it; 404 for what does not exist and for what is not his alike."""
        file = request.env["vpdt.file"].search([("id", "=", file_id)])
        if not file:
            raise request.not_found()
        return file

    def _draw_page(self, file, path, number):
        try:
            body = draw_page(path, number, file._secrets())
        except ConversionError as error:
            raise UserError(request.env._("This PDF cannot be shown: %s", error)) from error
        if body is None:
            raise request.not_found()
        return body
