"""Between two installations of this product: pieces of a packet, and the word that it is whole.

Each request is signed with a secret that both sides hold; what is signed is the method, the address, the moment and
the digest of the body. A packet goes in pieces, so that a broken connection costs one piece; it is named by its own
SHA-256, so that sending it again changes nothing.

====== ============================== ==============================================================
GET    /vpdt/exchange/1/agencies      identifiers and names of the agencies served there
GET    /vpdt/exchange/1/packets/SHA   ``{"state", "received"}``: how much of it is there
PUT    /vpdt/exchange/1/packets/SHA   a piece, at ``?offset=``
POST   /vpdt/exchange/1/packets/SHA   it is whole: ``{"from", "to", "size"}`` → ``{"state", "words", "cause"}``
====== ============================== ==============================================================
"""

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode, urlsplit

from .calling import as_json, call
from .errors import NOT_NOW, WireError

BASE = "/vpdt/exchange/1"
PIECE = 4 << 20
#: How far the clocks of the two sides may be apart, in seconds.
CLOCKS_APART = 600

TAKEN, REFUSED_STATE = "taken", "refused"


def canonical(method, path, moment, body_sha256):
    """The text that is signed.

    :param path: with the query, as it stands in the request
    :param moment: whole seconds since 1970, as text
    """
    return "\n".join((method.upper(), path, moment, body_sha256))


def signature(secret, text):
    """HMAC-SHA256, hexadecimal."""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


class PeerClient:
    """Requests to another installation.

    :param url: its address without a path
    :param name: name of the access, the same on both sides
    :param secret: text, the same on both sides
    """

    def __init__(self, url, name, secret, clock=time.time):
        self._url = url.rstrip("/")
        self._name = name
        self._secret = secret
        self._clock = clock

    def agencies(self):
        """Agencies served there: list of dicts ``identifier, identifier_legacy, name``."""
        return self._ask("GET", "/agencies").get("agencies") or []

    def send(self, parts, sha256, sender, recipient):
        """Hand a packet over; goes on where an earlier try broke off.

        :param parts: edxml.PacketParts
        :return: dict: state ``taken``, or ``refused`` with words and cause
        :raise WireError: nobody knows whether it is there
        """
        path, size = f"/packets/{sha256}", parts.size
        held = 0
        if size > PIECE:
            found = self._ask("GET", path)
            held = min(int(found.get("received") or 0), size)
        for offset, piece in _pieces(parts.chunks(), held):
            self._ask("PUT", f"{path}?{urlencode({'offset': offset})}", piece)
        end = json.dumps({"from": sender, "to": recipient, "size": size}).encode()
        answer = self._ask("POST", path, end)
        if answer.get("state") not in (TAKEN, REFUSED_STATE):
            raise WireError(NOT_NOW, "an answer that says nothing")
        return answer

    def _ask(self, method, path, body=b""):
        url = f"{self._url}{BASE}{path}"
        parts = urlsplit(url)
        asked = f"{parts.path}?{parts.query}" if parts.query else parts.path
        moment, digest = str(int(self._clock())), hashlib.sha256(body).hexdigest()
        signed = signature(self._secret, canonical(method, asked, moment, digest))
        headers = {
            "Authorization": f"VPDT {self._name}:{signed}",
            "X-VPDT-Time": moment,
            "X-VPDT-Digest": digest,
            "Content-Type": "application/octet-stream",
        }
        found = as_json(call(method, url, data=body or None, headers=headers))
        if not isinstance(found, dict):
            raise WireError(NOT_NOW, "an answer that is no object")
        return found


def _pieces(chunks, start):
    """Yield (offset, piece) of PIECE bytes each, beginning at ``start``."""
    held, skipped, offset = bytearray(), 0, start
    for chunk in chunks:
        if skipped < start:
            left = min(len(chunk), start - skipped)
            skipped += left
            chunk = chunk[left:]
        held += chunk
        while len(held) >= PIECE:
            yield offset, bytes(held[:PIECE])
            del held[:PIECE]
            offset += PIECE
    if held or offset == start == 0:
        yield offset, bytes(held)
