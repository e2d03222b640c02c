"""The same with processes instead of threads (`./vpdt run --workers`), and their process for websockets."""

import socket
import time
import urllib.request

import pytest
from vpdt_cli import odoo, system
from vpdt_cli.project import LOGS


@pytest.fixture(scope="module")
def workers(server):
    running = odoo.Server(server.db, system.free_port(), workers=2, log=LOGS / "test-workers.log")
    try:
        running.start()
        yield running
    finally:
        running.stop()


def test_a_silent_body_is_cut_off(workers):
    with socket.create_connection(("127.0.0.1", workers.port), timeout=60) as connection:
        connection.sendall(b"POST /vpdt/check HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
        assert connection.recv(4096)[9:12] == b"408"


def test_websockets_have_their_process(workers):
    deadline, answer = time.monotonic() + 60, None
    while answer is None:
        try:
            answer = urllib.request.urlopen(f"http://127.0.0.1:{workers.gevent_port}/web/login", timeout=60).status
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.2)
    assert answer == 200
    assert "Traceback" not in workers.log_path.read_text(encoding="utf-8")
