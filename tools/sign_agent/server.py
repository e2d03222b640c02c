"""The agent's HTTP side, on 127.0.0.1 alone.

Every request must name this machine as its host (a foreign name that was made to point here is refused) and must come
from a page of an allowed address. CORS and *private network access* are answered for those pages alone.

    GET  /v1/status         {"agent", "version", "paired", "pin"}
    POST /v1/pair           {"code"}                                     → {"token"}
    GET  /v1/certificates   Authorization: Bearer token                  → {"certificates": […]}
    POST /v1/sign           {"fingerprint", "to_sign", "pin", "document"} → {"signatures", "certificate"}

``to_sign`` is a list: the document and its annexes are signed with one PIN. Binary values are base64. An error is
``{"error": code}`` with the status 4xx.
"""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .pairing import Refused
from .tokens import TokenError

VERSION = 1
DEFAULT_PORT = 17172
LARGEST_BODY = 64 * 1024  # bytes
STATUS = {"token_missing": 404, "key_missing": 404, "wrong_pin": 403, "pin_locked": 423, "cancelled": 403}
#: A list within a list within a list … is no request of ours.
_NOT_JSON = (ValueError, RecursionError)


class Wrong(Exception):
    """A request that is refused."""

    def __init__(self, status, code):
        self.status, self.code = status, code
        super().__init__(code)


class Agent(ThreadingHTTPServer):
    """The server.

    :param tokens: :class:`.tokens.Tokens`
    :param pairings: :class:`.pairing.Pairings`
    :param origins: addresses of pages that may ask, ``https://office.example.vn``
    :param ask_pin: function (document, subject, number of signatures) → PIN, when it is typed at the agent and not in
        the page; or None. One question at a time
    """

    daemon_threads = True

    def __init__(self, tokens, pairings, origins, port=DEFAULT_PORT, ask_pin=None):
        super().__init__(("127.0.0.1", port), _Handler)
        self.tokens, self.pairings, self.origins, self.ask_pin = tokens, pairings, frozenset(origins), ask_pin
        self.prompt = threading.Lock()

    def hosts(self):
        """What a request may call this machine."""
        return {f"{name}:{self.server_port}" for name in ("127.0.0.1", "localhost")}


class _Handler(BaseHTTPRequestHandler):
    server_version, sys_version = "vpdt-sign-agent", ""
    timeout = 30  # seconds for a request to arrive

    def do_OPTIONS(self):
        """The browser asks first (CORS, private network access)."""
        try:
            self._check_origin()
            self._send(204, None)
        except Wrong as wrong:
            self._send(wrong.status, {"error": wrong.code})

    def do_GET(self):
        self._answer({"/v1/status": self._status, "/v1/certificates": self._certificates})

    def do_POST(self):
        self._answer({"/v1/pair": self._pair, "/v1/sign": self._sign})

    def _answer(self, routes):
        try:
            self._check_origin()
            route = routes.get(self.path)
            if route is None:
                raise Wrong(404, "no_such_thing")
            self._send(200, route())
        except Wrong as wrong:
            self._send(wrong.status, {"error": wrong.code})
        except TokenError as error:
            self._send(STATUS.get(error.code, 400), {"error": error.code})

    # --- who asks

    def _check_origin(self):
        if self.headers.get("Host") not in self.server.hosts():
            raise Wrong(403, "wrong_host")
        if self._origin() is None:
            raise Wrong(403, "origin_not_allowed")

    def _origin(self):
        origin = self.headers.get("Origin")
        return origin if origin in self.server.origins else None

    def _is_paired(self):
        kind, _space, token = (self.headers.get("Authorization") or "").partition(" ")
        return kind == "Bearer" and self.server.pairings.knows(self._origin(), token)

    def _require_pairing(self):
        if not self._is_paired():
            raise Wrong(401, "not_paired")

    def _body(self):
        if self.headers.get_content_type() != "application/json":
            raise Wrong(415, "not_json")
        try:
            size = int(self.headers.get("Content-Length") or 0)
            if not 0 < size <= LARGEST_BODY:
                raise Wrong(413, "too_large")
            values = json.loads(self.rfile.read(size))
            json.dumps(values, ensure_ascii=False).encode()  # half a character ("\ud800") is no text
        except _NOT_JSON:
            raise Wrong(400, "not_json") from None
        if not isinstance(values, dict):
            raise Wrong(400, "not_json")
        return values

    # --- what is asked

    def _status(self):
        pin = "agent" if self.server.ask_pin else "page"
        return {"agent": self.server_version, "version": VERSION, "paired": self._is_paired(), "pin": pin}

    def _pair(self):
        try:
            return {"token": self.server.pairings.pair(self._origin(), self._body().get("code", ""))}
        except Refused as refused:
            raise Wrong(403, str(refused)) from None

    def _certificates(self):
        self._require_pairing()
        return {"certificates": [_as_text(row) for row in self.server.tokens.certificates()]}

    def _sign(self):
        self._require_pairing()
        values = self._body()
        try:
            to_sign = [base64.b64decode(item, validate=True) for item in _list(values["to_sign"])]
            fingerprint = str(values["fingerprint"])
        except (KeyError, ValueError, TypeError):
            raise Wrong(400, "not_a_signature") from None
        pin = self._pin(values, fingerprint, len(to_sign))
        signatures, certificate = self.server.tokens.sign(fingerprint, to_sign, pin)
        return {"signatures": [_base64(item) for item in signatures], "certificate": _base64(certificate)}

    def _pin(self, values, fingerprint, count):
        if not self.server.ask_pin:
            return str(values.get("pin") or "")
        rows = self.server.tokens.certificates()
        subject = next((row["subject"] for row in rows if row["fingerprint"] == fingerprint), "?")
        # a second question would be answered with the PIN that was meant for the first
        if not self.server.prompt.acquire(blocking=False):
            raise Wrong(409, "busy")
        try:
            pin = self.server.ask_pin(str(values.get("document") or "")[:200], subject, count)
        finally:
            self.server.prompt.release()
        if not pin:
            raise Wrong(403, "cancelled")
        return pin

    # --- the answer

    def _send(self, status, values):
        data = b"" if values is None else json.dumps(values).encode()
        self.send_response(status)
        origin = self._origin()
        if origin:
            self.send_header("Access-Control-Allow-Origin", origin)
            self.send_header("Access-Control-Allow-Methods", "GET, POST")
            self.send_header("Access-Control-Allow-Headers", "Authorization, Content-Type")
            if self.headers.get("Access-Control-Request-Private-Network") == "true":
                self.send_header("Access-Control-Allow-Private-Network", "true")
        self.send_header("Vary", "Origin")
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_args):
        """Nothing: a request may hold a PIN, and the terminal is for the pairing code."""


def _list(value):
    if not isinstance(value, list) or not value:
        raise ValueError("not a list")
    return value


def _as_text(row):
    chain = [_base64(item) for item in row["chain"]]
    return {**row, "certificate": _base64(row["certificate"]), "chain": chain}


def _base64(data):
    return base64.b64encode(data).decode()
