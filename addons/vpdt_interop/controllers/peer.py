import json

from odoo import SUPERUSER_ID, http
from odoo.exceptions import UserError
from odoo.http import request

from ..wire.peer import BASE, PIECE

_ROUTE = {"type": "http", "auth": "none", "csrf": False, "save_session": False, "readonly": False}
#: What a request may carry at most; a larger one is not read.
_MOST = PIECE + 4096


class PeerController(http.Controller):
    """Where another installation of this product hands its packets in; see ``wire.peer`` for what is said.

    Nobody is logged in: each request is signed, and answered 401 without a word more where the signature is not right.
    """

    @http.route(f"{BASE}/agencies", methods=["GET"], **_ROUTE)
    def agencies(self, **_query):
        """Identifiers and names of the agencies served here."""
        return self._answer(lambda channel, _body: {"agencies": channel._agencies_here()})

    @http.route(f"{BASE}/packets/<string:sha256>", methods=["GET"], **_ROUTE)
    def held(self, sha256, **_query):
        """How much of a packet is here."""
        return self._answer(lambda channel, _body: {"received": channel._pieces_held(sha256)})

    @http.route(f"{BASE}/packets/<string:sha256>", methods=["PUT"], **_ROUTE)
    def piece(self, sha256, offset="0", **_query):
        """A piece of a packet."""
        start = int(offset) if offset.isascii() and offset.isdecimal() and len(offset) < 16 else -1
        return self._answer(lambda channel, body: {"received": channel._keep_piece(sha256, start, body)})

    @http.route(f"{BASE}/packets/<string:sha256>", methods=["POST"], **_ROUTE)
    def whole(self, sha256, **_query):
        """The packet is whole: it is kept, read, and only then answered."""

        def take(channel, body):
            said = json.loads(body)
            return channel._take_whole(sha256, str(said["from"]), str(said["to"]), int(said["size"]))

        return self._answer(take)

    def _answer(self, act):
        asked = request.httprequest
        if (asked.content_length or 0) > _MOST:
            return _json({"error": "too large"}, 413)
        body = asked.get_data(cache=False)
        request.update_env(user=SUPERUSER_ID, context={"lang": "vi_VN"})
        path = asked.full_path.removesuffix("?")
        try:
            channel = request.env["vpdt.exchange.channel"]._authenticated(asked.method, path, asked.headers, body)
            if not channel:
                return _json({"error": "not known"}, 401)
            return _json(act(channel, body))
        except UserError as error:
            # What the sender may try again later, with words for his screen.
            request.env.cr.rollback()
            return _json({"error": str(error)}, 409)
        except (ValueError, KeyError, TypeError):
            request.env.cr.rollback()
            return _json({"error": "not understood"}, 400)


def _json(values, status=200):
    return request.make_json_response(values, headers={"Cache-Control": "no-store"}, status=status)
