"""Starting other programs, and making sure that they end."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from .project import Failure

GENTLY = ("nice", "-n", "19", "ionice", "-c", "2", "-n", "7")  # before a command that others should not notice
_SESSION = Path("/proc/self/autogroup")


def run(command, *, log=None, failure, hint="", **options):
    """Run a program to its end and return its standard output.

    :param log: a file that takes the output instead; its last lines go into the failure
    :param failure: the message when the program fails or is missing
    :raises Failure: with the last lines of what the program said
    """
    command = [str(part) for part in command]
    if "input" not in options:
        options["stdin"] = subprocess.DEVNULL
    try:
        if log:
            said, output, code = _run_logged(command, log, options)
        else:
            result = subprocess.run(command, capture_output=True, text=True, check=False, **options)
            said, output, code = result.stderr or result.stdout, result.stdout, result.returncode
    except FileNotFoundError as error:
        raise Failure(f"{failure}: {error}", hint) from error
    if code:
        last = "\n    ".join(said.strip().splitlines()[-25:])
        where = f" (whole log: {log})" if log else ""
        raise Failure(f"{failure} (exit code {code}){where}\n    {last}", hint)
    return output


def private_log(log):
    """Open a log to append bytes, for its owner only: it names documents and people."""
    log.parent.mkdir(parents=True, exist_ok=True)
    handle = open(log, "ab", opener=lambda path, flags: os.open(path, flags, 0o600))
    os.fchmod(handle.fileno(), 0o600)  # one of an earlier day
    return handle


def _run_logged(command, log, options):
    with private_log(log) as handle:
        result = subprocess.run(command, stdout=handle, stderr=subprocess.STDOUT, text=True, check=False, **options)
    return log.read_text(encoding="utf-8", errors="replace"), "", result.returncode


def start(command, log, **options):
    """Start a program in a process group of its own, so that Ctrl-C reaches only us.

    `setpriv --pdeathsig` (util-linux) ends it even when we are killed outright.
    """
    command = [str(part) for part in command]
    if shutil.which("setpriv"):
        command = ["setpriv", "--pdeathsig", "TERM", "--", *command]
    with private_log(log) as handle:
        return subprocess.Popen(
            command,
            **{"stdin": subprocess.DEVNULL, **options},
            stdout=handle,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def stop(process, patience=20):
    """End a program started by :func:`start` with everything in its group.

    First politely, after `patience` seconds with SIGKILL; returns when the group is empty.
    """
    for number, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, 5)):
        if not _signal_group(process.pid, number):
            break
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            process.poll()
            if not _signal_group(process.pid, 0):
                break
            time.sleep(0.1)
    process.wait()


def _signal_group(group, number):
    """Send a signal to a process group; False when the group has no member left."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def behind_others():
    """Let the programs that people work with go first while the block runs.

    `nice` counts within one session only where Linux shares the processor by sessions (sched_autogroup), and a server
    has a session of its own; so ours steps back as a whole. Not to the end of the queue: where the processor is never
    idle, a backup has a tenth of a share, and comes to its end.
    """
    before = _session_nice()
    if before is None:
        yield
        return
    _set_session_nice(max(before, 10))
    try:
        yield
    finally:
        _set_session_nice(before)


def _session_nice():
    """What counts against other sessions, -20 to 19; None where all processes are equal."""
    try:
        return int(_SESSION.read_text(encoding="ascii").split()[-1])  # "/autogroup-525 nice 0"
    except (OSError, ValueError, IndexError):
        return None


def _set_session_nice(number):
    with suppress(OSError):  # a courtesy, no more
        try:
            _SESSION.write_text(f"{number}\n", encoding="ascii")
        except BlockingIOError:  # Linux takes one such change in a tenth of a second
            time.sleep(0.2)
            _SESSION.write_text(f"{number}\n", encoding="ascii")


def turn_signals_into_exceptions():
    """Let SIGTERM and SIGHUP unwind the stack as Ctrl-C does, so that clean-up runs.

    SIGINT too: a shell starts its background jobs with that signal ignored.
    """

    def interrupt(number, _frame):
        raise KeyboardInterrupt(signal.Signals(number).name)

    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGHUP, interrupt)
