"""A push service of a browser and a chat service in one, speaking the real protocols, in a thread."""

import base64
import http.server
import json
import os
import struct
import threading

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def _text(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Browser:
    """What a browser keeps of its subscription: it alone can read what is pushed to it (RFC 8291)."""

    def __init__(self):
        self._key, self._auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self._public = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.keys = {"p256dh": _text(self._public), "auth": _text(self._auth)}

    def opened(self, body):
        """Open one record of aes128gcm (RFC 8188); dict."""
        salt, size, length = struct.unpack("!16sLB", body[:21])
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sealed) <= size
        shared = self._key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        secret = self._derive(shared, self._auth, b"WebPush: info\x00" + self._public + sender, 32)
        key = self._derive(secret, salt, b"Content-Encoding: aes128gcm\x00", 16)
        nonce = self._derive(secret, salt, b"Content-Encoding: nonce\x00", 12)
        return json.loads(AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\x02"))

    def _derive(self, secret, salt, info, length):
        return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.end_headers()
        self.wfile.write(self.server.said)

    def log_message(self, *_args):
        """Silence."""


class FakeNotices(http.server.ThreadingHTTPServer):
    """``status`` and ``said`` are what it answers; ``taken`` what came: (path, headers, body)."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.taken, self.status, self.said = [], 201, b"{}"
        self.host = f"127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self):
        """End it."""
        self.shutdown()
        self.server_close()
