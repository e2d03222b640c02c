from contextlib import ExitStack

from odoo import http
from odoo.http import request

from odoo.addons.vpdt_base.text import safe_name


class PacketController(http.Controller):
    """The one door to the bytes of packets; each download is a row in the journal (Nghị định 30/2020, Phụ lục VI)."""

    @http.route("/vpdt/packet/<int:message_id>", type="http", auth="user", methods=["GET"], readonly=False)
    def content(self, message_id):
        """The packet as it was sent or came, in pieces; 404 for what does not exist and for what is not his alike.

        :raises UserError: a file in it waits for the virus check, or is infected
        """
        message = request.env["vpdt.exchange.message"].search([("id", "=", message_id)])
        if not message:
            raise request.not_found()
        message._check_offered()
        with ExitStack() as stack:
            parts = stack.enter_context(message._packet())
            size = parts.size
            request.env["vpdt.journal.entry"]._record("download", message, {"packet": message.sha256 or ""})
            # From here on it is read while it is sent; what it lies in goes when that is over.
            kept = stack.pop_all()
        response = request.make_response(
            parts.chunks(),
            headers=[
                ("Content-Type", "application/octet-stream"),
                ("Content-Length", str(size)),
                ("Content-Disposition", http.content_disposition(_name(message))),
                ("X-Content-Type-Options", "nosniff"),
                ("Content-Security-Policy", "default-src 'none'; sandbox"),
                ("Cache-Control", "private, no-store"),
            ],
        )
        response.direct_passthrough = True
        response.call_on_close(kept.close)
        return response


def _name(message):
    return safe_name(f"{message.document_code or message.id}.edxml")
