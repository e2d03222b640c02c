from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..signing import SigningError


class SigningController(http.Controller):
    @http.route("/vpdt/signing/remote", type="jsonrpc", auth="user")
    def remote(self, session_id, pin=None, otp=None):
        """Second step with a remote service: the person waits on screen, and no transaction waits with him.

        What is to be asked is noted and committed, then the service is called with no transaction open, then the
        answer is kept and committed, then the document takes it. Wherever this breaks off, the service is not asked
        twice for one session (Odoo calls a route again after a serialization failure).

        :param session_id: from ``begin_signature`` of the document, same user
        :param pin: for the service, or None; kept nowhere
        :param otp: likewise
        :return: True when the document was signed now, False when it had been before
        """
        session = request.env["vpdt.signing.session"]._of_user(session_id)
        self._ask(session, pin, otp)
        document = request.env[session.res_model].browse(session.res_id)
        return document._finish(session)

    @http.route("/vpdt/signing/remote/ask", type="jsonrpc", auth="user")
    def remote_ask(self, session_ids, pin=None, otp=None):
        """Have a remote service sign several documents with one confirmation; ``remote`` then finishes each of them.

        :param session_ids: list, of one key, from ``begin_signature`` of the documents, same user
        :return: True
        """
        self._ask(request.env["vpdt.signing.session"]._of_user(*session_ids), pin, otp)
        return True

    def _ask(self, sessions, pin, otp):
        sessions = sessions._unanswered()
        if not sessions:
            return
        call = sessions._ask_service(pin, otp)
        # nothing may stay locked while the person waits
        request.env.cr.commit()  # pylint: disable=invalid-commit
        try:
            signatures = call()
        except SigningError as error:
            message = sessions._service_failed(error)
            # the refusal is kept, the words go out
            request.env.cr.commit()  # pylint: disable=invalid-commit
            raise UserError(message) from None
        sessions._answered(signatures)
        # the person has confirmed: never ask him twice
        request.env.cr.commit()  # pylint: disable=invalid-commit
