"""What the tests of signing keys share: a trusted authority, a master key of their own, people with certificates."""

import base64
import os
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.tests.common import _super_send

from ..signing import pki
from .common import VpdtCase

PASSPHRASE = "mật khẩu của khóa"


class WithFakeServices:
    """Before a test class of Odoo: services of others are faked in this process, nobody else is called."""

    @classmethod
    def _request_handler(cls, session, request, /, **options):
        """Odoo's own raises every time-out to ten seconds and cannot compare a pair (connect, read); ours are meant."""
        if request.url.startswith("http://127.0.0.1:") and isinstance(options.get("timeout"), tuple):
            return _super_send(session, request, **options)
        return super()._request_handler(session, request, **options)


class SigningCase(WithFakeServices, VpdtCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.master_key = Path(folder.name) / "master.key"
        cls.startClassPatcher(patch.dict(os.environ, {"VPDT_MASTER_KEY_FILE": str(cls.master_key)}))
        cls.authority = pki.shared_authority("VPDT Test ORM")
        cls._trust(cls.authority)
        cls.leader.name = "Nguyễn Văn An"  # as in his certificate

    @classmethod
    def _trust(cls, authority):
        values = {"name": pki.common_name(authority.root.cert), "certificate": authority.root.pem.decode()}
        return cls.env["vpdt.trust.anchor"].create(values)

    @classmethod
    def _make_key(cls, user, **values):
        Key = cls.env["vpdt.signing.key"].with_user(user).with_company(user.company_id)
        return Key.create({"holder": "person", "user_id": user.id, **values})

    @classmethod
    def _loaded_key(cls, user, identity, **values):
        """A PKCS#12 key of ``user``, ready to sign."""
        key = cls._make_key(user, **{"name": "Khóa thử", **values})
        key.load_pkcs12(base64.b64encode(identity.pkcs12(PASSPHRASE)).decode(), PASSPHRASE)
        return key

    @classmethod
    def _person(cls, name="Nguyễn Văn An", **profile):
        options = {"profile": pki.LeafProfile(**profile)} if profile else {}
        return cls.authority.issue_person(name, organization="Sở Nội vụ", **options)
