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
ROUNDS = 3  # whole backups; after each the clerks work as long without one
WARM = 20  # registrations of each clerk before anything is measured
CLERKS = ("xa1", "snv")
PASSWORD = "Vpdt@2026demo"
#: Files that restic has to read: enough to be busy all the while.
STORED_MB = 400

sys.path.append(str(Path(__file__).resolve().parents[2] / "tools"))


def run(_env):
    """Two clerks of an office of its own register over HTTP; ours beside a whole backup from its beginning to its
    end, the yardstick without.

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
        _work(clerks, WARM)
        for _round in range(ROUNDS):
            start = time.monotonic()
            with house.begin("backup", "--full") as backup:
                taken = _work(clerks, until=lambda: backup.poll() is not None)
                said = backup.communicate()[0]
            assert not backup.returncode, said
            backups.append(round(time.monotonic() - start, 1))
            times["ours"] += taken
            times["yardstick"] += _work(clerks, len(taken) // len(clerks))
    finally:
        house.leave()
    return {**times, "detail": {"seconds_of_backups": backups, "stored_mb": STORED_MB}}


def _fill(store):
    for number in range(STORED_MB // 4):
        folder = store / f"{number:02x}"
        folder.mkdir(exist_ok=True)
        (folder / f"{number:02x}{'0' * 38}").write_bytes(os.urandom(4_000_000))


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


def _work(clerks, each=None, until=None):
    """Registrations of all clerks at once: so many of each, or until something is so; seconds of each one."""
    times, failed = [], []

    def work(clerk):
        done = 0
        try:
            while not until() if until else done < each:
                times.append(clerk.register())
                done += 1
                time.sleep(0.3)  # a person is slower still
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(clerk,)) for clerk in clerks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return times
