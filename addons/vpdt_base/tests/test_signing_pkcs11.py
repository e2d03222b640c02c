"""Signing with a key that never leaves its token: SoftHSM 2 stands for the HSM."""

import threading
import unittest

try:
    from . import signing_common as common
    from .soft_token import HAVE_SOFTHSM, MODULE, PIN, SoftToken
except ImportError:
    import signing_common as common
    from soft_token import HAVE_SOFTHSM, MODULE, PIN, SoftToken

TOKEN, KEY = "vpdt-test", "person"


@unittest.skipUnless(HAVE_SOFTHSM, "SoftHSM 2 is not installed")
class TestPkcs11(common.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        token = SoftToken(TOKEN)
        cls.addClassCleanup(token.remove)
        token.add_key(common.person(), KEY)
        cls.enterClassContext(token.plugged_in())

    def signer(self, **options):
        values = {"module_path": MODULE, "token_label": TOKEN, "pin": PIN, "key_label": KEY} | options
        values.setdefault("cert", common.person().cert)
        return common.signers.Pkcs11Signer(chain=common.person().chain, **values)

    def test_signed_file_is_valid(self):
        with self.signer() as signer:
            signed = common.pades.sign_person(common.prepared(), signer, image_png=common.signature_png())
        self.assertEqual(common.verdict(signed).verdict, "valid")
        if common.have("pdfsig"):
            self.assertIn("Signature is Valid.", common.pdfsig(signed))

    def test_many_in_one_session(self):
        with self.signer() as signer:
            for _index in range(5):
                signed = common.pades.sign_person(common.prepared(), signer)
        self.assertEqual(common.verdict(signed).verdict, "valid")

    def test_wrong_pin_even_while_another_is_logged_in(self):
        self.refused("wrong_pin", self.signer, pin="000000")
        with self.signer():
            pass
        self.refused("wrong_pin", self.signer, pin="000000")

    def test_missing_things(self):
        self.refused("token_missing", self.signer, token_label="another")
        self.refused("token_missing", self.signer, module_path="/nonexistent.so")
        self.refused("key_missing", self.signer, key_label="another")
        self.refused("key_missing", self.signer, cert=None)  # no certificate on the token

    def test_second_one_waits_for_the_token(self):
        order, first = [], self.signer()

        def second():
            with self.signer():
                order.append("second in")

        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.3)
        order.append("first out")
        first.close()
        thread.join(10)
        self.assertEqual(order, ["first out", "second in"])

    def test_token_is_free_after_a_failure(self):
        self.refused("key_missing", self.signer, key_label="another")
        with self.signer() as signer:
            self.assertEqual(signer.subject_name, common.NAME)
