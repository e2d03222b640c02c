"""Taking a copy while clerks work.

What is in the log of PostgreSQL is closed first, the files are read after that: files are written before the rows that
name them, so each row of the copy finds its file. What deletes files waits meanwhile.
"""

import json
import os
import shutil
import subprocess
import time
from concurrent import futures
from contextlib import contextmanager
from datetime import datetime, timezone

from .. import console, databases, locks
from ..project import CONFIG, DATA, ODOO_CONF, ROOT, Failure, is_root, write_atomically
from . import keeping, places
from .archive import Archive
from .repository import AHEAD, COPY

DAY = 86400
# a daily run that comes a little early makes its base all the same
BASE_AGE = 20 * 3600
WEEK = 7 * DAY
SHARE = 10  # one part in so many of what is stored is read again each day, another one each day; all of it each week
SLICE = 4e9  # bytes that are verified at a time; between two of them the copy of minutes has its turn
CLOCK = 600  # seconds by which a clock may be put back
MINUTES = 120  # seconds after which a long run makes the copy of minutes itself
_SECRET = ("password", "passwd", "secret", "token")


class Taking:
    """Copies of one database, its files, and what belongs to it."""

    def __init__(self, found, database, repository):
        """
        :param found: Databases, with the cluster up
        :param repository: Repository
        """
        self.found = found
        self.database = database
        self.repository = repository
        self.archive = Archive(found.cluster)

    def whole(self, full=False):
        """The daily one: a new base, verified, stored; then what may go, goes.

        :param full: begin anew: read every file again, and all that is stored
        :return: dict of what was done, see :meth:`point`
        """
        self._check_clock()
        self.archive.prepare()
        with console.step("opening the backups"):
            begun = places.read(places.SETTINGS).get("begun") == self.repository.place
            self.repository.ensure(begun=begun and not full)
        age, ahead = self.archive.base_age(), None
        if full or age is None or age > BASE_AGE:
            ahead = self._renew_base(possible=age is not None and not full, hurry=full)
        with console.step("storing"):
            done = self.point(force=full, parent=ahead)
        weekly = full or time.time() - places.read(places.STATUS).get("read_all", 0) > WEEK
        with console.step("verifying"):
            self.verify(done["bytes"], everything=weekly)
        with console.step("removing what is older than the rule"):
            mine = [row for row in self.repository.snapshots() if row["database"] == self.database]
            done["removed"] = keeping.to_remove(mine)
            self.repository.forget([*done["removed"], *self.repository.ahead()])
        self._point_meanwhile()
        if done["removed"]:
            with console.step("making room"):
                self.repository.prune()
        return done

    def verify(self, size, everything):
        """Read what is stored again, and hash it; all of it, or another part each day.

        :param size: bytes, about how much there is; says in how many steps it is read
        :raises Failure: something is damaged
        """
        self.repository.unlock()
        for number, share in enumerate(shares(size, everything, datetime.now(places.VIETNAM).toordinal())):
            if number:
                self._point_meanwhile()
            self.repository.check(share)
        places.remember(places.STATUS, verified=time.time())
        if everything:
            places.remember(places.STATUS, read_all=time.time())

    def _renew_base(self, possible, hurry):
        """A new base, verified; it is at the place before it is used, so that its first copy carries little.

        Until then the copy of minutes goes on from the base in use.

        :param possible: whether there is one
        :return: id of the snapshot that holds the new one
        """
        with console.step("copy of the database"):
            self._beside(possible, self.archive.make_base, hurry)
        ahead = None
        if possible:
            with console.step("storing it"):
                ahead = self._beside(possible, self._store_ahead)
        self._close_base(possible)
        self.archive.take_over()
        return ahead

    def _beside(self, possible, work, *words):
        """Do what takes long; the copy of minutes goes on meanwhile, where it is possible."""
        with futures.ThreadPoolExecutor(1) as pool:
            doing = pool.submit(work, *words)
            while not futures.wait([doing], timeout=MINUTES).done:
                if possible:
                    self._point_meanwhile()
            return doing.result()

    def _store_ahead(self):
        paths = [self.archive.next_base, *self._files()]
        return self.repository.backup(paths, [AHEAD], parent=self._newest(), holes=True)["snapshot_id"]

    def _point_meanwhile(self):
        """What was done since, when that is some minutes ago: a long run must not cost them."""
        if abs(time.time() - places.read(places.STATUS).get("good", 0)) < MINUTES:
            return
        try:
            self.point()
        except Failure as failure:
            console.warn(f"the copy of these minutes: {failure.message}")

    def _close_base(self, possible):
        """Store the base in use once more with all that was logged up to its successor."""
        if not possible:
            return
        try:
            self.point(tags=("closed",))
        except Failure as failure:
            # what was stored before stays; the new base does not need it
            console.warn(f"the copy before could not be completed: {failure.message}")

    def _newest(self):
        """Id of the last snapshot here, against which restic sees what has changed."""
        return self._known_newest().get("id")

    def _known_newest(self):
        known = places.read(places.STATUS).get("newest") or {}
        return known if known.get("place") == self.repository.shown else {}

    def _check_clock(self):
        """Copies are told apart by their time: one from the future would stay the newest, and those made now would go.

        :raises Failure: the clock stands before the newest copy
        """
        newest = self._known_newest().get("time", 0)
        if newest - time.time() > CLOCK:
            told = now_in_words(datetime.fromtimestamp(newest, timezone.utc))
            raise Failure(
                f"the clock of this machine stands at {now_in_words()}, before the newest copy, of {told}.",
                "put the clock right (timedatectl). If it is right now, and was wrong when that copy was made:\n"
                "begin a new place, ./vpdt backup --to NEW --full, and keep this one until that has its days.",
            )

    def point(self, tags=(), force=False, parent=None):
        """The copy of minutes: what has been logged and stored since.

        :param force: read every file again
        :param parent: id of the snapshot that tells what is stored already; the last one unless it is given
        :return: dict with `snapshot`, `added` (bytes), `bytes`, `moment`, `seconds`
        :raises Failure: there is no base yet, the log has a gap, the place cannot be reached
        """
        start = time.monotonic()
        self._check_clock()
        if not self.archive.base:
            raise Failure("there is no copy of the whole database yet.", "./vpdt backup makes it.")
        with self._files_held():
            last, moment = self.archive.close_piece()
            self.archive.freeze(last)
            self._write_manifest(last, moment)
            marks = [f"db={self.database}", f"base={self.archive.base_label()}", *tags]
            paths = [self.archive.base, self.archive.point, *self._files()]
            summary = self.repository.backup(
                paths, [COPY, *marks], moment=moment, force=force, parent=parent or self._newest()
            )
        size = summary["total_bytes_processed"]
        newest = {"place": self.repository.shown, "id": summary["snapshot_id"], "time": moment.timestamp()}
        places.remember(
            places.STATUS, good=moment.timestamp(), database=self.database, trouble=None, size=size, newest=newest
        )
        return {
            "snapshot": summary["snapshot_id"][:8],
            "added": summary["data_added"],
            "bytes": size,
            "moment": moment,
            "seconds": time.monotonic() - start,
        }

    @contextmanager
    def _files_held(self):
        """Nobody deletes files that are in no row any more: a moment before, one may have named them."""
        with locks.exclusive(places.FILES_LOCK):
            yield

    def _files(self):
        """What is stored beside the cluster."""
        wanted = [databases.filestore(self.database), places.DISPOSED, *(DATA / name for name in places.JOURNAL)]
        return [path for path in wanted if path.exists()]

    def _write_manifest(self, last, moment):
        manifest = {
            "database": self.database,
            "moment": moment.isoformat(),
            "base": self.archive.base_label(),
            "wal": last,
            "postgresql": self.found.cluster.version(),
            "mark": self.found.mark(self.database),
            "base_folder": str(self.archive.base),
            "point_folder": str(self.archive.point),
            "filestore": str(databases.filestore(self.database)),
            "data": str(DATA),
            "modules": {name: found["version"] for name, found in databases.manifests().items()},
            "sources": _commit(),
        }
        write_atomically(self.archive.point / "manifest.json", json.dumps(manifest, indent=1))
        config = self.archive.point / "config"
        config.mkdir(mode=0o700, exist_ok=True)
        for file in CONFIG.iterdir():
            if file.is_file():
                shutil.copy2(file, config / file.name)
        write_atomically(config / "odoo.conf", without_secrets(ODOO_CONF.read_text(encoding="utf-8")), 0o600)


def shares(size, everything, day):
    """What of the stored data is read again, in pieces of some GB: "3/10" is the third of ten.

    :param size: bytes, about how much there is
    :param everything: all of it; else a tenth, another one each day
    :param day: int that grows by one a day
    """
    parts = min(max(round(size / SLICE), 1 if everything else SHARE), 200)
    return [f"{n + 1}/{parts}" for n in range(parts) if everything or n % SHARE == day % SHARE]


def without_secrets(text):
    """A configuration without the values of what is secret."""
    lines = []
    for line in text.splitlines():
        name, sign, _value = line.partition("=")
        secret = sign and any(word in name.lower() for word in _SECRET)
        lines.append(f"{name.rstrip()} = (kept out of the backup)" if secret else line)
    return "\n".join(lines) + "\n"


def _commit():
    command = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False) if shutil.which("git") else None
    return done.stdout.strip() if done and not done.returncode else ""


def now_in_words(moment=None):
    """A moment as people in Viet Nam write it.

    :param moment: aware datetime, now when it is None
    """
    moment = moment or datetime.now(timezone.utc)
    return moment.astimezone(places.VIETNAM).strftime("%d/%m/%Y %H:%M:%S")


def own(folder):
    """Give a folder with all that is in it to the user that runs PostgreSQL."""
    if not is_root():
        return
    shutil.chown(folder, "postgres", "postgres")
    for root, folders, files in os.walk(folder):
        for name in (*folders, *files):
            shutil.chown(os.path.join(root, name), "postgres", "postgres")
