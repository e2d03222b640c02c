"""One setup at a time; the last user of PostgreSQL stops it."""

import os
import signal
import subprocess
import sys
import time

import pytest
from vpdt_cli import locks, processes
from vpdt_cli.project import ROOT, Failure


def hold(path):
    """A process that holds the lock until it is killed."""
    program = (
        "import sys, time, pathlib; sys.path.insert(0, sys.argv[1])\n"
        "from vpdt_cli import locks\n"
        "with locks.exclusive(pathlib.Path(sys.argv[2])):\n"
        "    print('held', flush=True); time.sleep(60)\n"
    )
    command = [sys.executable, "-c", program, str(ROOT / "tools"), str(path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    return process


def test_the_second_is_refused_and_told_who_holds_it(tmp_path):
    other = hold(tmp_path / "lock")
    try:
        with pytest.raises(Failure, match=rf"another setup is running \(process {other.pid} "):
            with locks.exclusive(tmp_path / "lock", busy="another setup is running"):
                pass
    finally:
        other.kill()
        other.communicate()


def test_a_killed_holder_leaves_no_lock(tmp_path):
    other = hold(tmp_path / "lock")
    other.kill()
    other.communicate()
    with locks.exclusive(tmp_path / "lock", busy="another setup is running"):
        pass


def test_only_the_last_user_may_switch_off(tmp_path):
    first, second = locks.Usage(tmp_path / "users"), locks.Usage(tmp_path / "users")
    assert not first.leave()
    assert second.leave()


def test_stop_ends_the_children_of_a_child_too(tmp_path):
    log = tmp_path / "log"
    process = processes.start(["sh", "-c", "sleep 60 & echo $!; wait"], log)
    while not log.read_text().strip():
        time.sleep(0.01)
    grandchild = int(log.read_text())
    processes.stop(process)
    assert process.returncode is not None
    assert not _alive(grandchild)


def test_stop_does_not_wait_for_ever_for_one_that_does_not_listen(tmp_path):
    log = tmp_path / "log"
    process = processes.start(["sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 0.05; done"], log)
    while not log.read_text().strip():
        time.sleep(0.01)
    processes.stop(process, patience=0.3)
    assert process.returncode == -signal.SIGKILL


def _alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat", encoding="ascii") as handle:
        return handle.read().split()[2] != "Z"


def test_a_failing_program_is_quoted():
    with pytest.raises(Failure, match=r"(?s)it failed \(exit code 3\).*the reason"):
        processes.run(["sh", "-c", "echo the reason >&2; exit 3"], failure="it failed")


def test_a_missing_program_is_named():
    with pytest.raises(Failure, match="no-such-program"):
        processes.run(["no-such-program"], failure="it failed")
