"""Who may use the agent: a page's address (origin) that was paired once, by a code that only the person there sees."""

import hashlib
import hmac
import json
import os
import secrets
import threading
import time
from pathlib import Path

#: Nothing that looks like something else (0 and O, 1 and I, 2 and Z, 5 and S …), and no letter of which the Vietnamese
#: typing programs (Telex, VNI) make another one.
ALPHABET = "CFHJKMNPQRTVX346789"
CODE_LENGTH = 8
TRIES = 5
SHUT, LONGEST_SHUT = 60, 3600  # seconds after the first five wrong codes, twice as long each time, and at most
CODE_LIFETIME = 10 * 60  # seconds
TOKEN_LIFETIME = 90 * 24 * 3600  # seconds


class Refused(Exception):
    """The code is wrong, or there were too many tries."""


class Pairings:
    """Codes and tokens.

    :param path: file for the hashes of tokens, readable by the user alone
    :param show: called with each new code and the seconds until it works (0: at once)
    """

    def __init__(self, path, show):
        self._path, self._show = Path(path), show
        self._lock = threading.Lock()
        self._kept = self._read()
        self._wrong = 0  # codes since the last good one: a new code is no new chance
        self._new_code()

    def _new_code(self, wait=0):
        self._code = "".join(secrets.choice(ALPHABET) for _letter in range(CODE_LENGTH))
        self._opens = time.time() + wait
        self._code_ends = self._opens + CODE_LIFETIME
        self._show(f"{self._code[:4]}-{self._code[4:]}", wait)

    def pair(self, origin, code):
        """Exchange a code for a token; a code works once.

        :param str code: as it is typed: capitals, spaces and hyphens do not matter
        :return: the token, for this origin
        :raises Refused: wrong, too old, or pairing is shut for a while after too many wrong ones
        """
        with self._lock:
            self._check_open()
            if not hmac.compare_digest(self._code.encode(), _plain(code).encode()):
                self._count_wrong()
                raise Refused("wrong_code")
            token = secrets.token_urlsafe(32)
            self._kept[origin] = {"hash": _hash(token), "until": time.time() + TOKEN_LIFETIME}
            self._write()
            self._wrong = 0
            self._new_code()
            return token

    def _check_open(self):
        now = time.time()
        if now < self._opens:
            raise Refused("pairing_shut")
        if now > self._code_ends:
            self._new_code()
            raise Refused("code_expired")

    def _count_wrong(self):
        """After each five wrong codes nothing is compared for a while; with 19**8 codes nobody gets through them."""
        self._wrong += 1
        rounds, rest = divmod(self._wrong, TRIES)
        if rest == 0:
            self._new_code(min(SHUT * 2 ** (rounds - 1), LONGEST_SHUT))

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


def _plain(code):
    return "".join(str(code).upper().replace("-", "").split())


def _hash(token):
    return hashlib.sha256(token.encode()).hexdigest()
