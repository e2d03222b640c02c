"""The signing agent by itself: who may ask it, what it signs, and what it does not."""

import base64
import contextlib
import http.client
import io
import json
import re
import subprocess
import sys
import threading
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "addons/vpdt_base/tests")]

import signing_common as common  # noqa: E402
from sign_agent import __main__ as agent_command  # noqa: E402
from sign_agent import pairing, server, tokens  # noqa: E402
from soft_token import HAVE_SOFTHSM, MODULE, PIN, SoftToken  # noqa: E402

OFFICE, EVIL = "https://office.example.vn", "https://evil.example"


@unittest.skipUnless(HAVE_SOFTHSM, "SoftHSM 2 is not installed")
class TestAgent(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.token = SoftToken("vpdt-agent")
        cls.addClassCleanup(cls.token.remove)
        cls.identity = common.person()
        cls.token.add_key(cls.identity, "an")
        cls.token.add_certificates(cls.identity, "an")
        cls.enterClassContext(cls.token.plugged_in())

    def setUp(self):
        self.codes, self.waits, self.asked = [], [], []
        self.pairings = pairing.Pairings(self.token.folder / f"{self.id()}.json", self.show)
        self.agent = server.Agent(tokens.Tokens(MODULE), self.pairings, [OFFICE], port=0)
        thread = threading.Thread(target=self.agent.serve_forever, daemon=True)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.agent.server_close)
        self.addCleanup(self.agent.shutdown)
        self.pairing_token = None

    def ask(self, method, path, values=None, *, origin=OFFICE, host=None, kind="application/json", raw=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.agent.server_port, timeout=20)
        headers |= {"Origin": origin} if origin else {}
        headers["Host"] = host or f"127.0.0.1:{self.agent.server_port}"
        headers["Content-Type"] = kind
        if self.pairing_token:
            headers["Authorization"] = f"Bearer {self.pairing_token}"
        body = raw if raw is not None else json.dumps(values) if values is not None else None
        with contextlib.closing(connection):
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            data = response.read()
        return response.status, json.loads(data) if data else None, response.headers

    def show(self, code, wait):
        self.codes.append(code)
        self.waits.append(wait)

    def pair(self):
        _status, values, _headers = self.ask("POST", "/v1/pair", {"code": self.codes[-1]})
        self.pairing_token = values["token"]

    def job(self):
        order = common.pades.person_order(image_png=common.signature_png())
        return common.deferred.prepare_deferred(
            common.prepared(), self.identity.cert, order, secret=b"0123456789abcdef", chain=self.identity.chain
        )

    def sign(self, *to_sign, **changes):
        values = {
            "fingerprint": self.identity.asn1.sha256.hex(),
            "to_sign": [base64.b64encode(item).decode() for item in to_sign],
            "pin": PIN,
            "document": "Văn bản thử",
        }
        return self.ask("POST", "/v1/sign", values | changes)

    def test_signature_of_the_token_makes_a_valid_document(self):
        self.pair()
        job = self.job()
        status, values, _headers = self.sign(job.to_sign)
        self.assertEqual(status, 200, values)
        signed = common.deferred.finish_deferred(
            job.state,
            base64.b64decode(values["signatures"][0]),
            base64.b64decode(values["certificate"]),
            pdf=job.pdf,
            secret=b"0123456789abcdef",
        )
        self.assertEqual(common.verdict(signed).verdict, "valid")

    def test_several_files_with_one_pin(self):
        self.pair()
        jobs = [self.job(), self.job()]
        status, values, _headers = self.sign(*(job.to_sign for job in jobs))
        self.assertEqual((status, len(values["signatures"])), (200, 2))
        for job, signature in zip(jobs, values["signatures"], strict=True):
            common.signers.require_signature(self.identity.cert, job.to_sign, base64.b64decode(signature))
        self.assertEqual(self.sign(jobs[0].to_sign, b"login as An")[:2], (400, {"error": "not_a_signature"}))

    def test_certificates_come_with_their_authorities(self):
        self.pair()
        _status, values, _headers = self.ask("GET", "/v1/certificates")
        (row,) = values["certificates"]
        self.assertEqual((row["fingerprint"], len(row["chain"])), (self.identity.asn1.sha256.hex(), 2))
        self.assertIn(common.NAME, row["subject"])

    def test_nothing_without_pairing(self):
        for method, path, values in (("GET", "/v1/certificates", None), ("POST", "/v1/sign", {"pin": PIN})):
            with self.subTest(path):
                self.assertEqual(self.ask(method, path, values)[:2], (401, {"error": "not_paired"}))
        self.assertIs(self.ask("GET", "/v1/status")[1]["paired"], False)
        self.pair()
        self.assertIs(self.ask("GET", "/v1/status")[1]["paired"], True)

    def test_other_pages_get_nothing_and_no_cors(self):
        self.pair()
        for origin in (EVIL, None, "null", OFFICE + ".evil.example", OFFICE.replace("https", "http")):
            for method, path in (("GET", "/v1/status"), ("GET", "/v1/certificates"), ("OPTIONS", "/v1/sign")):
                with self.subTest(origin=origin, path=path):
                    status, values, headers = self.ask(method, path, origin=origin)
                    self.assertEqual((status, values), (403, {"error": "origin_not_allowed"}))
                    self.assertNotIn("Access-Control-Allow-Origin", headers)

    def test_token_of_one_page_is_not_that_of_another(self):
        self.pair()
        self.agent.origins = frozenset({OFFICE, EVIL})
        self.assertEqual(self.ask("GET", "/v1/certificates", origin=EVIL)[0], 401)

    def test_foreign_name_for_this_machine_is_refused(self):
        for host in ("evil.example", f"evil.example:{self.agent.server_port}", "127.0.0.1:1"):
            with self.subTest(host):
                self.assertEqual(self.ask("GET", "/v1/status", host=host)[1], {"error": "wrong_host"})
        self.assertEqual(self.ask("GET", "/v1/status", host=f"localhost:{self.agent.server_port}")[0], 200)

    def test_preflight_of_the_browser(self):
        request = {"Access-Control-Request-Private-Network": "true", "Access-Control-Request-Method": "POST"}
        status, _values, headers = self.ask("OPTIONS", "/v1/sign", **request)
        self.assertEqual(status, 204)
        self.assertEqual(headers["Access-Control-Allow-Origin"], OFFICE)
        self.assertEqual(headers["Access-Control-Allow-Private-Network"], "true")
        self.assertIn("Authorization", headers["Access-Control-Allow-Headers"])

    def guess(self, code="0000-0000"):  # 0 is in no code
        return self.ask("POST", "/v1/pair", {"code": code})[:2]

    def test_code_works_once(self):
        first = self.codes[-1]
        self.assertRegex(first, rf"^[{pairing.ALPHABET}]{{4}}-[{pairing.ALPHABET}]{{4}}$")
        self.assertEqual(self.guess()[1], {"error": "wrong_code"})
        self.pair()
        self.assertEqual(len(self.codes), 2)
        self.assertEqual(self.guess(first)[0], 403)
        self.assertEqual(self.guess(self.codes[-1].replace("-", " ").lower())[0], 200)

    def test_pairing_is_shut_after_a_few_wrong_codes_longer_each_time(self):
        clock = 1_800_000_000.0
        with mock.patch.object(pairing.time, "time", lambda: clock):
            self.pairings = self.agent.pairings = pairing.Pairings(self.token.folder / "shut.json", self.show)
            for shut in (60, 120, 240):
                for _try in range(pairing.TRIES):
                    self.assertEqual(self.guess(), (403, {"error": "wrong_code"}))
                self.assertEqual(self.waits[-1], shut)
                clock += shut - 1
                self.assertEqual(self.guess(self.codes[-1]), (403, {"error": "pairing_shut"}), "the right one")
                clock += 2
            clock += pairing.CODE_LIFETIME
            self.assertEqual(self.guess(self.codes[-1])[1], {"error": "code_expired"})
            self.assertEqual(self.guess(self.codes[-1])[0], 200)

    def test_pairing_survives_a_restart_without_keeping_the_token(self):
        self.pair()
        path = self.token.folder / f"{self.id()}.json"
        self.assertNotIn(self.pairing_token, path.read_text())
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        self.assertTrue(pairing.Pairings(path, self.show).knows(OFFICE, self.pairing_token))

    def test_signs_document_signatures_only(self):
        self.pair()
        other = common.person("Trần Thị Bình")
        order = common.pades.person_order()
        foreign = common.deferred.prepare_deferred(common.prepared(), other.cert, order, secret=b"0123456789abcdef")
        for code, data in (
            ("not_a_signature", b"login as An"),
            ("not_a_signature", b""),
            ("not_a_signature", self.job().to_sign[:-1]),
            ("not_a_signature", self.job().to_sign + b"x"),
            ("other_certificate", foreign.to_sign),
        ):
            with self.subTest(code, data=data[:12]):
                self.assertEqual(self.sign(data)[:2], (400, {"error": code}))

    def test_wrong_pin_and_unknown_certificate(self):
        self.pair()
        to_sign = self.job().to_sign
        self.assertEqual(self.sign(to_sign, pin="000000")[:2], (403, {"error": "wrong_pin"}))
        self.assertEqual(self.sign(to_sign, pin="")[:2], (403, {"error": "wrong_pin"}))
        self.assertEqual(self.sign(to_sign, fingerprint="00")[:2], (404, {"error": "key_missing"}))
        self.assertEqual(self.sign(to_sign)[0], 200)

    def test_requests_that_are_none(self):
        self.pair()
        for options, expected in (
            ({"raw": "x" * (server.LARGEST_BODY + 1)}, 413),
            ({"raw": "not json"}, 400),
            ({"raw": "[1]"}, 400),
            ({"raw": '{"code": "\\ud800"}'}, 400),
            ({"raw": '{"pin": ' + "[" * 30_000}, 400),
            ({"raw": ""}, 413),
            ({"values": {"to_sign": ["%%"], "fingerprint": "x"}}, 400),
            ({"values": {"to_sign": "AAAA", "fingerprint": "x"}}, 400),
            ({"values": {"to_sign": [], "fingerprint": "x"}}, 400),
            ({"values": {}, "kind": "text/plain"}, 415),
        ):
            with self.subTest(options=str(options)[:40]):
                self.assertEqual(self.ask("POST", "/v1/sign", **options)[0], expected)
        self.assertEqual(self.ask("GET", "/etc/passwd")[0], 404)

    def test_pin_asked_at_the_agent(self):
        self.pair()
        job = self.job().to_sign
        self.agent.ask_pin = lambda *asked: self.asked.append(asked) or PIN
        self.assertEqual(self.sign(job, job, pin="wrong, and not used")[0], 200)
        document, subject, count = self.asked[0]
        self.assertEqual((document, count), ("Văn bản thử", 2))
        self.assertIn(common.NAME, subject)
        self.agent.ask_pin = lambda *_asked: ""
        self.assertEqual(self.sign(job)[:2], (403, {"error": "cancelled"}))

    def test_one_question_at_a_time(self):
        self.pair()
        job, answers = self.job().to_sign, []

        def ask_pin(*_asked):
            answers.append(self.sign(job)[:2])  # another page asks while the person types
            return PIN

        self.agent.ask_pin = ask_pin
        self.assertEqual(self.sign(job)[0], 200)
        self.assertEqual(answers, [(409, {"error": "busy"})])

    def test_question_shows_what_the_page_sends_as_plain_text(self):
        shown = io.StringIO()
        with (
            mock.patch.object(agent_command.getpass, "getpass", lambda _prompt: PIN),
            contextlib.redirect_stdout(shown),
        ):
            agent_command._ask_pin("Giấy mời\r\x1b[2K\x1b[1A\u202eSố 1\n", "An", 3)
        text = shown.getvalue()
        self.assertIn("3 signatures", text)
        self.assertIn("Giấy mời", text)
        self.assertEqual([letter for letter in text.replace("\n", "") if not letter.isprintable()], [])
        self.assertEqual(text.count("\n"), 2)

    def test_command_starts_it(self):
        words = ["--module", MODULE, "--origin", OFFICE, "--port", "0", "--pairings", str(self.token.folder / "p.json")]
        process = subprocess.Popen(
            [sys.executable, "-m", "sign_agent", *words], cwd=ROOT / "tools", stdout=subprocess.PIPE, text=True
        )
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        lines = [process.stdout.readline() for _line in range(2)]
        self.assertRegex(lines[0], r"Pairing code: \S{4}-\S{4} ")
        port = int(re.search(r"127\.0\.0\.1:(\d+)", lines[1]).group(1))
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        with contextlib.closing(connection):
            connection.request("GET", "/v1/status", headers={"Origin": OFFICE})
            self.assertEqual(connection.getresponse().status, 200)

    def test_command_says_what_is_wrong(self):
        done = subprocess.run(
            [sys.executable, "-m", "sign_agent", "--module", "/nonexistent.so", "--origin", OFFICE],
            cwd=ROOT / "tools",
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        self.assertEqual(done.returncode, 2)
        self.assertIn("cannot be loaded", done.stderr)


if __name__ == "__main__":
    unittest.main()
