"""A copy of PostgreSQL's files (base) and the log of everything written since (WAL), on the server's own disk.

From there restic takes them away: unchanged files of the base cost nothing the second time. Whatever moment lies
between the base and the last piece of the log can be restored.
"""

import re
import shutil
import time
from datetime import datetime, timezone

from .. import postgres, processes
from ..project import Failure, is_root, write_atomically

WAL_NAME = re.compile(r"[0-9A-F]{24}")
PACE = "64M"  # a second: what the nightly copy may take of the disk that clerks work on
# A copy that starts without the log before it, plus the log of the minutes in which it was made
_MISSING = "the archive of PostgreSQL's log has a gap: {name} is missing."


class Archive:
    """The folder `archive` of a cluster that is up."""

    def __init__(self, cluster):
        self.cluster = cluster
        self.folder = cluster.archive
        self.wal = self.folder / "wal"
        self.point = self.folder / "point"

    # -- preparing -----------------------------------------------------------

    def prepare(self):
        """Let the cluster archive its log from now on, and be copied."""
        if self.cluster.superuser_sql("SHOW archive_mode") != "on":
            raise Failure(
                "PostgreSQL was started before backups were known: it does not keep its log yet.",
                "restart the office once (Ctrl-C, ./vpdt run), then run the command again.",
            )
        access = self.cluster.data / "pg_hba.conf"
        if "local replication" not in access.read_text(encoding="ascii"):
            access.write_text(postgres.ACCESS, encoding="ascii")
            self.cluster.superuser_sql("SELECT pg_reload_conf()")
        for folder in (self.folder, self.wal, self.point):
            folder.mkdir(mode=0o700, exist_ok=True)
            if is_root():
                shutil.chown(folder, "postgres", "postgres")

    # -- base -------------------------------------------------------------------

    # Two folders in turn: one is copied while the other is in use, and restic knows each by its path.
    _FOLDERS = ("base-a", "base-b")

    def _known(self):
        """[moment, name of the folder] of the base in use; empty when there is none."""
        try:
            words = (self.folder / "base.label").read_text(encoding="ascii").split()
        except OSError:
            return []
        return words if len(words) == 2 and (self.folder / words[1]).is_dir() else []

    def base_label(self):
        """When the base was finished, as the tag of its snapshots; empty when there is none."""
        return (self._known() or [""])[0]

    @property
    def base(self):
        """The folder of the base in use, None when there is none."""
        known = self._known()
        return self.folder / known[1] if known else None

    @property
    def next_base(self):
        """The folder of the base that is being made."""
        first, second = (self.folder / name for name in self._FOLDERS)
        return second if self.base == first else first

    def base_age(self):
        """Seconds since the base was made; None when there is none."""
        label = self.base_label()
        if not label:
            return None
        return time.time() - datetime.fromisoformat(label).timestamp()

    def make_base(self, hurry=False):
        """Copy the cluster's files, and verify the copy against the sums that PostgreSQL gave with it.

        It lies beside the present base until :meth:`take_over`.

        :param hurry: let PostgreSQL write all that it has in memory at once, which clerks may notice
        """
        making = self.next_base
        shutil.rmtree(making, ignore_errors=True)
        gently = [*postgres.as_server_user(), *processes.GENTLY]
        command = [*gently, self.cluster.program("pg_basebackup")]
        command += ["--pgdata", making, *self.cluster.as_superuser(), "--no-password"]
        pace = ["spread", "--max-rate", PACE] if self.base and not hurry else ["fast"]
        command += ["--wal-method", "stream", "--checkpoint", *pace]
        try:
            processes.run(command, cwd="/", failure="PostgreSQL's files could not be copied", hint=_ROOM)
            verify = [*gently, self.cluster.program("pg_verifybackup"), "--quiet", making]
            processes.run(verify, cwd="/", failure="the copy of PostgreSQL's files is damaged", hint=_ROOM)
        except BaseException:
            shutil.rmtree(making, ignore_errors=True)
            raise
        label = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S+00:00")
        write_atomically(self.folder / "base.new.label", f"{label} {making.name}\n", 0o600)

    def take_over(self):
        """Go on from the new base; what the log holds from before it is not needed any more."""
        (self.folder / "base.new.label").replace(self.folder / "base.label")
        for folder in self.folder.glob("base*"):
            if folder.is_dir() and folder != self.base:
                shutil.rmtree(folder, ignore_errors=True)
        first = self.first_piece()
        for piece in self.wal.glob("*.gz"):
            if WAL_NAME.match(piece.name) and piece.name[8:24] < first[8:24]:
                piece.unlink()

    def first_piece(self):
        """Name of the piece of the log with which the base begins."""
        label = (self.base / "backup_label").read_text(encoding="ascii")
        return re.search(r"START WAL LOCATION: .*\(file ([0-9A-F]{24})\)", label)[1]

    # -- log ----------------------------------------------------------------------

    def close_piece(self, patience=60):
        """Have everything that is committed now in the archive.

        :return: (name of the last piece, moment of it as aware datetime)
        :raises Failure: PostgreSQL could not archive it
        """
        now = datetime.now(timezone.utc)
        # a commit after that moment, which says where a restore to it may stop
        self.cluster.superuser_sql("SELECT pg_current_xact_id()")
        last = self.cluster.superuser_sql("SELECT pg_walfile_name(pg_switch_wal())")
        deadline = time.monotonic() + patience
        while not (self.wal / f"{last}.gz").exists():
            if time.monotonic() > deadline:
                raise Failure(f"PostgreSQL did not archive its log ({last}).\n    {self._trouble()}", _ROOM)
            time.sleep(0.1)
        return last, now

    def _trouble(self):
        row = self.cluster.superuser_sql("SELECT last_failed_wal, last_failed_time FROM pg_stat_archiver")
        return f"last failure: {row}; see {self.cluster.log}"

    def freeze(self, last):
        """Put the pieces from the base to `last` where restic finds them, and nothing that comes later.

        :raises Failure: one is missing
        """
        pieces = pieces_between(self.first_piece(), last, {piece.name[:24] for piece in self.wal.glob("*.gz")})
        folder = self.point / "wal"
        folder.mkdir(mode=0o700, exist_ok=True)
        wanted = {f"{name}.gz" for name in pieces} | {piece.name for piece in self.wal.glob("*.history.gz")}
        for old in folder.iterdir():
            if old.name not in wanted:
                old.unlink()
        for name in wanted:
            if not (folder / name).exists():
                (folder / name).hardlink_to(self.wal / name)


_ROOM = "look at the room on the disk of .pg and its rights, then run the command again."


def pieces_between(first, last, present):
    """Names of all pieces of the log from one to another.

    :param present: set of the names that are there
    :raises Failure: one is missing
    """
    names, number, end = [], place_in_log(first), place_in_log(last)
    while number <= end:
        name = f"{last[:8]}{number >> 8:08X}{number & 0xFF:08X}"
        if name not in present:
            # after a restore or a switch the base may lie on the timeline before
            name = f"{first[:8]}{name[8:]}"
        if name not in present:
            raise Failure(_MISSING.format(name=name), "begin anew with a copy of all: ./vpdt backup --full")
        names.append(name)
        number += 1
    return names


def place_in_log(name):
    """Place of a piece of 16 MB in the log: 256 of them in each file number of 4 GB."""
    return int(name[8:16], 16) << 8 | int(name[16:24], 16)


def unpack(folder):
    """The command that PostgreSQL runs to get a piece back while it recovers.

    :param folder: pathlib.Path of the pieces
    """
    return f'test -f "{folder}/%f.gz" && gunzip < "{folder}/%f.gz" > "%p"'
