"""Signing and sealing a document with each kind of key: it happens once, wholly, by the right person, or not at all."""

import base64
import os
import unittest
from datetime import timedelta
from unittest.mock import patch

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.vpdt_base.signing import pki, trust
from odoo.addons.vpdt_base.signing.validation import verify
from odoo.addons.vpdt_base.tests import signing_common
from odoo.addons.vpdt_base.tests.signing_orm_common import PASSPHRASE
from odoo.addons.vpdt_base.tests.soft_token import HAVE_SOFTHSM, MODULE, PIN, SoftToken

from .signing_documents_common import SigningDocumentCase


def encoded(data):
    return base64.b64encode(data).decode()


class WithVerdict(SigningDocumentCase):
    def verdict(self, document):
        content = document.sudo()._file_of_role("main")._content()
        return verify(content, trust_roots=[self.authority.root.pem])

    def unchanged(self, document, state="to_sign"):
        """The same state, the same file: nothing of a refused signature is left."""
        document.invalidate_recordset()
        self.assertEqual(document.state, state)
        self.assertEqual(self.verdict(document).verdict, "not_signed" if state == "to_sign" else "valid")


@tagged("post_install", "-at_install")
class TestKeyFile(WithVerdict):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.key = cls._loaded_key(cls.leader, cls._person(), picture=cls.picture)
        cls.stamp = cls._agency_key()
        cls.document = cls._submitted()

    def test_leader_clerk_and_both_are_valid(self):
        self.assertTrue(self.document.sign(self.key.id, PASSPHRASE))
        self.assertEqual((self.document.state, self.verdict(self.document).verdict), ("signed", "valid"))
        document = self.document.with_user(self.clerk)
        self.assertTrue(document.take_number())
        self.assertTrue(document.seal(self.stamp.id, PASSPHRASE))
        result = self.verdict(document)
        self.assertEqual((document.state, result.verdict), ("issued", "valid"))
        self.assertEqual([item.kind for item in result.signatures], ["person", "agency"])

    def test_second_time_changes_nothing(self):
        self.document.sign(self.key.id, PASSPHRASE)
        first = self.document._file_of_role("main")
        self.assertIs(self.document.sign(self.key.id, PASSPHRASE), False)
        self.assertEqual(self.document._file_of_role("main"), first)

    def test_refusals_change_nothing(self):
        other = self._loaded_key(self.leader, self._person(), name="Không ảnh")
        for key, secret, words in (
            (self.key, "sai", "passphrase of the key is wrong"),
            (other, PASSPHRASE, "no picture"),
            (self.stamp, PASSPHRASE, "Choose a key for this step"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
                self.document.sign(key.id, secret)
            self.unchanged(self.document)

    def test_who_is_no_employee_any_more_is_told_before_the_passphrase(self):
        self.env["hr.employee"].search([("user_id", "=", self.leader.id)]).action_archive()
        step = next(step for step in self.document.next_steps if step["action"] == "action_sign")
        self.assertFalse(step["enabled"])
        self.assertRegex(step["reason"], "title of .* is not known")
        with self.assertRaisesRegex(UserError, "title of .* is not known"):
            self.document.sign(self.key.id, PASSPHRASE)
        self.unchanged(self.document)

    def test_draft_for_who_is_no_employee_says_so(self):
        draft = self.document.with_user(self.specialist).copy()
        self.env["hr.employee"].search([("user_id", "=", self.leader.id)]).action_archive()
        for make in (draft.action_make_draft, lambda: draft._upload("du-thao.pdf", signing_common.draft())):
            with self.assertRaisesRegex(UserError, "title of .* is not known"), self.env.cr.savepoint():
                make()

    def test_suspended_key_signs_no_document(self):
        self.key.action_suspend()
        with self.assertRaisesRegex(UserError, "suspended"):
            self.document.sign(self.key.id, PASSPHRASE)
        self.unchanged(self.document)

    def test_strangers(self):
        for user in (self.clerk, self.unit_head, self.specialist, self.stranger):
            with self.subTest(user.login), self.assertRaises(UserError), self.env.cr.savepoint():
                document = self.document.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
                document.sign(self.key.id, PASSPHRASE)
        self.unchanged(self.document)

    def test_another_leader_with_a_key_of_his_own(self):
        second = self._make_user("leader2", self.agency, "group_leader")
        second.name = "Lê Văn Bình"
        key = self._loaded_key(second, self._person("Lê Văn Bình"), picture=self.picture)
        with self.assertRaisesRegex(UserError, "The signature is asked of"):
            self.document.with_user(second).sign(key.id, PASSPHRASE)
        self.unchanged(self.document)

    def test_clerk_without_written_permission_seals_nothing(self):
        self.document.sign(self.key.id, PASSPHRASE)
        document = self.document.with_user(self.clerk)
        document.take_number()
        self.stamp.sudo().permission_to = fields.Date.today() - timedelta(days=1)
        with self.assertRaisesRegex(AccessError, "written permission"):
            document.seal(self.stamp.id, PASSPHRASE)
        self.assertEqual(document.state, "numbered")

    def test_hook_of_authority_is_asked(self):
        Key = type(self.env["vpdt.signing.key"])
        with (
            patch.object(Key, "_check_fits_document", side_effect=AccessError("không được ủy quyền")),
            self.assertRaisesRegex(AccessError, "ủy quyền"),
        ):
            self.document.sign(self.key.id, PASSPHRASE)
        self.unchanged(self.document)

    def test_two_steps_are_not_for_keys_on_the_server(self):
        with self.assertRaisesRegex(UserError, "another kind"):
            self.document.begin_signature("sign", self.key.id)


@tagged("post_install", "-at_install")
@unittest.skipUnless(HAVE_SOFTHSM, "SoftHSM 2 is not installed")
class TestHsm(WithVerdict):
    def test_leader_signs_with_a_token_of_the_server(self):
        token = SoftToken("vpdt-doc")
        self.addCleanup(token.remove)
        identity = self._person()
        token.add_key(identity, "an")
        token.add_certificates(identity, "an")
        document = self._submitted()
        with token.plugged_in(), patch.dict(os.environ, {"VPDT_PKCS11_MODULES": f"softhsm={MODULE}"}):
            Key = self.env["vpdt.signing.key"].with_user(self.unit_admin).with_company(self.agency)
            values = {"kind": "pkcs11", "module": "softhsm", "token_label": "vpdt-doc", "key_label": "an"}
            key = Key.create({"name": "HSM", "user_id": self.leader.id, "picture": self.picture, **values})
            key.load_pkcs11(PIN)
            with self.assertRaisesRegex(UserError, "PIN is wrong"), self.env.cr.savepoint():
                document.sign(key.id, "000000")
            self.unchanged(document)
            self.assertTrue(document.sign(key.id, PIN))
        self.assertEqual((document.state, self.verdict(document).verdict), ("signed", "valid"))


@tagged("post_install", "-at_install")
class TestUserToken(WithVerdict):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.identity, cls.other = cls._person(), cls._person()
        cls.key = cls._make_key(cls.leader, name="USB", kind="token", picture=cls.picture)
        cls.key.load_token(encoded(cls.identity.der), [encoded(pki.as_asn1(c).dump()) for c in cls.identity.chain])
        cls.document = cls._submitted()

    def begin(self):
        return self.document.begin_signature("sign", self.key.id)

    def answer(self, job, identity=None, to_sign=None):
        """What the token on the user's machine gives."""
        identity = identity or self.identity
        several = [to_sign] if to_sign else [base64.b64decode(item) for item in job["to_sign"]]
        values = [encoded(identity.key.sign(data, padding.PKCS1v15(), hashes.SHA256())) for data in several]
        return values, encoded(identity.der)

    def refused(self, words, job, signatures, certificate, document=None):
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            (document or self.document).finish_signature(job["session"], signatures, certificate)
        self.unchanged(self.document)

    def test_two_steps(self):
        job = self.begin()
        self.assertEqual((job["kind"], job["fingerprint"]), ("token", self.key.fingerprint))
        self.unchanged(self.document)
        self.assertTrue(self.document.finish_signature(job["session"], *self.answer(job)))
        self.assertEqual((self.document.state, self.verdict(self.document).verdict), ("signed", "valid"))
        self.assertIs(self.document.finish_signature(job["session"], *self.answer(job)), False)
        self.assertIs(self.begin(), False)

    def test_prepared_pdf_is_dropped_when_it_is_over(self):
        job = self.begin()
        session = self.env["vpdt.signing.session"].sudo().browse(job["session"])
        self.assertTrue(session.part_ids.prepared)
        self.document.finish_signature(job["session"], *self.answer(job))
        self.assertEqual((session.state, session.part_ids.prepared), ("signed", False))

    def test_wrong_answers_are_refused(self):
        job = self.begin()
        good, certificate = self.answer(job)
        other_value, other_certificate = self.answer(job, self.other)
        unrelated, _certificate = self.answer(job, to_sign=b"something else")
        for words, values in (
            ("not the one that was loaded", (other_value, other_certificate)),
            ("does not fit", (other_value, certificate)),
            ("does not fit", (unrelated, certificate)),
            ("does not fit", ([""], certificate)),
            ("does not fit", (["%%%"], certificate)),
            ("does not fit", ([], certificate)),
            ("does not fit", (None, certificate)),
            ("does not fit", (good * 2, certificate)),
            ("not the one that was loaded", (good, encoded(b"rubbish"))),
        ):
            with self.subTest(words):
                self.refused(words, job, *values)
        self.assertTrue(self.document.finish_signature(job["session"], good, certificate))  # the right one still counts

    def test_time_runs_out(self):
        job = self.begin()
        later = trust.now() + timedelta(minutes=6)
        with patch("odoo.addons.vpdt_base.signing.trust.now", return_value=later):
            self.refused("time to sign has run out", job, *self.answer(job))

    def test_file_changed_meanwhile(self):
        job = self.begin()
        main = self.document.sudo()._file_of_role("main")
        self.env["vpdt.file"]._store(self.document.sudo(), "khac.pdf", main._content() + b"\n", "main", main)
        self.refused("was changed meanwhile", job, *self.answer(job))

    def test_prepared_bytes_changed_meanwhile(self):
        job = self.begin()
        part = self.env["vpdt.signing.session"].sudo().browse(job["session"]).part_ids
        part.prepared = encoded(base64.b64decode(part.prepared) + b" ")
        self.refused("was changed meanwhile", job, *self.answer(job))

    def test_another_key_loaded_meanwhile(self):
        job = self.begin()
        self.key.load_token(encoded(self.other.der), [encoded(pki.as_asn1(c).dump()) for c in self.other.chain])
        self.refused("not the one that was loaded", job, *self.answer(job))

    def test_key_suspended_meanwhile(self):
        job = self.begin()
        self.key.action_suspend()
        self.refused("suspended", job, *self.answer(job))

    def test_another_user_finishes_nothing(self):
        job = self.begin()
        second = self._make_user("leader2", self.agency, "group_leader")
        second.name = "Lê Văn Bình"
        with self.assertRaisesRegex(AccessError, "not begun by you"):
            self.document.with_user(second).finish_signature(job["session"], *self.answer(job))
        self.unchanged(self.document)

    def test_session_of_one_document_does_not_sign_another(self):
        job, second = self.begin(), self._submitted()
        self.refused("not begun here", job, *self.answer(job), document=second)
        self.unchanged(second)

    def test_beginning_again_ends_what_was_begun(self):
        first, second = self.begin(), self.begin()
        self.refused("time to sign has run out", first, *self.answer(first))
        self.assertTrue(self.document.finish_signature(second["session"], *self.answer(second)))

    def test_returned_meanwhile(self):
        job = self.begin()
        self.document.draft_opinion = "Sửa căn cứ."
        self.document.action_return()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.document.finish_signature(job["session"], *self.answer(job))
        self.assertEqual(self.document.state, "draft")

    def test_sessions_are_closed_to_everybody(self):
        job = self.begin()
        for user in (self.leader, self.unit_admin, self.env.ref("base.user_admin")):
            session = self.env["vpdt.signing.session"].with_user(user).browse(job["session"])
            self.assertRaises(AccessError, session.write, {"step": "seal"})
            part = session.sudo().part_ids.with_user(user).sudo(False)
            self.assertRaises(AccessError, part.read, ["sealed"])

    def test_steps_that_do_not_exist(self):
        with self.assertRaisesRegex(UserError, "no such step"):
            self.document.begin_signature("approve", self.key.id)

    def sealing(self):
        """The document, signed and numbered, as the clerk sees it; the agency's token and its key."""
        self.document.finish_signature((job := self.begin())["session"], *self.answer(job))
        identity = self.authority.issue_agency("Sở Nội vụ", identifier="H99.01")
        given = {"clerk_ids": self.clerk.ids, "permission_note": "12/QĐ", "picture": self.seal}
        key = self._make_key(self.unit_admin, name="Dấu", holder="agency", user_id=False, kind="token", **given)
        key.load_token(encoded(identity.der), [encoded(pki.as_asn1(c).dump()) for c in identity.chain])
        document = self.document.with_user(self.clerk)
        document.take_number()
        return document, identity, key

    def with_annexes(self):
        self.document = self._submitted(("phu-luc-1.pdf", "phu-luc-2.pdf"))
        return self.sealing()

    def test_a_token_seals_the_annexes_with_one_pin(self):
        document, identity, key = self.with_annexes()
        job = document.begin_signature("seal", key.id)
        self.assertEqual(len(job["to_sign"]), 3)
        self.assertTrue(document.finish_signature(job["session"], *self.answer(job, identity)))
        annexes = document.sudo()._annexes()
        for annex in annexes:
            result = verify(annex._content(), trust_roots=[self.authority.root.pem])
            self.assertEqual((result.verdict, [item.kind for item in result.signatures]), ("valid", ["agency"]))
        self.assertEqual((document.state, len(annexes)), ("issued", 2))

    def test_one_wrong_signature_of_three_seals_nothing(self):
        document, identity, key = self.with_annexes()
        before = document.sudo().file_ids
        job = document.begin_signature("seal", key.id)
        values, certificate = self.answer(job, identity)
        with self.assertRaisesRegex(UserError, "does not fit"), self.env.cr.savepoint():
            document.finish_signature(job["session"], [*values[:2], values[0]], certificate)
        self.env.invalidate_all()
        self.assertEqual((document.state, document.sudo().file_ids), ("numbered", before))
        self.assertTrue(document.finish_signature(job["session"], values, certificate))

    def test_agency_seals_with_a_token(self):
        document, identity, key = self.sealing()
        job = document.begin_signature("seal", key.id)
        self.assertTrue(document.finish_signature(job["session"], *self.answer(job, identity)))
        result = self.verdict(document)
        self.assertEqual((document.state, result.verdict, len(result.signatures)), ("issued", "valid", 2))

    def test_old_sessions_are_cleared_away(self):
        job = self.begin()
        session = self.env["vpdt.signing.session"].sudo().browse(job["session"])
        session.expires_at = fields.Datetime.now() - timedelta(days=2)
        parts = session.part_ids
        prepared = [("res_model", "=", parts._name), ("res_field", "=", "prepared"), ("res_id", "in", parts.ids)]
        self.assertEqual(self.env["ir.attachment"].sudo().search_count(prepared), 1)
        session._gc_over()
        self.assertFalse(session.exists() or parts.exists())
        self.assertFalse(self.env["ir.attachment"].sudo().search_count(prepared))
