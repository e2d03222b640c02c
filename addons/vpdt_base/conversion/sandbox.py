"""A closed room for programs that open files of strangers.

With bubblewrap: the machine read-only, no network, no other processes, folders of secrets emptied, one folder to write
in. Where containers forbid new namespaces: `unshare` without a network, else only the caps on time and memory, and a
warning in the log. Always: a profile, an environment and a process group of its own.
"""

import logging
import os
import resource
import shutil
import signal
import subprocess
from functools import cache

_logger = logging.getLogger(__name__)

_EMPTY_FOLDERS = ("/root", "/home", "/run", "/tmp", "/var/tmp")


class ConversionError(Exception):
    """A program could not do its work; ``code`` is one of missing, timeout, crashed, failed.

    ``status``: the exit code of a program that ended by itself, else None.
    ``retryable``: the same file may well go through another time; a busy machine or a crash is no word about the file.
    """

    def __init__(self, code, message, status=None):
        super().__init__(message)
        self.code, self.status = code, status
        self.retryable = code in ("timeout", "crashed")


def run(command, folder, *, seconds, memory, hidden=()):
    """Run ``command`` (list) with ``folder`` as its only place to write.

    :param seconds: of time, for it and all that it starts
    :param memory: bytes of address space of each of its processes
    :param hidden: further folders that it must find empty, and files that it must not open, for example keys
    :raises ConversionError: ``missing`` no such program, ``timeout``, ``crashed`` ended by a signal, ``failed`` with
        its last words
    """
    if not shutil.which(command[0]):
        raise ConversionError("missing", f"{command[0]} is not installed")
    process = subprocess.Popen(
        [*_walls(folder, (*_EMPTY_FOLDERS, *map(str, hidden)), _kept(command)), *command],
        cwd=folder,
        env={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (memory, memory)),
    )
    try:
        _output, said = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise ConversionError("timeout", f"{command[0]} took longer than {seconds} seconds") from None
    finally:
        _end(process)
    if process.returncode:
        words = said[-500:].decode("utf-8", "replace").strip()
        code = "crashed" if _by_signal(process.returncode) else "failed"
        text = f"{os.path.basename(command[0])} ended with {process.returncode}: {words}"
        raise ConversionError(code, text, process.returncode)


def _by_signal(code):
    """Whether an exit code tells of a signal: Python says -N, a shell and bubblewrap 128 + N."""
    return code < 0 or 128 < code < 128 + signal.NSIG


def _end(process):
    """Kill what is left of the group, also when the program itself has ended."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.communicate()


def _kept(command):
    """Folders that the program itself lies in, which an empty /root or /home would hide."""
    program = shutil.which(command[0])
    return {os.path.dirname(os.path.dirname(os.path.abspath(word))) for word in (program, *_scripts(command))}


def _scripts(command):
    return [word for word in command[1:] if word.endswith(".py") and os.path.isabs(word)]


def _walls(folder, emptied, kept):
    if bwrap := _working("bwrap", "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "true"):
        return [bwrap, *_bubblewrap(str(folder), emptied, kept)]
    if unshare := _working("unshare", "--net", "--map-root-user", "true"):
        _logger.warning("bubblewrap does not work here: converters have no network, but see the files of this account")
        return [unshare, "--net", "--map-root-user"]
    _logger.warning("neither bubblewrap nor unshare works here: converters run with caps on time and memory only")
    return []


def _bubblewrap(folder, emptied, kept):
    walls = ["--unshare-all", "--die-with-parent", "--new-session", "--ro-bind", "/", "/"]
    walls += ["--proc", "/proc", "--dev", "/dev"]
    for path in emptied:
        if os.path.isdir(path):
            walls += ["--tmpfs", path]
        elif os.path.isfile(path) and not _inside(path, emptied):
            walls += ["--ro-bind", "/dev/null", path]  # a device, which nothing may open there
    for path in sorted(kept):
        if _inside(path, emptied):
            walls += ["--ro-bind", path, path]
    return [*walls, "--bind", folder, folder, "--chdir", folder]


def _inside(path, folders):
    return any(path.startswith(f"{os.path.abspath(folder)}/") for folder in folders)


@cache
def _working(program, *arguments):
    """Path of a program that does what it is asked here, else None; asked once a process."""
    path = shutil.which(program)
    if not path:
        return None
    done = subprocess.run([path, *arguments], capture_output=True, check=False)
    return path if done.returncode == 0 else None
