"""Keys that are not in this database: tokens of the server, remote services, tokens of the user; held passphrases."""

import base64
import json
import os
import unittest
from unittest.mock import patch

from odoo import http
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged

from ..signing import pki
from .fake_csc import FakeSigningService
from .signing_orm_common import PASSPHRASE, SigningCase
from .soft_token import HAVE_SOFTHSM, MODULE, PIN, SoftToken


def encoded(cert):
    return base64.b64encode(pki.as_asn1(cert).dump()).decode()


@tagged("post_install", "-at_install")
@unittest.skipUnless(HAVE_SOFTHSM, "SoftHSM 2 is not installed")
class TestServerToken(SigningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.token = SoftToken("vpdt-orm")
        cls.addClassCleanup(cls.token.remove)
        cls.identity = cls._person()
        cls.token.add_key(cls.identity, "an")
        cls.token.add_certificates(cls.identity, "an")
        cls.enterClassContext(cls.token.plugged_in())
        cls.startClassPatcher(patch.dict(os.environ, {"VPDT_PKCS11_MODULES": f"softhsm = {MODULE}"}))
        cls.unit_admin = cls._make_user("unit_admin", cls.agency, "group_unit_admin")
        values = {"kind": "pkcs11", "module": "softhsm", "token_label": "vpdt-orm", "key_label": "an"}
        Key = cls.env["vpdt.signing.key"].with_user(cls.unit_admin).with_company(cls.agency)
        cls.key = Key.create({"name": "HSM", "holder": "person", "user_id": cls.leader.id, **values})
        cls.key.load_pkcs11(PIN)
        cls.mine = cls.key.with_user(cls.leader)

    def test_certificate_is_read_from_the_token(self):
        self.assertEqual((self.key.state, self.key.fingerprint), ("active", self.identity.asn1.sha256.hex()))
        self.assertEqual(self.key.chain.count("BEGIN CERTIFICATE"), 2)
        self.assertFalse(self.key.sudo().content)

    def test_owner_signs_with_the_pin(self):
        with self.mine._open_signer(PIN) as signer:
            self.assertEqual(signer.subject_name, "Nguyễn Văn An")
        with self.mine._open_signer(PIN):
            pass  # the first one has logged out

    def test_wrong_pin_and_missing_things_are_said(self):
        for change, secret, words in (
            ({}, "000000", "PIN is wrong"),
            ({"token_label": "another"}, PIN, "token was not found"),
            ({"key_label": "another"}, PIN, "does not hold this key"),
        ):
            with self.subTest(words), self.env.cr.savepoint() as savepoint:
                self.key.write(change)
                with self.assertRaisesRegex(UserError, words):
                    self.mine._signer(secret)
                savepoint.rollback()
        with self.mine._open_signer(PIN):
            pass

    def test_only_the_administrator_sets_it_up(self):
        values = {"kind": "pkcs11", "module": "softhsm", "token_label": "vpdt-orm", "key_label": "an"}
        with self.assertRaises(AccessError):
            self._make_key(self.leader, name="Tự làm", **values)
        own = self._make_key(self.leader, name="Của tôi")
        with self.assertRaises(AccessError):
            own.write(values)
        with self.assertRaises(AccessError):
            self.mine.load_pkcs11(PIN)
        with self.assertRaises(AccessError):
            self.key._signer(PIN)  # who sets it up does not sign with it

    def test_module_comes_from_the_configuration_alone(self):
        with patch.dict(os.environ, {"VPDT_PKCS11_MODULES": ""}), self.assertRaisesRegex(UserError, "configuration"):
            self.mine._signer(PIN)
        self.key.module = "/tmp/evil.so"
        with self.assertRaisesRegex(UserError, "configuration"):
            self.mine._signer(PIN)


@tagged("post_install", "-at_install")
class TestRemoteKey(SigningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.identity = cls._person()
        cls.fake = FakeSigningService(cls.identity)
        cls.addClassCleanup(cls.fake.stop)
        cls.env["vpdt.allowed.host"].create({"name": cls.fake.host})
        cls.service = cls.env["vpdt.signing.service"].create(
            {"name": "Dịch vụ thử", "url": cls.fake.url, "new_secret": "token"}
        )
        cls.key = cls._make_key(
            cls.leader, name="Ký từ xa", kind="csc", service_id=cls.service.id, credential="credential"
        )

    def setUp(self):
        super().setUp()
        self.fake.mood, self.fake.token = "", "token"
        self.fake.requests.clear()

    def test_certificate_comes_from_the_service(self):
        self.assertTrue(self.key.load_csc())
        self.assertEqual((self.key.state, self.key.fingerprint), ("active", self.identity.asn1.sha256.hex()))

    def test_only_allowed_hosts(self):
        with self.assertRaisesRegex(ValidationError, "list of allowed hosts"), self.env.cr.savepoint():
            self.service.url = "http://signing.example.vn"
        self.env["vpdt.allowed.host"].create({"name": "signing.example.vn"})
        with self.assertRaisesRegex(ValidationError, "begins with https"), self.env.cr.savepoint():
            self.service.url = "http://signing.example.vn"
        self.service.url = "https://signing.example.vn"
        self.service.url = self.fake.url  # this machine
        self.env["vpdt.allowed.host"].search([]).unlink()
        with self.assertRaisesRegex(UserError, "list of allowed hosts"):
            self.key.load_csc()
        self.assertEqual(self.fake.requests, [])

    def test_secret_is_seen_by_nobody(self):
        self.assertTrue(self.service.has_secret)
        self.assertFalse(self.service.new_secret)
        for user in (self.leader, self.env.ref("base.user_admin")):
            self.assertNotIn("secret", self.service.with_user(user).read()[0])
            self.assertRaises(AccessError, self.service.with_user(user).read, ["secret"])
        self.assertNotIn(b"token", base64.b64decode(self.service.sudo().secret))
        with self.assertRaises(AccessError):
            self.service.with_user(self.env.ref("base.user_admin")).write({"secret": "eA=="})
        self.assertRaises(AccessError, self.service.with_user(self.leader).write, {"url": self.fake.url})

    def test_access_token_by_client_credentials(self):
        self.service.write({"client": "vpdt", "new_secret": "s3cret"})
        self.key.load_csc()
        self.key.load_csc()
        self.assertEqual(self.fake.endpoints(), ["oauth2/token", "credentials/info", "credentials/info"])
        self.service._forget_token()
        self.service.new_secret = "wrong"
        with self.assertRaisesRegex(UserError, "session with the signing service has run out"):
            self.key.load_csc()

    def test_redirect_is_said_and_not_followed(self):
        self.fake.mood = "redirect"
        with self.assertRaisesRegex(UserError, "sends to another address"):
            self.key.load_csc()
        self.assertEqual(self.fake.endpoints(), ["credentials/info"])

    def test_expired_access_is_said(self):
        self.fake.token = "renewed"
        with self.assertRaisesRegex(UserError, "session with the signing service has run out"):
            self.key.load_csc()
        self.assertEqual(self.key.state, "draft")


@tagged("post_install", "-at_install")
class TestUserToken(SigningCase):
    def test_certificate_comes_from_the_agent(self):
        identity = self._person()
        key = self._make_key(self.leader, name="USB", kind="token")
        self.assertTrue(key.load_token(encoded(identity.cert), [encoded(cert) for cert in identity.chain]))
        self.assertEqual((key.state, key.serial), ("active", pki.serial_hex(identity.cert)))
        with self.assertRaisesRegex(UserError, "machine of its owner"):
            key._signer("")

    def test_what_is_no_certificate_is_refused(self):
        key = self._make_key(self.leader, name="USB", kind="token")
        for value in ("", "x", None, base64.b64encode(b"rubbish").decode()):
            with self.subTest(value), self.assertRaisesRegex(UserError, "did not send a certificate"):
                key.load_token(value)

    def test_a_certificate_that_cannot_sign_is_not_loaded(self):
        key = self._make_key(self.leader, name="USB", kind="token")
        agency = self.authority.issue_agency("Sở Nội vụ", identifier="H99.01")
        weak = self.authority.issue_person("A B", organization="C", profile=pki.LeafProfile(key_size=1024))
        unusable = self._person(digital_signature=False, non_repudiation=False)
        now = pki.datetime.datetime.now(pki.UTC)
        expired = self._person(not_before=now - 9 * pki.DAY, not_after=now - pki.DAY)
        for identity, words in (
            (agency, "or the other way round"),
            (weak, "too weak"),
            (unusable, "may not be used"),
            (expired, "has expired"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                key.load_token(encoded(identity.cert))
        self.assertEqual(key.state, "draft")

    def test_loaders_of_other_kinds_are_refused(self):
        key = self._make_key(self.leader, name="USB", kind="token")
        for loader, values in ((key.load_pkcs12, ("", "")), (key.load_pkcs11, ("",)), (key.load_csc, ())):
            with self.subTest(loader.__name__), self.assertRaisesRegex(UserError, "another kind"):
                loader(*values)


@tagged("post_install", "-at_install")
class TestHeldPassphrase(HttpCase, SigningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.key = cls._loaded_key(cls.leader, cls._person())

    def call(self, method, *arguments):
        body = {"params": {"model": "vpdt.signing.key", "method": method, "args": arguments, "kwargs": {}}}
        headers = {"Content-Type": "application/json"}
        return self.url_open("/web/dataset/call_kw", data=json.dumps(body), headers=headers).json()

    def test_held_in_two_halves_until_forgotten(self):
        session = self.authenticate(self.leader.login, self.leader.login)
        self.assertIn("passphrase of the key is wrong", json.dumps(self.call("hold_passphrase", self.key.ids, "sai")))
        ticket = self.call("hold_passphrase", self.key.ids, PASSPHRASE)["result"]
        self.assertNotIn(PASSPHRASE, ticket)
        kept = json.dumps(dict(self._stored(session)), ensure_ascii=False)
        self.assertIn("vpdt_held_keys", kept)
        self.assertNotIn(PASSPHRASE, kept)
        self.assertNotIn(ticket, kept)
        self.assertEqual(self.call("forget_passphrases")["result"], True)
        self.assertNotIn("vpdt_held_keys", dict(self._stored(session)))

    def _stored(self, session):
        return http.root.session_store.get(session.sid)

    def test_ticket_is_worth_nothing_without_the_session(self):
        with self.assertRaisesRegex(UserError, "no longer kept"):
            self.key._signer({"ticket": "x" * 44})
