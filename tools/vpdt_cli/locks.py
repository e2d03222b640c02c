"""File locks between commands. The kernel drops them when the process dies, however it dies."""

import fcntl
import os
from contextlib import contextmanager

from .project import Failure


def _open(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    return open(path, "a+", encoding="utf-8")


@contextmanager
def exclusive(path, busy=None):
    """Hold a lock file for oneself.

    :param busy: what the other holder is doing; when given, a taken lock raises
        Failure at once, otherwise this waits for it
    """
    with _open(path) as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (fcntl.LOCK_NB if busy else 0))
        except BlockingIOError:
            handle.seek(0)
            holder = handle.read().strip() or "unknown"
            raise Failure(
                f"{busy} (process {holder} holds {path})",
                "wait until it has finished, then run the command again.",
            ) from None
        handle.seek(0)
        handle.truncate()
        handle.write(str(os.getpid()))
        handle.flush()
        yield


@contextmanager
def in_turn(path, say):
    """Hold a lock file for oneself, after whoever holds it now.

    :param say: called once when there is somebody to wait for
    """
    try:
        with exclusive(path, busy="taken"):
            free = True
    except Failure:
        free = False
    if not free:
        say()
    with exclusive(path):
        yield


class Usage:
    """Counts the commands that use a thing: the last one out may switch it off."""

    def __init__(self, path):
        self._handle = _open(path)
        fcntl.flock(self._handle, fcntl.LOCK_SH)

    def leave(self):
        """Stop using it; True when nobody else does."""
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            return True
        finally:
            self._handle.close()
