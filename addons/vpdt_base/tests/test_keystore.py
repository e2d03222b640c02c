"""What is encrypted at rest, what is derived from the master key, and what is held for a short time."""

import tempfile
import time
import unittest
from pathlib import Path

from freezegun import freeze_time

try:
    from .domain_common import load
except ImportError:
    from domain_common import load

keystore = load("keystore")
SECRET, CONTEXT = "mật khẩu", b"sid:7:12"


class TestVault(unittest.TestCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "master.key"

    def test_round_trip_for_its_own_place_only(self):
        stored = keystore.encrypt(b"key", b"a", self.path)
        self.assertEqual(keystore.decrypt(stored, b"a", self.path), b"key")
        for content, context in ((stored, b"b"), (stored[:-1], b"a"), (b"", b"a")):
            with self.subTest(context=context, size=len(content)), self.assertRaises(keystore.VaultError):
                keystore.decrypt(content, context, self.path)

    def test_derived_keys_are_stable_and_independent(self):
        first = keystore.derive(b"sessions", self.path)
        self.assertEqual((len(first), keystore.derive(b"sessions", self.path)), (32, first))
        self.assertNotEqual(keystore.derive(b"others", self.path), first)
        self.assertNotEqual(self.path.read_bytes(), first)


class TestHeld(unittest.TestCase):
    def setUp(self):
        super().setUp()
        self.box, self.ticket = keystore.hold(SECRET, CONTEXT)

    def test_both_halves_open_it(self):
        self.assertEqual(keystore.recall(self.box, self.ticket, CONTEXT), SECRET)

    def test_one_half_opens_nothing(self):
        other_box, other_ticket = keystore.hold(SECRET, CONTEXT)
        for box, ticket, context in (
            (self.box, other_ticket, CONTEXT),
            (other_box, self.ticket, CONTEXT),
            (self.box, self.ticket, b"sid:8:12"),
            (self.box, "", CONTEXT),
            (self.box, None, CONTEXT),
            (self.box, "é", CONTEXT),
            (None, self.ticket, CONTEXT),
            ("", self.ticket, CONTEXT),
            (self.box[:-8], self.ticket, CONTEXT),
        ):
            with self.subTest(box=box, ticket=ticket, context=context):
                self.assertIsNone(keystore.recall(box, ticket, context))
        self.assertNotIn(SECRET, self.box + self.ticket)

    def test_time_runs_out_and_is_authenticated(self):
        with freeze_time(time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() + keystore.HELD_FOR + 2))):
            self.assertIsNone(keystore.recall(self.box, self.ticket, CONTEXT))
        later = "f" + self.box[1:]  # the end is the first thing in the box
        self.assertIsNone(keystore.recall(later, self.ticket, CONTEXT))
