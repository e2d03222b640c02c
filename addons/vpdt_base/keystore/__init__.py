"""Encryption of key material at rest: AES-256-GCM with a master key that is never in the database or its dump."""

from .held import HELD_FOR, hold, recall
from .vault import VaultError, decrypt, derive, encrypt, master_key_path

__all__ = ["HELD_FOR", "VaultError", "decrypt", "derive", "encrypt", "hold", "master_key_path", "recall"]
