"""The gate in front of Odoo: it stands, waits for connections, and answers in words."""

import json
import logging
import resource
import tempfile
import threading
from contextlib import contextmanager
from unittest.mock import patch

from odoo import http, sql_db
from odoo.tests import HttpCase, TransactionCase, tagged
from psycopg2.errors import SerializationFailure, UniqueViolation

from ..conversion import sandbox
from ..serving import gate


@tagged("post_install", "-at_install")
class TestPool(TransactionCase):
    def setUp(self):
        super().setUp()
        self.pool = sql_db.ConnectionPool(1)
        self.addCleanup(self.pool.close_all)
        self.info = sql_db.connection_info_for(self.env.cr.dbname)[1]

    def test_a_full_pool_is_waited_for(self):
        first = self.pool.borrow(self.info)
        thread = threading.Timer(0.1, self.pool.give_back, [first])
        thread.start()
        self.addCleanup(thread.join)
        self.assertFalse(self.pool.borrow(self.info).closed)

    def test_the_wait_ends_with_words(self):
        self.pool.borrow(self.info)
        with patch.object(gate, "PATIENCE_WITH_POOL", 0), self.assertRaises(gate.ServerBusy) as caught:
            self.pool.borrow(self.info)
        self.assertIn("đang bận", str(caught.exception))

    def test_other_errors_are_not_waited_for(self):
        with self.assertRaises(Exception) as caught:
            self.pool.borrow({**self.info, "database": "vpdt_no_such_database"})
        self.assertNotIsInstance(caught.exception, gate.ServerBusy)


@tagged("post_install", "-at_install")
class TestLimits(TransactionCase):
    def test_all_that_work_can_have_two_connections(self):
        for connections in (64, 96, 200):
            with patch.dict(gate.config.options, {"db_maxconn": connections}):
                self.assertLessEqual(2 * gate.places_at_work() + gate.RESERVED, connections)

    def test_a_limit_of_the_server_does_not_reach_the_converters(self):
        """`limit_memory_hard` is a soft limit on address space, which children inherit; LibreOffice needs more."""
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_AS, (soft, hard))
        wanted = 64 << 30
        resource.setrlimit(resource.RLIMIT_AS, (wanted // 2, hard))
        code = f"import resource, sys; sys.exit(resource.getrlimit(resource.RLIMIT_AS)[0] != {wanted})"
        with tempfile.TemporaryDirectory() as folder:
            sandbox.run(["python3", "-c", code], folder, seconds=20, memory=wanted)


@tagged("post_install", "-at_install")
class TestQuietRetries(TransactionCase):
    def logged(self, error):
        with self.assertLogs(sql_db.__name__) as caught:
            logging.getLogger(sql_db.__name__).info("something")
            try:
                raise error
            except Exception:
                logging.getLogger(sql_db.__name__).error("bad query: %s\nERROR: %s", "UPDATE", error)
        return len(caught.output) == 2

    def test_what_is_tried_again_is_no_error_in_the_log(self):
        self.assertFalse(self.logged(SerializationFailure()))
        self.assertTrue(self.logged(UniqueViolation()))


@tagged("post_install", "-at_install")
class TestGate(HttpCase):
    @contextmanager
    def no_connection(self):
        def busy(*_args, **_options):
            raise gate.ServerBusy

        with patch.object(http.Request, "_serve_db", busy), self.assertLogs(http.__name__, "WARNING") as caught:
            yield
        self.assertNotIn("Traceback", "".join(caught.output))

    def test_no_connection_is_told_in_words(self):
        self.authenticate("admin", "admin")
        with self.no_connection():
            page = self.url_open("/web/login")
            call = self.url_open(
                "/web/dataset/call_kw", json.dumps({"params": {}}), headers={"Content-Type": "application/json"}
            )
        self.assertEqual((page.status_code, call.status_code), (503, 503))
        self.assertIn("Máy chủ đang bận", page.text)
        self.assertEqual(call.json()["error"]["data"]["name"], "odoo.exceptions.UserError")

    def test_strangers_and_people_are_told_apart_by_their_session(self):
        self.assertIsNone(gate._session_of(http.root, {}))
        self.assertIsNone(gate._session_of(http.root, {"HTTP_COOKIE": "session_id=../../etc/passwd"}))
        self.assertIsNone(gate._session_of(http.root, {"HTTP_COOKIE": f"session_id={'a' * 84}"}))
        session = self.authenticate("admin", "admin")
        self.assertEqual(gate._session_of(http.root, {"HTTP_COOKIE": f"session_id={session.sid}"}), session.sid)

    def test_jobs_come_from_this_machine_alone(self):
        job = {"PATH_INFO": "/queue_job/runjob", "REMOTE_ADDR": "127.0.0.1"}
        self.assertTrue(gate._is_job(job))
        self.assertFalse(gate._is_job({**job, "HTTP_X_FORWARDED_FOR": "203.0.113.5"}))
        self.assertFalse(gate._is_job({**job, "REMOTE_ADDR": "203.0.113.5"}))
        self.assertFalse(gate._is_job({**job, "PATH_INFO": "/web/login"}))

    def test_too_large_is_refused_by_odoo_which_sees_nothing_of_it(self):
        with patch.object(gate, "LARGEST_OF_STRANGERS", 100):
            answer = self.opener.post(f"{self.base_url()}/web/login", data=b"x" * 1000, timeout=20)
        self.assertEqual(answer.status_code, 413)
