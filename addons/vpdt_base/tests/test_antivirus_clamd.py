"""The client of clamd against a real clamd, and against one that misbehaves."""

import io
import os
import socket
import threading
import tracemalloc
import unittest

try:
    from .clamd_common import EICAR, SIGNATURE, Clamd
    from .domain_common import DomainCase, load
    from .hostile_files import make_zip
except ImportError:
    from clamd_common import EICAR, SIGNATURE, Clamd
    from domain_common import DomainCase, load
    from hostile_files import make_zip

antivirus = load("antivirus")
Address, Scanner, ScannerError = antivirus.Address, antivirus.Scanner, antivirus.ScannerError


class TestAddress(DomainCase):
    def test_socket_and_tcp(self):
        self.assertEqual(antivirus.parse_address(" unix:/run/clamd.ctl "), Address(path="/run/clamd.ctl"))
        self.assertEqual(antivirus.parse_address("tcp:clam:3310", ["CLAM"]), Address(host="clam", port=3310))
        self.assertEqual(antivirus.parse_address("tcp:[::1]:3310", ["::1"]), Address(host="::1", port=3310))

    def test_host_must_be_on_the_list(self):
        with self.assertRaises(ScannerError) as caught:
            antivirus.parse_address("tcp:169.254.169.254:80", ["127.0.0.1"])
        self.assertEqual(caught.exception.code, "not_allowed")
        self.assertFalse(caught.exception.retryable)

    def test_what_is_no_address(self):
        for text in ("", "clamd", "unix:relative", "tcp:host", "tcp:host:0", "tcp:host:99999", "http://h:1", "tcp::1"):
            with self.subTest(text), self.assertRaises(ScannerError) as caught:
                antivirus.parse_address(text, ["host", ""])
            self.assertEqual(caught.exception.code, "address")


class TestRealClamd(DomainCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not Clamd.program():
            raise unittest.SkipTest("clamd is not installed: ./vpdt setup installs it")
        cls.clamd = Clamd(stream_max="8M")
        cls.addClassCleanup(cls.clamd.remove)
        cls.clamd.start()
        cls.scanner = Scanner(Address(path=str(cls.clamd.socket)))

    def scan(self, content):
        return self.scanner.scan(io.BytesIO(content))

    def test_clean(self):
        self.assertTrue(self.scan(b"%PDF-1.7 nothing bad").clean)
        self.assertTrue(self.scan(b"").clean)

    def test_eicar(self):
        verdict = self.scan(EICAR)
        self.assertFalse(verdict.clean)
        self.assertIn(SIGNATURE, verdict.signature)

    def test_eicar_inside_an_archive(self):
        self.assertFalse(self.scan(make_zip({"Công văn.txt": b"x" * 1000, "sub/b.txt": EICAR})).clean)

    def test_eicar_behind_many_chunks(self):
        self.assertFalse(self.scan(b"\0" * (3 << 20) + EICAR).clean)

    def test_tcp(self):
        address = antivirus.parse_address(self.clamd.tcp_address, ["127.0.0.1"])
        self.assertFalse(Scanner(address).scan(io.BytesIO(EICAR)).clean)

    def test_version_and_ping(self):
        self.scanner.ping()
        self.assertIn("ClamAV", self.scanner.version())

    def test_longer_than_the_limit_of_clamd(self):
        with self.assertRaises(ScannerError) as caught:
            self.scan(b"a" * (20 << 20))
        self.assertEqual(caught.exception.code, "too_large")
        self.assertFalse(caught.exception.retryable)

    def test_memory_is_flat(self):
        class Endless:
            left = 7 << 20

            def read(self, size=-1):  # pylint: disable=method-required-super
                size = min(size, self.left)
                self.left -= size
                return b"a" * size

        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        self.assertTrue(self.scanner.scan(Endless()).clean)
        self.assertLess(tracemalloc.get_traced_memory()[1], 2 << 20)


class TestNoClamd(DomainCase):
    def assert_error(self, code, scanner, retryable=True):
        with self.assertRaises(ScannerError) as caught:
            scanner.scan(io.BytesIO(b"abc"))
        self.assertEqual((caught.exception.code, caught.exception.retryable), (code, retryable))

    def answering(self, answer, close=True):
        """A scanner whose clamd reads all and then says ``answer``."""
        server = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(server.close)

        def serve():
            connection, _address = server.accept()
            with connection:
                received = b""
                while not received.endswith(b"\0\0\0\0"):
                    received += connection.recv(1000)
                connection.sendall(answer)
                if not close:
                    threading.Event().wait(2)

        threading.Thread(target=serve, daemon=True).start()
        return Scanner(Address(host="127.0.0.1", port=server.getsockname()[1]), answer_seconds=0.5, total_seconds=1)

    def test_nobody_listens(self):
        self.assert_error("down", Scanner(Address(path=f"/tmp/vpdt-no-clamd-{os.getpid()}")))
        self.assert_error("down", Scanner(Address(host="127.0.0.1", port=1)))

    def test_silence(self):
        self.assert_error("timeout", self.answering(b"", close=False))

    def test_hangs_up(self):
        self.assert_error("down", self.answering(b""))

    def test_not_a_verdict(self):
        for answer in (b"HTTP/1.1 200 OK\0", b"stream: OK, but\0", b"stream:  FOUND\0", b"OK\0"):
            with self.subTest(answer):
                self.assert_error("protocol", self.answering(answer))

    def test_endless_answer(self):
        self.assert_error("protocol", self.answering(b"stream: " + b"A" * 20000))
