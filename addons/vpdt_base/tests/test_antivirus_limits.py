"""What a clamd has not looked into is never called clean: real daemons with low limits, with and without alerts."""

import io
import tempfile
import unittest
import zipfile
from pathlib import Path

try:
    from .clamd_common import EICAR, Clamd
    from .domain_common import DomainCase, load
    from .hostile_files import make_ole, make_pdf, make_zip
except ImportError:
    from clamd_common import EICAR, Clamd
    from domain_common import DomainCase, load
    from hostile_files import make_ole, make_pdf, make_zip

antivirus = load("antivirus")
limits = load("antivirus.limits")
file_types = load("text.file_types")
Address, Demand, Scanner, ScannerError = antivirus.Address, antivirus.Demand, antivirus.Scanner, antivirus.ScannerError
MB = 1 << 20


def infected_zip(megabytes):
    """The test file and, beside it, noise that cannot be packed."""
    return make_zip({"phu-luc.com": EICAR, "anh.bin": __import__("os").urandom(megabytes * MB)}, zipfile.ZIP_STORED)


class ClamdCase(DomainCase):
    LIMITS = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not Clamd.program():
            raise unittest.SkipTest("clamd is not installed: ./vpdt setup installs it")
        cls.clamd = Clamd("60M", **cls.LIMITS)
        cls.addClassCleanup(cls.clamd.remove)
        cls.clamd.start()
        cls.scanner = Scanner(Address(path=str(cls.clamd.socket)))
        cls.prover = antivirus.Prover(cls.scanner)

    def code(self, function, *args):
        """The code of a refusal, or None."""
        try:
            function(*args)
        except ScannerError as error:
            self.assertFalse(error.retryable)
            return error.code
        return None


class TestSilentClamd(ClamdCase):
    """As Debian sets it up: it says OK of what it has skipped."""

    LIMITS = {"MaxFileSize": "5M", "MaxScanSize": "12M", "MaxFiles": "300", "MaxRecursion": "6"}

    def test_the_trap(self):
        self.assertTrue(self.scanner.scan(io.BytesIO(infected_zip(6))).clean)

    def test_it_is_told_apart(self):
        self.assertFalse(self.prover.alerts)

    def test_each_limit_is_found_by_a_canary(self):
        for demand, code in (
            (Demand(4 * MB), None),
            (Demand(6 * MB), "limits"),
            (Demand(MB, largest=4 * MB, total=6 * MB, entries=5), None),
            (Demand(MB, largest=6 * MB, total=8 * MB, entries=5), "limits"),
            (Demand(MB, largest=2 * MB, total=20 * MB, entries=20), "limits"),
            (Demand(1000, largest=100, total=2000, entries=1000), "limits"),
            (Demand(1000, deep=4), None),
            (Demand(1000, deep=9), "limits"),
        ):
            with self.subTest(demand):
                self.assertEqual(self.code(self.prover.check, demand), code)

    def test_what_is_proven_is_not_asked_again(self):
        self.prover.check(Demand(2 * MB))
        asked, scan = [], self.scanner.scan
        self.scanner.scan = lambda file: asked.append(file) or scan(file)
        self.addCleanup(delattr, self.scanner, "scan")
        self.prover.check(Demand(2 * MB - 1))
        self.assertEqual(asked, [])

    def test_examination(self):
        found = antivirus.examine(self.scanner, 50)
        self.assertEqual((found.alerts, found.reach, found.sound), (False, 4, False))

    def test_a_stream_limit_is_respected_too(self):
        self.assertEqual(self.code(self.prover.check, Demand(80 * MB)), "limits")


class TestTellingClamd(ClamdCase):
    LIMITS = {"MaxFileSize": "5M", "MaxScanSize": "12M", "AlertExceedsMax": "yes", "AlertEncrypted": "yes"}

    def test_it_says_so_itself(self):
        self.assertTrue(self.prover.alerts)
        self.prover.check(Demand(500 * MB))
        self.assertEqual(self.code(self.scanner.scan, io.BytesIO(infected_zip(6))), "limits")
        zeros = make_zip({f"{n}.bin": b"%d" % n + bytes(MB) for n in range(20)})
        self.assertEqual(self.code(self.scanner.scan, io.BytesIO(zeros)), "limits")

    def test_a_virus_within_the_limits_is_a_virus(self):
        self.assertFalse(self.scanner.scan(io.BytesIO(infected_zip(1))).clean)

    def test_what_is_encrypted_is_no_virus_and_not_clean(self):
        pdf = make_pdf(owner="a", user="b")
        self.assertEqual(self.code(self.scanner.scan, io.BytesIO(pdf)), "closed")

    def test_examination(self):
        found = antivirus.examine(self.scanner, 4)
        self.assertTrue(found.sound)
        self.assertIn("ClamAV", found.version)


class TestBlindClamd(DomainCase):
    def test_a_scanner_without_a_database_says_nothing(self):
        class Blind:
            def scan(self, file):
                return antivirus.Verdict()

        with self.assertRaises(ScannerError) as caught:
            antivirus.Prover(Blind()).check(Demand(1))
        self.assertEqual(caught.exception.code, "blind")


class TestConfiguration(DomainCase):
    def configured(self, text, address):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "clamd.conf"
            path.write_text(text)
            return limits.configured(address, [Path(folder) / "none.conf", path])

    def test_the_file_of_this_clamd_only(self):
        text = "# a remark\nLocalSocket /run/x.ctl\nMaxFileSize 25M\nTCPSocket 3310\n"
        found = self.configured(text, Address(path="/run/x.ctl"))
        self.assertEqual((found["MaxFileSize"], found["MaxScanSize"]), ("25M", "400M"))
        self.assertEqual(self.configured(text, Address(host="127.0.0.1", port=3310))["MaxFileSize"], "25M")
        self.assertEqual(self.configured(text, Address(path="/run/y.ctl")), {})
        self.assertEqual(self.configured(text, Address(host="10.0.0.5", port=3310)), {})


class TestExtent(DomainCase):
    """What a file asks of a scanner."""

    def test_archives_and_documents(self):
        inner = make_zip({"b.txt": b"x" * 5000})
        found = file_types.extent(make_zip({"a.txt": b"y" * 9000, "inner.zip": inner}))
        self.assertEqual((found.largest, found.entries, found.deepest, found.closed), (9000, 3, 2, ""))
        self.assertEqual(found.unpacked, 9000 + len(inner) + 5000)
        self.assertEqual(file_types.extent(make_pdf()).closed, "")

    def test_what_nobody_can_look_into(self):
        for content in (
            make_pdf(owner="a", user="b"),
            make_ole(["EncryptedPackage"]),
            make_zip({"a.7z": b"7z\xbc\xaf\x27\x1c" + bytes(30)}),
            b"PK\x03\x04" + b"x" * 100,
        ):
            with self.subTest(content[:10]):
                self.assertTrue(file_types.extent(content).closed)
