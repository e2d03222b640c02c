"""What a key must be before it signs, and what is looked at every day."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..signing import CODES, SigningError, pki
from .fake_revocation import FakeRevocation
from .signing_orm_common import PASSPHRASE, SigningCase


@tagged("post_install", "-at_install")
class TestUsable(SigningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.key = cls._loaded_key(cls.leader, cls._person())

    def test_suspended_key_signs_nothing_until_resumed(self):
        self.assertTrue(self.key._signer(PASSPHRASE))
        self.key.action_suspend()
        self.assertEqual(self.key.state, "suspended")
        with self.assertRaisesRegex(UserError, "is suspended"):
            self.key._signer(PASSPHRASE)
        self.key.action_suspend()  # the second press changes nothing
        self.key.action_resume()
        self.assertTrue(self.key._signer(PASSPHRASE))

    def test_state_changes_by_steps_only(self):
        draft = self._make_key(self.leader, name="Mới")
        with self.assertRaisesRegex(UserError, "only through its steps"):
            draft.state = "active"
        with self.assertRaisesRegex(UserError, "Load the key"):
            draft.action_resume()
        with self.assertRaises(UserError):
            self._make_key(self.leader, name="Mới", state="active")

    def test_unknown_authority_is_refused(self):
        stranger = pki.make_authority("Another").issue_person("Nguyễn Văn An", organization="Sở Nội vụ")
        key = self._loaded_key(self.leader, stranger)
        with self.assertRaisesRegex(UserError, "not trusted here"):
            key._signer(PASSPHRASE)

    def test_without_any_trusted_root_nothing_is_signed(self):
        self.env["vpdt.trust.anchor"].search([]).active = False
        with self.assertRaisesRegex(UserError, "not trusted here"):
            self.key._signer(PASSPHRASE)

    def test_not_yet_valid_and_expired(self):
        start = pki.datetime.datetime.now(pki.UTC) + pki.DAY
        later = self._loaded_key(self.leader, self._person(not_before=start, days=90))
        with self.assertRaisesRegex(UserError, "not valid yet"):
            later._signer(PASSPHRASE)
        ends = self._loaded_key(self.leader, self._person(not_after=start))
        tomorrow = start.replace(tzinfo=None) + timedelta(days=1)
        with (
            patch.object(fields.Datetime, "now", return_value=tomorrow),
            patch("odoo.addons.vpdt_base.signing.trust.now", return_value=start + pki.DAY),
            self.assertRaisesRegex(UserError, "has expired"),
        ):
            ends._signer(PASSPHRASE)

    def test_written_permission_covers_today(self):
        unit_admin = self._make_user("unit_admin", self.agency, "group_unit_admin")
        values = {"holder": "agency", "user_id": False, "clerk_ids": self.clerk.ids, "permission_note": "12/QĐ-SNV"}
        identity = self.authority.issue_agency("Sở Nội vụ", identifier="H99.01")
        key = self._loaded_key(unit_admin, identity, name="Con dấu", **values)
        used = key.with_user(self.clerk)
        today = fields.Date.context_today(used)  # the day there, not that of UTC: another one from 17:00 UTC on
        for begins, ends, allowed in (
            (False, False, True),
            (today, today, True),
            (today - timedelta(days=9), today - timedelta(days=1), False),
            (today + timedelta(days=1), False, False),
        ):
            with self.subTest(begins=begins, ends=ends):
                key.write({"permission_from": begins, "permission_to": ends})
                if allowed:
                    self.assertTrue(used._signer(PASSPHRASE))
                else:
                    self.assertRaisesRegex(AccessError, "written permission", used._signer, PASSPHRASE)
        self.assertRaises(AccessError, used.write, {"permission_to": False})

    def test_giving_and_taking_the_key_is_in_the_journal(self):
        unit_admin = self._make_user("unit_admin", self.agency, "group_unit_admin")
        key = self._make_key(unit_admin, name="Con dấu", holder="agency", user_id=False, permission_note="12/QĐ-SNV")
        key.clerk_ids = self.clerk
        key.clerk_ids = False
        domain = [("res_model", "=", key._name), ("res_id", "=", key.id), ("kind", "=", "permission")]
        given, taken = self.env["vpdt.journal.entry"].sudo().search(domain, order="id")
        self.assertIn(f'"given_to": ["{self.clerk.login}"]', given.detail)
        self.assertIn(f'"taken_from": ["{self.clerk.login}"]', taken.detail)

    def test_key_of_another_agency_signs_no_document_of_ours(self):
        self.key._check_fits_document(self.key)  # anything with an agency
        self.key.sudo().company_id = self.other_agency
        with self.assertRaises(AccessError):
            self.key.sudo()._check_fits_document(self.key.new({"company_id": self.agency.id}))

    def test_every_code_has_words(self):
        for code in CODES:
            message = self.key._signing_message(SigningError(code))
            self.assertNotIn("Signing failed", message, code)

    def test_loaded_kind_does_not_change(self):
        with self.assertRaisesRegex(UserError, "make a new key"):
            self.key.kind = "token"


@tagged("post_install", "-at_install")
class TestRevocation(SigningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = FakeRevocation()
        cls.addClassCleanup(cls.service.stop)
        cls.identity = cls._person(ocsp_url=f"{cls.service.url}/ocsp")
        cls.env["vpdt.allowed.host"].create({"name": cls.service.host})

    def setUp(self):
        super().setUp()
        self.env["vpdt.trust.anchor"].create(
            {"name": "Issuing", "certificate": self.authority.issuing.pem.decode()}
        )  # the fake responder answers for leaves only
        self.service.requests.clear()
        self.service.mood = ""
        self.service.ocsp_of = lambda _serial: self.authority.ocsp(self.identity.cert)
        self.key = self._loaded_key(self.leader, self.identity)

    def revoke(self):
        when = pki.datetime.datetime.now(pki.UTC) - pki.DAY
        self.service.ocsp_of = lambda _serial: self.authority.ocsp(self.identity.cert, revoked_at=when)

    def test_good_certificate_signs_and_is_asked_once_an_hour(self):
        for _index in range(3):
            self.assertTrue(self.key._signer(PASSPHRASE))
        self.assertEqual(self.key.revocation_status, "good")
        self.assertEqual(len(self.service.requests), 1)

    def test_revoked_certificate_signs_nothing(self):
        self.revoke()
        with self.assertRaisesRegex(UserError, "has been revoked"):
            self.key._signer(PASSPHRASE)

    def test_asking_puts_a_revoked_key_out_of_use_for_good(self):
        self.revoke()
        found = self.key.check_certificate()
        self.assertEqual((found["status"], self.key.state), ("revoked", "revoked"))
        with self.assertRaisesRegex(UserError, "has been revoked"):
            self.key.action_resume()
        with self.assertRaisesRegex(UserError, "has been revoked"):
            self._loaded_key(self.leader, self.identity)

    def test_silent_responder_leaves_it_unknown_and_signing_goes_on(self):
        self.service.mood = "down"
        self.assertTrue(self.key._signer(PASSPHRASE))
        self.assertEqual(self.key.revocation_status, "unknown")
        self.assertIn("HTTP 503", self.key.revocation_note)

    def test_hosts_that_are_not_listed_are_not_called(self):
        self.env["vpdt.allowed.host"].search([]).unlink()
        self.assertTrue(self.key._signer(PASSPHRASE))
        self.assertEqual((self.key.revocation_status, self.service.requests), ("unknown", []))
        self.assertIn("not on the list", self.key.revocation_note)

    def test_strangers_may_not_ask(self):
        self.assertRaises(AccessError, self.key.with_user(self.stranger).check_certificate)

    def test_job_tells_the_owner(self):
        self.revoke()
        self.key.sudo()._job_check_revocation()
        self.assertEqual(self.key.state, "revoked")
        self.assertEqual(self.key.sudo().activity_ids.user_id, self.leader)


@tagged("post_install", "-at_install")
class TestEveryDay(SigningCase):
    def key_ending_in(self, days):
        end = pki.datetime.datetime.now(pki.UTC) + days * pki.DAY + timedelta(hours=1)
        return self._loaded_key(self.leader, self._person(not_after=end))

    def test_words_for_the_time_left(self):
        for days, level, words in (
            (100, "good", "100 days left"),
            (20, "soon", "20 days left"),
            (0, "soon", "ends today"),
        ):
            with self.subTest(days):
                key = self.key_ending_in(days)
                self.assertEqual((key.validity_level, key.validity_note), (level, words))
                self.assertEqual(key.sign_options()[0]["warn"], level == "soon")

    def test_owner_is_warned_once_for_each_mark(self):
        key, fine = self.key_ending_in(20), self.key_ending_in(100)
        for _day in range(2):
            self.env["vpdt.signing.key"]._cron_check_certificates()
        activities = key.sudo().activity_ids
        self.assertEqual((len(activities), activities.user_id), (1, self.leader))
        self.assertIn("ask for a new one", activities.summary)
        self.assertFalse(fine.sudo().activity_ids)
        later = fields.Datetime.now() + timedelta(days=14)
        with patch.object(fields.Datetime, "now", return_value=later):
            self.env["vpdt.signing.key"]._cron_check_certificates()
        self.assertEqual(len(key.sudo().activity_ids), 2)

    def test_ended_key_expires_and_its_people_are_told(self):
        unit_admin = self._make_user("unit_admin", self.agency, "group_unit_admin")
        end = pki.datetime.datetime.now(pki.UTC) + timedelta(hours=1)
        identity = self.authority.issue_agency("Sở Nội vụ", identifier="H99.01", profile=pki.LeafProfile(not_after=end))
        key = self._loaded_key(unit_admin, identity, holder="agency", user_id=False)
        with patch.object(fields.Datetime, "now", return_value=fields.Datetime.now() + timedelta(hours=2)):
            self.env["vpdt.signing.key"]._cron_check_certificates()
            self.assertEqual((key.state, key.validity_level), ("expired", "over"))
            self.assertEqual(key.sudo().activity_ids.user_id, unit_admin)
            with self.assertRaisesRegex(UserError, "has expired"):
                key.action_resume()
