"""A real clamd with a small signature database of its own, for tests; ClamAV's own cannot be had everywhere."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

# In two parts, so that no scanner of a developer's machine takes this source for the test virus (eicar.org).
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SIGNATURE = "Vpdt-Eicar"


class Clamd:
    """One clamd in the foreground on a socket and a TCP port of its own; knows the EICAR string and nothing else."""

    def __init__(self, stream_max="60M", **limits):
        """``limits`` are lines of clamd.conf, such as ``MaxScanSize="20M"``; they win over ``stream_max``."""
        self.folder = Path(tempfile.mkdtemp(prefix="vpdt-clamd-"))
        self.socket = self.folder / "clamd.sock"
        self.port = _free_port()
        self._process = None
        self._write_configuration({"StreamMaxLength": stream_max, "MaxFileSize": stream_max, **limits})

    @staticmethod
    def program():
        """Path of clamd, None when it is not installed."""
        return shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")

    @property
    def unix_address(self):
        return f"unix:{self.socket}"

    @property
    def tcp_address(self):
        return f"tcp:127.0.0.1:{self.port}"

    def start(self):
        """Start it and return when it answers."""
        command = [self.program(), "--foreground", f"--config-file={self.folder}/clamd.conf"]
        with open(self.folder / "clamd.log", "ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        deadline = time.monotonic() + 60
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"clamd did not start:\n{(self.folder / 'clamd.log').read_text()}")
            time.sleep(0.05)

    def stop(self):
        """End it; it may be started again."""
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
            self.socket.unlink(missing_ok=True)

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder)

    def _answers(self):
        try:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(str(self.socket))
                probe.sendall(b"zPING\0")
                return probe.recv(16) == b"PONG\0"
        except OSError:
            return False

    def _write_configuration(self, limits):
        database = self.folder / "database"
        database.mkdir()
        # Anywhere in a file (target 0, offset *), so that it is found inside archives and documents, too.
        (database / "vpdt.ndb").write_text(f"{SIGNATURE}:0:*:{EICAR.hex()}\n")
        (self.folder / "clamd.conf").write_text(
            f"DatabaseDirectory {database}\nLocalSocket {self.socket}\nTCPSocket {self.port}\nTCPAddr 127.0.0.1\n"
            f"TemporaryDirectory {self.folder}\nMaxThreads 2\nSelfCheck 0\n"
            + "".join(f"{limit} {value}\n" for limit, value in limits.items())
        )


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
