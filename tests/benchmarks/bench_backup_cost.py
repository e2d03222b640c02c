"""What a backup costs the people who work meanwhile: registering beside a whole backup, and without one."""

import os
import sys
import threading
import time
from pathlib import Path

NAME = "backup-cost"
GOAL = "a clerk's registration takes ≤ 1.2 × while a whole backup runs"
APART = True
RATIO_AT_MOST = 1.2
ROUNDS = 3  # of each, in turn
EACH = 20  # registrations a clerk and round
CLERKS = ("xa1", "snv")
PASSWORD = "Vpdt@2026demo"
#: Files that restic has to read: enough to be busy all the while.
STORED_MB = 400

sys.path.append(str(Path(__file__).resolve().parents[2] / "tools"))


def run(_env):
    """Two clerks of an office of its own register over HTTP; ours with a backup beside them, the yardstick without.

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
        times, backups = {"ours": [], "yardstick": []}, []
        _work(clerks)  # warm
        for _round in range(ROUNDS):
            times["yardstick"] += _work(clerks)
            with Backups(house, backups):
                times["ours"] += _work(clerks)
    finally:
        house.leave()
    return {**times, "detail": {"backups": len(backups), "seconds_of_backups": backups, "stored_mb": STORED_MB}}


def _fill(store):
    for number in range(STORED_MB // 4):
        folder = store / f"{number:02x}"
        folder.mkdir(exist_ok=True)
        (folder / f"{number:02x}{'0' * 38}").write_bytes(os.urandom(4_000_000))


class Backups:
    """Whole backups, one after the other, as long as somebody works; the clock starts when the first one is at it."""

    def __init__(self, house, seconds):
        self._house, self._seconds, self._stopped = house, seconds, threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self):
        while not self._stopped.is_set():
            start = time.monotonic()
            self._house.call("backup", "--full")
            self._seconds.append(round(time.monotonic() - start, 1))

    def __enter__(self):
        self._thread.start()
        time.sleep(1)

    def __exit__(self, *_error):
        self._stopped.set()
        self._thread.join()


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


def _work(clerks):
    times = []

    def work(clerk):
        for _document in range(EACH):
            times.append(clerk.register())
            time.sleep(0.3)  # a person is slower still

    threads = [threading.Thread(target=work, args=(clerk,)) for clerk in clerks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(times) == EACH * len(clerks), "a registration failed"
    return times
