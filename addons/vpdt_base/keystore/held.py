"""A secret held for a short time in two halves: the box lies in the session on the server, its key in the browser.

Neither half opens anything alone: who steals the session store or a backup of it has no key, and who reads the
browser's memory has no box. The box knows when it ends and what it is for, and both are authenticated.
"""

import base64
import os
import struct
import time

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

HELD_FOR = 15 * 60  # seconds
_NONCE_BYTES = 12


def hold(secret, context, seconds=HELD_FOR):
    """Shut a secret in.

    :param str secret:
    :param bytes context: what it is for (session, user, key); the same is needed to open it
    :param seconds: for how long
    :return: (box to keep on the server, ticket for the browser), both str
    """
    key, nonce, end = os.urandom(32), os.urandom(_NONCE_BYTES), struct.pack(">Q", int(time.time() + seconds))
    box = end + nonce + AESGCM(key).encrypt(nonce, secret.encode(), end + context)
    return base64.b64encode(box).decode(), base64.b64encode(key).decode()


def recall(box, ticket, context):
    """Open the box again.

    :return: the secret, or None when the time has run out or anything does not fit
    """
    try:
        raw, key = base64.b64decode(box or ""), base64.b64decode(ticket or "")
        end, nonce, content = raw[:8], raw[8 : 8 + _NONCE_BYTES], raw[8 + _NONCE_BYTES :]
        if struct.unpack(">Q", end)[0] < time.time():
            return None
        return AESGCM(key).decrypt(nonce, content, end + context).decode()
    except (ValueError, TypeError, struct.error, InvalidTag):
        return None
