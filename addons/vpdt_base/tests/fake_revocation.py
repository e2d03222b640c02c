"""A responder (OCSP) and a distribution point (CRL) over HTTP, speaking the real protocols, in a thread."""

import contextlib
import http.server
import threading
import time

from cryptography.x509 import ocsp


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        request = ocsp.load_der_ocsp_request(body)  # what is no OCSP request ends the connection
        self.server.requests.append(("ocsp", request.serial_number))
        self._answer(self.server.ocsp_of(request.serial_number), "application/ocsp-response")

    def do_GET(self):
        self.server.requests.append(("crl", self.path))
        self._answer(self.server.crl, "application/pkix-crl")

    def _answer(self, data, kind):
        mood = self.server.mood
        if mood == "slow":
            time.sleep(self.server.delay)
        status = {"down": 503, "redirect": 302}.get(mood, 200)
        with contextlib.suppress(OSError):
            self.send_response(status)
            if mood == "redirect":
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.send_header("Content-Type", kind)
            self.end_headers()
            if mood == "trickle":
                self._trickle()
            self.wfile.write(b"rubbish" if mood == "rubbish" else data)

    def _trickle(self):
        for _count in range(200):
            self.wfile.write(b"x" * 20_000)
            self.wfile.flush()
            time.sleep(0.02)

    def log_message(self, *_args):
        """Silence."""


class FakeRevocation(http.server.ThreadingHTTPServer):
    """``mood``: "", slow, down, redirect, rubbish, trickle; ``ocsp`` and ``crl`` are DER, or None for 200 and nothing.

    :param ocsp: function serial number → DER
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests, self.mood, self.delay = [], "", 1.5
        self.ocsp_of, self.crl = (lambda _serial: b""), b""
        self.thread = threading.Thread(target=self.serve_forever, daemon=True)
        self.thread.start()

    @property
    def host(self):
        return f"127.0.0.1:{self.server_port}"

    @property
    def url(self):
        return f"http://{self.host}"

    def stop(self):
        """Shut down and wait for the thread."""
        self.shutdown()
        self.server_close()
        self.thread.join()
