"""A signing key: loaded by its owner, kept encrypted, used by nobody else."""

import base64

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .signing_orm_common import PASSPHRASE, SigningCase


@tagged("post_install", "-at_install")
class TestSigningKey(SigningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        identity = cls.authority.issue_person("Nguyễn Văn An", organization="Sở Nội vụ")
        cls.p12 = identity.pkcs12(PASSPHRASE)
        cls.key = cls._make_key(cls.leader, name="Khóa của ông An")
        cls.loaded = cls._make_key(cls.leader, name="Khóa đã nạp")
        cls.loaded.load_pkcs12(cls.encoded(), PASSPHRASE)

    @classmethod
    def encoded(cls):
        return base64.b64encode(cls.p12).decode()

    def test_loading_reads_the_certificate(self):
        self.assertEqual(self.key.state, "draft")
        self.assertTrue(self.key.load_pkcs12(self.encoded(), PASSPHRASE))
        self.assertEqual(self.key.state, "active")
        self.assertEqual(self.key.subject, "Nguyễn Văn An, Sở Nội vụ")
        self.assertIn("VPDT Test ORM", self.key.issuer)
        self.assertLess(self.key.valid_from, self.key.valid_to)

    def test_loading_is_in_the_journal_without_secrets(self):
        self.key.load_pkcs12(self.encoded(), PASSPHRASE)
        domain = [("res_model", "=", "vpdt.signing.key"), ("res_id", "=", self.key.id)]
        moved, loaded = self.env["vpdt.journal.entry"].sudo().search(domain, order="id")
        self.assertEqual((moved.kind, loaded.kind, loaded.user_id), ("move", "permission", self.leader))
        self.assertNotIn(PASSPHRASE, moved.detail + loaded.detail)

    def test_wrong_passphrase_is_said_and_loads_nothing(self):
        for passphrase in ("sai", "", None):
            with (
                self.subTest(passphrase=passphrase),
                self.assertRaisesRegex(UserError, "passphrase of the key is wrong"),
            ):
                self.key.load_pkcs12(self.encoded(), passphrase)
        self.assertEqual(self.key.state, "draft")

    def test_wrong_passphrase_is_said_in_vietnamese(self):
        with self.assertRaisesRegex(UserError, "Mật khẩu của khóa không đúng"):
            self.key.with_context(lang="vi_VN").load_pkcs12(self.encoded(), "sai")

    def test_what_is_no_pkcs12_is_refused(self):
        for content in (b"", b"%PDF-1.7", self.p12[: len(self.p12) // 2]):
            with self.subTest(content=content[:8]), self.assertRaisesRegex(UserError, "not a PKCS#12"):
                self.key.load_pkcs12(base64.b64encode(content).decode(), PASSPHRASE)
        self.assertEqual(self.key.state, "draft")

    def test_stored_content_is_encrypted(self):
        stored = base64.b64decode(self.loaded.sudo().content)
        self.assertNotIn(self.p12[:64], stored)
        self.assertNotIn(self.p12[-64:], stored)
        self.assertNotIn(self.master_key.read_bytes(), stored)
        self.assertEqual(self.master_key.stat().st_mode & 0o777, 0o600)

    def test_content_is_readable_by_nobody(self):
        administrator = self._make_user("unit_admin", self.agency, "group_unit_admin")
        for user in (self.leader, self.clerk, administrator):
            with self.subTest(user=user.login):
                key = self.loaded.with_user(user)
                with self.assertRaises(AccessError):
                    key.read(["content"])
                with self.assertRaises(AccessError):
                    key.search([("content", "!=", False)])
        self.assertNotIn("content", self.loaded.read()[0])

    def test_content_of_one_key_does_not_open_as_another(self):
        self.key.sudo().write(
            {
                "content": self.loaded.sudo().content,
                "certificate": self.loaded.certificate,
                "chain": self.loaded.chain,
                "fingerprint": self.loaded.fingerprint,
                "valid_from": "2020-01-01",
                "valid_to": "2099-01-01",
            }
        )
        self.key.sudo()._move_to("active")
        with self.assertRaisesRegex(UserError, "key store of this server cannot open"):
            self.key._signer(PASSPHRASE)

    def test_owner_signs_with_his_passphrase(self):
        self.assertEqual(self.loaded._signer(PASSPHRASE).signing_cert.subject.native["common_name"], "Nguyễn Văn An")
        with self.assertRaisesRegex(UserError, "passphrase of the key is wrong"):
            self.loaded._signer("sai")

    def test_key_without_content_says_what_to_do(self):
        with self.assertRaisesRegex(UserError, "No key has been loaded"):
            self.key._signer(PASSPHRASE)

    def test_strangers_are_refused(self):
        unit_admin = self._make_user("unit_admin", self.agency, "group_unit_admin")
        for user in (self.clerk, self.stranger, unit_admin):
            key = self.loaded.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
            with self.subTest(user=user.login):
                self.assertFalse(key.search([("id", "=", key.id)]))
                for attempt in (
                    lambda key=key: key.read(["name"]),
                    lambda key=key: key.load_pkcs12(self.encoded(), PASSPHRASE),
                    lambda key=key: key._signer(PASSPHRASE),
                    key.sign_options,
                    key.action_load,
                ):
                    self.assertRaises(AccessError, attempt)

    def test_a_key_is_not_given_to_somebody_else(self):
        for change in ({"user_id": self.clerk.id}, {"holder": "agency", "permission_note": "1/QĐ"}):
            with self.subTest(change=change), self.assertRaises(AccessError), self.env.cr.savepoint():
                self.loaded.write(change)

    def test_certificate_columns_are_written_by_the_loader_only(self):
        for change in ({"valid_to": "2099-01-01"}, {"subject": "Người khác"}, {"content": self.encoded()}):
            with self.subTest(change=change):
                self.assertRaises(AccessError, self.loaded.write, change)
                self.assertRaises(AccessError, self._make_key, self.leader, name="Khóa giả", **change)

    def test_clerk_uses_an_agency_key_only_when_named(self):
        unit_admin = self._make_user("unit_admin", self.agency, "group_unit_admin")
        identity = self.authority.issue_agency("Sở Nội vụ", identifier="H99.01")
        key = self._make_key(unit_admin, name="Con dấu", holder="agency", user_id=False)
        key.load_pkcs12(base64.b64encode(identity.pkcs12(PASSPHRASE)).decode(), PASSPHRASE)
        self.assertRaises(AccessError, key._signer, PASSPHRASE)
        self.assertRaises(AccessError, key.with_user(self.clerk)._signer, PASSPHRASE)
        with self.assertRaisesRegex(ValidationError, "written permission"), self.env.cr.savepoint():
            key.clerk_ids = self.clerk
        key.write({"clerk_ids": self.clerk.ids, "permission_note": "12/QĐ-SNV ngày 05/01/2026"})
        self.assertTrue(key.with_user(self.clerk)._signer(PASSPHRASE))
        self.assertRaises(AccessError, key.with_user(self.clerk).write, {"name": "X"})
