"""The closed room: no network, no secrets, one folder to write in, caps on time and memory."""

import os
import socket
import sys
import tempfile
import time
import unittest
from pathlib import Path
from unittest.mock import patch

try:
    from .domain_common import DomainCase, load
except ImportError:
    from domain_common import DomainCase, load

sandbox = load("conversion.sandbox")
GB = 1 << 30


class Room(DomainCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory(prefix="vpdt-room-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def python(self, code, **options):
        """Run Python in the room; what it prints into the file `said` comes back."""
        options = {"seconds": 20, "memory": GB, **options}
        sandbox.run([sys.executable, "-c", code], self.folder, **options)
        said = Path(self.folder, "said")
        return said.read_text() if said.exists() else None

    def assert_fails(self, code, words="", **options):
        with self.assertRaises(sandbox.ConversionError) as caught:
            self.python(code, **options)
        self.assertIn(words, str(caught.exception))
        return caught.exception


class TestCaps(Room):
    def test_no_such_program(self):
        with self.assertRaises(sandbox.ConversionError) as caught:
            sandbox.run(["vpdt-no-such-program"], self.folder, seconds=1, memory=GB)
        self.assertEqual(caught.exception.code, "missing")

    def test_it_works_in_its_folder(self):
        self.assertEqual(self.python("import os; open('said', 'w').write(os.getcwd())"), self.folder)

    def test_environment_is_not_handed_on(self):
        with patch.dict(os.environ, {"VPDT_SECRET": "x"}):
            said = self.python("import os; open('said', 'w').write(' '.join(sorted(os.environ)))")
        self.assertNotIn("VPDT_SECRET", said)

    def test_time(self):
        started = time.monotonic()
        child = f"[sys.executable, '-c', 'import time; time.sleep(60) # {self.folder}']"
        code = f"import subprocess, sys; subprocess.run({child})"
        self.assertEqual(self.assert_fails(code, seconds=1).code, "timeout")
        self.assertLess(time.monotonic() - started, 15)
        time.sleep(0.3)
        running = [p for p in Path("/proc").glob("[0-9]*/cmdline") if self.folder in _read(p)]
        self.assertEqual(running, [])

    def test_memory(self):
        self.assert_fails("x = bytearray(900 << 20)", "MemoryError", memory=GB // 2)

    def test_failure_says_why(self):
        self.assertEqual(self.assert_fails("raise SystemExit('the last words')", "the last words").code, "failed")


class TestWalls(Room):
    def setUp(self):
        super().setUp()
        if not sandbox._walls(self.folder, (), ())[:1] or "bwrap" not in sandbox._walls(self.folder, (), ())[0]:
            raise unittest.SkipTest("bubblewrap does not work on this machine: ./vpdt setup installs it")

    def test_no_network(self):
        server = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(server.close)
        port = server.getsockname()[1]
        self.assert_fails(f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)", "refused")

    def test_hidden_folders_are_empty(self):
        with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.abspath(__file__))) as secrets:
            Path(secrets, "key").write_text("secret")
            code = f"import os; open('said', 'w').write(str(os.listdir({secrets!r})))"
            self.assertEqual(self.python(code), "['key']")
            self.assertEqual(self.python(code, hidden=[secrets]), "[]")

    def test_hidden_files_are_shut(self):
        with tempfile.NamedTemporaryFile(dir=os.path.dirname(os.path.abspath(__file__))) as secret:
            secret.write(b"password")
            secret.flush()
            code = f"open('said', 'w').write(open({secret.name!r}).read())"
            self.assertEqual(self.python(code), "password")
            self.assert_fails(code, "PermissionError", hidden=[secret.name])

    def test_sockets_in_hidden_folders_are_not_reached(self):
        with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.abspath(__file__)), prefix="s") as folder:
            here = os.open(folder, os.O_RDONLY)  # the path of a socket is short
            self.addCleanup(os.close, here)
            server = socket.socket(socket.AF_UNIX)
            self.addCleanup(server.close)
            server.bind(f"/proc/self/fd/{here}/s")
            server.listen()
            code = f"import os, socket; os.chdir({folder!r}); socket.socket(socket.AF_UNIX).connect('s')"
            self.python(code)
            self.assert_fails(code, "FileNotFoundError", hidden=[folder])

    def test_nothing_else_can_be_written(self):
        here = os.path.dirname(os.path.abspath(__file__))
        self.assert_fails(f"open({here!r} + '/vpdt-written', 'w')", "Read-only")
        self.python("open('/tmp/vpdt-written-in-room', 'w')")
        self.assertFalse(os.path.exists("/tmp/vpdt-written-in-room"))

    def test_other_processes_are_not_seen(self):
        count = "len([name for name in os.listdir('/proc') if name.isdigit()])"
        said = self.python(f"import os; open('said', 'w').write(str({count}))")
        self.assertLess(int(said), 5)


class TestFallbacks(Room):
    def test_without_bubblewrap(self):
        with patch.object(sandbox, "_working", lambda program, *_: program == "unshare" and "/usr/bin/unshare"):
            self.assertEqual(sandbox._walls(self.folder, (), ())[:2], ["/usr/bin/unshare", "--net"])

    def test_without_anything_it_says_so_and_goes_on(self):
        with patch.object(sandbox, "_working", lambda *_: None):
            with self.assertLogs(sandbox.__name__, "WARNING"):
                self.assertEqual(self.python("open('said', 'w').write('done')"), "done")


def _read(path):
    try:
        return path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""
