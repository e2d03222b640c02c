"""Wrong passphrases of keys: counted on every road, and kept whatever is rolled back."""

import base64
from unittest.mock import MagicMock, patch

from odoo.exceptions import UserError

from ..models.doors.vpdt_attempt import FREE_TRIES
from ..models.signing import vpdt_signing_key_loading
from .signing_orm_common import PASSPHRASE, SigningCase


class TestSigningKeyTries(SigningCase):
    """Outside of a test over HTTP a cursor of its own is a connection of its own: what it has counted stays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.identity = cls._person()
        cls.key = cls._loaded_key(cls.leader, cls.identity).with_user(cls.leader)

    def setUp(self):
        super().setUp()
        self.addCleanup(self.env["vpdt.attempt"]._forget, self.key._try_subject())

    def sign(self, passphrase):
        self.key._close(self.key._signer(passphrase))

    def hold(self, passphrase):
        browser = MagicMock()
        browser.session.get.return_value = {}
        with patch.object(vpdt_signing_key_loading, "request", browser):
            self.key.hold_passphrase(passphrase)

    def load(self, passphrase):
        self.key.load_pkcs12(base64.b64encode(self.identity.pkcs12(PASSPHRASE)).decode(), passphrase)

    def refused(self, road, passphrase, words):
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            road(passphrase)

    def wrong(self, times=FREE_TRIES):
        for number in range(times):
            self.refused((self.sign, self.hold, self.load)[number % 3], "wrong words", "is wrong")

    def test_after_wrong_ones_on_any_road_every_road_is_shut_to_the_right_one_too(self):
        self.wrong()
        for road in (self.sign, self.hold, self.load):
            self.refused(road, "wrong words", "wait 1 minutes")
            self.refused(road, PASSPHRASE, f"“{self.key.name}”: wait 1 minutes")

    def test_the_right_one_forgets(self):
        for _round in range(2):
            self.wrong(FREE_TRIES - 1)
            self.sign(PASSPHRASE)

    def test_what_is_wrong_with_the_file_is_no_wrong_passphrase(self):
        for _try in range(FREE_TRIES + 1):
            with self.assertRaisesRegex(UserError, "not a PKCS#12"):
                self.key.load_pkcs12(base64.b64encode(b"none").decode(), "words")

    def test_another_key_is_not_locked(self):
        self.wrong()
        other = self._loaded_key(self.leader, self._person(), name="Khóa khác").with_user(self.leader)
        other._close(other._signer(PASSPHRASE))

    def test_a_service_that_refuses_a_code_is_counted_and_one_that_is_silent_is_not(self):
        for _try in range(FREE_TRIES):
            self.key._begin_try()
            self.key._end_try(refused=True)
        with self.assertRaisesRegex(UserError, "wait 1 minutes"):
            self.key._begin_try()
        self.env["vpdt.attempt"]._forget(self.key._try_subject())
        for _try in range(FREE_TRIES + 1):
            self.key._begin_try()
            self.key._end_try(learned=False)
