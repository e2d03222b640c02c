import json

from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import Response, request
from werkzeug.exceptions import HTTPException, NotFound, RequestEntityTooLarge

from ..text.file_types import MAX_UPLOAD_MB

MB = 1 << 20
# The form around the file: boundaries, names, the token
ENVELOPE = MB
MAX_NAME = 1000


class UploadDispatcher(http.HttpDispatcher):
    """Requests as forms are, answers and refusals as JSON: ``{"error": words}``."""

    routing_type = "vpdt_upload"

    def handle_error(self, exc):
        """The transaction is rolled back by now; say why, in words, with the status that belongs to it."""
        status, words = self._describe(exc)
        return Response(json.dumps({"error": words}), status=status, content_type="application/json; charset=utf-8")

    def _describe(self, exc):
        env = self.request.env
        if isinstance(exc, RequestEntityTooLarge):
            return 413, env._("The file is too large: it was refused before it was read.")
        if isinstance(exc, (MissingError, NotFound)):
            return 404, env._("There is no such document, or you may not see it.")
        if isinstance(exc, AccessError):
            return 403, str(exc)
        if isinstance(exc, UserError):
            return 422, str(exc)
        if isinstance(exc, http.SessionExpiredException):
            return 403, env._("Your session has ended. Log in again, then upload the file once more.")
        if isinstance(exc, HTTPException):
            return exc.code or 400, env._("The request was refused. Reload the page, then try again.")
        return 500, env._("The server could not store the file. Nothing was kept; try again.")


class UploadController(http.Controller):
    @http.route(
        "/vpdt/upload/<model>/<int:res_id>",
        type="vpdt_upload",
        auth="user",
        methods=["POST"],
        readonly=False,
        save_session=False,
        # Refused by its announced length, or, without one, by counting; before a byte of it is kept.
        max_content_length=MAX_UPLOAD_MB * MB + ENVELOPE,
    )
    def upload(self, model, res_id, role="annex", file=None, **_other):
        """Add one file to a document: multipart/form-data with ``csrf_token``, ``role`` and ``file``.

        The bytes go to the disk piece by piece while they arrive, and from there to the filestore while they are
        hashed: memory does not grow with the file.

        :return: JSON ``{"id", "name", "original_name", "renamed"}``, or ``{"error"}`` with a status from 400 on
        """
        owner = self._owner(model, res_id)
        if not hasattr(file, "stream") or not file.filename:
            raise UserError(request.env._("Choose a file."))
        stored = owner._take_upload(file_name(file.filename), path_of(file.stream), role)
        answer = {
            "id": stored.id,
            "name": stored.name,
            "original_name": stored.original_name,
            "renamed": stored.name != stored.original_name,
        }
        return request.make_json_response(answer)

    def _owner(self, model, res_id):
        """The record that the file is for; 404 for what does not exist and for what is not this user's alike."""
        if model not in request.env["vpdt.file"]._owner_models():
            raise request.not_found()
        owner = request.env[model].search([("id", "=", res_id)])
        if not owner:
            raise request.not_found()
        return owner


def path_of(stream):
    """A path to the bytes that Werkzeug has spooled; its file on the disk has no name of its own."""
    number = stream.fileno()  # moves a small one from memory to the disk, too
    stream.flush()
    return f"/proc/self/fd/{number}"


def file_name(name):
    """The name as it came, but for what a database cannot hold; it is never used as a path."""
    return name.replace("\0", "")[:MAX_NAME] or "tep"
