"""The wall around the process: what serves a request or a job connects to nobody but through a way out."""

import asyncio
import os
import socket
import tempfile
import threading
import urllib.error
import urllib.request
from pathlib import Path

if __name__.startswith("odoo.addons."):
    from .domain_common import DomainCase, load
else:
    from domain_common import DomainCase, load

outgoing = load("outgoing")


class TestOutgoing(DomainCase):
    def setUp(self):
        super().setUp()
        for name in ("connect", "connect_ex"):
            self.addCleanup(setattr, socket.socket, name, getattr(socket.socket, name))
        outgoing.install()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.listener.close)
        self.address = self.listener.getsockname()

    def serving(self, work):
        """What ``work`` gives or raises in a thread that serves a request."""
        result = []

        def run():
            try:
                result.append(work())
            except Exception as error:
                result.append(error)

        thread = threading.Thread(target=run, name="odoo.service.http.request.1")
        thread.start()
        thread.join()
        return result[0]

    def connect(self):
        with socket.create_connection(self.address, timeout=5) as connection:
            return connection.getpeername()

    def test_nothing_connects_by_itself(self):
        self.assertIsInstance(self.serving(self.connect), outgoing.OutgoingRefused)

    def test_a_library_of_http_sees_a_connection_that_fails(self):
        url = f"http://127.0.0.1:{self.address[1]}/"
        error = self.serving(lambda: urllib.request.urlopen(url, timeout=5))
        self.assertIsInstance(error, urllib.error.URLError)

    def test_without_raising_it_is_refused_as_well(self):
        def connect():
            with socket.socket() as connection:
                return connection.connect_ex(self.address)

        self.assertNotEqual(self.serving(connect), 0)

    def test_a_way_out_lets_through_and_shuts_again(self):
        def connect():
            with outgoing.way_out():
                first = self.connect()
            return first, self.refused()

        self.assertEqual(self.serving(connect), (self.address, True))

    def refused(self):
        try:
            self.connect()
        except outgoing.OutgoingRefused:
            return True
        return False

    def test_a_way_out_holds_for_the_tasks_begun_in_it(self):
        async def connect():
            _reader, writer = await asyncio.open_connection(*self.address)
            writer.close()
            return True

        def work():
            with outgoing.way_out():
                return asyncio.run(connect())

        self.assertIs(self.serving(work), True)
        self.assertIsInstance(self.serving(lambda: asyncio.run(connect())), OSError)

    def test_a_way_out_of_one_is_none_of_another(self):
        with outgoing.way_out():
            self.assertIsInstance(self.serving(self.connect), outgoing.OutgoingRefused)

    def test_sockets_of_the_machine_stay_open(self):
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
            path = str(Path(folder) / "s")
            listener.bind(path)
            listener.listen()

            def connect():
                with socket.socket(socket.AF_UNIX) as connection:
                    connection.connect(path)
                    return True

            self.assertIs(self.serving(connect), True)

    def test_outside_of_tests_no_loopback_either(self):
        mark = os.environ.pop("PYTEST_CURRENT_TEST", None)
        if mark:
            self.addCleanup(os.environ.__setitem__, "PYTEST_CURRENT_TEST", mark)
        self.assertTrue(self.refused())
