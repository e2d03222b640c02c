"""Where things are in the project, and the one error that the command shows to people."""

import hashlib
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDONS = ROOT / "addons"
CONFIG = ROOT / "config"

ODOO = ROOT / ".odoo"
VENV = ROOT / ".venv"
POSTGRES = ROOT / ".pg"
DATA = ROOT / ".data"

PYTHON = VENV / "bin" / "python"
ODOO_CONF = DATA / "odoo.conf"
LOGS = DATA / "log"
ACCOUNTS = DATA / "accounts"

REQUIREMENTS = CONFIG / "requirements.txt"
REQUIREMENTS_DEV = CONFIG / "requirements-dev.txt"

DEFAULT_DATABASE = "vpdt"
DEFAULT_HTTP_PORT = 8069


class Failure(Exception):
    """Something that the person at the keyboard can put right.

    :param message: what happened, with names and numbers
    :param hint: what to do next; several lines allowed
    :param code: exit code of the command
    """

    def __init__(self, message, hint="", code=1):
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint

    def __str__(self):
        if not self.hint:
            return self.message
        hint = "\n    ".join(self.hint.splitlines())
        return f"{self.message}\n  what to do: {hint}"


def is_root():
    """True when this process runs as the super user."""
    return os.geteuid() == 0


def download_cache():
    """The folder named by VPDT_CACHE, or None. It is created when absent."""
    name = os.environ.get("VPDT_CACHE")
    if not name:
        return None
    folder = Path(name).expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def digest(*parts):
    """A short stable key of strings and bytes, to tell "the same" from "changed since"."""
    sha = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode()
        sha.update(b"%d:" % len(data))
        sha.update(data)
    return sha.hexdigest()[:20]


def sha256_of(path):
    """SHA-256 of a file, in hexadecimal, read in pieces."""
    sha = hashlib.sha256()
    with open(path, "rb") as handle:
        while chunk := handle.read(1 << 20):
            sha.update(chunk)
    return sha.hexdigest()


def write_atomically(path, text, mode=0o644):
    """Write a text file so that a reader, or the next run, sees all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    temporary.replace(path)


def tail(path, lines=25):
    """The last lines of a log, or an empty string when there is none."""
    try:
        text = Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])
