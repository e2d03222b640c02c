"""The command line, without a database: ``./vpdt pdf verify`` and ``./vpdt pdf sign``."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

try:
    from . import hostile_later as later
    from . import hostile_pdfs as make
    from . import signing_common as common
except ImportError:
    import hostile_later as later
    import hostile_pdfs as make
    import signing_common as common

ADDON = Path(__file__).resolve().parent.parent


class TestCommand(common.Case):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.root = self.put("root.pem", common.authority().root.pem)
        self.person_key = self.put("person.p12", common.person().pkcs12(common.PASSPHRASE))
        self.agency_key = self.put("agency.p12", common.agency().pkcs12(common.PASSPHRASE))
        self.passphrase = self.put("passphrase", common.PASSPHRASE.encode() + b"\n")

    def put(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        return path

    def run_command(self, *arguments, **environment):
        return subprocess.run(
            [sys.executable, "-m", "signing", *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env={**os.environ, "PYTHONPATH": str(ADDON), **environment},
        )

    def verify(self, *files, trust=True):
        trusted = ["--trust", self.root] if trust else []
        done = self.run_command("verify", *files, *trusted, "--json")
        return done.returncode, json.loads(done.stdout)

    def test_one_file_is_a_list_of_one(self):
        path = self.put("issued.pdf", common.issued())
        status, (told,) = self.verify(path)
        self.assertEqual(status, 0)
        self.assertEqual(set(told), {"file", "sha256", "verdict", "signatures", "findings"})
        self.assertEqual((told["file"], told["verdict"]), (str(path), "valid"))
        person, agency = told["signatures"]
        self.assertEqual(
            list(person), ["field", "signer", "kind", "signed_at", "timestamp", "verdict", "modification", "findings"]
        )
        self.assertEqual([found["code"] for found in person["findings"]], ["revocation_not_checked"])
        self.assertEqual(set(person["findings"][0]), {"code", "words", "detail", "note"})
        self.assertTrue(person["signed_at"].endswith("+07:00"))
        self.assertIsNone(person["timestamp"])
        self.assertEqual((person["kind"], agency["kind"]), ("person", "agency"))

    def test_several_files_are_a_list_and_the_worst_counts(self):
        good, plain = self.put("issued.pdf", common.issued()), self.put("draft.pdf", common.draft())
        broken = self.put("broken.pdf", b"not a PDF")
        status, told = self.verify(good, plain)
        self.assertEqual((status, [item["verdict"] for item in told]), (1, ["valid", "not_signed"]))
        status, told = self.verify(good, plain, broken)
        self.assertEqual((status, told[2]["verdict"]), (2, "unreadable"))

    def test_not_valid(self):
        path = self.put("issued.pdf", common.issued())
        status, (told,) = self.verify(path, trust=False)
        self.assertEqual((status, told["verdict"]), (1, "valid_unknown_trust"))
        status, (told,) = self.verify(self.folder / "absent.pdf")
        self.assertEqual((status, told["verdict"], told["sha256"]), (2, "unreadable", None))

    def test_text_for_people(self):
        done = self.run_command("verify", self.put("issued.pdf", common.issued()), "--trust", self.root)
        self.assertEqual(done.returncode, 0)
        self.assertIn("valid - " + common.NAME, done.stdout)

    def test_trust_that_is_no_certificate(self):
        done = self.run_command("verify", self.put("a.pdf", common.issued()), "--trust", self.passphrase)
        self.assertEqual(done.returncode, 2)
        self.assertNotIn("Traceback", done.stderr)

    def test_lists_and_intermediates(self):
        """A revocation list counts as DER and as PEM, rubbish is refused; an authority may be handed in."""
        authority, path = common.authority(), self.put("issued.pdf", common.issued())
        der = authority.crl(
            [(common.person().cert, make.now() - common.DAY / 2)], this_update=make.now() - common.DAY / 4
        )
        pem = x509.load_der_x509_crl(der).public_bytes(serialization.Encoding.PEM)
        for data, status in ((der, 1), (pem, 1), (b"rubbish", 2), (self.root.read_bytes(), 2)):
            done = self.run_command("verify", path, "--trust", self.root, "--crl", self.put("list.crl", data))
            self.assertEqual(done.returncode, status, done.stderr)
        leaf = self.put("leaf.pdf", later.without_authorities())
        self.assertEqual(self.run_command("verify", leaf, "--trust", self.root).returncode, 1)
        other = self.put("issuing.pem", authority.issuing.pem)
        self.assertEqual(self.run_command("verify", leaf, "--trust", self.root, "--other", other).returncode, 0)
        self.assertEqual(self.run_command("verify", leaf, "--other", other).returncode, 1)

    def test_words_in_vietnamese(self):
        path = self.put("modified.pdf", common.update(common.issued(), make.add_page))
        done = self.run_command("verify", path, "--trust", self.root, "--lang", "vi")
        self.assertIn("đã bị sửa", done.stdout)
        self.assertIn("Nội dung đã bị sửa sau khi ký.", done.stdout)
        self.assertNotIn("Error", done.stdout)

    def test_what_is_no_certificate_and_no_list_is_named(self):
        """In the language that was asked for, without what the library says."""
        path, rubbish = self.put("issued.pdf", common.issued()), self.put("rubbish", b"rubbish")
        words = {"--trust": "không phải chứng thư số", "--other": "không phải chứng thư số", "--crl": "thu hồi (CRL)"}
        for option, said in words.items():
            done = self.run_command("verify", path, option, rubbish, "--lang", "vi")
            self.assertEqual(done.returncode, 2)
            self.assertIn(said, done.stderr)
            self.assertNotIn("ParseError", done.stderr)

    def test_a_reader_that_has_had_enough(self):
        path = self.put("issued.pdf", common.issued())
        command = [sys.executable, "-m", "signing", "verify", str(path)]
        environment = {**os.environ, "PYTHONPATH": str(ADDON)}
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
            process.stdout.close()
            self.assertNotIn(b"Traceback", process.stderr.read())

    def run_python(self, code, *arguments):
        """Run code that calls ``main`` of the command."""
        return subprocess.run(
            [
                sys.executable,
                "-c",
                f"from signing.__main__ import isolation, main, os, sys\n{code}",
                *map(str, arguments),
            ],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env={**os.environ, "PYTHONPATH": str(ADDON)},
        )

    def test_a_plain_file_does_not_wait_for_what_it_does_not_need(self):
        """Libraries that draw, repair or call services take longer to load than the check takes; no second process
        loads them all once more."""
        code = (
            "def refuse(*_arguments, **_options): raise AssertionError\n"
            "isolation.subprocess.Popen = refuse\n"
            "main(sys.argv[1:])\n"
            "print(*{'PIL', 'aiohttp.client', 'magic', 'odoo', 'pikepdf', 'pypdfium2'} & sys.modules.keys(), 'end')"
        )
        done = self.run_python(code, "verify", self.put("plain.pdf", later.plain()), "--trust", self.root)
        self.assertEqual(done.stdout.split("\n")[-2:], ["end", ""], done.stderr)
        self.assertIn(": valid\n", done.stdout)

    def test_a_file_that_kills_or_stops_its_child(self):
        """It costs its own verdict only: the next file is checked."""
        path = self.put("plain.pdf", later.plain())
        for act, code in (("os.abort()", "checker_ended"), ("isolation.signal.pause()", "time_exceeded")):
            with self.subTest(act):
                done = self.run_python(
                    "answer = isolation._answer\n"
                    "isolation.verify_isolated.__kwdefaults__['timeout'] = 2\n"
                    f"isolation._answer = lambda order, pdf: {act} if b'odd' in pdf else answer(order, pdf)\n"
                    "sys.exit(main(sys.argv[1:]))",
                    "verify", self.put("odd.pdf", b"odd"), path, "--trust", self.root, "--json",
                )  # fmt: skip
                odd, plain = json.loads(done.stdout)
                self.assertEqual((odd["verdict"], odd["findings"][0]["code"]), ("unreadable", code))
                self.assertEqual((plain["verdict"], done.returncode), ("valid", 2))

    def test_sign_a_prepared_document(self):
        path = self.put("prepared.pdf", common.prepared())
        out = self.folder / "out.pdf"
        done = self.run_command(
            "sign", path, "--p12", self.person_key, "--passphrase-file", self.passphrase, "--out", out
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.verify(out)[1][0]["signatures"][0]["field"], "person_1")
        self.assertEqual(path.read_bytes(), common.prepared())

    def test_sign_twice_what_has_no_fields(self):
        path = self.put("plain.pdf", common.draft())
        for key in (self.person_key, self.agency_key):
            done = self.run_command("sign", path, "--p12", key, "--out", path, VPDT_PASSPHRASE=common.PASSPHRASE)
            self.assertEqual(done.returncode, 0, done.stderr)
        status, (told,) = self.verify(path)
        self.assertEqual((status, [item["kind"] for item in told["signatures"]]), (0, ["person", "agency"]))

    def test_default_name_and_json(self):
        path = self.put("plain.pdf", common.draft())
        done = self.run_command(
            "sign", path, "--p12", self.person_key, "--trust", self.root, "--json", VPDT_PASSPHRASE=common.PASSPHRASE
        )
        told = json.loads(done.stdout)
        self.assertEqual((told["file"], told["verdict"]), (str(self.folder / "plain.signed.pdf"), "valid"))

    def test_refusals_leave_nothing(self):
        plain, closed = self.put("plain.pdf", common.draft()), self.put("closed.pdf", common.encrypted())
        for path, key, passphrase, status, code in (
            (plain, self.person_key, "wrong", 1, "wrong_passphrase"),
            (plain, self.root, "x", 1, "not_a_pkcs12"),
            (closed, self.person_key, common.PASSPHRASE, 2, "encrypted_pdf"),
            (self.put("numbered.pdf", common.prepared()), self.agency_key, common.PASSPHRASE, 1, "not_numbered"),
            (self.folder / "absent.pdf", self.person_key, common.PASSPHRASE, 2, "absent.pdf"),
        ):
            done = self.run_command(
                "sign", path, "--p12", key, "--out", self.folder / "o.pdf", VPDT_PASSPHRASE=passphrase
            )
            self.assertEqual(done.returncode, status, done.stderr)
            self.assertIn(code, done.stderr)
            self.assertFalse((self.folder / "o.pdf").exists())
        self.assertEqual([path.name for path in self.folder.glob(".*")], [])

    def test_what_is_broken_is_not_signed(self):
        broken = {
            "modified": (common.update(common.issued(), make.add_page), "changed_after_signing", 1),
            "invalid": (later.sha1_signature(), "weak_key", 1),
            "unreadable": (b"not a PDF", "not_a_pdf", 2),
        }
        for verdict, (pdf, code, status) in broken.items():
            with self.subTest(verdict):
                path, out = self.put("broken.pdf", pdf), self.folder / "o.pdf"
                options = ("--p12", self.person_key, "--passphrase-file", self.passphrase, "--out", out)
                done = self.run_command("sign", path, *options)
                self.assertEqual((done.returncode, done.stdout), (status, ""), done.stderr)
                self.assertIn(f"{verdict}: ", done.stderr)
                self.assertIn(code, done.stderr)
                self.assertFalse(out.exists())

    def test_the_status_of_signing_is_that_of_the_verdict(self):
        other = self.put("other.p12", later.stranger().pkcs12(common.PASSPHRASE))
        path = self.put("plain.pdf", later.plain())
        options = ("--p12", other, "--passphrase-file", self.passphrase, "--json")
        done = self.run_command("sign", path, *options)
        self.assertEqual((done.returncode, json.loads(done.stdout)["verdict"]), (0, "valid_unknown_trust"))
        done = self.run_command("sign", path, *options, "--trust", self.root)
        self.assertEqual((done.returncode, json.loads(done.stdout)["error"]), (1, "untrusted"))

    def test_errors_are_objects_too(self):
        path = self.put("plain.pdf", common.draft())
        done = self.run_command("sign", path, "--p12", self.person_key, "--json", VPDT_PASSPHRASE="wrong")
        told = json.loads(done.stdout)
        self.assertEqual((done.returncode, told["file"], told["error"]), (1, str(path), "wrong_passphrase"))
        self.assertTrue(told["message"])
        done = self.run_command("verify", path, "--trust", self.passphrase, "--json")
        self.assertEqual((done.returncode, json.loads(done.stdout)["error"]), (2, "not_understood"))

    def test_what_a_file_says_does_not_write_on_the_terminal(self):
        path = self.put("evil.pdf", later.shouting())
        done = self.run_command("verify", path)
        self.assertFalse([char for char in done.stdout if not char.isprintable() and char != "\n"])
        self.assertEqual(len([line for line in done.stdout.splitlines() if line.startswith("  x")]), 0)
        self.assertIn("\\x1b", done.stdout)
        done = self.run_command("verify", path, "--json")
        self.assertFalse([char for char in done.stdout if not char.isprintable() and char != "\n"])
        self.assertIn("\x1b[2K", json.loads(done.stdout)[0]["signatures"][0]["signer"])
