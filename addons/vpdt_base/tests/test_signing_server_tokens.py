"""Which PKCS#11 modules the server may load: those of its configuration file and no others."""

import os
import tempfile
from pathlib import Path
from unittest import mock

try:
    from . import signing_common as common
except ImportError:
    import signing_common as common

server_tokens = common.load("signing.server_tokens")


class TestModules(common.Case):
    def modules(self, text, **environment):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "odoo.conf"
            path.write_text(text)
            kept = {key: value for key, value in os.environ.items() if key != server_tokens.VARIABLE}
            with mock.patch.dict(os.environ, kept | environment, clear=True):
                return server_tokens.modules(str(path))

    def test_table(self):
        for text, expected in {
            "": {},
            "[options]\npkcs11_modules = a=/a.so\n": {},
            "[vpdt]\npkcs11_modules =\n": {},
            "[vpdt]\npkcs11_modules = hsm = /opt/hsm.so\n": {"hsm": "/opt/hsm.so"},
            "[vpdt]\npkcs11_modules =\n    a = /a.so\n    b=/b.so\n": {"a": "/a.so", "b": "/b.so"},
            "[vpdt]\npkcs11_modules = a=/a.so, b = /b.so\n": {"a": "/a.so", "b": "/b.so"},
            "[vpdt]\npkcs11_modules = /only/a/path.so\n": {},
            "[vpdt]\npkcs11_modules = =/a.so, b=\n": {},
        }.items():
            with self.subTest(text):
                self.assertEqual(self.modules(text), expected)

    def test_environment_comes_first(self):
        text = "[vpdt]\npkcs11_modules = hsm=/opt/hsm.so\n"
        self.assertEqual(self.modules(text, VPDT_PKCS11_MODULES="s=/s.so"), {"s": "/s.so"})
        self.assertEqual(self.modules(text, VPDT_PKCS11_MODULES=""), {})

    def test_no_file(self):
        self.assertEqual(server_tokens.modules("/nonexistent/odoo.conf"), {})
