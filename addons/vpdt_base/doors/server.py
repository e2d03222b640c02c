"""The web server itself: its name, and what it does with a body that nobody will read."""

import select
import socket
import time

from odoo.service.server import CommonRequestHandler

IDLE_SECONDS, TOTAL_SECONDS = 0.5, 10.0
PIECE_BYTES = 1 << 16


def install():
    """Change Odoo's handler of requests."""
    CommonRequestHandler.version_string = lambda self: "VPDT"
    original = CommonRequestHandler.end_headers

    def end_headers(self):
        original(self)
        if self.headers.get("Upgrade") != "websocket":
            self.rfile = _Rest(self.connection, self.rfile)

    CommonRequestHandler.end_headers = end_headers


class _Rest:
    """What the client still sends after it was answered: read for a moment, so that the answer arrives, then left.

    Werkzeug reads on until the client closes, which a thread waits for as long as the client likes.
    """

    def __init__(self, connection, stream):
        self._connection, self._stream, self._over = connection, stream, False

    def read(self, _size=-1):
        """Throw away what comes within the time; always empty, which ends Werkzeug's own reading."""
        end = time.monotonic() + TOTAL_SECONDS
        try:
            while not self._over and time.monotonic() < end:
                if not select.select([self._connection], [], [], IDLE_SECONDS)[0]:
                    break
                if not self._connection.recv(PIECE_BYTES, socket.MSG_DONTWAIT):
                    break
        except OSError:
            pass  # the client is gone
        self._over = True
        return b""

    def __getattr__(self, name):
        return getattr(self._stream, name)
