"""Strangers who send slowly, a hundred clerks at one instant: those who work go on, and nobody meets an error."""

import json
import re
import socket
import stat
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

SLOW, REGISTRATIONS = 64, 100
LONGEST = 60  # seconds after which no slow connection may be open any more; measured: 15 to 20

# Every kind of road into Odoo that takes a body; ours, the forms, JSON, the uploads, the old services.
ROADS = {
    "/vpdt/check/file": "multipart/form-data; boundary=x",
    "/vpdt/check": "multipart/form-data; boundary=x",
    "/vpdt/upload/vpdt.incoming/1": "multipart/form-data; boundary=x",
    "/web/login": "application/x-www-form-urlencoded",
    "/web/dataset/call_kw": "application/json",
    "/jsonrpc": "application/json",
    "/xmlrpc/2/common": "text/xml",
    "/mail/attachment/upload": "multipart/form-data; boundary=x",
}


@pytest.fixture(scope="module")
def clerk(server):
    return Person(server, "vanthu.xa1")


class Person:
    """Somebody who has logged in."""

    def __init__(self, server, login):
        self._url = server.url
        self._password = next(a["password"] for a in server.accounts if a["login"] == login)
        self._cookie = None
        asked = {"db": server.db, "login": login, "password": self._password}
        answer = self._post("/web/session/authenticate", asked)
        self._cookie = re.search(r"session_id=[^;]+", " ".join(answer.headers.get_all("Set-Cookie")))[0]
        self.context = {"allowed_company_ids": [json.load(answer)["result"]["user_companies"]["current_company"]]}

    @property
    def cookie_header(self):
        return f"Cookie: {self._cookie}"

    def _post(self, path, params):
        headers = {"Content-Type": "application/json", **({"Cookie": self._cookie} if self._cookie else {})}
        body = json.dumps({"jsonrpc": "2.0", "params": params}).encode()
        return urllib.request.urlopen(urllib.request.Request(f"{self._url}{path}", body, headers), timeout=150)

    def call(self, model, method, *arguments, **named):
        """What the server answers: ``{"result"}`` or ``{"error"}``."""
        named = {"context": self.context, **named}
        params = {"model": model, "method": method, "args": arguments, "kwargs": named}
        return json.load(self._post(f"/web/dataset/call_kw/{model}/{method}", params))


def connections(server, state="%"):
    """How many connections the server has to its database, in such a state."""
    return server.env_call(
        "env.cr.execute('SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        f" AND pid <> pg_backend_pid() AND state LIKE %s', [{state!r}])\n"
        "result = env.cr.fetchone()[0]"
    )


def begin(server, number):
    """A connection that has sent the head of a request and the first bytes of a body that it never ends."""
    path, content_type = list(ROADS.items())[number % len(ROADS)]
    length = "Transfer-Encoding: chunked" if number % 3 == 0 else "Content-Length: 500000"
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Type: {content_type}\r\n{length}\r\n\r\n"
    # From different addresses: one alone would be sent away after its share.
    connection = socket.create_connection(
        ("127.0.0.1", server.port), timeout=LONGEST, source_address=(f"127.0.0.{2 + number // 8}", 0)
    )
    connection.sendall(head.encode() + (b"7a120\r\n{" if number % 3 == 0 else b"{"))
    return connection


def rest_of(connection):
    """What comes until the server closes."""
    parts = []
    try:
        while part := connection.recv(4096):
            parts.append(part)
    except ConnectionError:
        pass
    return b"".join(parts)


def drip(connections_of_strangers, stop):
    """A byte a second into each of every second one; the others stay silent."""
    while not stop.wait(1):
        for connection in connections_of_strangers[::2]:
            try:
                connection.send(b" ")
            except OSError:
                continue


def test_slow_bodies_hold_no_connection_and_are_cut_off(server, clerk):
    before = connections(server)
    with ExitStack() as stack:
        slow = [stack.enter_context(begin(server, number)) for number in range(SLOW)]
        stop = threading.Event()
        thread = threading.Thread(target=drip, args=(slow, stop))
        thread.start()
        stack.callback(thread.join)
        stack.callback(stop.set)
        began = time.monotonic()
        for _ in range(10):
            assert "result" in clerk.call("vpdt.incoming", "search_read", [], ["subject"], limit=5)
        # somebody else comes to work, and a stranger asks
        assert "result" in Person(server, "chuyenvien.xa1").call("vpdt.outgoing", "search_count", [])
        assert urllib.request.urlopen(f"{server.url}/vpdt/check", timeout=30).status == 200
        assert connections(server, "idle in transaction%") == 0
        assert connections(server) <= before + 8
        with ThreadPoolExecutor(SLOW) as pool:
            answers = list(pool.map(rest_of, slow))
        assert time.monotonic() - began < LONGEST
    assert {answer[9:12] for answer in answers} <= {b"408", b"503"}
    assert all("máy chủ" in json_or_text(answer) for answer in answers)


def json_or_text(answer):
    """The words of an answer, whether its JSON writes letters as they are or by number."""
    body = answer.partition(b"\r\n\r\n")[2].decode()
    return (json.dumps(json.loads(body), ensure_ascii=False) if body.startswith("{") else body).lower()


def test_silent_connections_are_closed(server, clerk):
    with ExitStack() as stack:
        silent = [
            stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=LONGEST))
            for _ in range(SLOW)
        ]
        assert "result" in clerk.call("vpdt.incoming", "search_count", [])
        with ThreadPoolExecutor(SLOW) as pool:
            assert set(pool.map(rest_of, silent)) == {b""}


def test_a_chunk_that_breaks_off_does_no_harm(server, clerk):
    """Werkzeug's own reader gives out what lies in memory behind it, or takes the whole server along."""
    for path, content_type in ROADS.items():
        with socket.create_connection(("127.0.0.1", server.port), timeout=LONGEST) as connection:
            head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {content_type}\r\n"
            connection.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n7a120\r\n{{".encode())
            connection.shutdown(socket.SHUT_WR)
            assert rest_of(connection)[9:12] == b"400"
    assert "result" in clerk.call("vpdt.incoming", "search_count", [])


def test_a_refused_body_is_not_waited_for(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=LONGEST) as connection:
        connection.sendall(
            b"POST /vpdt/check/file HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\n"
            b"Content-Length: 300000000\r\n\r\n--x\r\n"
        )
        answer = rest_of(connection)  # the server closes; this end never does
    assert answer[9:12] == b"413"


def test_a_websocket_goes_on_with_its_connection(server, clerk):
    version = server.env_call(
        "from odoo.addons.bus.websocket import WebsocketConnectionHandler as W; result = W._VERSION"
    )
    head = (
        f"GET /websocket?version={version} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nOrigin: {server.url}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{clerk.cookie_header}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=LONGEST) as connection:
        stream = connection.makefile("rb")
        connection.sendall(head.encode())
        assert b" 101 " in stream.readline()
        while stream.readline() not in (b"\r\n", b""):
            pass
        connection.sendall(b"\x89\x80mask")  # a ping without content
        assert stream.read(2) == b"\x8a\x00"


# What is logged; a line of Odoo's source in the traceback of something else names the error, too.
TROUBLE = re.compile(r"bad query.*|^psycopg2\.pool\.PoolError.*|.*Pool Is Full.*|.*\bServerBusy\b.*", re.MULTILINE)


def test_a_hundred_registrations_at_once(server, clerk):
    ids = server.env_call(
        "user = env['res.users'].search([('login', '=', 'vanthu.xa1')])\n"
        "env = env(user=user, context={'allowed_company_ids': user.company_id.ids, 'lang': 'vi_VN'})\n"
        "result = env['vpdt.incoming'].create("
        f"[{{'subject': f'Về việc thứ {{n}}', 'author_name': 'Bộ Thử'}} for n in range({REGISTRATIONS})]).ids"
    )
    together = threading.Barrier(REGISTRATIONS)
    before = server.log_path.stat().st_size

    def register(number):
        together.wait()
        return clerk.call("vpdt.incoming", "action_register", [number])

    with ThreadPoolExecutor(REGISTRATIONS) as pool:
        answers = list(pool.map(register, ids))
    assert [answer["error"] for answer in answers if "error" in answer] == []
    numbers = server.env_call(
        f"result = sorted(env['vpdt.incoming'].browse({ids}).mapped(lambda d: [d.arrival_number, d.state]))"
    )
    first = numbers[0][0]
    assert numbers == [[first + place, "registered"] for place in range(REGISTRATIONS)]
    assert TROUBLE.findall(server.log_path.read_bytes()[before:].decode()) == []


def test_the_log_is_its_owners(server):
    assert stat.S_IMODE(server.log_path.stat().st_mode) == 0o600
