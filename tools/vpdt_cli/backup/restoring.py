"""Bringing a copy back: beside what lives, never over it; looked at before it is handed over."""

import json
import re
import shutil
import time
from contextlib import contextmanager
from datetime import datetime, timezone

from .. import console, databases, system
from ..project import DATA, Failure, is_root
from . import handover, places, scratch, taking

_DAY_FIRST = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})")


def moment_of(text):
    """`--at`: "2026-12-01 15:30" or "01/12/2026 15:30", in Viet Nam; with a zone of its own if it names one.

    :return: aware datetime, None for None
    """
    if text is None:
        return None
    written = _DAY_FIRST.sub(lambda found: f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}", text.strip())
    try:
        found = datetime.fromisoformat(written)
        return (found if found.tzinfo else found.replace(tzinfo=places.VIETNAM)).astimezone(places.VIETNAM)
    except (ValueError, OverflowError):
        words = 'write --at "2026-12-01 15:30" or "01/12/2026 15:30" (Viet Nam).'
        raise Failure(f"{text!r} is no time.", words) from None


def choose(snapshots, at, wanted=None):
    """The snapshot that holds a moment: the first one taken after it, whose base is older.

    :param snapshots: of one database, the oldest first
    :param at: aware datetime, None for the newest
    :param wanted: id of a snapshot
    :raises Failure: none does
    """
    if wanted:
        found = [row for row in snapshots if row["id"].startswith(wanted) or wanted.startswith(row["id"])]
        if not found:
            raise Failure(f"there is no backup {wanted}.", "./vpdt backup list shows them.")
        return found[0]
    if not snapshots:
        raise Failure("there is no backup of this database.", "./vpdt backup list shows what is there.")
    if not at:
        return snapshots[-1]
    found = [row for row in snapshots if row["base_time"] and row["base_time"] <= at <= row["time"]]
    if found:
        return found[0]
    if at > snapshots[-1]["time"]:
        return snapshots[-1]
    begin = min(row["base_time"] for row in snapshots if row["base_time"])
    raise Failure(
        f"no backup holds {taking.now_in_words(at)}: the oldest moment is {taking.now_in_words(begin)}.",
        "./vpdt backup list shows what is there.",
    )


class Restoring:
    """One restore into a new database."""

    def __init__(self, found, repository, origin, name):
        """
        :param found: Databases, with the cluster up
        :param origin: name of the database that was backed up
        :param name: name of the new one
        """
        self.found = found
        self.repository = repository
        self.origin = origin
        self.name = name
        self.making = f"{name}_restoring"
        self.folder = found.cluster.home / "restore"

    def run(self, at=None, snapshot=None, held=True):
        """All of it.

        :param at: aware datetime, None for the newest moment there is
        :param held: whether the new database waits for a person before it sends anything
        :return: the report, a dict (`handover.report`)
        :raises Failure: the database exists; a part is missing, damaged or does not fit
        """
        self._check_is_new()
        rows = [row for row in self.repository.snapshots() if row["database"] == self.origin]
        chosen = choose(rows, at, snapshot)
        start = time.monotonic()
        if at and at > chosen["time"]:
            console.warn(f"no backup reaches {taking.now_in_words(at)}; the newest one is taken.")
        at = at if at and at < chosen["time"] else None
        with self._cleared():
            manifest = self._fetch(chosen)
            report = self._build(manifest, chosen, at, rows) | {"started": start}
            report |= handover.examine(self.found, self.making, self.origin, report, held)
            self._check_is_new()  # one that was made meanwhile
            self.found.rename(self.making, self.name)
        return {**report, "name": self.name}

    def _check_is_new(self):
        if self.found.exists(self.name):
            raise Failure(
                f"database {self.name} is there already: nothing is ever restored over one.",
                f"name another one: ./vpdt restore --db {self.name}_restored",
            )

    @contextmanager
    def _cleared(self):
        """Whatever happens, only the finished database stays."""
        # of a restore that was killed
        left = scratch.Scratch(self.folder / "scratch", {})
        if left.running():
            left.end()
        self.found.drop(self.making)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o700, exist_ok=True)  # a disk of its own may be mounted there
        if is_root():  # who runs PostgreSQL gets in, and nobody else
            shutil.chown(self.folder, group="postgres")
            self.folder.chmod(0o750)
        try:
            yield
        finally:
            self.found.drop(self.making)
            shutil.rmtree(self.folder, ignore_errors=True)

    def _fetch(self, chosen):
        """Read the snapshot into the folder; its manifest."""
        with console.step(f"reading backup {chosen['id']} of {taking.now_in_words(chosen['time'])}"):
            system.check_disk(self.repository.size(chosen["id"]) + (1 << 30), self.folder)
            self.repository.restore(chosen["id"], self.folder / "copy")
        point = self._at(next(path for path in chosen["paths"] if path.endswith("/point")))
        try:
            return json.loads((point / "manifest.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise Failure(f"backup {chosen['id']} has no readable manifest: {error}", "take another one.") from error

    def _at(self, path):
        """Where a path of the machine of the backup is now."""
        return self.folder / "copy" / str(path).lstrip("/")

    def _build(self, manifest, chosen, at, rows):
        """The database and its files under their working name."""
        _check_version(manifest, self.found.cluster)
        base, wal = self.folder / "base", self.folder / "wal"
        self._at(manifest["base_folder"]).rename(base)
        self._at(f"{manifest['point_folder']}/wal").rename(wal)
        with console.step("database: reading the log up to the moment"):
            source = scratch.recover(base, wal, at, manifest["wal"])
        try:
            with console.step("database: carrying it over"):
                self.found.create(self.making)
                scratch.pump(source, self.origin, self.found, self.making, self._dump_folder())
                there = scratch.counts(source, self.origin, superuser=True)
                here = scratch.counts(self.found.cluster, self.making)
        finally:
            source.end()
        self.found.set_mark(self.making, manifest["mark"])
        with console.step("files"):
            self._bring_files(manifest, chosen, rows)
            self._bring_journal_keys(manifest)
            self._bring_disposed(manifest, rows[-1])
        return {
            "snapshot": chosen["id"],
            "backup_moment": manifest["moment"],
            "at": (at or datetime.fromisoformat(manifest["moment"])).astimezone(timezone.utc).isoformat(),
            "tables": len(here),
            "rows": sum(here.values()),
            "not_carried": sorted(name for name in there if there[name] != here.get(name)),
            "place": self.repository.shown,
            "anchors": str(self.folder / "anchors"),
        }

    def _dump_folder(self):
        folder = self.folder / "dump"
        folder.mkdir()
        taking.own(folder)
        return folder / "rows"

    def _bring_files(self, manifest, chosen, rows):
        store = databases.filestore(self.making)
        shutil.rmtree(store, ignore_errors=True)
        store.parent.mkdir(parents=True, exist_ok=True)
        origin = self._at(manifest["filestore"])
        if origin.exists():
            shutil.move(origin, store)  # which may lie on another disk
        else:
            store.mkdir()
        self._fill_gaps(store, manifest, chosen, rows)

    def _fill_gaps(self, store, manifest, chosen, rows):
        """What was deleted between the moment and the snapshot is in one before it."""
        wanted = self.found.cluster.sql(
            "SELECT DISTINCT store_fname FROM ir_attachment WHERE store_fname IS NOT NULL", self.making
        ).split()
        missing = [name for name in wanted if not (store / name).exists()]
        earlier = [row for row in rows if row["time"] < chosen["time"]]
        for row in reversed(earlier[-3:]):
            if not missing:
                return
            folder = self.folder / f"more-{row['id']}"
            paths = [f"{manifest['filestore']}/{name}" for name in missing[:1000]]
            self.repository.restore(row["id"], folder, include=paths)
            for name in missing:
                found = folder / f"{manifest['filestore']}/{name}".lstrip("/")
                if found.exists():
                    (store / name).parent.mkdir(exist_ok=True)
                    shutil.move(found, store / name)
            missing = [name for name in missing if not (store / name).exists()]

    def _bring_journal_keys(self, manifest):
        """Public and encrypted keys of the seals, where they are not; the anchors are for the check only."""
        copy = self._at(manifest["data"])
        for folder in places.JOURNAL:
            if not (copy / folder).is_dir():
                continue
            target = self.folder / "anchors" if folder == places.JOURNAL[1] else DATA / folder
            target.mkdir(mode=0o700, parents=True, exist_ok=True)
            for file in (copy / folder).iterdir():
                if not (target / file.name).exists():
                    shutil.copy2(file, target / file.name)

    def _bring_disposed(self, manifest, newest):
        """What was destroyed, of this copy and of the newest one: an old copy does not bring back what went later."""
        path = f"{manifest['data']}/{places.DISPOSED.name}"
        known = [self._at(path)]
        if path in newest["paths"]:
            folder = self.folder / "newest"
            self.repository.restore(newest["id"], folder, include=[path])
            known.append(folder / path.lstrip("/"))
        for file in known:
            if file.exists():
                merge_lines(file, places.DISPOSED)


def merge_lines(source, target):
    """Add the lines of a file that another one lacks; none is ever taken out."""
    text = target.read_text(encoding="utf-8") if target.exists() else ""
    have = text.splitlines()
    new = [line for line in source.read_text(encoding="utf-8").splitlines() if line and line not in set(have)]
    if new:
        with open(target, "a", encoding="utf-8") as handle:
            handle.write("" if not text or text.endswith("\n") else "\n")  # its last line was cut off
            handle.write("".join(f"{line}\n" for line in new))
        target.chmod(0o600)


def _check_version(manifest, cluster):
    if manifest["postgresql"] != cluster.version():
        raise Failure(
            f"the backup is of PostgreSQL {manifest['postgresql']}, here runs {cluster.version()}.",
            f"install postgresql-{manifest['postgresql']} (apt.postgresql.org), and run ./vpdt setup in a new folder.",
        )


def only_database(repository):
    """The one database that was backed up there.

    :raises Failure: there are several
    """
    names = {row["database"] for row in repository.snapshots()}
    if len(names) > 1:
        raise Failure(f"backups of several databases are there: {', '.join(sorted(names))}.", "name one with --of.")
    if not names:
        raise Failure(f"there is no backup at {repository.shown}.", "./vpdt backup list shows what is there.")
    return names.pop()
