"""The closed room: no network, no secrets, one folder to write in, caps on time and memory."""

import contextlib
import os
import shutil
import socket
import subprocess
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
warden = load("conversion.warden")
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

    def assert_gone(self):
        """Nothing that names the folder runs any more."""
        for _wait in range(20):
            running = [p for p in Path("/proc").glob("[0-9]*/cmdline") if self.folder in _read(p)]
            if not running:
                return
            time.sleep(0.1)
        self.fail(f"still running: {running}")

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

    def test_a_folder_of_others_is_not_taken(self):
        with self.assertRaises(ValueError):
            sandbox.run(["true"], "/tmp", seconds=1, memory=GB)

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
        self.assert_gone()

    def test_memory(self):
        self.assert_fails("x = bytearray(900 << 20)", "MemoryError", memory=GB // 2)

    def test_failure_says_why(self):
        self.assertEqual(self.assert_fails("raise SystemExit('the last words')", "the last words").code, "failed")


class TestWall(Room):
    def test_one_holds_here(self):
        self.assertIn(sandbox.wall(), (sandbox.BUBBLEWRAP, sandbox.WARDEN))

    def test_without_any_nothing_is_opened(self):
        for command in ([sys.executable, "-c", "pass"], ["true"]):
            with patch.object(sandbox, "wall", lambda: None), patch.object(subprocess, "Popen") as started:
                with self.assertRaises(sandbox.ConversionError) as caught:
                    sandbox.run(command, self.folder, seconds=1, memory=GB)
                self.assertEqual((caught.exception.code, caught.exception.retryable), ("no_wall", False))
                started.assert_not_called()

    def test_a_wall_that_lets_through_is_none(self):
        with patch.object(sandbox, "_warden", lambda *_: []):
            self.assertIn("it gets out", sandbox.wall_trouble(sandbox.WARDEN))
        with patch.object(sandbox, "wall_trouble", lambda kind: "it gets out"):
            with self.assertLogs(sandbox.__name__, "ERROR"):
                self.assertIsNone(sandbox.wall.__wrapped__())

    def test_where_bubblewrap_does_not_work_the_warden_is_taken(self):
        with patch.object(sandbox, "wall_trouble", lambda kind: kind == sandbox.BUBBLEWRAP and "no namespaces" or None):
            self.assertEqual(sandbox.wall.__wrapped__(), sandbox.WARDEN)


class Hostile:
    """What a hostile converter tries, on each wall."""

    kind = None

    def setUp(self):
        super().setUp()
        if trouble := sandbox.wall_trouble(self.kind):
            raise unittest.SkipTest(f"{self.kind} does not work on this machine: {trouble}")
        kind = patch.object(sandbox, "wall", lambda: self.kind)
        kind.start()
        self.addCleanup(kind.stop)
        outside = tempfile.TemporaryDirectory(prefix="vpdt-outside-")
        self.addCleanup(outside.cleanup)
        self.outside = outside.name
        self.secret = Path(outside.name, "vpdt_master.key")
        self.secret.write_text("secret")

    def test_no_network(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            self.assert_fails(f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)", "Error")

    def test_no_datagrams(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
            listener.bind(("127.0.0.1", 0))
            listener.settimeout(0.2)
            address = listener.getsockname()
            with contextlib.suppress(sandbox.ConversionError):
                self.python(f"import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', {address})")
            with self.assertRaises(TimeoutError):
                listener.recv(1)

    def test_no_sockets_of_others(self):
        """The super user of the database is whoever runs it: its socket must be out of reach."""
        for address in (os.path.join(self.outside, "s"), f"\0vpdt-{os.getpid()}"):
            with self.subTest(address), socket.socket(socket.AF_UNIX) as server:
                server.bind(address)
                server.listen()
                code = f"import socket; socket.socket(socket.AF_UNIX).connect({address!r})"
                self.assert_fails(code, "Error")
                self.assert_fails(code.replace("AF_UNIX)", "AF_UNIX, socket.SOCK_DGRAM)"), "Error")

    def test_no_keys_no_settings(self):
        conf = Path(self.outside, "odoo.conf")
        conf.write_text("db_password = x")
        for path in (self.secret, conf, "/etc/shadow", f"/proc/{os.getpid()}/environ", f"/proc/{os.getpid()}/mem"):
            with self.subTest(path):
                self.assert_fails(f"open({str(path)!r}, 'rb').read(1)", "Error")
                self.assert_fails(f"import os; os.stat({str(path)!r}); open({str(path)!r}).read(1)", "Error")

    def test_nothing_of_the_checkout_but_the_worker(self):
        here = os.path.dirname(os.path.abspath(__file__))
        self.assert_fails(f"import os; os.listdir({here!r})", "Error")

    def test_hidden_below_what_is_seen(self):
        code = "import os; open('said', 'w').write(str(os.listdir({!r})))"
        self.assertNotEqual(self.python(code.format("/usr/share/doc")), "[]")
        try:
            self.assertEqual(self.python(code.format("/usr/share/doc"), hidden=["/usr/share/doc"]), "[]")
        except sandbox.ConversionError as error:
            self.assertIn("PermissionError", str(error))
        beside = code.format("/usr/share/common-licenses")
        self.assertNotEqual(self.python(beside, hidden=["/usr/share/doc"]), "[]")

    def test_nothing_else_can_be_written(self):
        for path in (str(self.secret), self.outside + "/new", "/usr/vpdt-written", "/etc/vpdt-written"):
            with self.subTest(path):
                self.assert_fails(f"open({path!r}, 'w')", "Error")
        for change in ("truncate({!r}, 0)", "chmod({!r}, 0o777)", "unlink({!r})", "rename({!r}, 'mine')"):
            with self.subTest(change):
                self.assert_fails("import os; os." + change.format(str(self.secret)), "Error")
        self.assert_fails(f"import os; os.link({str(self.secret)!r}, 'mine')", "Error")
        self.assertEqual(self.secret.read_text(), "secret")

    def test_a_link_is_no_result(self):
        for code in (
            f"import os; os.symlink({str(self.secret)!r}, 'document.pdf')",
            "import os; os.mkfifo('document.pdf')",
            "import os; os.mkdir('document.pdf')",
            "import os; open('a', 'w'); os.link('a', 'document.pdf')",
        ):
            with self.subTest(code):
                shutil.rmtree(self.folder)
                os.mkdir(self.folder, 0o700)
                self.python(code)
                with self.assertRaises(sandbox.ConversionError):
                    sandbox.result(os.path.join(self.folder, "document.pdf"))

    def test_it_cannot_hurt_who_started_it(self):
        for code in (
            f"import os; os.kill({os.getpid()}, 0)",
            f"import resource; resource.prlimit({os.getpid()}, resource.RLIMIT_NOFILE, (1, 1))",
            f"import os; os.sched_setaffinity({os.getpid()}, {{0}})",
        ):
            with self.subTest(code):
                self.assert_fails(code, "Error")

    def test_nothing_of_it_is_left(self):
        """A grandchild that leaves session and group would live on."""
        code = f"""
import os, time
if os.fork() == 0:
    for leave in (os.setsid, os.setpgrp):
        try:
            leave()
        except OSError:
            pass
    if os.fork() == 0:
        os.execv({sys.executable!r}, ["python", "-c", "import time; time.sleep(60) # {self.folder}"])
    os._exit(0)
time.sleep(0.3)
"""
        self.python(code)
        self.assert_gone()

    def test_no_namespaces_of_its_own(self):
        code = "import ctypes; raise SystemExit(ctypes.CDLL(None).unshare(0x10000000) and 'refused')"
        if self.kind == sandbox.WARDEN:
            self.assert_fails(code, "refused")

    def test_caps_hold(self):
        self.assert_fails("x = bytearray(900 << 20)", "MemoryError", memory=GB // 2)
        with patch.object(sandbox, "MAX_RESULT", 1000):
            self.assert_fails("with open('big', 'w') as big: big.write('x' * 2000)", "File too large")

    def test_a_worker_below_tmp(self):
        """The project may lie where the room has an empty folder of its own."""
        worker = Path(self.outside, "worker.py")
        worker.write_text("import sys; open(sys.argv[1], 'w').write('done')")
        os.chmod(self.outside, 0o755)
        sandbox.run([sys.executable, str(worker), self.folder + "/said"], self.folder, seconds=20, memory=GB)
        self.assertEqual(Path(self.folder, "said").read_text(), "done")


class TestBubblewrap(Hostile, Room):
    kind = sandbox.BUBBLEWRAP

    def test_other_processes_are_not_seen(self):
        count = "len([name for name in os.listdir('/proc') if name.isdigit()])"
        said = self.python(f"import os; open('said', 'w').write(str({count}))")
        self.assertLess(int(said), 5)


class TestWarden(Hostile, Room):
    kind = sandbox.WARDEN

    def test_nothing_is_executed_in_its_folder(self):
        code = "import os, shutil; shutil.copy('/bin/true', 'mine'); os.chmod('mine', 0o755); os.execv('./mine', ['x'])"
        self.assert_fails(code, "Error")
        self.assert_fails(code.replace("os.chmod('mine', 0o755); ", ""), "Error")

    def test_root_does_not_stay_root(self):
        if os.geteuid() != 0:
            raise unittest.SkipTest("for root")
        said = self.python("import os; open('said', 'w').write(f'{os.getuid()} {os.getgid()} {os.getgroups()}')")
        user, group, groups = said.split(" ", 2)
        self.assertTrue(61184 <= int(user) == int(group) <= 65519)
        self.assertEqual(groups, "[]")


class TestWardenStaysRoot(Hostile, Room):
    """A checkout that no other user can reach, below /root: Landlock alone, and no capability."""

    kind = sandbox.WARDEN

    def setUp(self):
        super().setUp()
        if os.geteuid() != 0 or not warden.landlock_abi():
            raise unittest.SkipTest("for root with Landlock")
        same = patch.object(sandbox, "_own_user", lambda seen: None)
        same.start()
        self.addCleanup(same.stop)

    def test_no_capability_is_left(self):
        lines = self.python("open('said', 'w').write(str(__import__('os').getresuid()))")
        self.assertEqual(lines, "(0, 0, 0)")
        self.assert_fails("import os; os.setuid(1)", "PermissionError")
        self.assert_fails("import os; os.execv('/bin/mknod', ['mknod', 'x', 'c', '1', '3'])", "denied")


class TestOwnUser(DomainCase):
    def test_a_place_that_others_cannot_reach(self):
        with tempfile.TemporaryDirectory() as shut:  # rwx------
            self.assertFalse(sandbox._open_to_all(shut))
            os.mkdir(os.path.join(shut, "below"))
            self.assertFalse(sandbox._open_to_all(os.path.join(shut, "below")))
        self.assertTrue(sandbox._open_to_all("/usr"))
        self.assertTrue(sandbox._open_to_all("/usr/no-such-place"))

    def test_without_landlock_a_user_of_its_own_must_do(self):
        """Old kernels, and those of containers that have no Landlock."""
        code = (
            f"import sys; sys.path.insert(0, {os.path.dirname(warden.__file__)!r}); import warden, os, socket\n"
            "warden.landlock_abi = lambda: 0\n"
            "order = {'seen': [], 'devices': [], 'folder': '/tmp', 'user': USER}\n"
            "warden.shut_in(order)\n"
            "try:\n    open(sys.argv[1]).read()\n"
            "except PermissionError:\n    socket.socket()"
        )

        def ends_with(user, words):
            with tempfile.NamedTemporaryFile() as secret:
                command = [sys.executable, "-c", code.replace("USER", str(user)), secret.name]
                done = subprocess.run(command, capture_output=True, text=True, check=False)
            self.assertIn(words, done.stderr)

        ends_with(None, "neither Landlock nor a user of its own")
        if os.geteuid() == 0:
            ends_with(61200, "PermissionError: [Errno 13]")


def _read(path):
    try:
        return path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""
