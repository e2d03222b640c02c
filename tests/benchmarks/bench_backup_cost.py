"""What a backup costs the people who work meanwhile: registering beside a whole backup, and while it stands still."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

NAME = "backup-cost"
GOAL = "a clerk's registration takes ≤ 1.2 × while a whole backup runs"
APART = True
RATIO_AT_MOST = 1.2
ROUNDS = 3  # whole backups
#: Seconds that the backup runs and stands still in turn, so that whatever else the machine does weighs on both alike.
TURN = 4
WARM = 20  # registrations of each clerk before anything is measured
CLERKS = ("xa1", "snv")
PASSWORD = "Vpdt@2026demo"
#: Files that restic has to read: enough to be busy all the while.
STORED_MB = 400

sys.path.append(str(Path(__file__).resolve().parents[2] / "tools"))


def run(_env):
    """Two clerks of an office of its own register over HTTP; ours with a backup at work,
    the yardstick while it is held.

    :return: ``ours`` and ``yardstick``: seconds of each registration (create, register, read)
    """
    from house import House

    house = House()
    try:
        house.fill_with_demo()
        _fill(house.data / "filestore" / "vpdt")
        house.start()
        house.call("backup", "--to", house.folder / "copies")
        clerks = [Clerk(house, place) for place in CLERKS]
        for clerk in clerks:
            for _document in range(WARM):
                clerk.register()
        times, backups = {"ours": [], "yardstick": []}, []
        with Work(clerks, times) as work:
            for _round in range(ROUNDS):
                backups.append(round(_beside_backup(house, work), 1))
    finally:
        house.leave()
    return {**times, "detail": {"seconds_of_backups": backups, "stored_mb": STORED_MB}}


def _fill(store):
    for number in range(STORED_MB // 4):
        folder = store / f"{number:02x}"
        folder.mkdir(exist_ok=True)
        (folder / f"{number:02x}{'0' * 38}").write_bytes(os.urandom(4_000_000))


def _beside_backup(house, work):
    """A whole backup, which runs and stands still in turn; seconds that it ran."""
    ran = 0
    with house.begin("backup", "--full") as backup:
        while backup.poll() is None:
            ran += work.turn("ours")
            os.killpg(backup.pid, signal.SIGSTOP)
            try:
                work.turn("yardstick")
            finally:
                os.killpg(backup.pid, signal.SIGCONT)
        said = backup.communicate()[0]
    assert not backup.returncode, said
    return ran


class Clerk:
    """Registers incoming documents, one after the other."""

    def __init__(self, house, place):
        self._client = house.client(f"vanthu.{place}", PASSWORD)
        self._leader = self._client.call("res.users", "search", [["login", "=", f"lanhdao.{place}"]])[0]
        self._author = self._client.call("vpdt.organization", "search", [["identifier", "=", "G09"]])[0]
        self._place, self._number = place, 0

    def register(self):
        """One document; seconds that the clerk waits for the server."""
        self._number += 1
        values = {
            "subject": f"Về việc đo {self._number}",
            "number": str(self._number),
            "notation": f"BNV-{self._place}",
        }
        values |= {"author_id": self._author, "leader_id": self._leader}
        start = time.perf_counter()
        document = self._client.call("vpdt.incoming", "create", [values])
        self._client.call("vpdt.incoming", "action_register", document)
        self._client.call("vpdt.incoming", "read", document, ["arrival_number"])
        return time.perf_counter() - start


class Work:
    """Clerks who register all the while; each time is noted for the turn in which it began and ended."""

    def __init__(self, clerks, times):
        self._times, self._turn, self._stopped, self._failed = times, None, threading.Event(), []
        self._threads = [threading.Thread(target=self._run, args=(clerk,)) for clerk in clerks]

    def turn(self, name):
        """Let them work for one turn; how many seconds that was."""
        if self._failed:
            raise self._failed[0]
        self._turn = [name]  # each turn is another one
        start = time.monotonic()
        time.sleep(TURN)
        self._turn = None
        return time.monotonic() - start

    def _run(self, clerk):
        try:
            while not self._stopped.is_set():
                turn = self._turn
                seconds = clerk.register()
                if turn and turn is self._turn:
                    self._times[turn[0]].append(seconds)
                time.sleep(0.3)  # a person is slower still
        except Exception as error:
            self._failed.append(error)

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error):
        self._stopped.set()
        for thread in self._threads:
            thread.join()
