"""The keys that sign seals: Ed25519, in a folder outside the database, encrypted with the master key."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_public_key,
)

try:
    from ..keystore import VaultError, decrypt, encrypt
except ImportError:  # as a top-level package, without Odoo
    from keystore import VaultError, decrypt, encrypt

_ID_LENGTH = 16


class KeyRingError(Exception):
    """The signing key cannot be opened."""


class KeyRing:
    """``<id>.key`` (encrypted) and ``<id>.pem`` (public) of every key that has signed; the newest one signs.

    A folder with the ``.pem`` files alone is enough to check seals, on the auditor's own machine for instance.
    """

    def __init__(self, folder, master_key):
        """
        :param folder: path, made with the first key
        :param master_key: path of the installation's master key
        """
        self.folder = Path(folder)
        self.master_key = Path(master_key)

    def sign(self, payload):
        """Sign with the newest key, made when there is none yet.

        :return: (key id, signature in hexadecimal)
        :raises KeyRingError: the key cannot be opened: another master key, or a damaged file
        """
        key_id = self._newest() or self.renew()
        try:
            raw = decrypt((self.folder / f"{key_id}.key").read_bytes(), _context(key_id), self.master_key)
        except (OSError, VaultError) as error:
            raise KeyRingError(f"the journal's signing key {key_id} cannot be opened: {error}") from error
        return key_id, Ed25519PrivateKey.from_private_bytes(raw).sign(payload).hex()

    def verify(self, key_id, signature, payload):
        """True when the key ``key_id`` of this ring has signed ``payload``; False for an unknown key, too."""
        public = self._public(key_id)
        if not public:
            return False
        with suppress(InvalidSignature, ValueError):
            public.verify(bytes.fromhex(signature), payload)
            return True
        return False

    def renew(self):
        """Make a new key that signs from now on; the old ones stay, to check with.

        :return: its id
        """
        private = Ed25519PrivateKey.generate()
        public = private.public_key()
        key_id = _id_of(public)
        raw = private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        write_whole(self.folder / f"{key_id}.pem", pem)
        write_whole(self.folder / f"{key_id}.key", encrypt(raw, _context(key_id), self.master_key))
        return key_id

    def _newest(self):
        keys = sorted(self.folder.glob("*.key"), key=lambda path: (path.stat().st_mtime_ns, path.name))
        return keys[-1].stem if keys else ""

    def _public(self, key_id):
        path = self.folder / f"{key_id}.pem"
        if not key_id.isalnum() or not path.is_file():  # the id comes from the database: never a path
            return None
        public = load_pem_public_key(path.read_bytes())
        is_the_one = isinstance(public, Ed25519PublicKey) and _id_of(public) == key_id
        return public if is_the_one else None


def _id_of(public):
    raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:_ID_LENGTH]


def _context(key_id):
    return f"vpdt.journal.key:{key_id}".encode()


def write_whole(path, content):
    """Write a file readable by its owner alone, in one step: a reader sees the old bytes or the new ones."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    scratch.replace(path)
