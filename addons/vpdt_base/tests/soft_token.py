"""A token in software: SoftHSM 2 with one key and its certificate, for the tests of server and agent."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest.mock import patch

from cryptography.hazmat.primitives.serialization import Encoding

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
MODULE = next((path for path in MODULES if Path(path).exists()), None)
PIN, SO_PIN = "123456", "12345678"
HAVE_SOFTHSM = bool(MODULE and shutil.which("softhsm2-util"))


class SoftToken:
    """A new token in a folder of its own.

    :param str label: of the token
    """

    def __init__(self, label):
        self.label, self.module = label, MODULE
        self.folder = Path(tempfile.mkdtemp(prefix="vpdt-softhsm-"))
        (self.folder / "tokens").mkdir()
        self.conf = self.folder / "softhsm2.conf"
        self.conf.write_text(f"directories.tokendir = {self.folder}/tokens\nlog.level = ERROR\n")
        self.environment = {"SOFTHSM2_CONF": str(self.conf)}
        self._util("--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", SO_PIN)

    def _util(self, *words):
        environment = {**os.environ, **self.environment}
        subprocess.run(["softhsm2-util", *words], check=True, capture_output=True, timeout=60, env=environment)

    def add_key(self, identity, key_label, key_id="01"):
        """Put a private key in; certificates go in by :meth:`add_certificates`.

        :param identity: :class:`signing.pki.Identity`
        """
        pem = self.folder / "key.pem"
        pem.write_bytes(identity.key_pem)
        self._util("--import", str(pem), "--token", self.label, "--label", key_label, "--id", key_id, "--pin", PIN)
        pem.unlink()

    def add_certificates(self, identity, key_label, key_id="01", with_chain=True):
        """Put certificates in, in a process of their own: a PKCS#11 module is initialised once a process."""
        certs = [(key_label, key_id, identity.der)]
        if with_chain:
            certs += [(f"ca{index}", f"a{index}", _der(cert)) for index, cert in enumerate(identity.chain)]
        words = [item for label, number, der in certs for item in (label, number, der.hex())]
        subprocess.run(
            [sys.executable, "-c", _STORE, self.module, self.label, PIN, *words],
            check=True,
            timeout=60,
            env={**os.environ, **self.environment},
        )

    @contextlib.contextmanager
    def plugged_in(self):
        """For a block, this token is the one that this process sees; the module reads its settings once otherwise."""
        import pkcs11

        with patch.dict(os.environ, self.environment):
            pkcs11.lib(self.module).reinitialize()
            yield self

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def _der(cert):
    return cert.public_bytes(Encoding.DER)


_STORE = """
import sys, pkcs11
from asn1crypto import x509
from pkcs11 import Attribute, CertificateType, ObjectClass
module, label, pin, *words = sys.argv[1:]
with pkcs11.lib(module).get_token(token_label=label).open(rw=True, user_pin=pin) as session:
    for name, number, der in zip(words[::3], words[1::3], words[2::3]):
        der = bytes.fromhex(der)
        cert = x509.Certificate.load(der)
        session.create_object({
            Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
            Attribute.TOKEN: True, Attribute.PRIVATE: False, Attribute.LABEL: name, Attribute.ID: bytes.fromhex(number),
            Attribute.SUBJECT: cert.subject.dump(), Attribute.ISSUER: cert.issuer.dump(),
            Attribute.SERIAL_NUMBER: cert['tbs_certificate']['serial_number'].dump(), Attribute.VALUE: der,
        })
"""
