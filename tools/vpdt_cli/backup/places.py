"""Where the parts of a backup lie, and what is remembered between two commands."""

import json
import os
import re
import secrets
from datetime import timedelta, timezone
from pathlib import Path

from .. import locks
from ..project import DATA, POSTGRES, ROOT, Failure, is_root, write_atomically

VIETNAM = timezone(timedelta(hours=7))
FOLDER = DATA / "backup"
# Held by what takes a copy: one after the other.
LOCK = FOLDER / "lock"
# Held by what reads whole copies, or removes some. The copies of minutes go on beside it.
WHOLE_LOCK = FOLDER / "whole.lock"
# Held while files are read: what collects files that nobody names waits meanwhile (ir.attachment of vpdt_base).
FILES_LOCK = FOLDER / "files.lock"
STATUS = FOLDER / "status.json"
SETTINGS = FOLDER / "settings.json"
# What disposal has destroyed, one JSON line a file: {"sha256", "model", "id", "date"}
DISPOSED = DATA / "vpdt_disposed.jsonl"
JOURNAL = ("vpdt_journal_keys", "vpdt_journal_anchors")


def key_file():
    """The key of the backups: `VPDT_BACKUP_KEY_FILE`, else a file of the data folder. It is in no backup."""
    return Path(os.environ.get("VPDT_BACKUP_KEY_FILE") or DATA / "vpdt_backup.key")


def master_key_file():
    """The key that encrypts the signing keys; see vpdt_base/keystore. It is in no backup either."""
    return Path(os.environ.get("VPDT_MASTER_KEY_FILE") or DATA / "vpdt_master.key")


def ensure_key(anew=False):
    """Have a key for the backups; a new one is random and readable by its owner only.

    :param anew: whether no copy needs the key of before: a place is begun
    :raises Failure: the key is gone, and copies were made with it; a new one would open none of them
    """
    file = key_file()
    if file.exists() and file.stat().st_size:
        return file
    if read(SETTINGS).get("begun") and not anew:
        raise Failure(
            f"the key of the backups is not at {file}.",
            "bring it back from its parts or its copy: ./vpdt keys import; or name it with VPDT_BACKUP_KEY_FILE.\n"
            "If it is lost, the copies are too: begin a new place, with a new key: ./vpdt backup --to NEW --full",
        )
    write_atomically(file, secrets.token_hex(32) + "\n", 0o600)
    exported = read(STATUS).get("exported") or {}
    exported.pop("backup", None)
    remember(STATUS, exported=exported)
    return file


def read(path):
    """A dict from a JSON file, empty when there is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def remember(path, **values):
    """Change some values of a JSON file; those of None are taken out.

    One after the other: an export of keys may note itself beside a copy of minutes.
    """
    lock = path.with_suffix(".lock")
    with locks.exclusive(lock):
        give(lock)
        known = {**read(path), **values}
        known = {name: value for name, value in known.items() if value is not None}
        write_atomically(path, json.dumps(known, ensure_ascii=False, indent=1, sort_keys=True), 0o600)
        give(path)


def ensure_folder():
    """Have the folder of what is remembered."""
    FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
    give(FOLDER)


def give(path):
    """Give what root has written to whom the office belongs: `sudo ./vpdt backup install` is one command of many."""
    if is_root():
        owner = DATA.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def shown(place):
    """A place as others may read it: an address without the name and password in it."""
    return re.sub(r"//[^/]*@", "//", place)


def target(option):
    """Where the backups go: what was said now, else what was said last.

    :param option: folder, `s3:…` or another address of restic; None
    :raises Failure: never said
    """
    if option is not None and not option.strip():
        raise Failure("the place of the backups is empty.", "name a folder or a bucket after it, or leave it out.")
    found = option or read(SETTINGS).get("to")
    if not found:
        raise Failure(
            "nobody has said where the backups go.",
            "name a folder on another disk or machine, or a bucket: ./vpdt backup --to /mnt/backup\n"
            "./vpdt backup --to s3:https://s3.example.vn/vpdt  (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY)",
        )
    if is_address(found):
        return found
    return str(Path(found).expanduser().resolve())


def check_apart(place):
    """Refuse to write copies into what they are of, or into the program.

    :param place: of :func:`target`
    :raises Failure: it lies there
    """
    folder = Path(place)
    for ours, what in ((DATA, "is what is backed up"), (POSTGRES, "is what is backed up"), (ROOT, "holds the program")):
        ours = ours.resolve()
        if not is_address(place) and (folder == ours or ours in folder.parents):
            raise Failure(f"{folder} lies in {ours}, which {what}.", "name a folder on another disk or machine.")


def is_address(place):
    """Whether it is an address for restic, and no folder."""
    return ":" in place.split("/")[0]


def on_disk_of_the_office(place):
    """Whether copies at a place are lost with the disk that they are of."""
    return not is_address(place) and Path(place).exists() and os.stat(place).st_dev == os.stat(DATA).st_dev
