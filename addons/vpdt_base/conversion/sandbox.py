"""A closed room for programs that open files of strangers.

A program sees the machine's programs, libraries and fonts (:data:`SEEN`), itself, and one folder to write in: no key,
no configuration, no document, no network, no other process. Two walls can hold that; the first that does is taken:

- *bubblewrap*: namespaces of the kernel. Containers and chroots forbid them by default.
- *warden*: Landlock, a user of its own and seccomp, see `warden`. They work there, too.

Where neither holds no program is started: ``no_wall``. Always: an environment and a process group of its own, caps on
time, memory and the size of a file.
"""

import json
import logging
import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from . import fonts, warden

_logger = logging.getLogger(__name__)

#: What a program may see, where it exists; of /etc only what says how to run, nothing that says for whom.
SEEN = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"),
    *("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives", "/etc/locale.alias"),
    *("/etc/localtime", "/etc/passwd", "/etc/group", "/etc/nsswitch.conf"),
    *("/etc/fonts", "/etc/libreoffice", "/etc/papersize", "/etc/paperspecs", "/etc/ghostscript"),
    # where Debian's links from /usr lead; LibreOffice breaks off when one is there and cannot be read
    *("/var/lib/ghostscript", "/var/lib/libreoffice", "/var/spool/libreoffice", "/var/cache/fontconfig"),
)
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
BUBBLEWRAP, WARDEN = "bubblewrap", "warden"
MAX_RESULT = 1 << 30  # bytes of a file that a program may write
# Numbers that no user of the machine has (Debian policy 9.2.2: 61184–65519 are free for such use)
_FIRST_USER, _USERS = 61184, 4336


class ConversionError(Exception):
    """A program could not do its work; ``code`` is one of missing, no_wall, timeout, crashed, failed.

    ``status``: the exit code of a program that ended by itself, else None.
    ``retryable``: the same file may well go through another time; a busy machine or a crash is no word about the file.
    """

    def __init__(self, code, message, status=None):
        super().__init__(message)
        self.code, self.status = code, status
        self.retryable = code in ("timeout", "crashed")


def run(command, folder, *, seconds, memory, hidden=()):
    """Run ``command`` (list) with ``folder`` as its only place to write; read what it leaves by :func:`result`.

    :param folder: new and shut to others, as `tempfile` makes it; where root runs this, it is given away
    :param seconds: of time, for it and all that it starts
    :param memory: bytes of address space of each of its processes
    :param hidden: folders and files below :data:`SEEN` that it must not see all the same, for example keys
    :raises ConversionError: ``missing`` no such program, ``no_wall`` this machine cannot shut it in, ``timeout``,
        ``crashed`` ended by a signal, ``failed`` with its last words
    """
    if os.stat(folder).st_mode & 0o077:
        raise ValueError(f"{folder} is no folder of its own")
    if not shutil.which(command[0]):
        raise ConversionError("missing", f"{command[0]} is not installed")
    kind = wall()
    if not kind:
        raise ConversionError(
            "no_wall",
            "this machine cannot shut converters in: neither bubblewrap nor Landlock with seccomp works here. "
            "No file of strangers is opened by a program; ./vpdt doctor says what to do",
        )
    _run(kind, command, folder, seconds=seconds, memory=memory, hidden=hidden)


def result(path):
    """What a program left in its folder, as bytes.

    It may have left a link to something that only we can read: a plain file is taken, nothing else.

    :raises ConversionError: ``failed``: there is no such file
    """
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            found = os.fstat(file.fileno())
            if stat.S_ISREG(found.st_mode) and found.st_nlink == 1 and found.st_size <= MAX_RESULT:
                return file.read()
    except OSError:
        pass
    raise ConversionError("failed", f"the program left no file {os.path.basename(path)}")


@cache
def wall():
    """The wall that holds on this machine, tried once a process: BUBBLEWRAP, WARDEN or None."""
    for kind in (BUBBLEWRAP, WARDEN):
        if (trouble := wall_trouble(kind)) is None:
            return kind
        _logger.info("converters are not shut in by %s: %s", kind, trouble)
    _logger.error("neither bubblewrap nor Landlock with seccomp works here: no office file, scan or PDF is opened")
    return None


# What a hostile converter would do; each line must fail.
_PROBE = """
import os, socket, sys
folder, secret, port = sys.argv[1:]
def network():
    socket.create_connection(("127.0.0.1", int(port)), 2)
for way_out in (lambda: open(secret).read(), network, lambda: open(secret + "2", "w")):
    try:
        way_out()
    except OSError:
        continue
    sys.exit("it gets out")
open(folder + "/done", "w").write("x")
"""


def wall_trouble(kind):
    """Why a wall does not hold here, None when it does: a program tries to read, write and connect what it must not."""
    try:
        with tempfile.TemporaryDirectory(prefix="vpdt-wall-") as outside:
            secret = Path(outside, "secret")
            secret.write_text("secret")
            secret.chmod(0o600)
            with tempfile.TemporaryDirectory(prefix="vpdt-wall-") as folder, _listening() as port:
                words = [sys.executable, "-I", "-S", "-c", _PROBE, folder, str(secret), str(port)]
                _run(kind, words, folder, seconds=30, memory=1 << 30)
                result(os.path.join(folder, "done"))
    except (ConversionError, OSError) as error:
        return str(error)
    return None


class _listening:
    """A port of this machine that answers."""

    def __enter__(self):
        import socket

        self._server = socket.create_server(("127.0.0.1", 0))
        return self._server.getsockname()[1]

    def __exit__(self, *_error):
        self._server.close()


def _run(kind, command, folder, *, seconds, memory, hidden=()):
    command = [os.path.abspath(shutil.which(command[0])), *command[1:]]
    seen = [*SEEN, *_own_places(command), str(fonts.CONFIGURATION)]
    walls = _bubblewrap if kind == BUBBLEWRAP else _warden
    words = [*walls(str(folder), seen, tuple(map(os.path.realpath, hidden))), *command]
    name = os.path.basename(command[0])
    with tempfile.TemporaryFile() as said:  # a pipe would be waited for when something that was started keeps it open
        status = _run_to_end(words, folder, seconds, memory, said)
        if status is None:
            raise ConversionError("timeout", f"{name} took longer than {seconds} seconds")
        if status:
            said.seek(max(0, said.seek(0, os.SEEK_END) - 500))
            last = said.read().decode("utf-8", "replace").strip()
            code = "crashed" if _by_signal(status) else "failed"
            if status == warden.NO_WALL and last.startswith("no wall"):
                code = "no_wall"
            raise ConversionError(code, f"{name} ended with {status}: {last}", status)


def _run_to_end(words, folder, seconds, memory, said):
    """The exit code, None when it took too long; nothing of it runs any more."""
    process = subprocess.Popen(
        words,
        cwd=folder,
        env={
            "PATH": os.environ.get("PATH", os.defpath),
            **dict.fromkeys(("HOME", "TMPDIR"), str(folder)),
            "LANG": "C.UTF-8",
            "FONTCONFIG_FILE": str(fonts.CONFIGURATION),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=said,
        start_new_session=True,
        preexec_fn=lambda: _put_caps_on(memory),
    )
    try:
        return process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        _end(process)


def _put_caps_on(memory):
    for cap, value in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, MAX_RESULT), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(cap, (value, value))


def _by_signal(code):
    """Whether an exit code tells of a signal: Python says -N, a shell and bubblewrap 128 + N."""
    return code < 0 or 128 < code < 128 + signal.NSIG


def _end(process):
    """Kill what is left of the group, also when the program itself has ended."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def _own_places(command):
    """Where the program itself lies: its folder, Python with its packages, the folder of a worker of ours."""
    places = {os.path.dirname(os.path.dirname(command[0]))}
    if command[0] == os.path.abspath(sys.executable):
        places |= {sys.prefix, sys.base_prefix}
    places |= {os.path.dirname(word) for word in command[1:] if word.endswith(".py") and os.path.isabs(word)}
    places.discard("/")  # of /bin/x: it is seen as it is
    return sorted(place for place in places if not _inside(place, SEEN))


def _inside(path, folders):
    return any(path == folder or path.startswith(f"{folder.rstrip('/')}/") for folder in folders)


def _bubblewrap(folder, seen, hidden):
    program = shutil.which("bwrap")
    if not program:
        raise ConversionError("missing", "bubblewrap is not installed")
    walls = [program, "--unshare-all", "--die-with-parent", "--new-session"]
    walls += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/var/tmp"]
    for path in seen:
        walls += ["--ro-bind-try", path, path]
    for path in hidden:
        if _inside(path, seen) and os.path.isdir(path):
            walls += ["--tmpfs", path]
        elif _inside(path, seen) and os.path.isfile(path):
            walls += ["--ro-bind", "/dev/null", path]  # a device, which nothing may open there
    return [*walls, "--bind", folder, folder, "--remount-ro", "/", "--chdir", folder, "--"]


def _warden(folder, seen, hidden):
    user = _own_user([*seen, os.path.dirname(folder)])
    if user is not None:
        _give(folder, user)
    shown = [place for path in seen for place in _without(os.path.realpath(path), hidden)]
    order = {"folder": folder, "seen": shown, "devices": DEVICES, "user": user}
    return [sys.executable, "-I", "-S", warden.__file__, json.dumps(order)]


def _without(path, hidden):
    """The paths that together are ``path`` less what is hidden: Landlock can only add."""
    if _inside(path, hidden):
        return []
    if not any(_inside(secret, [path]) for secret in hidden):
        return [path]
    with os.scandir(path) as entries:
        return [place for entry in entries if not entry.is_symlink() for place in _without(entry.path, hidden)]


def _own_user(seen):
    """Number of a user for this one run when we are root, else None.

    None, too, where such a user could not reach the programs (a checkout below /root): Landlock must do then.
    """
    if os.geteuid() != 0 or not all(map(_open_to_all, seen)):
        return None
    return _FIRST_USER + int.from_bytes(os.urandom(4), "big") % _USERS


def _open_to_all(path):
    path = Path(os.path.realpath(path))
    folders = [place for place in (*path.parents, path) if place.is_dir()]
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in folders)


def _give(folder, user):
    """Hand a new folder and the files in it to a user."""
    for path in (folder, *(entry.path for entry in os.scandir(folder))):
        os.chown(path, user, user, follow_symlinks=False)
