"""How requests come in: the pace of the other end, few places, bodies read whole. No database."""

import io
import json
import socket
import threading
from collections import OrderedDict

try:
    from .domain_common import DomainCase, load
except ImportError:
    from domain_common import DomainCase, load

answers, bodies, pace, places = (load(f"serving.{name}") for name in ("answers", "bodies", "pace", "places"))


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


class TestPace(DomainCase):
    def pace(self, **more):
        self.clock = Clock()
        limits = pace.Limits(grace=10, rate=100, longest=60, silence=5)
        return pace.Pace(limits, clock=self.clock, **more)

    def test_silence_ends_it(self):
        slow = self.pace()
        self.assertEqual(slow.patience(), 5)
        self.clock.now += 5
        with self.assertRaises(pace.TooSlow):
            slow.patience()

    def test_a_byte_now_and_then_does_not_buy_time(self):
        slow = self.pace()
        for _ in range(10):
            self.clock.now += 1
            slow.moved(1)
        self.clock.now += 0.2
        with self.assertRaises(pace.TooSlow):
            slow.patience()

    def test_who_keeps_the_rate_may_go_on_until_the_longest_time(self):
        steady = self.pace()
        for _ in range(59):
            self.clock.now += 1
            steady.moved(200)
        self.assertAlmostEqual(steady.patience(), 1)
        self.clock.now += 1
        with self.assertRaises(pace.TooSlow):
            steady.patience()

    def test_a_slow_one_is_announced_once(self):
        asked = []
        slow = self.pace(quick=3, when_slow=lambda: asked.append(1))
        self.assertEqual(slow.patience(), 3)
        self.clock.now += 3
        slow.moved(1000)
        slow.patience()
        slow.patience()
        self.assertEqual(asked, [1])


class TestReaderAndWriter(DomainCase):
    def setUp(self):
        super().setUp()
        self.ours, self.theirs = socket.socketpair()
        self.addCleanup(self.ours.close)
        self.addCleanup(self.theirs.close)

    def reader(self, **limits):
        whole = {"grace": 10, "rate": 1, "longest": 10, **limits}
        return pace.Reader(self.ours, pace.Pace(pace.Limits(**whole)))

    def test_reads_what_comes_and_leaves_the_time_out_as_it_was(self):
        reader = self.reader()
        self.theirs.sendall(b"abc")
        self.assertEqual(io.BufferedReader(reader).read1(10), b"abc")
        self.assertIsNone(self.ours.gettimeout())

    def test_silence_is_an_error_and_the_end_when_nobody_waits_for_more(self):
        reader = self.reader(longest=0.01)
        with self.assertRaises(TimeoutError):
            reader.read(1)
        reader.end_within(0.01)
        self.assertEqual(reader.read(1), b"")

    def test_the_time_out_of_the_socket_holds_as_well(self):
        self.ours.settimeout(0.01)
        with self.assertRaises(pace.TooSlow):
            self.reader().read(1)

    def test_an_answer_that_nobody_takes_is_given_up(self):
        writer = pace.Writer(self.ours, pace.Limits(grace=0.05, rate=1e9, longest=0, silence=0.05))
        with self.assertRaises(TimeoutError):
            writer.write(bytes(50_000_000))
        self.assertIsNone(self.ours.gettimeout())

    def test_an_answer_arrives_whole(self):
        writer = pace.Writer(self.ours, pace.Limits(grace=10, rate=1e9, longest=0))
        content = bytes(range(256)) * 4000
        got = []

        def take():
            while sum(map(len, got)) < len(content):
                got.append(self.theirs.recv(1 << 16))

        thread = threading.Thread(target=take)
        thread.start()
        self.assertEqual(writer.write(content), len(content))
        thread.join()
        self.assertEqual(b"".join(got), content)


class TestPlaces(DomainCase):
    def test_an_owner_has_his_share_and_all_have_theirs(self):
        few = places.Places(3, each=2)
        few.take("a")
        few.take("a")
        with self.assertRaises(places.Busy):
            few.take("a")
        few.take("b")
        with self.assertRaises(places.Busy):
            few.take("c")
        few.leave("a")
        few.take("c")

    def test_a_turn_comes_or_the_wait_ends(self):
        queue = places.Queue(1, waiting=1)
        with queue.place(0), self.assertRaises(places.Busy), queue.place(0.01):
            self.fail("there is one place")
        with queue.place(0):
            pass

    def test_more_than_may_wait_are_sent_away_at_once(self):
        queue = places.Queue(1, waiting=0)
        with queue.place(0), self.assertRaises(places.Busy), queue.place(1000):
            self.fail("there is one place")

    def test_first_come_first_served(self):
        queue, order, threads = places.Queue(1, waiting=5), [], []

        def work(number):
            with queue.place(10):
                order.append(number)

        with queue.place(0):
            for number in range(5):
                threads.append(threading.Thread(target=work, args=(number,)))
                threads[-1].start()
                while len(queue._waiting) <= number:
                    pass
        for thread in threads:
            thread.join()
        self.assertEqual(order, [0, 1, 2, 3, 4])

    def test_as_many_as_half_the_connections_all_get_their_second_one(self):
        """Each holds one and wants another of the same pool: with the places bounded none waits for ever."""
        connections, queue, done = threading.Semaphore(8), places.Queue(4, waiting=100), []
        together = threading.Barrier(40)

        def work():
            together.wait()
            with queue.place(30), connections:
                self.assertTrue(connections.acquire(timeout=10))
                done.append(1)
                connections.release()

        threads = [threading.Thread(target=work) for _ in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(done), 40)

    def test_the_oldest_of_the_busiest_address_makes_room(self):
        clock = Clock()
        arrivals = places.Arrivals(4, each=3, age=3, clock=clock)
        self.assertEqual([arrivals.enter("a", f"a{n}") for n in range(3)], [None] * 3)
        self.assertEqual(arrivals.enter("a", "a3"), "a3")  # the others have only just come
        clock.now += 3
        self.assertEqual(arrivals.enter("a", "a4"), "a0")  # its own share
        self.assertIsNone(arrivals.enter("b", "b0"))
        self.assertEqual(arrivals.enter("b", "b1"), "a1")  # all together
        for name in ("a2", "a4"):
            arrivals.leave("a", name)
        arrivals.leave("a", "a4")
        self.assertEqual(arrivals.enter("b", "b2"), None)


class TestBodies(DomainCase):
    def environ(self, content, length=None, **more):
        length = {} if length is None else {"CONTENT_LENGTH": str(length)}
        return {"wsgi.input": io.BytesIO(content), **length, **more}

    def test_read_whole_and_put_in_its_place(self):
        environ = self.environ(b"abcd", 4)
        with bodies.read(environ, 10) as body:
            self.assertIs(environ["wsgi.input"], body)
            self.assertEqual(body.read(), b"abcd")

    def test_without_a_length_until_its_end(self):
        environ = self.environ(b"ab" * 300_000, **{"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"})
        with bodies.read(environ, 1_000_000) as body:
            self.assertEqual(environ["CONTENT_LENGTH"], "600000")
            self.assertNotIn("HTTP_TRANSFER_ENCODING", environ)
            self.assertTrue(body._rolled)  # to the disk
            self.assertEqual(len(body.read()), 600_000)

    def test_no_body(self):
        self.assertIsNone(bodies.read(self.environ(b""), 10))
        self.assertIsNone(bodies.read(self.environ(b"", 0), 10))

    def test_too_large_is_refused_before_it_is_read(self):
        announced, stream = self.environ(b"abc", 11), io.BytesIO()
        announced["wsgi.input"] = stream
        for environ in (announced, self.environ(b"x" * 11, **{"wsgi.input_terminated": True})):
            with self.assertRaises(bodies.TooLarge):
                bodies.read(environ, 10)
        self.assertEqual(stream.tell(), 0)
        bodies.leave_out(environ, 999)
        self.assertEqual((environ["wsgi.input"].read(), environ["CONTENT_LENGTH"]), (b"", "999"))

    def chunked(self, content):
        environ = {"wsgi.input": bodies.Chunks(io.BufferedReader(io.BytesIO(content))), "wsgi.input_terminated": True}
        with bodies.read(environ, 100) as body:
            return body.read()

    def test_chunks(self):
        self.assertEqual(
            self.chunked(b"3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\nGET /"), b"abc0123456789"
        )
        self.assertEqual(self.chunked(b"0\r\n\r\n"), b"")

    def test_a_chunk_that_breaks_off_gives_nothing(self):
        whole = b"3\r\nabc\r\n0\r\n\r\n"
        for end in range(len(whole)):
            with self.subTest(end), self.assertRaises(bodies.Broken):
                self.chunked(whole[:end])
        for nonsense in (
            b"-3\r\nabc",
            b"0x3\r\nabc",
            b"\r\n",
            b"3\r\nabcd\r\n0\r\n\r\n",
            b"f" * 2000,
            b"3" * 13 + b"\r\n",
        ):
            with self.subTest(nonsense), self.assertRaises(bodies.Broken):
                self.chunked(nonsense)
        with self.assertRaises(bodies.Broken):
            self.chunked(b"0\r\n" + b"a: b\r\n" * 60 + b"\r\n")

    def test_cut_off_or_nonsense(self):
        for environ in (self.environ(b"abc", 4), self.environ(b"abc", "-1"), self.environ(b"abc", "four")):
            with self.assertRaises(bodies.Broken):
                bodies.read(environ, 10)


class TestAnswers(DomainCase):
    def refused(self, kind, **environ):
        said = OrderedDict()
        body = answers.refuse(kind, environ, lambda status, headers: said.update(status=status, **dict(headers)))
        self.assertEqual(said["Content-Length"], str(len(body[0])))
        return said, body[0]

    def test_a_page_for_people(self):
        said, body = self.refused("slow", PATH_INFO="/web/login")
        self.assertEqual(said["status"][:3], "408")
        self.assertIn("quá chậm", body.decode())

    def test_a_dialog_with_words_for_the_client(self):
        said, body = self.refused("busy", PATH_INFO="/web/dataset/call_kw", CONTENT_TYPE="application/json; x")
        self.assertEqual((said["status"][:3], said["Retry-After"]), ("503", "10"))
        error = json.loads(body)["error"]
        self.assertEqual(error["data"]["name"], "odoo.exceptions.UserError")
        self.assertIn("đang bận", error["data"]["message"])

    def test_our_scripts_get_their_own_keys(self):
        _said, body = self.refused("busy", PATH_INFO="/vpdt/check/file")
        self.assertEqual(json.loads(body)["problem"], "server_busy")
        _said, body = self.refused("busy", PATH_INFO="/vpdt/upload/vpdt.incoming/1")
        self.assertIn("đang bận", json.loads(body)["error"])
