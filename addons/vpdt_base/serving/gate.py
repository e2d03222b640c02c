"""The way of a request into Odoo: whole before the database hears of it, and never more at once than it can bear.

Odoo opens a cursor first and reads the body of the request afterwards, for as long as it comes; a connection is a
thread, and a full pool is an error. Whoever sends slowly thus takes the database from everybody. Here instead,
whatever the route:

1. The head has seconds; the body is read before Odoo is called, at a bounded pace, to the disk above a size. A slow one
   needs one of few places. While it comes, it costs a thread and no connection.
2. To work with the database a request waits for its turn. Strangers, that is requests without a session of somebody who
   has logged in, share few of the places. There are half as many as connections, since a step that gives a number takes
   a second one (`vpdt.register`): with all places taken, each of them still gets its second.
3. A full pool is waited for, too (websockets and jobs use it beside the requests).
4. What cannot be served is answered in words.

Installed once a process, when the module is imported; with threads, with workers and in the process of the
websockets alike. A worker serves one request at a time: let nginx read slow bodies in front of workers.
"""

import functools
import io
import ipaddress
import logging
import socket
import sys
import threading
import time
from contextlib import contextmanager, suppress

import psycopg2
from odoo import http, sql_db
from odoo.service import server
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import config
from psycopg2.pool import PoolError
from werkzeug.http import parse_cookie

from . import answers, bodies
from .pace import Limits, Pace, Reader, TooSlow, Writer
from .places import Arrivals, Busy, Places, Queue

_logger = logging.getLogger(__name__)

MB = 1 << 20

# Seconds, bytes a second, seconds.
HEAD = Limits(grace=10, rate=1e9, longest=10)
BODY_OF_PEOPLE = Limits(grace=30, rate=4096, longest=1800)
BODY_OF_STRANGERS = Limits(grace=15, rate=16384, longest=300)
ANSWER = Limits(grace=30, rate=4096, longest=float("inf"))
REST = 2  # seconds: what a client still sends after it has been refused
LARGEST_OF_PEOPLE = http.DEFAULT_MAX_CONTENT_LENGTH
LARGEST_OF_STRANGERS = 64 * MB

QUICK = 3  # seconds; a body that takes longer is a slow one
SLOW_PEOPLE = Places(64, each=8)
SLOW_STRANGERS = Places(32, each=8)
ARRIVALS = Arrivals(256, each=128)
# Of one thread; with the usual 8 MB the connections above would come near the limit of memory by being there.
STACK = 2 * MB

# Connections for what is no request of a person: jobs (queue_job's channel "root" runs seven, with up to three each),
# cron, the bus, and the websockets.
RESERVED = 32
JOBS = 8
STRANGERS_AT_WORK = 8
PATIENCE_OF_PEOPLE, PATIENCE_OF_STRANGERS = 120, 20  # seconds in which one's turn must come
PATIENCE_WITH_POOL = 15  # seconds

_MAKING = threading.Lock()
_installed = False
_READER = "vpdt.reader"


class ServerBusy(PoolError):
    """No connection to the database became free in time. Odoo answers with ``error_response`` and logs one line."""

    loglevel = logging.WARNING

    def __init__(self):
        super().__init__(answers.BUSY_WORDS)

    @staticmethod
    def error_response(environ, start_response):
        """The answer, a WSGI application."""
        return answers.refuse("busy", environ, start_response)


def places_at_work():
    """How many requests of people may work with the database at once."""
    return max(4, (config["db_maxconn"] - RESERVED) // 2)


@functools.cache
def _make_gate():
    return Gate(places_at_work())


def _gate():
    """The one of this process, made with its first request, when the configuration has been read."""
    with _MAKING:
        return _make_gate()


class Gate:
    """The places of this process, and the way through them."""

    def __init__(self, at_work):
        self._at_work = Queue(at_work, waiting=256)
        self._strangers = Queue(min(STRANGERS_AT_WORK, at_work), waiting=64)
        self._jobs = Queue(JOBS, waiting=JOBS)

    def serve(self, application, call, environ, start_response):
        """Answer one request: read it, wait for its turn, let Odoo do it."""
        reader = environ.pop(_READER, None)
        person = _session_of(application, environ)
        body, refused = None, None
        try:
            body = _receive(environ, reader, person)
            with self._turn(environ, person), _working():
                return call(application, environ, start_response)
        except (TooSlow, bodies.Broken, Busy) as error:
            refused = {TooSlow: "slow", bodies.Broken: "broken", Busy: "busy"}[type(error)]
        finally:
            if body:
                body.close()
            if reader:
                reader.end_within(REST)
        _logger.info("Refused as %s: %s from %s", refused, environ.get("PATH_INFO"), environ.get("REMOTE_ADDR"))
        return answers.refuse(refused, environ, start_response)

    @contextmanager
    def _turn(self, environ, person):
        if _is_job(environ):
            with self._jobs.place(PATIENCE_OF_PEOPLE):
                yield
        elif person:
            with self._at_work.place(PATIENCE_OF_PEOPLE):
                yield
        else:
            with self._strangers.place(PATIENCE_OF_STRANGERS), self._at_work.place(PATIENCE_OF_STRANGERS):
                yield


def _receive(environ, reader, person):
    """Read the body, see :func:`bodies.read`."""
    address = environ.get("REMOTE_ADDR")
    places, owner = (SLOW_PEOPLE, person) if person else (SLOW_STRANGERS, address)
    taken = []

    def need_a_place():
        places.take(owner)
        taken.append(owner)
        ARRIVALS.leave(address, environ.get("werkzeug.socket"))

    if reader:
        limits = BODY_OF_PEOPLE if person else BODY_OF_STRANGERS
        reader.pace = Pace(limits, quick=QUICK, when_slow=need_a_place)
    try:
        return bodies.read(environ, LARGEST_OF_PEOPLE if person else LARGEST_OF_STRANGERS)
    except bodies.TooLarge:
        bodies.leave_out(environ, LARGEST_OF_PEOPLE + 1)  # Odoo refuses it by its length, in the words of the route
        return None
    finally:
        for owner in taken:
            places.leave(owner)
        ARRIVALS.leave(address, environ.get("werkzeug.socket"))


@contextmanager
def _working():
    """`limit_time_real` counts the work, not the time that a client took to send or takes to receive."""
    thread = threading.current_thread()
    thread.start_time = time.time()
    try:
        yield
    finally:
        thread.start_time = None


def _session_of(application, environ):
    """The key of the session when somebody has logged in with it, else None. No database is asked."""
    key = parse_cookie(environ).get("session_id")
    store = application.session_store
    if not key or not store.is_valid_key(key):
        return None
    return key if store.get(key).uid else None


def _is_job(environ):
    """queue_job's runner asks its own server, without a session and without a proxy."""
    return (
        environ.get("PATH_INFO", "").startswith("/queue_job/")
        and "HTTP_X_FORWARDED_FOR" not in environ
        and _is_loopback(environ.get("REMOTE_ADDR"))
    )


def _is_loopback(address):
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False


# -- Odoo's own places ------------------------------------------------------------------------------------------


def install():
    """Put the gate in front of Odoo in this process."""
    global _installed
    if _installed:
        return
    _installed = True
    threading.stack_size(STACK)
    _guard_application()
    _guard_connections()
    _wait_for_pool()
    logging.getLogger(sql_db.__name__).addFilter(_not_to_be_retried)


def _guard_application():
    call = http.Application.__call__

    @functools.wraps(call)
    def guarded(self, environ, start_response):
        return _gate().serve(self, call, environ, start_response)

    http.Application.__call__ = guarded


def _guard_connections():
    handler = server.CommonRequestHandler
    log_error = handler.log_error

    def setup(self):
        threading.current_thread().start_time = None  # see _working
        super(handler, self).setup()
        self.rfile.close()
        self.vpdt_reader = Reader(self.connection, Pace(HEAD))
        self.rfile = io.BufferedReader(self.vpdt_reader, 1 << 16)
        self.wfile = Writer(self.connection, ANSWER)
        victim = ARRIVALS.enter(self.client_address[0], self.connection)
        if victim:
            with suppress(OSError):
                victim.shutdown(socket.SHUT_RDWR)

    def finish(self):
        ARRIVALS.leave(self.client_address[0], self.connection)
        super(handler, self).finish()

    def make_environ(self):
        environ = super(handler, self).make_environ()
        if environ.get("wsgi.input_terminated"):
            environ["wsgi.input"] = bodies.Chunks(self.rfile)
        return {**environ, _READER: self.vpdt_reader}

    def quiet_log_error(self, words, *arguments):
        if words.startswith("Request timed out"):  # a browser opens connections in advance
            _logger.debug(words, *arguments)
        else:
            log_error(self, words, *arguments)

    handler.setup, handler.finish, handler.make_environ = setup, finish, make_environ
    handler.log_error = quiet_log_error


def _wait_for_pool():
    borrow = sql_db.ConnectionPool.borrow

    @functools.wraps(borrow)
    def patient(self, connection_info):
        end = time.monotonic() + PATIENCE_WITH_POOL
        while True:
            try:
                return borrow(self, connection_info)
            except psycopg2.Error as error:
                if not _is_full(error):
                    raise
                if time.monotonic() >= end:
                    raise ServerBusy from error
            time.sleep(0.05)

    sql_db.ConnectionPool.borrow = patient


def _is_full(error):
    """Whether the pool has no connection left, or PostgreSQL has none for the pool."""
    words = str(error)
    return isinstance(error, PoolError) or "too many clients" in words or "remaining connection slots" in words


def _not_to_be_retried(record):
    """Odoo tries these again and says so in a line of its own; the query with ERROR before it frightens for nothing."""
    retried = isinstance(sys.exc_info()[1], PG_CONCURRENCY_EXCEPTIONS_TO_RETRY)
    return not (retried and str(record.msg).startswith("bad query"))
