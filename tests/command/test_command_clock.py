"""`./vpdt test --clock`: the time is understood, and everything that is started sees it."""

import datetime
import os
import subprocess
import sys

import pytest
from vpdt_cli import clock, testing
from vpdt_cli.project import Failure

NOW = datetime.datetime(2026, 11, 28, 12, 0, tzinfo=datetime.timezone.utc)  # 19:00 in Viet Nam


@pytest.mark.parametrize(
    "text, seconds",
    [
        ("2026-11-28 19:00", 0),
        ("2026-11-28 19:00:30", 30),
        ("2026-11-29", 5 * 3600),
        ("+365", 365 * 86400),
        ("-1", -86400),
    ],
)
def test_a_time_of_viet_nam_or_days_ahead(text, seconds):
    assert clock.seconds_until(text, NOW) == seconds


def test_what_is_no_time_is_refused():
    for text in ("tomorrow", "2026-13-01", ""):
        with pytest.raises(Failure, match="no time"):
            clock.seconds_until(text)
    with pytest.raises(Failure, match="wants a time"):
        testing.run(["--clock"])


def test_programs_see_the_time_and_sleep_and_wait_as_ever():
    if os.environ.get(clock.OFFSET):
        pytest.skip("this clock is shifted already")
    program = (
        "import datetime, threading, time; begin = time.monotonic(); time.sleep(0.1); threading.Event().wait(0.1)\n"
        "print(datetime.datetime.now(datetime.timezone.utc).isoformat(), time.monotonic() - begin < 30)"
    )
    ahead = clock.seconds_until("+400")
    environment = {**os.environ, **clock.environment(ahead)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60)
    moment, quick = done.stdout.split()
    wanted = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=400)
    assert abs((datetime.datetime.fromisoformat(moment) - wanted).total_seconds()) < 60
    assert quick == "True"


def test_a_database_server_under_another_clock_is_refused(cluster, monkeypatch):
    clock.check(cluster)
    monkeypatch.setattr(cluster, "sql", lambda statement: "0")
    with pytest.raises(Failure, match="another clock"):
        clock.check(cluster)
