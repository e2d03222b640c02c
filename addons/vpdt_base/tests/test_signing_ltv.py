"""Time stamps and long-term validation."""

import contextlib
import http.server
import threading
import time
from unittest import mock

from freezegun import freeze_time

try:
    from . import signing_common as common
except ImportError:
    import signing_common as common
from asn1crypto import tsp

pades, ltv = common.pades, common.ltv


class FakeTsa(http.server.BaseHTTPRequestHandler):
    """A time stamping service over HTTP; ``server.mood`` says how it behaves."""

    def do_POST(self):
        request = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
        mood = self.server.mood
        if mood == "slow":
            time.sleep(1)
        if mood == "other":
            request["message_imprint"]["hashed_message"] = b"\0" * 32
        data = common.timestamper().request_tsa_response(request).dump()
        if mood == "refuses":  # a refusal has no token, which asn1crypto cannot write
            status = tsp.PKIStatusInfo({"status": "rejection", "fail_info": {"system_failure"}}).dump()
            data = b"\x30" + bytes([len(status)]) + status
        data = {"garbage": b"garbage", "endless": data + bytes(400_000)}.get(mood, data)
        self.server.paths.append(self.path)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.send_response(307 if mood == "redirect" else 200)
            if mood == "redirect":
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Type", "text/html" if mood == "page" else "application/timestamp-reply")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    def log_message(self, *_args):
        """Silence."""


class TestService(common.Case):
    def setUp(self):
        super().setUp()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), FakeTsa)
        self.server.mood, self.server.paths = "", []
        thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"

    def sign(self, timeout=10):
        service = ltv.TimeStampingService(self.url, timeout=timeout)
        return pades.sign_person(common.prepared(), common.signer_of(common.person()), timestamper=service)

    def test_signature_with_time_stamp(self):
        (check,) = common.verdict(self.sign()).signatures
        self.assertEqual(check.verdict, "valid", check)
        self.assertIsNotNone(check.timestamp)
        self.assertEqual(check.signed_at, check.timestamp)

    def test_what_goes_wrong(self):
        for mood, code in (
            ("refuses", "timestamp_refused"),
            ("other", "timestamp_refused"),
            ("garbage", "timestamp_refused"),
            ("page", "timestamp_refused"),
            ("endless", "timestamp_refused"),
            ("redirect", "redirected"),
        ):
            with self.subTest(mood):
                self.server.mood = mood
                self.refused(code, self.sign)
        self.assertEqual(set(self.server.paths), {"/"}, "a redirect was followed")

    def test_slow_or_absent(self):
        self.server.mood = "slow"
        self.refused("timestamp_unreachable", self.sign, timeout=0.3)
        self.url = "http://127.0.0.1:9/"
        self.refused("timestamp_unreachable", self.sign)


class TestLevels(common.Case):
    def upgraded(self, level, **options):
        authority = common.authority()
        values = {
            "timestamper": common.timestamper(),
            "trust_roots": common.roots(),
            "other_certs": authority.chain,
            "crls": [authority.crl(), authority.crl(by_root=True)],
        } | options
        return ltv.upgrade(common.issued(), level, **values)

    def test_upgrade_keeps_the_signatures_valid(self):
        for level in ltv.LEVELS:
            with self.subTest(level):
                upgraded = self.upgraded(level)
                self.assertTrue(upgraded.startswith(common.issued()))
                result = common.verdict(upgraded)
                self.assertEqual(result.verdict, "valid", result)
                self.assertTrue(all(check.timestamp for check in result.signatures))
                if common.have("pdfsig"):
                    self.assertEqual(common.pdfsig(upgraded).count("Signature is Valid."), 2)

    def test_valid_after_the_certificates_expired(self):
        stamped = self.upgraded("B-LTA")
        with freeze_time(common.trust.now() + 7 * 365 * common.DAY):
            self.assertEqual(common.verdict(stamped).verdict, "valid")

    def signed_for_a_minute(self, level):
        """A document whose signer's certificate ends soon, brought to ``level`` in time."""
        now = common.trust.now()
        profile = common.pki.LeafProfile(
            not_before=now - common.DAY, not_after=now + common.DAY / 24, crl_url="http://crl.example.vn/crl"
        )
        person = common.authority().issue_person(common.NAME, organization="UBND", profile=profile)
        signed = pades.sign_person(common.prepared(), common.signer_of(person))
        with mock.patch.object(common, "issued", lambda: signed):
            return self.upgraded(level)

    def test_upgrade_after_the_certificate_of_the_signer_expired(self):
        """Its chain is built at the time that the stamp proves, not now; and the complete store needs nothing new."""
        for level in ("B-T", "B-LT", "B-LTA"):
            stamped = self.signed_for_a_minute(level)
            with self.subTest(level), freeze_time(common.trust.now() + 90 * common.DAY):
                authority, stampers = common.authority(), {common.tsa().asn1.dump()}
                crls = [authority.crl(), authority.crl(by_root=True)]
                missing = [path[-1].dump() for path in ltv.open_chains(stamped, common.roots())]
                self.assertEqual(set(missing) <= stampers, level != "B-T")
                renewed = ltv.upgrade(
                    stamped, "B-LTA", timestamper=common.timestamper(), trust_roots=common.roots(), crls=crls
                )
                self.assertTrue(renewed.startswith(stamped))
                self.assertEqual(common.verdict(renewed).verdict, "valid", common.verdict(renewed))

    def test_no_stamp_before_the_certificate_expired(self):
        """The stamp proves only that the signature is older than the stamp, and then the certificate had ended."""
        now = common.trust.now()
        person = common.authority().issue_person(
            common.NAME, organization="UBND", profile=common.pki.LeafProfile(now - common.DAY, now + common.DAY / 24)
        )
        signed = pades.sign_person(common.prepared(), common.signer_of(person))
        with mock.patch.object(common, "issued", lambda: signed), freeze_time(now + 2 * common.DAY):
            self.refused("certificate_expired", self.upgraded, "B-LT")

    def test_time_stamp_outlives_a_stolen_key(self):
        stolen_on = common.trust.now() + common.DAY
        crl = common.authority().crl([(common.person().cert, stolen_on)], this_update=stolen_on + common.DAY)
        later = stolen_on + 3 * common.DAY
        self.assertEqual(common.verdict(self.upgraded("B-T"), crls=[crl], at=later).verdict, "valid")
        self.assertEqual(common.verdict(common.issued(), crls=[crl], at=later).verdict, "invalid")

    def test_revocation_information_must_be_complete(self):
        authority = common.authority()
        for crls in ([], [authority.crl()], [authority.crl(by_root=True)]):
            self.refused("validation_info_missing", self.upgraded, "B-LT", crls=crls)

    def test_revoked_before_the_stamp(self):
        authority, an_hour_ago = common.authority(), common.trust.now() - common.DAY / 24
        lists = [authority.crl([(common.person().cert, an_hour_ago)]), authority.crl(by_root=True)]
        self.refused("certificate_revoked", self.upgraded, "B-LT", crls=lists)

    def test_ocsp_answers_do_as_well(self):
        authority = common.authority()
        answers = [authority.ocsp(item.cert) for item in (common.person(), common.agency(), common.tsa())]
        upgraded = self.upgraded("B-LT", crls=[authority.crl(by_root=True)], ocsps=answers)
        self.assertEqual(common.verdict(upgraded).verdict, "valid", common.verdict(upgraded))

    def test_chain_without_trust(self):
        self.refused("untrusted", self.upgraded, "B-LT", trust_roots=[])

    def test_needs_a_service_and_a_signature(self):
        self.refused("timestamp_unreachable", self.upgraded, "B-T", timestamper=None)
        self.refused("person_signature_missing", ltv.upgrade, common.draft(), "B-T", timestamper=common.timestamper())
        with self.assertRaises(ValueError):
            self.upgraded("B-X")
