import os
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES = 12
_KEY_BYTES = 32


class VaultError(Exception):
    """The master key is missing, or the stored bytes were not encrypted with it."""


def master_key_path(data_dir):
    """Where the master key lies: ``VPDT_MASTER_KEY_FILE``, else a file of the Odoo data folder.

    :param data_dir: Odoo's data folder, used only as a default
    :return: pathlib.Path
    """
    return Path(os.environ.get("VPDT_MASTER_KEY_FILE") or Path(data_dir) / "vpdt_master.key")


def encrypt(plain, context, path):
    """Encrypt ``plain`` (bytes) for the place named by ``context`` (bytes, authenticated but not stored).

    The first call on a new installation makes the master key, readable by the server's user alone.

    :return: nonce and cipher text (bytes)
    """
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(_master_key(path, create=True)).encrypt(nonce, plain, context)


def decrypt(stored, context, path):
    """The reverse of :func:`encrypt`.

    :raises VaultError: no master key, or another one, or ``context`` is not that of the encryption
    """
    try:
        return AESGCM(_master_key(path)).decrypt(stored[:_NONCE_BYTES], stored[_NONCE_BYTES:], context)
    except (InvalidTag, ValueError) as error:  # ValueError: cut to less than a nonce
        raise VaultError("these bytes were encrypted with another master key or for another record") from error


def derive(purpose, path):
    """Give a key (32 bytes) for another purpose than encryption at rest, the same on every worker of the installation.

    :param bytes purpose: names the use; another purpose gives an independent key
    """
    kdf = HKDF(algorithm=hashes.SHA256(), length=_KEY_BYTES, salt=None, info=b"vpdt:" + purpose)
    return kdf.derive(_master_key(path, create=True))


def _master_key(path, create=False):
    if not path.exists():
        if not create:
            raise VaultError(f"the master key {path} is missing")
        _make_master_key(path)
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise VaultError(f"the master key {path} is damaged: {len(key)} bytes instead of {_KEY_BYTES}")
    return key


def _make_master_key(path):
    """Write a new key in one step, so that two servers starting at once agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f"{path.name}.{os.getpid()}")
    scratch.touch(mode=0o600)
    scratch.write_bytes(os.urandom(_KEY_BYTES))
    try:
        with suppress(FileExistsError):  # the other one was first; its key counts
            os.link(scratch, path)
    finally:
        scratch.unlink()
