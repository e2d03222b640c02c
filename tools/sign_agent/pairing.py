"""Who may use the agent: a page's address (origin) that was paired once, by a code that only the person there sees."""

import hashlib
import hmac
import json
import os
import secrets
import time
from pathlib import Path

TRIES = 5
CODE_LIFETIME = 10 * 60  # seconds
TOKEN_LIFETIME = 90 * 24 * 3600  # seconds


class Refused(Exception):
    """The code is wrong, or there were too many tries."""


class Pairings:
    """Codes and tokens.

    :param path: file for the hashes of tokens, readable by the user alone
    :param show: called with each new code
    """

    def __init__(self, path, show):
        self._path, self._show = Path(path), show
        self._kept = self._read()
        self._new_code()

    def _new_code(self):
        self._code, self._tries = f"{secrets.randbelow(10**6):06d}", 0
        self._code_ends = time.time() + CODE_LIFETIME
        self._show(self._code)

    def pair(self, origin, code):
        """Exchange a code for a token; a code works once.

        :return: the token, for this origin
        :raises Refused: wrong, or five wrong ones: then there is a new code
        """
        if time.time() > self._code_ends:
            self._new_code()
            raise Refused("code_expired")
        self._tries += 1
        if not hmac.compare_digest(self._code.encode(), str(code).encode()):
            if self._tries >= TRIES:
                self._new_code()
            raise Refused("wrong_code")
        token = secrets.token_urlsafe(32)
        self._kept[origin] = {"hash": _hash(token), "until": time.time() + TOKEN_LIFETIME}
        self._write()
        self._new_code()
        return token

    def knows(self, origin, token):
        """Tell whether a token is that of an origin and has not run out."""
        kept = self._kept.get(origin)
        return bool(kept and kept["until"] > time.time() and hmac.compare_digest(kept["hash"], _hash(token)))

    def _read(self):
        try:
            kept = json.loads(self._path.read_text())
            return {origin: {"hash": str(row["hash"]), "until": float(row["until"])} for origin, row in kept.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def _write(self):
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(self._kept, file)


def _hash(token):
    return hashlib.sha256(token.encode()).hexdigest()
