"""A remote signing service over HTTP, by the API of the Cloud Signature Consortium (1.0.4), in a thread."""

import base64
import contextlib
import http.server
import json
import threading
import time
from urllib.parse import parse_qs

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, utils
from cryptography.hazmat.primitives.serialization import Encoding


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        endpoint = self.path.rpartition("/csc/v1/")[2]
        if endpoint == "oauth2/token":
            return self.answer(*self.oauth2_token(parse_qs(raw.decode())))
        body = json.loads(raw)
        self.server.requests.append((self.path, body))
        mood = self.server.mood
        if mood == "redirect":
            return self.answer({}, 307, Location=f"{self.server.url}/elsewhere/csc/v1/{endpoint}")
        if self.headers.get("Authorization") != f"Bearer {self.server.token}" or (
            mood == "expired" and endpoint != "credentials/info"
        ):
            return self.answer({"error": "invalid_token"}, 401)
        if endpoint == "signatures/signHash":
            if mood == "slow":
                time.sleep(self.server.delay)
            self.server.asked.set()
            self.server.may_answer.wait(120)
        return self.answer(*getattr(self, endpoint.replace("/", "_"))(body, mood))

    def oauth2_token(self, form):
        self.server.requests.append((self.path, {key: value[0] for key, value in form.items()}))
        if self.server.mood == "redirect":  # without an address: `requests` is asked not to follow, and would raise
            return {}, 307
        if form.get("client_secret") != ["s3cret"]:
            return {"error": "invalid_client"}, 401
        return {"access_token": self.server.token, "token_type": "Bearer", "expires_in": 3600}, 200

    def credentials_info(self, _body, _mood):
        identity = self.server.identity
        certs = [identity.cert, *identity.chain]
        return {
            "cert": {"certificates": [base64.b64encode(cert.public_bytes(Encoding.DER)).decode() for cert in certs]},
            "key": {"algo": ["1.2.840.113549.1.1.11"], "len": 2048},
            "multisign": self.server.multisign,
            "SCAL": "2",
        }, 200

    def credentials_authorize(self, body, mood):
        if mood == "refused" or body.get("PIN") != "1234":
            return {"error": "access_denied"}, 403
        if self.server.otp and body.get("OTP") != self.server.otp:
            return {"error": "invalid_otp"}, 400
        return {"SAD": "sad", "expiresIn": 60}, 200

    def signatures_signHash(self, body, mood):
        if mood == "down":
            return {}, 503
        key = self.server.other_key if mood == "wrong key" else self.server.identity.key
        algorithm = utils.Prehashed(hashes.SHA256())
        values = [
            base64.b64encode(key.sign(base64.b64decode(item), padding.PKCS1v15(), algorithm)).decode()
            for item in body["hash"]
        ]
        return ({"signature": values} if mood == "garbage" else {"signatures": values}), 200

    def answer(self, values, status, **headers):
        data = json.dumps(values).encode()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

    def log_message(self, *_args):
        """Silence."""


class FakeSigningService(http.server.ThreadingHTTPServer):
    """``mood``: "", slow, refused, expired, wrong key, garbage, down, redirect (307 to its own path ``/elsewhere``).

    ``may_answer`` can be cleared to hold a signature back, as a person does who looks for his telephone.

    :param identity: :class:`signing.pki.Identity` whose key it keeps
    :param other_key: private key that does not belong to it, for the mood "wrong key"
    """

    daemon_threads = True

    def __init__(self, identity, other_key=None):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.identity, self.other_key = identity, other_key
        self.requests, self.mood, self.token, self.otp, self.delay = [], "", "token", None, 1.5
        self.multisign = 1  # how many hashes one confirmation is good for
        self.asked, self.may_answer = threading.Event(), threading.Event()
        self.may_answer.set()
        self.thread = threading.Thread(target=self.serve_forever, daemon=True)
        self.thread.start()

    @property
    def host(self):
        return f"127.0.0.1:{self.server_port}"

    @property
    def url(self):
        return f"http://{self.host}"

    def endpoints(self):
        """What has been called, in order."""
        return [path.rpartition("/csc/v1/")[2] for path, _body in self.requests]

    def stop(self):
        self.may_answer.set()
        self.shutdown()
        self.server_close()
        self.thread.join()
