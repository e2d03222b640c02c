"""`./vpdt keys`: the keys that are in no backup, kept elsewhere, whole or in parts (vpdt_base/keystore)."""

import hashlib
import os
import subprocess
from datetime import datetime, timezone

from .. import setup as setup_steps
from ..project import ADDONS, DATA, DEFAULT_DATABASE, PYTHON
from . import places, records


def run(options):
    """`./vpdt keys export|import|status`; gives the exit code."""
    house = setup_steps.ensure()
    places.ensure_folder()
    if options.words[:1] == ["export"]:
        places.ensure_key()
    before = places.read(places.STATUS).get("exported")
    environment = {
        **os.environ,
        "PYTHONPATH": str(ADDONS / "vpdt_base"),
        "VPDT_DATA_DIR": str(DATA),
        "VPDT_KEYS_STATUS": str(places.STATUS),
        "VPDT_BACKUP_PLACE": _folder_of_copies(),
    }
    started = datetime.now(timezone.utc)
    code = subprocess.run(
        [str(PYTHON), "-m", "keystore", *options.words], env=environment, check=False
    ).returncode  # fmt: skip
    after = places.read(places.STATUS).get("exported")
    if code == 0 and after != before:
        with house.databases() as found:
            name = places.read(places.SETTINGS).get("database") or DEFAULT_DATABASE
            records.keep(found, name, "key", "good", started, words="Đã xuất khóa: " + ", ".join(sorted(after)))
    return code


def _folder_of_copies():
    place = places.read(places.SETTINGS).get("to") or ""
    return "" if places.is_address(place) else place


def not_exported():
    """Names of the keys that exist here and were never exported as they are now."""
    exported = places.read(places.STATUS).get("exported") or {}
    files = {"backup": places.key_file(), "master": places.master_key_file()}
    return [name for name, file in files.items() if file.exists() and not _is_known(exported.get(name), name, file)]


def _is_known(note, name, file):
    """Whether an export was of this very key (`mark_of` of vpdt_base/keystore/parts, which wants its packages)."""
    try:
        key = bytes.fromhex(file.read_text(encoding="ascii")) if name == "backup" else file.read_bytes()
    except ValueError:
        return False
    return bool(note) and note.get("mark") == hashlib.sha256(b"vpdt key mark:" + key).hexdigest()[:12]
