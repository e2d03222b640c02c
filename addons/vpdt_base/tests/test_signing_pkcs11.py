"""Signing with a key that never leaves its token: SoftHSM 2 stands for the HSM."""

import os
import shutil
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

try:
    from . import signing_common as common
except ImportError:
    import signing_common as common

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
MODULE = next((path for path in MODULES if Path(path).exists()), None)
TOKEN, PIN, KEY = "vpdt-test", "123456", "person"


@unittest.skipUnless(MODULE and common.have("softhsm2-util"), "SoftHSM 2 is not installed")
class TestPkcs11(common.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = Path(tempfile.mkdtemp(prefix="vpdt-softhsm-"))
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        (folder / "tokens").mkdir()
        (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\nlog.level = ERROR\n")
        previous = os.environ.get("SOFTHSM2_CONF")
        os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
        cls.addClassCleanup(cls._restore, previous)
        cls._run("--init-token", "--free", "--label", TOKEN, "--pin", PIN, "--so-pin", "12345678")
        (folder / "key.pem").write_bytes(common.person().key_pem)
        cls._run("--import", str(folder / "key.pem"), "--token", TOKEN, "--label", KEY, "--id", "01", "--pin", PIN)

    @staticmethod
    def _restore(previous):
        if previous is None:
            os.environ.pop("SOFTHSM2_CONF", None)
        else:
            os.environ["SOFTHSM2_CONF"] = previous

    @staticmethod
    def _run(*arguments):
        subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True, timeout=60)

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
