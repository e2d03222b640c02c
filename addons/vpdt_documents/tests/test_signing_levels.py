"""Time stamps and long-term validation, by a job, with services that are slow, down or forged; over real HTTP."""

import contextlib
import datetime
import http.server
import threading
import time
from unittest.mock import patch

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from cryptography.hazmat.primitives import serialization
from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from pyhanko.sign.timestamps import DummyTimeStamper

from odoo.addons.vpdt_base.signing import ltv, pki, signers, verify
from odoo.addons.vpdt_base.tests.signing_orm_common import WithFakeServices

from . import signing_documents
from .signing_documents import SigningCase
from .test_signing_scenario import pdfsig

DAY = datetime.timedelta(days=1)


class Services(http.server.BaseHTTPRequestHandler):
    """A time stamping service (POST) and revocation lists (GET); ``server.mood`` says how it behaves."""

    def do_POST(self):
        request = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked += 1
        if self.server.mood == "slow":
            time.sleep(1.5)
        if self.server.mood == "other":
            request["message_imprint"]["hashed_message"] = b"\0" * 32
        stamper = self.server.forger if self.server.mood == "forged" else self.server.stamper
        self._answer(stamper.request_tsa_response(request).dump(), "application/timestamp-reply")

    def do_GET(self):
        if self.server.mood == "no lists":
            self.send_error(503)
            return
        authority = self.server.authority
        data = authority.crl(by_root=self.path == "/root.crl")
        data = b"<html>closed</html>" if self.server.mood == "html lists" else data
        self._answer(data, "application/pkix-crl")

    def _answer(self, data, kind):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # the client did not wait
            self.wfile.write(data)

    def log_message(self, *_args):
        pass


def stamper_of(identity, **options):
    key = asn1_keys.PrivateKeyInfo.load(
        identity.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return DummyTimeStamper(identity.asn1, key, certs_to_embed=signers.certificate_store(identity.chain), **options)


@tagged("post_install", "-at_install")
class TestLevels(WithFakeServices, SigningCase):
    @classmethod
    def setUpClass(cls):
        cls.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Services)
        cls.server.mood, cls.server.asked = "", 0
        cls.url = f"http://127.0.0.1:{cls.server.server_port}"
        thread = threading.Thread(target=cls.server.serve_forever, daemon=True)
        thread.start()
        cls.addClassCleanup(thread.join)
        cls.addClassCleanup(cls.server.server_close)
        cls.addClassCleanup(cls.server.shutdown)
        authority = pki.make_authority("VPDT Test Levels", crl_url=f"{cls.url}/root.crl")
        cls.server.authority = authority
        profile = pki.LeafProfile(crl_url=f"{cls.url}/crl", days=2 * 365)
        stamping = pki.LeafProfile(**{**vars(pki.TSA_PROFILE), "crl_url": f"{cls.url}/crl"})
        cls.server.stamper = stamper_of(authority.issue_tsa(profile=stamping))
        cls.server.forger = stamper_of(pki.make_authority("Somebody").issue_tsa())
        issue_person, issue_agency = authority.issue_person, authority.issue_agency

        class WithLists:
            root = authority.root

            def issue_person(self, *args, **kwargs):
                return issue_person(*args, profile=profile, **kwargs)

            def issue_agency(self, *args, **kwargs):
                return issue_agency(*args, profile=profile, **kwargs)

        with patch.object(signing_documents, "authority", WithLists):
            super().setUpClass()
        cls.env["vpdt.allowed.host"].create({"name": f"127.0.0.1:{cls.server.server_port}"})

    def setUp(self):
        super().setUp()
        self.server.mood, self.server.asked = "", 0

    def issued(self, level="B-T"):
        self.agency.write({"tsa_url": self.url, "signature_level": level})
        document = self.submit(self.make_document())
        self.sign(document)
        self.issue(document)
        return document

    def main(self, document):
        document.invalidate_recordset()
        return document.sudo()._file_of_role("main")

    def run_job(self, document):
        self.main(document)._upgrade_level()
        return self.main(document)

    def assert_valid(self, file, **options):
        result = verify(file._content(), trust_roots=self.roots(), **options)
        self.assertEqual(result.verdict, "valid", result)
        return result

    def test_the_signature_is_made_at_once(self):
        document = self.issued()
        file = self.main(document)
        self.assertEqual((file.level, file.level_state, document.state), ("B-B", "waiting", "issued"))
        self.assertEqual(self.server.asked, 0, "nobody waits for the service inside the clerk's transaction")
        job = self.env["queue.job"].sudo().search([("method_name", "=", "_upgrade_level")], order="id desc", limit=1)
        self.assertEqual(job.channel, "root.vpdt_time_stamps", "a service that hangs holds up no other work")
        checks = self.env["queue.job"].sudo().search([("method_name", "in", ("_check_signatures", "_ask_revocation"))])
        self.assertEqual(set(checks.mapped("channel")), {"root.vpdt_signature_checks"})

    def test_b_t(self):
        file = self.run_job(self.issued())
        self.assertEqual((file.level, file.level_state), ("B-T", "done"))
        self.assertTrue(all(item.timestamp for item in self.assert_valid(file).signatures))
        self.assertEqual(file.verdict, "valid")

    def test_b_lt(self):
        file = self.run_job(self.issued("B-LT"))
        self.assertEqual((file.level, file.level_state, file.level_message), ("B-LT", "done", False))
        self.assert_valid(file)
        theirs = [item for item in pdfsig(file._content()) if item.get("Signature Type") == "ETSI.CAdES.detached"]
        self.assertEqual(len(theirs), 2)
        self.assertTrue(all(item["Signature Validation"] == "Signature is Valid." for item in theirs))

    def test_b_lta_for_the_archive(self):
        document = self.issued("B-LT")
        self.run_job(document)
        self.main(document)._archive_level()
        self.assertEqual(self.main(document).level_state, "done", "the agency has not asked for it")
        self.agency.archive_with_timestamp = True
        self.main(document)._archive_level()
        file = self.run_job(document)
        self.assertEqual((file.level, file.level_state), ("B-LTA", "done"))
        self.assert_valid(file)

    def test_archived_and_renewed_after_the_certificates_of_the_signers_expired(self):
        """The archive comes years after the issue: the time stamp proves when those certificates were in force."""
        document = self.issued("B-LT")
        self.run_job(document)
        self.agency.archive_with_timestamp = True
        size = 0
        for years in (3, 4):  # the signers' are valid for two years, that of the service for five
            later = datetime.datetime.now(datetime.timezone.utc) + relativedelta(years=years)
            with self.subTest(years), freeze_time(later):
                self.main(document)._archive_level()
                file = self.run_job(document)
                self.assertEqual((file.level, file.level_state), ("B-LTA", "done"), file.level_message)
                self.assert_valid(file, at=later)
                self.assertGreater(len(file._content()), size)
                size = len(file._content())

    def test_answer_that_would_spoil_the_file_is_thrown_away(self):
        """A service under an unknown root, one whose certificate is for something else, one whose clock is fast."""
        other, tomorrow = pki.make_authority("Somebody"), datetime.datetime.now(datetime.timezone.utc) + DAY
        authority = self.server.authority
        for name, identity, when in (
            ("unknown root", other.issue_tsa(), None),
            ("a person", authority.issue_person("Ai đó", organization="Nơi khác"), None),
            ("fast clock", authority.issue_tsa(), tomorrow),
        ):
            document = self.issued()
            sent = self.main(document)
            with self.subTest(name), patch.object(self.server, "stamper", stamper_of(identity, fixed_dt=when)):
                file = self.run_job(document)
                self.assertEqual((file, file.level, file.level_state), (sent, "B-B", "waiting"))
                self.assertEqual(file.level_attempts, 1)
                self.assertTrue(file.level_message)
                file._check_signatures()
                self.assertEqual(file.verdict, "valid")

    def test_the_version_sent_stays_and_both_are_known(self):
        document = self.issued()
        before = self.main(document)
        file = self.run_job(document)
        self.assertEqual(file.replaces_id, before)
        self.assertFalse(before.current)
        File = self.env["vpdt.file"]
        for one in (before, file):
            self.assertEqual(File._find_published(sha256=one.sha256)["code"], document.code)
            self.assertTrue(File._find_published(code=one.check_code))

    def test_second_run_changes_nothing(self):
        document = self.issued()
        file = self.run_job(document)
        asked = self.server.asked
        self.assertEqual(self.run_job(document), file)
        self.assertEqual(self.server.asked, asked)

    def test_service_down_slow_or_forged(self):
        for mood, words in (
            ("slow", "does not answer"),
            ("forged", "trusted"),
            ("other", "refused"),
        ):
            with self.subTest(mood), patch.object(ltv.TimeStampingService.__init__, "__defaults__", ((0.5, 0.5),)):
                document = self.issued("B-LT")
                self.server.mood = mood
                file = self.run_job(document)
                self.server.mood = ""
                self.assertEqual((file.level_state, file.level_attempts), ("waiting", 1))
                self.assertIn(words, file.level_message)
                self.assertEqual(document.state, "issued")

    def test_forged_stamp_never_touches_the_file(self):
        document = self.issued()
        before = self.main(document)
        self.server.mood = "forged"
        file = self.run_job(document)
        self.assertEqual((file, file.level_state), (before, "waiting"))
        self.assertIn("trusted", file.level_message)
        self.assertEqual(verify(file._content(), trust_roots=self.roots()).verdict, "valid")

    def test_nothing_is_written_before_the_last_service_has_answered(self):
        """A row once written stays locked until the end, and the service may take minutes."""
        self.agency.write({"tsa_url": self.url, "archive_with_timestamp": True})
        document, seen = self.issued("B-LT"), []
        Cache, original = self.env["vpdt.revocation.cache"], ltv.add_document_timestamp
        Cache.search([]).unlink()

        def stamp(*args):
            seen.append(Cache.search_count([]))
            return original(*args)

        self.main(document)._archive_level()
        with patch.object(ltv, "add_document_timestamp", stamp):
            self.assertEqual(self.run_job(document).level, "B-LTA")
        self.assertEqual(seen, [0, 0])
        self.assertTrue(Cache.search_count([]))

    def test_lists_that_cannot_be_had(self):
        for mood in ("no lists", "html lists"):
            with self.subTest(mood):
                document = self.issued("B-LT")
                self.env["vpdt.revocation.cache"].search([]).unlink()
                self.server.mood = mood
                file = self.run_job(document)
                self.server.mood = ""
                self.env["vpdt.revocation.cache"].search([]).unlink()
                self.assertEqual((file.level, file.level_state), ("B-T", "waiting"), "what was reached is kept")
                file = self.run_job(document)
                self.assertEqual((file.level, file.level_state), ("B-LT", "done"))

    def test_after_the_last_try_a_person_is_told(self):
        document = self.issued()
        self.server.mood = "other"
        for _attempt in range(6):
            file = self.run_job(document)
        self.assertEqual(file.level_state, "failed")
        document.invalidate_recordset()
        activity = document.sudo().activity_ids.filtered(lambda item: item.user_id == self.clerk)
        self.assertIn(file.name, activity.summary)
        self.server.mood = ""
        file.with_user(self.clerk).action_retry_level()
        self.assertEqual(self.run_job(document).level_state, "done")

    def test_the_badge_says_so(self):
        document = self.issued()
        (tab,) = [tab for tab in document.with_user(self.clerk).file_tabs() if tab["role"] == "main"]
        self.assertEqual((tab["level_state"], bool(tab["level_label"])), ("waiting", True))

    def test_only_allowed_hosts(self):
        with self.assertRaises(UserError):
            self.agency.tsa_url = "http://elsewhere.example/"
        with self.assertRaises(UserError):
            self.agency.tsa_url = "file:///etc/passwd"
        document = self.issued()
        self.env["vpdt.allowed.host"].search([]).active = False
        file = self.run_job(document)
        self.assertEqual((file.level, self.server.asked), ("B-B", 0))
        self.assertIn("allowed", file.level_message)

    def test_a_policy_needs_its_service(self):
        with self.assertRaises(ValidationError):
            self.agency.write({"tsa_url": False, "signature_level": "B-T"})

    def test_retry_is_for_who_may_write(self):
        document = self.issued()
        file = self.main(document)
        file._work_to("level_state", "failed")
        with self.assertRaises(AccessError):
            file.with_user(self.stranger).action_retry_level()
