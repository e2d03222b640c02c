import json
from pathlib import PurePath

from odoo import http
from odoo.exceptions import UserError
from odoo.http import Response, request

from ..text import is_pdf
from ..text.file_types import MAX_UPLOAD_MB

MB = 1 << 20


class VgcaController(http.Controller):
    """The two addresses that VGCA Sign Service on the machine of a person calls by itself, without his session.

    The random word in the address is the right: for the files of one signature, until each has come back. The answer
    has the form that the program reads: ``Status`` is a boolean, and on success ``FileServer`` is not empty.
    """

    @http.route(
        "/vpdt/vgca/get/<int:part>.pdf", type="http", auth="public", methods=["GET"], sitemap=False, save_session=False
    )
    def get(self, part, t=None, **_other):
        """The PDF that is to be signed."""
        pdf = self._sessions(t)._served(part)
        if pdf is None:
            raise request.not_found()
        headers = [
            ("Content-Type", "application/pdf"),
            ("Content-Length", str(len(pdf))),
            ("Content-Disposition", f'attachment; filename="{part}.pdf"'),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
        ]
        return request.make_response(pdf, headers)

    # csrf=False: the program has no session; who has the word may post, and what is posted is checked as a stranger's
    @http.route(
        "/vpdt/vgca/put",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        sitemap=False,
        save_session=False,
        max_content_length=(MAX_UPLOAD_MB + 1) * MB,
    )
    def put(self, t=None, uploadfile=None, **_other):
        """Take the signed PDF: multipart/form-data with the file ``uploadfile``."""
        sessions = self._sessions(t)
        if not sessions:
            return self._refused(request.env._("The time to sign has run out. Nothing was signed; press Sign again."))
        pdf = uploadfile.stream.read() if hasattr(uploadfile, "stream") else b""
        if not is_pdf(pdf):
            return self._refused(request.env._("The file is not a PDF, or it is damaged."))
        try:
            part = sessions._take_returned(pdf)
        except UserError as error:
            return self._refused(str(error))
        name = PurePath((uploadfile.filename or "").replace("\\", "/")).name[:170]
        return self._answer(Status=True, FileName=name, FileServer=f"vpdt:{part.id}")

    def _sessions(self, word):
        request.update_context(lang="vi_VN")  # the words are shown by a program of Viet Nam
        return request.env["vpdt.signing.session"]._of_word(word)

    def _refused(self, words):
        return self._answer(Status=False, Message=words)

    def _answer(self, **values):
        answer = {"Status": False, "Message": "", "FileName": "", "FileServer": ""}
        answer |= {"DocumentNumber": "", "DocumentDate": ""} | values
        return Response(json.dumps(answer, ensure_ascii=False), content_type="application/json; charset=utf-8")
