"""Keys in files and at remote services, and signing in two steps."""

import asyncio
import base64
from unittest import mock

from asn1crypto import cms as asn1_cms
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, utils
from cryptography.hazmat.primitives.serialization import pkcs12
from freezegun import freeze_time

try:
    from . import signing_common as common
    from .fake_csc import FakeSigningService
except ImportError:
    import signing_common as common
    from fake_csc import FakeSigningService

pades, signers, deferred = common.pades, common.signers, common.deferred
oauth = common.load("signing.oauth")


class TestPkcs12(common.Case):
    def setUp(self):
        super().setUp()
        self.file = common.person().pkcs12(common.PASSPHRASE)

    def test_opens_with_a_vietnamese_passphrase(self):
        signer = signers.load_pkcs12(self.file, common.PASSPHRASE)
        self.assertEqual(signer.subject_name, common.NAME)
        self.assertEqual(len(list(signer.cert_registry)), 2)
        signed = pades.sign_person(common.prepared(), signer)
        self.assertEqual(common.verdict(signed).verdict, "valid")

    def test_wrong_passphrase(self):
        for passphrase in ("", "x", common.PASSPHRASE.upper()):
            self.refused("wrong_passphrase", signers.load_pkcs12, self.file, passphrase)

    def test_what_is_no_pkcs12(self):
        for data in (b"", b"x", common.person().der, common.person().pem, self.file[:-9], common.draft()):
            self.refused("not_a_pkcs12", signers.load_pkcs12, data, common.PASSPHRASE)

    def test_file_without_key(self):
        data = pkcs12.serialize_key_and_certificates(
            b"x", None, None, [common.person().cert], serialization.BestAvailableEncryption(b"x")
        )
        self.refused("no_private_key", signers.load_pkcs12, data, "x")

    def test_kind_of_key_that_is_not_supported(self):
        key = ed25519.Ed25519PrivateKey.generate()
        self.refused("unsupported_key", signers.KeptKeySigner, key, common.person().cert)

    def test_key_shows_nowhere(self):
        signer = signers.load_pkcs12(self.file, common.PASSPHRASE)
        self.assertNotIn("PRIVATE", repr(signer))
        self.assertIn(common.NAME, repr(signer))


class TestKeptKey(common.Case):
    def test_key_is_parsed_once(self):
        """What makes it fast (P4); the benchmark measures how much."""
        signer = signers.load_pkcs12(common.person().pkcs12("x"), "x")
        with mock.patch.object(serialization, "load_der_private_key", side_effect=AssertionError("parsed again")):
            for _index in range(3):
                pades.sign_person(common.prepared(), signer)

    def test_containers_from_the_mould_are_independent(self):
        signer = common.signer_of(common.person())
        first = pades.sign_person(common.prepared(), signer)
        second = pades.sign_person(common.prepared(), signer, reason="khác")
        for signed in (first, second, pades.sign_person(common.prepared(), signer)):
            self.assertEqual(common.verdict(signed).verdict, "valid")

    def test_container_is_the_one_that_pyhanko_builds(self):
        """Same attributes, same certificates, as without the mould."""
        signer = common.signer_of(common.person())
        first = self._container(pades.sign_person(common.prepared(), signer))
        with mock.patch.object(signers, "_is_plain_pades", return_value=False):
            slow = self._container(pades.sign_person(common.prepared(), common.signer_of(common.person())))
        for values in (first, slow):
            info = values["signer_infos"][0]
            self.assertEqual(
                {attribute["type"].native for attribute in info["signed_attrs"]},
                {"content_type", "message_digest", "signing_certificate_v2"},
            )
        self.assertEqual(first["certificates"].dump(), slow["certificates"].dump())

    def _container(self, signed):
        (signature,) = common.pades.open_reader(signed).embedded_signatures
        return asn1_cms.ContentInfo.load(signature.pkcs7_content)["content"]

    def test_elliptic_curve(self):
        key = ec.generate_private_key(ec.SECP256R1())
        authority = common.authority()
        identity = authority.issue_person(common.NAME, organization="UBND", profile=common.pki.LeafProfile(key=key))
        signed = pades.sign_person(common.prepared(), common.signer_of(identity))
        self.assertEqual(common.verdict(signed).verdict, "valid")


class TestDeferred(common.Case):
    SECRET = b"0123456789abcdef"

    def prepare(self, **options):
        options = {"secret": self.SECRET, "bound_to": "user 7", "chain": common.person().chain} | options
        order = pades.person_order(image_png=common.signature_png())
        return deferred.prepare_deferred(common.prepared(), common.person().cert, order, **options)

    def finish(self, job, **options):
        values = {
            "state": job.state,
            "signature": common.person().key.sign(job.to_sign, padding.PKCS1v15(), hashes.SHA256()),
            "cert": common.person().cert,
            "pdf": job.pdf,
            "secret": self.SECRET,
            "bound_to": "user 7",
        } | options
        return deferred.finish_deferred(**values)

    def test_signed_file_is_valid(self):
        result = common.verdict(self.finish(self.prepare()))
        self.assertEqual(result.verdict, "valid", result)

    def test_device_that_takes_the_digest(self):
        job = self.prepare()
        signature = common.person().key.sign(job.digest, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))
        self.assertEqual(common.verdict(self.finish(job, signature=signature)).verdict, "valid")

    def test_nothing_may_change_in_between(self):
        job, other = self.prepare(), common.person("Trần Thị Bình")
        theirs = other.key.sign(job.to_sign, padding.PKCS1v15(), hashes.SHA256())
        for code, options in (
            ("file_changed", {"pdf": job.pdf[:-1] + b" "}),
            ("file_changed", {"pdf": self.prepare().pdf}),
            ("certificate_changed", {"cert": other.cert, "signature": theirs}),
            ("signature_invalid", {"signature": theirs}),
            ("signature_invalid", {"signature": b""}),
            ("state_invalid", {"bound_to": "user 8"}),
            ("state_invalid", {"secret": b"another secret of ours"}),
            ("state_invalid", {"state": job.state[:-4] + "AAAA"}),
            ("state_invalid", {"state": "é"}),
        ):
            with self.subTest(code=code, options=list(options)):
                self.refused(code, self.finish, job, **options)

    def test_time_runs_out(self):
        job = self.prepare()
        with freeze_time(job.expires_at + common.DAY / 1e6):
            self.refused("state_expired", self.finish, job)

    def test_certificate_is_checked_at_the_first_step(self):
        expired = common.pki.LeafProfile(
            not_before=common.trust.now() - 3 * common.DAY, not_after=common.trust.now() - common.DAY
        )
        identity = common.authority().issue_person(common.NAME, organization="UBND", profile=expired)
        self.refused(
            "certificate_expired",
            deferred.prepare_deferred,
            common.prepared(),
            identity.cert,
            pades.person_order(),
            secret=self.SECRET,
        )

    def test_short_secret(self):
        with self.assertRaises(ValueError):
            self.prepare(secret=b"short")


class TestRemote(common.Case):
    def setUp(self):
        super().setUp()
        self.server = FakeSigningService(common.person(), other_key=common.person("Trần Thị Bình").key)
        self.addCleanup(self.server.stop)

    def signer(self, **options):
        values = {"oauth_token": "token", "pin": "1234", "timeout": 10} | options
        return signers.RemoteSigner(f"http://127.0.0.1:{self.server.server_port}", "credential", **values)

    def test_signs_and_sends_only_the_hash(self):
        signed = pades.sign_person(common.prepared(), self.signer(), image_png=common.signature_png())
        result = common.verdict(signed)
        self.assertEqual(result.verdict, "valid", result)
        paths = [path for path, _body in self.server.requests]
        self.assertEqual(
            paths, [f"/csc/v1/{end}" for end in ("credentials/info", "credentials/authorize", "signatures/signHash")]
        )
        (sent,) = self.server.requests[-1][1]["hash"]
        self.assertEqual(len(base64.b64decode(sent)), 32)

    def test_several_with_one_confirmation(self):
        several = [b"document", b"first annex", b"second annex"]
        self.server.multisign = 3
        signer = self.signer()
        values = asyncio.run(signer.async_sign_all(several))
        for data, value in zip(several, values, strict=True):
            signers.require_signature(common.person().cert, data, value)
        self.assertEqual(self.server.endpoints().count("credentials/authorize"), 1)
        self.assertEqual(self.server.requests[1][1]["numSignatures"], 3)
        self.server.multisign = 2
        signer = self.signer()
        self.server.requests.clear()
        with self.assertRaises(common.SigningError) as caught:
            asyncio.run(signer.async_sign_all(several))
        self.assertEqual((caught.exception.code, self.server.requests), ("too_many_at_once", []))

    def test_what_goes_wrong_while_signing(self):
        for mood, code in (
            ("refused", "signer_refused"),
            ("expired", "signer_session_expired"),
            ("wrong key", "signature_invalid"),
            ("garbage", "signer_refused"),
            ("down", "signer_unreachable"),
            ("redirect", "redirected"),
        ):
            with self.subTest(mood):
                signer = self.signer()
                self.server.mood = mood
                self.refused(code, pades.sign_person, common.prepared(), signer)
        self.assertFalse([path for path, _body in self.server.requests if "elsewhere" in path], "PIN sent elsewhere")

    def test_no_redirect_is_followed_by_pyhanko_either(self):
        """It asks for the certificate and sends the hash; a 307 would resend access token and activation data."""
        self.server.mood = "redirect"
        self.refused("redirected", self.signer)
        self.assertEqual(self.server.endpoints(), ["credentials/info"])
        self.refused("redirected", oauth.fetch_token, self.server.url, "client", "s3cret")
        self.server.mood, session = "", signers.aiohttp.ClientSession
        authorized = self.signer()

        def turn(http, url, **options):
            self.server.mood = "redirect" if url.endswith("signHash") else ""
            return original(http, url, **options)

        original = session.post
        with mock.patch.object(session, "post", turn):
            self.refused("redirected", pades.sign_person, common.prepared(), authorized)
        self.assertFalse([path for path, _body in self.server.requests if "elsewhere" in path])

    def test_pin_goes_over_an_encrypted_line_only(self):
        for url in ("http://signing.example.vn", "http://127.0.0.1.example.vn", "ftp://127.0.0.1", "http://[::1"):
            with self.subTest(url):
                self.refused("address_not_encrypted", signers.RemoteSigner, url, "credential", pin="1234")
                self.refused("address_not_encrypted", oauth.fetch_token, url, "client", "s3cret")

    def test_slow_service(self):
        self.server.mood = "slow"
        self.refused("signer_unreachable", pades.sign_person, common.prepared(), self.signer(timeout=0.4))
        signed = pades.sign_person(common.prepared(), self.signer(timeout=10))
        self.assertEqual(common.verdict(signed).verdict, "valid")

    def test_wrong_pin(self):
        self.refused("signer_refused", pades.sign_person, common.prepared(), self.signer(pin="0000"))

    def test_other_certificate_than_agreed(self):
        self.refused("certificate_changed", self.signer, expected_cert=common.person("Trần Thị Bình").cert)
        self.signer(expected_cert=common.person().cert)

    def test_session_expired_from_the_start(self):
        self.refused("signer_session_expired", self.signer, oauth_token="old")

    def test_nobody_there(self):
        url = "http://127.0.0.1:9"  # the port of discard: nobody listens
        self.refused("signer_unreachable", signers.RemoteSigner, url, "credential", timeout=2)
