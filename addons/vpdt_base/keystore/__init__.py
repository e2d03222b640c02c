"""Encryption of key material at rest: AES-256-GCM with a master key that is never in the database or its dump."""

from .vault import VaultError, decrypt, encrypt, master_key_path

__all__ = ["VaultError", "decrypt", "encrypt", "master_key_path"]
