"""The HTTP of others, without a database: what is signed, what goes in pieces, what an answer means."""

import hashlib
import hmac
import json
import unittest
from datetime import UTC, datetime
from types import SimpleNamespace
from unittest.mock import patch

from ..edxml import PacketParts
from ..wire import PeerClient, WireError, canonical, signature
from ..wire.calling import Body, as_json, call
from ..wire.errors import LOGIN, NO_ANSWER, NOT_NOW, REFUSED
from ..wire.peer import PIECE
from ..wire.vxp import VxpClient, same_hash, short_hash, sign


class TestVxpSignature(unittest.TestCase):
    def test_every_parameter_is_a_header_and_signed(self):
        headers = sign({"systemid": "s", "timestamp": "29112026T080910+0123", "docId": "1"}, "bí mật")
        names = ["XroadVnpt-systemid", "XroadVnpt-timestamp", "XroadVnpt-docId"]
        self.assertEqual(headers["XroadVnpt-sign-header-key"].split(";"), names)
        signed = headers["XroadVnpt-sign-header"]
        self.assertEqual(json.loads(signed), {name: headers[name] for name in names})
        self.assertEqual(
            headers["XroadVnpt-hash-header"], hmac.new("bí mật".encode(), signed.encode(), hashlib.sha256).hexdigest()
        )

    def test_the_stamp_is_local_with_four_digits(self):
        client = VxpClient("http://x/", "s", "t", now=lambda: datetime(2026, 11, 29, 1, 9, 10, 7000, UTC))
        self.assertEqual(client._headers()["XroadVnpt-timestamp"], "29112026T080910+0007")

    def test_the_hash_of_the_kit_leaves_out_zeros(self):
        digest = "0a10" + "ff" * 30
        self.assertEqual(short_hash(digest), "a10" + "ff" * 30)
        self.assertTrue(same_hash(short_hash(digest), digest))
        self.assertTrue(same_hash(digest.upper(), digest))
        self.assertFalse(same_hash("", digest))


class TestPieces(unittest.TestCase):
    """A packet to another installation."""

    def send(self, size, held=0):
        asked = []

        def answer(method, url, data=None, headers=None):
            asked.append((method, url.partition("/packets/")[2].partition("?")[2], data or b"", headers))
            said = {"received": held} if method == "GET" else {"state": "taken"}
            return SimpleNamespace(json=lambda: said, text="")

        content = bytes(range(256)) * (size // 256 + 1)
        parts = PacketParts(content[:size])
        client = PeerClient("https://x", "ten", "bí mật", clock=lambda: 1000)
        with patch("odoo.addons.vpdt_interop.wire.peer.call", answer):
            self.assertEqual(client.send(parts, "0" * 64, "H1", "H2")["state"], "taken")
        return asked, content[:size]

    def test_a_small_one_goes_in_one_piece(self):
        asked, content = self.send(1000)
        self.assertEqual([(method, query) for method, query, _d, _h in asked], [("PUT", "offset=0"), ("POST", "")])
        self.assertEqual(asked[0][2], content)
        self.assertEqual(json.loads(asked[1][2]), {"from": "H1", "to": "H2", "size": 1000})

    def test_a_large_one_goes_on_where_it_broke_off(self):
        size = 2 * PIECE + 10
        asked, content = self.send(size, held=PIECE + 7)
        pieces = [(query, data) for method, query, data, _h in asked if method == "PUT"]
        self.assertEqual([query for query, _data in pieces], [f"offset={PIECE + 7}", f"offset={2 * PIECE + 7}"])
        self.assertEqual(b"".join(data for _query, data in pieces), content[PIECE + 7 :])

    def test_what_is_signed(self):
        asked, _content = self.send(1000)
        method, query, data, headers = asked[0]
        path = f"/vpdt/exchange/1/packets/{'0' * 64}?{query}"
        text = canonical(method, path, "1000", hashlib.sha256(data).hexdigest())
        self.assertEqual(headers["Authorization"], f"VPDT ten:{signature('bí mật', text)}")


class TestAnswers(unittest.TestCase):
    def kind_of(self, status, text=""):
        answer = SimpleNamespace(ok=status < 400, is_redirect=status in (302, 307), status_code=status, text=text)
        with patch("requests.request", return_value=answer), self.assertRaises(WireError) as raised:
            call("GET", "https://x")
        return raised.exception.kind

    def test_each_status(self):
        for status, kind in ((401, LOGIN), (403, LOGIN), (503, NO_ANSWER), (500, NOT_NOW), (429, NOT_NOW),
                             (409, NOT_NOW), (400, REFUSED), (404, REFUSED), (302, REFUSED)):  # fmt: skip
            self.assertEqual(self.kind_of(status), kind, status)

    def test_nobody_there(self):
        with patch("requests.request", side_effect=OSError("refused")), self.assertRaises(WireError) as raised:
            call("GET", "https://x")
        self.assertEqual((raised.exception.kind, raised.exception.detail), (NO_ANSWER, "OSError: refused"))

    def test_no_json(self):
        def broken():
            raise ValueError

        for text, kind in (("<html>", NOT_NOW), ("Unauthorized", LOGIN), ("", NOT_NOW)):
            with self.assertRaises(WireError) as raised:
                as_json(SimpleNamespace(json=broken, text=text))
            self.assertEqual(raised.exception.kind, kind)

    def test_a_body_is_read_in_pieces_of_any_size(self):
        body = Body([b"abc", b"", b"defg"], 7)
        self.assertEqual(
            (len(body), body.read(2), body.read(4), body.read(9), body.read(9)), (7, b"ab", b"cdef", b"g", b"")
        )
        self.assertEqual(Body([b"abc", b"d"], 4).read(), b"abcd")
