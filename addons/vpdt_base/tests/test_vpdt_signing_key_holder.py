"""A key signs with the certificate of its holder, or after somebody has looked at it."""

import base64
import os
from unittest.mock import patch

from cryptography import x509
from cryptography.x509.oid import NameOID
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.signing import vpdt_signing_key_loading as loading
from ..signing import pki
from .fake_csc import FakeSigningService
from .signing_orm_common import PASSPHRASE, SigningCase

COLLEAGUE = "Trần Thị Bình"


def encoded(cert):
    return base64.b64encode(pki.as_asn1(cert).dump()).decode()


@tagged("post_install", "-at_install")
class TestHolder(SigningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit_admin = cls._make_user("unit_admin", cls.agency, "group_unit_admin")
        cls.colleague = cls._person(COLLEAGUE)

    def states(self, key):
        return key.sudo().state, bool(key.sudo().holder_doubt)

    def by(self, user, key):
        return key.with_user(user).with_company(self.agency)

    def test_name_is_compared_without_marks_case_and_spaces(self):
        for name in ("Nguyễn Văn An", "NGUYEN  VAN AN", "nguyễn văn an"):
            with self.subTest(name):
                self.assertEqual(self.states(self._loaded_key(self.leader, self._person(name))), ("active", False))

    def test_key_of_a_colleague_signs_nothing(self):
        key = self._loaded_key(self.leader, self.colleague)
        self.assertEqual(self.states(key), ("unconfirmed", True))
        for attempt in (lambda: key._signer(PASSPHRASE), lambda: key.hold_passphrase(PASSPHRASE), key.action_resume):
            with self.assertRaisesRegex(UserError, f"names “{COLLEAGUE}”, the key is that of “Nguyễn Văn An”"):
                attempt()
        self.assertTrue(key.sign_options()[0]["warn"])
        self.assertEqual(key.sudo().activity_ids.user_id, self.unit_admin)

    def test_the_unit_administrator_confirms_with_a_reason(self):
        key = self._loaded_key(self.leader, self.colleague)
        for user, words in ((self.leader, "administrator confirms"), (self.clerk, ""), (self.stranger, "")):
            with self.subTest(user.login), self.assertRaisesRegex(AccessError, words):
                self.by(user, key).confirm_holder("Họ tên cũ")
        seen = self.by(self.unit_admin, key)
        with self.assertRaises(AccessError):
            seen.name = "Của tôi"
        with self.assertRaisesRegex(UserError, "reason"):
            seen.confirm_holder("  ")
        wizard = self.env["vpdt.signing.key.confirmation"].with_user(self.unit_admin)
        given = seen.action_confirm_holder()["context"] | {"allowed_company_ids": self.agency.ids}
        wizard.with_context(**given).create({"reason": "Họ tên cũ"}).action_confirm()
        self.assertEqual(self.states(key), ("active", False))
        self.assertTrue(key._signer(PASSPHRASE))
        self.assertFalse(seen.search([("id", "=", key.id)]), "what is confirmed is the owner's business again")
        domain = [("res_model", "=", key._name), ("res_id", "=", key.id), ("user_id", "=", self.unit_admin.id)]
        self.assertIn("Họ tên cũ", " ".join(self.env["vpdt.journal.entry"].sudo().search(domain).mapped("detail")))
        key.load_pkcs12(base64.b64encode(self._person(COLLEAGUE).pkcs12(PASSPHRASE)).decode(), PASSPHRASE)
        self.assertEqual(key.state, "unconfirmed", "another certificate is another question")

    def test_nobody_is_asked_any_longer_when_the_certificate_is_revoked(self):
        key = self._loaded_key(self.leader, self.colleague).sudo()
        key._move_to("revoked")
        self.assertFalse(key.activity_ids)
        with self.assertRaises(AccessError):
            self.by(self.unit_admin, key.sudo(False)).confirm_holder("Họ tên cũ")

    def test_nobody_confirms_his_own_nor_writes_the_confirmation(self):
        mine = self._loaded_key(self.unit_admin, self.colleague)
        with self.assertRaisesRegex(AccessError, "his own key"):
            mine.confirm_holder("Tôi")
        with self.assertRaises(AccessError):
            mine.write({"confirmed_for": mine._confirmation()})

    def test_a_name_changed_for_the_loading_is_no_way_around(self):
        with self.assertRaises(AccessError):
            self.leader.with_user(self.leader).name = COLLEAGUE
        self.leader.name = COLLEAGUE
        key = self._loaded_key(self.leader, self.colleague)
        self.assertTrue(key._signer(PASSPHRASE))
        self.leader.name = "Nguyễn Văn An"
        with self.assertRaisesRegex(UserError, "names “Trần Thị Bình”"):
            key._signer(PASSPHRASE)

    def test_keys_that_are_not_in_the_database(self):
        token = self._make_key(self.leader, name="USB", kind="token")
        token.load_token(encoded(self.colleague.cert))
        fake = FakeSigningService(self.colleague)
        self.addCleanup(fake.stop)
        self.env["vpdt.allowed.host"].create({"name": fake.host})
        service = self.env["vpdt.signing.service"].create({"name": "Thử", "url": fake.url, "new_secret": "token"})
        values = {"kind": "csc", "service_id": service.id, "credential": "credential"}
        remote = self._make_key(self.leader, name="Từ xa", **values)
        remote.load_csc()
        values = {"kind": "pkcs11", "module": "hsm", "token_label": "x", "key_label": "an", "user_id": self.leader.id}
        with (
            patch.dict(os.environ, {"VPDT_PKCS11_MODULES": "hsm = /nowhere.so"}),
            patch.object(loading, "read_certificate", lambda *_args: (self.colleague.asn1, [])),
        ):
            hsm = self._make_key(self.unit_admin, name="HSM", **values)
            hsm.load_pkcs11("1234")
        for key in (token, remote, hsm.with_user(self.leader)):
            with self.subTest(key.kind):
                self.assertEqual(self.states(key), ("unconfirmed", True))
                with self.assertRaisesRegex(UserError, COLLEAGUE):
                    key._check_usable()

    def test_key_of_an_agency(self):
        plain = [(NameOID.ORGANIZATION_NAME, self.agency.name), (NameOID.COMMON_NAME, "Văn thư")]
        issue = self.authority.issue_agency
        cases = (
            ("its name", issue("SỞ NỘI VỤ THỬ", identifier="X.1"), "active"),
            ("its code", issue("Văn phòng", identifier="H99.01"), "active"),
            ("no code, its organization", self._issued(plain), "active"),
            ("another agency", issue("Sở Tài chính thử", identifier="H99.02"), "unconfirmed"),
            ("an agency below it", issue("Chi cục", identifier="H99.01.7", parent=self.agency.name), "unconfirmed"),
        )
        for name, identity, state in cases:
            with self.subTest(name):
                key = self._loaded_key(self.unit_admin, identity, name="Con dấu", holder="agency", user_id=False)
                self.assertEqual(key.state, state)

    def _issued(self, pairs):
        return self.authority.issue(x509.Name([x509.NameAttribute(oid, value) for oid, value in pairs]))

    def test_earlier_name_of_the_agency(self):
        self.agency.organization_id.name_ids.create(
            {"organization_id": self.agency.organization_id.id, "name": "Sở Nội chính", "valid_to": "2024-01-01"}
        )
        identity = self.authority.issue_agency("Sở Nội chính", identifier="CŨ")
        key = self._loaded_key(self.unit_admin, identity, name="Con dấu", holder="agency", user_id=False)
        self.assertEqual(key.state, "active")
