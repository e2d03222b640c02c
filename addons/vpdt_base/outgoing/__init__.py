"""The wall around the process: nothing opens a connection to another machine but what goes through a way out.

Odoo and its modules fetch addresses in dozens of places (previews, pictures, statistics, push messages). Closing each
of them is not enough, since the next module brings its own: so a connection is refused where Python makes it. Code of
this product that may call somebody – after it has asked the list of allowed hosts – does so inside :func:`way_out`.

The database is reached by libpq, which is no Python socket; sockets of this machine's file system are always open.
"""

import errno
import os
import socket
import threading
from contextlib import contextmanager
from contextvars import ContextVar

_open = ContextVar("vpdt_way_out", default=False)
_connect, _connect_ex = socket.socket.connect, socket.socket.connect_ex


class OutgoingRefused(PermissionError):
    """A connection that nobody has allowed; an ``OSError``, as any connection that cannot be made."""

    def __init__(self, address):
        super().__init__(errno.EACCES, f"this server does not call {address}: no way out was opened for it")


@contextmanager
def way_out():
    """Let connections out in this block, in the tasks of asyncio begun in it and in nothing else.

    For an address that an administrator has set or listed; the caller has checked that.
    """
    token = _open.set(True)
    try:
        yield
    finally:
        _open.reset(token)


def install():
    """Put up the wall, once a process."""
    socket.socket.connect, socket.socket.connect_ex = _guarded_connect, _guarded_connect_ex


def _guarded_connect(self, address):
    _check(self, address)
    return _connect(self, address)


def _guarded_connect_ex(self, address):
    try:
        _check(self, address)
    except OutgoingRefused as error:
        return error.errno
    return _connect_ex(self, address)


def _check(connection, address):
    if connection.family not in (socket.AF_INET, socket.AF_INET6) or _open.get() or _is_of_a_test(address):
        return
    raise OutgoingRefused(address)


def _is_of_a_test(address):
    """Tests call the server that they test; what serves a request or a job is walled in then as well."""
    if "PYTEST_CURRENT_TEST" not in os.environ or threading.current_thread().name.startswith("odoo.service"):
        return False
    return address[0] in ("127.0.0.1", "::1", "localhost")
