from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.vpdt_base.controllers.upload import ENVELOPE, MB, file_name, path_of
from odoo.addons.vpdt_base.text.file_types import MAX_UPLOAD_MB


class IntakeController(http.Controller):
    @http.route(
        "/vpdt/intake",
        type="vpdt_upload",
        auth="user",
        methods=["POST"],
        readonly=False,
        save_session=False,
        max_content_length=MAX_UPLOAD_MB * MB + ENVELOPE,
    )
    def intake(self, file=None, **_other):
        """One file becomes one document to be registered: multipart/form-data with ``csrf_token`` and ``file``.

        :return: JSON ``{"id", "name", "original_name", "renamed", "document"}``, or ``{"error"}`` with a status
            from 400 on, as of ``/vpdt/upload``
        """
        if not hasattr(file, "stream") or not file.filename:
            raise UserError(request.env._("Choose a file."))
        document, stored = request.env["vpdt.incoming"]._take_in(file_name(file.filename), path_of(file.stream))
        answer = {
            "id": stored.id,
            "name": stored.name,
            "original_name": stored.original_name,
            "renamed": stored.name != stored.original_name,
            "document": document.id,
        }
        return request.make_json_response(answer)
