import re

from odoo import models
from odoo.http import JsonRPCDispatcher, request
from werkzeug.exceptions import BadRequest, NotFound

from ...doors import errors, routes

_HOST = re.compile(r"^[\w.\[\]:-]+$")


class IrHttp(models.AbstractModel):
    """Doors that are shut, and what pages may load."""

    _inherit = "ir.http"

    def _generate_routing_rules(self, modules, converters):
        """Without the routes of :mod:`doors.routes`: they do not exist, for anybody."""
        for rule, endpoint in super()._generate_routing_rules(modules, converters):
            if not routes.is_closed(rule):
                yield rule, endpoint

    @classmethod
    def _match(cls, path_info):
        if "\0" in path_info:
            raise BadRequest
        return super()._match(path_info)

    @classmethod
    def _post_dispatch(cls, response):
        result = super()._post_dispatch(response)
        if response.mimetype == "text/html" and "default-src" not in response.headers.get(
            "Content-Security-Policy", ""
        ):
            response.headers["Content-Security-Policy"] = cls._content_security_policy()
            response.headers.setdefault("Referrer-Policy", "same-origin")
        return result

    @classmethod
    def _content_security_policy(cls):
        """What a page of the web client may load: from this server only, and from the signing agent of the machine.

        ``unsafe-inline`` and ``unsafe-eval`` are what Odoo's own client needs (Owl compiles its templates).
        """
        host = request.httprequest.host
        sockets = f" ws://{host} wss://{host}" if _HOST.match(host) else ""
        agent = f"http://127.0.0.1:{request.env['vpdt.signing.key'].agent_port()}"
        return "; ".join(
            [
                "default-src 'self'",
                "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
                "style-src 'self' 'unsafe-inline'",
                "img-src 'self' data: blob:",
                "font-src 'self' data:",
                "media-src 'self' data: blob:",
                f"connect-src 'self' data: blob:{sockets} {agent}",
                "frame-src 'self' blob:",
                "worker-src 'self' blob:",
                "object-src 'none'",
                "base-uri 'self'",
                "form-action 'self'",
                "frame-ancestors 'self'",
            ]
        )

    @classmethod
    def _handle_error(cls, exception):
        """An address that does not exist answers in the language of the question: JSON to who asked in JSON."""
        if isinstance(exception, NotFound) and request.httprequest.mimetype == "application/json":
            answer = JsonRPCDispatcher(request).handle_error(exception)
            answer.status_code = NotFound.code
            return answer
        return super()._handle_error(exception)

    # Pages that tell an error (of http_routing, which comes with Odoo's portal) ------------------------------------

    @classmethod
    def _get_exception_code_values(cls, exception):
        code, values = super()._get_exception_code_values(exception)
        told = {"status_code": code, "error_message": values.get("error_message") if code == 422 else ""}
        if code >= 500:
            told["error_message"] = errors.words_for(errors.note(exception))
        return code, told

    @classmethod
    def _get_error_html(cls, env, code, values):
        return code, env["ir.ui.view"]._render_template("vpdt_base.error_page", values)
