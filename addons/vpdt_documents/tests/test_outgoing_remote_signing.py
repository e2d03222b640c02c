"""Signing at a remote service: the person waits on screen, no lock waits with him, and he is asked once."""

import json
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from odoo.addons.vpdt_base.signing import SigningError
from odoo.addons.vpdt_base.signing.signers import RemoteSigner
from odoo.addons.vpdt_base.signing.validation import verify
from odoo.addons.vpdt_base.tests.fake_csc import FakeSigningService

from .signing_documents_common import SigningDocumentCase


@tagged("post_install", "-at_install")
class TestRemoteSigning(HttpCase, SigningDocumentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.identity = cls._person()
        cls.fake = FakeSigningService(cls.identity, other_key=cls._person("Trần Thị Bình").key)
        cls.addClassCleanup(cls.fake.stop)
        cls.env["vpdt.allowed.host"].create({"name": cls.fake.host})
        service = cls.env["vpdt.signing.service"].create(
            {"name": "Dịch vụ thử", "url": cls.fake.url, "new_secret": "token"}
        )
        values = {"kind": "csc", "service_id": service.id, "credential": "credential", "picture": cls.picture}
        cls.key = cls._make_key(cls.leader, name="Ký từ xa", **values)
        cls.key.load_csc()
        cls.document = cls._submitted()

    def setUp(self):
        super().setUp()
        self.fake.mood, self.fake.token, self.fake.otp, self.fake.identity = "", "token", None, self.identity
        self.fake.requests.clear()
        self.authenticate(self.leader.login, self.leader.login)

    def begin(self):
        return self.document.begin_signature("sign", self.key.id)["session"]

    def remote(self, session, pin="1234", otp=None):
        return self.call("/vpdt/signing/remote", session_id=session, pin=pin, otp=otp)

    def ask(self, *sessions, pin="1234"):
        return self.call("/vpdt/signing/remote/ask", session_ids=sessions, pin=pin)

    def call(self, path, **params):
        body = json.dumps({"params": params})
        answer = self.url_open(path, data=body, headers={"Content-Type": "application/json"}, timeout=60)
        self.env.invalidate_all()
        return answer.json()

    def refused(self, words, answer):
        self.assertIn(words, answer["error"]["data"]["message"])
        self.assertEqual(self.document.state, "to_sign")

    def test_signs_once(self):
        session = self.begin()
        self.assertIs(self.remote(session).get("result"), True)
        result = verify(self.document._file_of_role("main")._content(), trust_roots=[self.authority.root.pem])
        self.assertEqual((self.document.state, result.verdict), ("signed", "valid"))
        self.assertEqual(self.fake.endpoints(), ["credentials/info", "credentials/authorize", "signatures/signHash"])
        self.assertIs(self.remote(session).get("result"), False)
        self.assertEqual(len(self.fake.requests), 3)

    def test_what_goes_wrong_is_said_and_can_be_tried_again(self):
        for mood, words in (
            ("refused", "Dịch vụ ký từ chối"),
            ("expired", "Phiên làm việc với dịch vụ ký đã hết"),
            ("wrong key", "không khớp với văn bản và chứng thư số"),
            ("garbage", "Dịch vụ ký từ chối"),
            ("down", "không trả lời"),
        ):
            with self.subTest(mood):
                self.fake.mood = mood
                self.refused(words, self.remote(self.begin()))
        self.fake.mood = ""
        self.assertIs(self.remote(self.begin()).get("result"), True)

    def test_wrong_pin_and_one_time_code(self):
        self.refused("Hãy kiểm tra mã PIN", self.remote(self.begin(), pin="0000"))
        self.fake.otp = "777"
        self.refused("Hãy kiểm tra mã PIN", self.remote(self.begin(), otp="1"))
        self.assertIs(self.remote(self.begin(), otp="777").get("result"), True)

    def test_other_certificate_than_the_loaded_one(self):
        session = self.begin()
        self.fake.identity = self._person()
        self.refused("không phải là chứng thư số đã nạp", self.remote(session))

    def test_slow_service_runs_into_the_time_out(self):
        self.fake.mood = "slow"
        original = RemoteSigner.__init__.__kwdefaults__
        self.addCleanup(setattr, RemoteSigner.__init__, "__kwdefaults__", original)
        RemoteSigner.__init__.__kwdefaults__ = {**original, "timeout": 0.5}
        self.refused("không trả lời", self.remote(self.begin()))

    def test_waiting_on_the_phone_is_not_asked_a_second_time(self):
        session = self.begin()
        asked = self.env["vpdt.signing.session"].sudo().browse(session)
        asked._move_to("asked")
        self.refused("đang chờ bạn xác nhận", self.remote(session))
        with self.assertRaisesRegex(UserError, "waiting for your confirmation|đang chờ bạn xác nhận"):
            self.begin()
        self.assertEqual(self.fake.requests, [])

    def test_access_token_is_fetched_before_the_row_is_locked(self):
        """The service may take seconds for it; one that does not give it leaves the session as it was."""
        session = self.env["vpdt.signing.session"].sudo().browse(self.begin())
        states, service = [], type(self.env["vpdt.signing.service"])

        def connection(_service):
            states.append(session.state)
            raise SigningError("signer_unreachable")

        with patch.object(service, "_connection", connection), self.assertRaises(UserError):
            session._ask_service("1234", None)
        self.assertEqual((states, session.state), (["open"], "open"))

    def test_answer_that_was_kept_is_used_without_asking_again(self):
        """What happens when the server stops, or the transaction has to be repeated, after the person confirmed."""
        session = self.begin()
        kept = self.env["vpdt.signing.session"].sudo().browse(session)
        kept._answered(kept._ask_service("1234", None)())
        self.fake.requests.clear()
        self.assertIs(self.remote(session).get("result"), True)
        self.assertEqual(self.fake.requests, [])

    def test_one_confirmation_for_two_documents(self):
        self.fake.multisign = 2
        self.addCleanup(setattr, self.fake, "multisign", 1)
        other = self._submitted()
        sessions = [self.begin(), other.begin_signature("sign", self.key.id)["session"]]
        self.refused("Hãy kiểm tra mã PIN", self.ask(*sessions, pin="0000"))
        sessions = [self.begin(), other.begin_signature("sign", self.key.id)["session"]]
        self.fake.requests.clear()
        self.assertIs(self.ask(*sessions).get("result"), True)
        self.assertEqual((self.document.state, other.state), ("to_sign", "to_sign"))
        for session in sessions:
            self.assertIs(self.remote(session).get("result"), True)
        self.assertEqual(self.fake.endpoints(), ["credentials/info", "credentials/authorize", "signatures/signHash"])
        self.assertEqual((self.document.state, other.state), ("signed", "signed"))
        self.assertIs(self.ask(*sessions).get("result"), True)
        self.assertEqual(len(self.fake.requests), 3, "asked once")

    def test_more_documents_than_one_confirmation_carries(self):
        other = self._submitted().begin_signature("sign", self.key.id)["session"]
        self.refused("chỉ nhận ít tệp hơn", self.ask(self.begin(), other))
        self.assertNotIn("signatures/signHash", self.fake.endpoints())

    def test_a_batch_with_a_session_of_somebody_else(self):
        session = self.begin()
        self.authenticate(self.clerk.login, self.clerk.login)
        self.refused("không do bạn bắt đầu", self.ask(session))
        self.refused("không do bạn bắt đầu", self.ask())
        self.assertEqual(self.fake.requests, [])

    def test_session_of_somebody_else(self):
        session = self.begin()
        self.authenticate(self.clerk.login, self.clerk.login)
        self.refused("không do bạn bắt đầu", self.remote(session))
        self.assertEqual(self.fake.requests, [])

    def test_host_taken_off_the_list(self):
        session = self.begin()
        self.env["vpdt.allowed.host"].search([]).unlink()
        self.refused("danh sách máy chủ được phép", self.remote(session))
        self.assertEqual(self.fake.requests, [])
