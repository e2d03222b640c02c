"""`./vpdt test --clock "2026-12-31 23:50"`: everything that the command starts sees this time, going on from there.

libfaketime shifts the clock of pytest, of the servers, their shells and PostgreSQL alike (rows carry the time of the
database, and are compared with that of Odoo). Not shifted: the monotonic clock, converters in their closed rooms, and
browsers, whose pages are shifted by the tests (tests/browser/office.py).
"""

import datetime
import os
import re
import sys
from pathlib import Path

from .project import ROOT, Failure

OFFSET = "VPDT_CLOCK_OFFSET"
VIETNAM = datetime.timezone(datetime.timedelta(hours=7))
FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")


def seconds_until(text, now=None):
    """How far the clock is to be shifted.

    :param text: a time in Viet Nam, "2026-12-31 23:50", or days ahead, "+365"
    :param now: aware datetime
    :return: int, of seconds
    :raises Failure: it is neither
    """
    if re.fullmatch(r"[+-]\d+", text):
        return int(text) * 86400
    for form in FORMATS:
        try:
            wanted = datetime.datetime.strptime(text, form).replace(tzinfo=VIETNAM)
        except ValueError:
            continue
        return round((wanted - (now or datetime.datetime.now(VIETNAM))).total_seconds())
    raise Failure(f"{text!r} is no time.", 'write --clock "2026-12-31 23:50" (Viet Nam), or --clock +365 (days).')


def environment(seconds):
    """The variables that shift the clock of whatever is started with them.

    :raises Failure: libfaketime is not installed
    """
    library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
    if not library:
        raise Failure("libfaketime is not installed.", "./vpdt setup installs it (Debian package faketime).")
    paths = [str(ROOT / "tools" / "clock"), os.environ.get("PYTHONPATH", "")]
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME": f"{seconds:+d}",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        OFFSET: str(seconds),
    }


def restart(text, words):
    """Begin `./vpdt test` anew under another clock; does not return."""
    variables = environment(seconds_until(text))
    command = [sys.executable, str(ROOT / "vpdt"), "test", *words]
    os.execve(command[0], command, {**os.environ, **variables})


def check(cluster):
    """Refuse a PostgreSQL that was started under another clock than ours.

    :param cluster: which is up
    """
    theirs = float(cluster.sql("SELECT extract(epoch FROM clock_timestamp())"))
    if abs(theirs - datetime.datetime.now(datetime.timezone.utc).timestamp()) > 60:
        raise Failure(
            "PostgreSQL is up already, under another clock.",
            "end what uses it (./vpdt run, ./vpdt test, ./vpdt postgres stop), then run the command again.",
        )
