"""restic, of Debian: keeps copies encrypted, each piece of data once, in a folder or with S3."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from datetime import datetime, timezone

from .. import console, processes
from ..project import DATA, Failure
from . import places

# Seconds without progress; a slow line may want more.
STALLED = float(os.environ.get("VPDT_BACKUP_STALLED") or 180)

COPY, AHEAD = "vpdt", "vpdt-ahead"  # tags: a copy; what was only brought there before a copy names it
ROOM = "4G"  # data of old copies that are stored anew at a time, so that the copy of minutes does not wait long

# What restic says → what is told. The last good copy is untouched in each case: restic only ever adds files, and
# names them in an index at the end.
_WORDS = (
    (("wrong password or no key found",), "the key does not open these backups", "use the key they were made with "
     "(VPDT_BACKUP_KEY_FILE, or ./vpdt keys import of its parts). Where another office keeps its copies, name a folder "
     "of your own."),
    (("no space left on device", "disk quota exceeded"), "the place of the backups is full", "make room there, or "
     "./vpdt backup --to another place; the copies that are there stay as they are."),
    (("connection refused", "no such host", "i/o timeout", "connection reset", "network is unreachable", "dial tcp",
      "input/output error", "stale file handle", "transport endpoint"), "the place of the backups cannot be reached",
     "look at the network, the mounted disk or the service there; the next run goes on by itself."),
    (("ciphertext verification failed", "invalid data returned", "hash does not match", "does not match id",
      "load <data", "load(<data", "loadindex returned errors", "repository contains errors", "pack id does not match",
      "error for tree", "unexpected pack", "blob", "invalid magic"),
     "a backup is damaged", "do not delete anything. Look at the disk there, then begin a new place: "
     "./vpdt backup --to NEW --full."),
    (("invalid backend",), "this is no place that restic knows", "write a folder as /mnt/backup, another machine as "
     "sftp:user@machine:/folder, a bucket as s3:https://host/bucket."),
    (("permission denied", "read-only file system", "not a directory"), "the place of the backups cannot be written or "
     "read", "look at the folder, its owner and how the disk is mounted; ls -ld says it."),
    (("is there a repository at", "unable to open config file"), "there are no backups at this place", "look whether "
     "the disk is mounted and the name is right. A new place is begun by ./vpdt backup --to PLACE."),
    (("unable to create lock", "repository is already locked"), "another command works on these backups", "wait for "
     "it. If it was killed, the lock goes away by itself after half an hour."),
)  # fmt: skip


def failure(said, doing):
    """The Failure for what restic has said on its error stream.

    :param doing: what was tried, in words
    """
    low = said.lower()
    for signs, words, hint in _WORDS:
        if any(sign in low for sign in signs):
            return Failure(f"{doing}: {words}.\n    {_last(said)}", hint)
    return Failure(f"{doing} failed.\n    {_last(said)}", "put right what is named there, then run the command again.")


def _last(said):
    return "\n    ".join(said.strip().splitlines()[-6:])


class Repository:
    """The copies at one place."""

    def __init__(self, place, key_file=None):
        """
        :param place: folder, or address of restic such as `s3:https://host/bucket`
        :param key_file: pathlib.Path; the installation's own unless it is given
        """
        self.place = place
        self.shown = places.shown(place)
        self.key_file = key_file or places.key_file()

    def _command(self, *words):
        if not shutil.which("restic"):
            raise Failure("restic is not installed.", "./vpdt setup installs it (Debian package restic).")
        if not self.key_file.exists() or not self.key_file.stat().st_size:
            raise Failure(
                f"the key of the backups is not at {self.key_file}.",
                "bring it back from its parts or its copy: ./vpdt keys import; or name it with VPDT_BACKUP_KEY_FILE.",
            )
        return ["restic", "--password-file", str(self.key_file), *map(str, words)]

    def _environment(self, cores=1):
        # one core, so that those who work notice little; a restore is waited for
        return {
            **os.environ,
            "RESTIC_REPOSITORY": self.place,  # not in the command line: the address may hold a password
            "RESTIC_CACHE_DIR": str(DATA / "backup" / "cache"),
            "GOMAXPROCS": str(cores),
            "RESTIC_PROGRESS_FPS": "2",
        }

    def run(self, *words, doing, cores=1):
        """Run one command of restic.

        :return: standard output
        :raises Failure: with what restic said, in words
        """
        self._check_reachable()
        command = [*processes.GENTLY, *self._command(*words)]
        with subprocess.Popen(
            command, env=self._environment(cores), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            with self._ended(process):
                out, said = process.communicate()
        if process.returncode:
            raise failure(said or out, doing)
        if "could not load snapshot" in said:  # it is left out of what is listed, and restic calls that a success
            console.warn(f"{doing}: a copy is damaged.\n    {_last(said)}\n  what to do: ./vpdt backup check")
        return out

    def _unlocked(self):
        """The word for commands that read, where no lock can be written: a disk that is mounted for reading only."""
        local = not places.is_address(self.place)
        return ["--no-lock"] if local and not os.access(os.path.join(self.place, "locks"), os.W_OK) else []

    @contextmanager
    def _ended(self, process):
        """End restic when the block is left early: by the signal upon which it takes its lock away."""
        try:
            yield
        except BaseException as error:
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()
            if not isinstance(error, Exception):  # interrupted: a lock that it has only just made it forgets
                with suppress(Failure):
                    self.unlock()
            raise

    def _check_reachable(self):
        """restic itself tries for a quarter of an hour before it says that nobody answers."""
        address = re.match(r"(?:s3|rest):(https?)://(?:[^@/]*@)?([^/:]+)(?::(\d+))?", self.place)
        if not address:
            return
        scheme, host, port = address.groups()
        try:
            socket.create_connection((host, int(port or {"http": 80, "https": 443}[scheme])), timeout=10).close()
        except OSError as error:
            raise failure(f"dial tcp {host}: {error}", "opening the backups") from error

    def ensure(self, begun=False):
        """Begin the place when there is nothing yet.

        :param begun: whether copies must lie there already; a disk that is not mounted looks like an empty place
        :raises Failure: they do not
        """
        try:
            self.run("cat", "config", "--no-lock", doing="opening the backups")
        except Failure as problem:
            if "there are no backups at this place" not in problem.message:
                raise
            if begun:
                raise Failure(
                    f"the backups that were at {self.shown} are not there any more.",
                    "look whether the disk or the share is mounted. If the place was really emptied, begin anew:\n"
                    f"./vpdt backup --to {self.shown} --full",
                ) from problem
            self.run("init", "--repository-version", "2", doing=f"beginning {self.shown}")

    def snapshots(self):
        """What is there, the oldest first: dicts with `id`, `time` (aware datetime), `paths`, and what the tags say."""
        return sorted((_read_snapshot(row) for row in self._tagged(COPY)), key=lambda row: row["time"])

    def ahead(self):
        """Ids of what was brought there before a copy named it."""
        return [row["short_id"] for row in self._tagged(AHEAD)]

    def _tagged(self, tag):
        # without a lock: what is there is told also while another run removes some
        asked = ("snapshots", "--json", "--no-lock", "--tag", tag)
        return json.loads(self.run(*asked, doing="listing the backups") or "[]") or []

    def size(self, snapshot):
        """Bytes that a snapshot takes when it is restored."""
        said = self.run(
            "stats", "--json", "--mode", "restore-size", *self._unlocked(), snapshot, doing="reading the backup"
        )
        return json.loads(said)["total_size"]

    def backup(self, paths, tags, *, moment=None, force=False, parent=None, holes=False):
        """Keep these paths as one snapshot, with progress on a terminal.

        :param moment: aware datetime that the snapshot carries, now unless it is given
        :param force: read every file anew instead of trusting size and time
        :param parent: id of the snapshot that says which files are stored already; one that is gone is done without
        :param holes: whether files may vanish meanwhile
        :return: dict of restic's summary (`snapshot_id`, `data_added`, `total_bytes_processed`, …)
        """
        options = ["backup", "--json", "--host", "vpdt", *(word for tag in tags for word in ("--tag", tag))]
        if moment:
            options += ["--time", moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")]
        if force or parent:
            options += ["--force"] if force else ["--parent", parent]
        self._check_reachable()
        if self._unlocked() and os.path.exists(os.path.join(self.place, "config")):  # restic itself tries for a minute
            raise failure(f"{self.place}/locks: permission denied, or read-only file system", "the backup")
        command = [*processes.GENTLY, *self._command(*options, *paths)]
        with (
            tempfile.TemporaryFile("w+") as errors,
            subprocess.Popen(
                command, env=self._environment(), stdout=subprocess.PIPE, stderr=errors, text=True
            ) as process,
        ):
            with self._ended(process):
                try:
                    summary = _follow(process.stdout)
                except _Stalled:
                    process.kill()
                    raise failure(f"dial tcp: nothing was taken for {STALLED:.0f} s", "the backup") from None
                process.wait()
            errors.seek(0)
            said = errors.read()
        if parent and process.returncode and "no matching ID" in said:
            return self.backup(paths, tags, moment=moment, force=force, holes=holes)
        # 3: some files could not be read; a copy with holes is none
        if process.returncode not in ((0, 3) if holes else (0,)) or not summary:
            raise failure(said, "the backup")
        return summary

    def check(self, share=None):
        """Verify what is stored: its structure, and the data themselves.

        :param share: None nothing but the structure, or a share such as "3/10": the third of ten parts
        """
        words = ["--read-data-subset", share] if share else []
        self.run("check", *words, doing="verifying the backups")

    def forget(self, ids):
        """Remove snapshots; what only they have used stays until :meth:`prune`."""
        if ids:
            self.run("forget", *ids, doing="removing old backups")

    def prune(self):
        """Remove what no snapshot uses."""
        self.run("prune", "--max-repack-size", ROOM, doing="making room for new backups")

    def unlock(self):
        """Take away locks of commands that are gone."""
        self.run("unlock", doing="unlocking the backups")

    def restore(self, snapshot, folder, include=()):
        """Write a snapshot, or parts of it, into a folder."""
        words = [*self._unlocked(), *(word for path in include for word in ("--include", path))]
        cores = os.cpu_count() or 1
        self.run("restore", snapshot, "--target", folder, *words, doing="reading the backup", cores=cores)

    def tag(self, snapshot, tag):
        """Add a tag to a snapshot, which gets another id."""
        self.run("tag", "--add", tag, snapshot, doing="marking the backup")


def _read_snapshot(row):
    tags = dict(tag.partition("=")[::2] for tag in row.get("tags") or [])
    return {
        "id": row["short_id"],
        "time": _moment(row["time"]),
        "paths": row["paths"],
        "database": tags.get("db", ""),
        "base": tags.get("base", ""),
        "base_time": _moment(tags["base"]) if tags.get("base") else None,
        "closed": "closed" in tags,
    }


def _moment(text):
    """An aware datetime from what restic or a tag says; fractions of any length."""
    head, _dot, rest = text.replace("Z", "+00:00").partition(".")
    zone = next((rest[place:] for place, sign in enumerate(rest) if sign in "+-"), "")
    return datetime.fromisoformat(head + zone).astimezone(timezone.utc)


class _Stalled(Exception):
    """A place takes no data any more; restic itself would try for a quarter of an hour."""


def _follow(lines, stalled=STALLED):
    """Read restic's messages to the end, showing progress on a terminal; the summary.

    :raises _Stalled: nothing has moved for so many seconds
    """
    summary, shown, show = {}, 0.0, sys.stderr.isatty()
    moved, since = None, time.monotonic()
    for line in lines:
        try:
            message = json.loads(line)
        except ValueError:
            continue
        now = message.get("bytes_done"), message.get("files_done"), message.get("total_files")
        if now != moved:
            moved, since = now, time.monotonic()
        elif time.monotonic() - since > stalled:
            raise _Stalled
        if message.get("message_type") == "summary":
            summary = message
        elif message.get("message_type") == "status" and show and time.monotonic() - shown > 0.5:
            shown = time.monotonic()
            done, total = message.get("bytes_done", 0) / 2**20, message.get("total_bytes", 0) / 2**20
            print(f"\r  {message['percent_done']:4.0%}  {done:,.0f} of {total:,.0f} MB ", end="", file=sys.stderr)
    if shown:
        print(file=sys.stderr)
    return summary
