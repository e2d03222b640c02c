"""A PostgreSQL of its own, brought from a backup to a moment; the database is read out of it."""

import contextlib
import os
import shutil
import time

from .. import postgres, processes
from ..project import Failure, tail, write_atomically
from . import archive, taking

_PATIENCE = 4 * 3600  # seconds of recovery; the log of a day is some minutes

# Nothing of it is worth waiting for the disk.
_THROWN_AWAY = {"archive_mode": "off", "shared_buffers": "64MB", "fsync": "off", "full_page_writes": "off"}


class Scratch(postgres.Cluster):
    """A cluster in a folder of a restore."""

    def __init__(self, folder, settings):
        super().__init__(folder, extra={**settings, **_THROWN_AWAY})

    @property
    def home(self):
        """The folder itself."""
        return self.place

    @property
    def socket_folder(self):
        """Short and its own, whatever the folder is called."""
        return self.place.with_name("socket")


def recover(base, wal, at, expected):
    """Start the copy and let it read the log up to a moment.

    :param base: pathlib.Path of the copy of PostgreSQL's files, which becomes a running cluster
    :param wal: pathlib.Path of the pieces of the log
    :param at: aware datetime, or None for all that is there
    :param expected: name of the last piece, which must have been reached when `at` is None
    :return: Scratch that is up
    :raises Failure: a piece is missing or damaged, the moment was not reached
    """
    home = base.parent / "scratch"
    home.mkdir(mode=0o755)
    base.rename(home / "data")
    _make_startable(home / "data")
    settings = {"restore_command": archive.unpack(wal), "recovery_target_action": "promote", "hot_standby": "off"}
    if at:
        settings |= {"recovery_target_time": at.isoformat(sep=" "), "recovery_target_inclusive": "on"}
    scratch = Scratch(home, settings)
    scratch.socket_folder.mkdir(mode=0o755, exist_ok=True)
    taking.own(home)
    taking.own(wal)
    taking.own(scratch.socket_folder)
    try:
        _start(scratch)
        _check_reached(scratch, wal, at, expected)
    except BaseException:
        with contextlib.suppress(Failure):
            scratch.end()
        raise
    return scratch


def _make_startable(data):
    """Signal the recovery, and let this machine's user in."""
    data.chmod(0o700)
    (data / "recovery.signal").touch()
    (data / "postmaster.pid").unlink(missing_ok=True)
    (data / "pg_hba.conf").write_text(postgres.ACCESS, encoding="ascii")
    write_atomically(data / "pg_ident.conf", f"vpdt {postgres.server_user()} {postgres.SUPERUSER}\n")
    (data / "server.log").unlink(missing_ok=True)


def _start(scratch):
    """Start it, and wait for the end of the recovery, until which nobody is let in."""
    deadline = time.monotonic() + _PATIENCE
    try:
        scratch.begin(_PATIENCE)
    except Failure:
        raise _failure(scratch) from None
    while True:
        try:
            scratch.superuser_sql("SELECT 1")
            return
        except Failure:
            if not scratch.running() or time.monotonic() > deadline:
                raise _failure(scratch) from None
        time.sleep(0.2)


def _failure(scratch):
    said = tail(scratch.log, 40)
    lines = "\n    ".join(line for line in said.splitlines() if "LOG:" not in line or "restored log" not in line)
    words = "the log of PostgreSQL could not be read to the moment wanted"
    if "recovery ended before configured recovery target was reached" in said:
        words = "a piece of PostgreSQL's log is missing or damaged before the moment wanted"
    return Failure(
        f"{words}.\n    {lines}",
        "take another moment (--at), or another backup (./vpdt backup list, --snapshot ID).",
    )


def _check_reached(scratch, wal, at, expected):
    """PostgreSQL takes a gap for the end of its log; we know where the end is."""
    if at:
        return
    reached = scratch.superuser_sql("SELECT pg_walfile_name(pg_current_wal_lsn())")
    if archive.place_in_log(reached) <= archive.place_in_log(expected):
        names = {file.name[:24] for file in wal.glob("*.gz")}
        missing = expected if expected not in names else reached
        raise Failure(
            f"a piece of PostgreSQL's log is missing or damaged: it ends at {reached}, and not after {missing}.",
            "take another backup (./vpdt backup list, --snapshot ID), or a moment before (--at).",
        )


def pump(scratch, database, target, name, folder):
    """Carry a database over into another cluster, which makes its indexes anew and reads each row.

    :param scratch: cluster to read from
    :param target: Databases to write to, in which `name` exists, empty but for the extensions
    :param folder: pathlib.Path for the rows on their way
    """
    jobs = str(max(2, os.cpu_count() or 1))
    dump = [*postgres.as_server_user(), scratch.program("pg_dump"), "--format", "directory", "--jobs", jobs]
    dump += ["--compress", "1", "--no-owner", "--no-privileges", "--file", folder, *scratch.as_superuser(), database]
    processes.run(dump, cwd="/", failure=f"database {database} could not be read from the backup")
    environment = {**os.environ, **target.cluster.environment()}
    restore = target.cluster.program("pg_restore")
    listing = processes.run([restore, "--list", folder], failure="the rows on their way are damaged")
    kept = folder / "list"
    # made by Databases beforehand, since they belong to the super user
    write_atomically(kept, "\n".join(line for line in listing.splitlines() if " EXTENSION " not in line))
    words = [restore, "--dbname", name, "--no-owner", "--no-privileges", "--exit-on-error", "--jobs", jobs]
    processes.run(
        [*words, "--use-list", kept, folder],
        env=environment,
        failure=f"database {name} could not be filled",
        hint="look at the room on the disk, then run the command again.",
    )
    shutil.rmtree(folder)


def counts(cluster, database, superuser=False):
    """Number of rows of each table: dict."""
    query = (
        "SELECT string_agg(format('SELECT %L, count(*) FROM %I', relname, relname), ' UNION ALL ')"
        " FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    ask = cluster.superuser_sql if superuser else cluster.sql
    union = ask(query, database)
    rows = ask(union, database).splitlines() if union else []
    return {name: int(number) for name, _bar, number in (row.partition("|") for row in rows)}
