"""Common ground of the tests of the codec, which need no database.

The tests run under Odoo, under pytest, and alone:
``python -m unittest discover -s addons/vpdt_interop/tests -p "test_edxml_*.py"``.
"""

import importlib
import itertools
import sys
import unittest
from datetime import date, datetime
from pathlib import Path

from hypothesis import HealthCheck, settings

ADDON = Path(__file__).resolve().parent.parent
DATA = ADDON / "tests" / "data"
# Vendor packets that may be read but not copied; absent in most places.
SHARED = ADDON.parents[1].parent / "shared" / "samples" / "edxml"

settings.register_profile(
    "vpdt",
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("vpdt")

if __name__.startswith("odoo.addons."):
    from odoo.tests import BaseCase as TestCase

    PACKAGE = "odoo.addons.vpdt_interop.edxml"
else:
    TestCase = unittest.TestCase
    PACKAGE = "edxml"
    if str(ADDON) not in sys.path:
        sys.path.insert(0, str(ADDON))

edxml = importlib.import_module(PACKAGE)
NOW = datetime(2026, 11, 22, 10, 30, tzinfo=edxml.TIME_ZONE)


def module(name):
    """Return a module of the codec, e.g. ``module("attachments")``."""
    return importlib.import_module(f"{PACKAGE}.{name}")


def sample(name):
    """Return the bytes of a file of tests/data."""
    return (DATA / name).read_bytes()


def shared_samples(folder):
    """Return the vendor packets of ``genuine`` or ``malformed``; none when they are absent."""
    return sorted((SHARED / folder).glob("*.edxml"))


def counter_ids():
    """Return an identifier source that gives ``id-1``, ``id-2``…"""
    numbers = itertools.count(1)
    return lambda: f"id-{next(numbers)}"


def organization(organ_id="000.00.05.H41", name="Sở Ví dụ A", **values):
    """Return an agency."""
    return edxml.Organization(organ_id=organ_id, name=name, **values)


def document(**values):
    """Return a new document packet that the writer takes, without attachments."""
    sender = values.setdefault("sender", organization())
    values.setdefault("recipients", [organization("000.00.00.H14", "UBND tỉnh Ví dụ B")])
    day = values.setdefault("promulgation_date", date(2026, 11, 20))
    number = values.setdefault("number", "123")
    notation = values.setdefault("notation", "SVD-VP")
    values.setdefault("document_id", edxml.document_id(sender.organ_id, day, number, notation))
    values.setdefault("type_name", "Công văn")
    values.setdefault("subject", "V/v thử nghiệm liên thông")
    values.setdefault("trace", [edxml.TraceHeader(sender.organ_id, NOW)])
    return edxml.DocumentPacket(**values)


def status(code="03", **values):
    """Return a status packet that the writer takes."""
    return edxml.StatusPacket(
        sender=values.pop("sender", organization("000.00.00.H14", "UBND tỉnh Ví dụ B")),
        response_for=edxml.ResponseFor(
            "000.00.05.H41", "123/SVD-VP", "000.00.05.H41,2026/11/20,123/SVD-VP", date(2026, 11, 20)
        ),
        code=edxml.StatusCode(code),
        timestamp=NOW,
        **values,
    )


class EdxmlCase(TestCase):
    """Assertions on reading and writing."""

    def read(self, source, **options):  # pylint: disable=method-required-super  # no model  # pylint: disable=method-required-super
        """Read at the frozen clock; temporary files go at the end of the test."""
        packet = edxml.read(source, now=NOW, **options)
        if isinstance(packet, edxml.DocumentPacket):
            self.addCleanup(packet.close)
        return packet

    def write(self, packet, **options):  # pylint: disable=method-required-super  # no model  # pylint: disable=method-required-super
        """Write at the frozen clock with counted identifiers."""
        return edxml.write(packet, now=NOW, new_id=counter_ids(), **options)

    def assert_refused(self, source, code, words="", line=None, **options):
        """Assert that reading fails with ``code`` and that the message names the fault."""
        with self.assertRaises(edxml.PacketError) as caught:
            edxml.read(source, now=NOW, **options)
        error = caught.exception
        self.assertEqual(error.code, code, str(error))
        self.assertIn(words, str(error))
        if line is not None:
            self.assertEqual(error.line, line, str(error))
        return error

    def assert_not_written(self, packet, code, words="", **options):
        """Assert that writing fails with ``code`` before anything is written."""
        with self.assertRaises(edxml.PacketError) as caught:
            self.write(packet, **options)
        self.assertEqual(caught.exception.code, code, str(caught.exception))
        self.assertIn(words, str(caught.exception))
        return caught.exception
