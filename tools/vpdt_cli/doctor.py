"""`./vpdt doctor`: versions, and what is wrong with the set-up."""

import platform
import sys
import time

from . import acts, console, environment, odoo_source, postgres, system
from .backup import keys, places
from .project import DEFAULT_HTTP_PORT, ODOO_CONF, PYTHON, ROOT, Failure

GOOD, BAD, NOTE = "ok", "BAD", "--"


def examine():
    """Print every finding; gives 1 when something is wrong, 0 otherwise."""
    wrong = 0
    for check in CHECKS:
        try:
            findings = list(check())
        except Failure as failure:
            findings = [(BAD, str(failure))]
        for verdict, text in findings:
            console.say(f"{_coloured(verdict)} {text}")
            wrong += verdict == BAD
    console.say(f"\n{wrong} thing(s) to put right." if wrong else "\nNothing is wrong.")
    return 1 if wrong else 0


def _coloured(verdict):
    """The verdict in brackets, what is wrong in red on a terminal."""
    shown = f"[{verdict:>3}]"
    return f"\033[1;31m{shown}\033[0m" if verdict == BAD and sys.stdout.isatty() else shown


def _system():
    system.check_operating_system()
    yield GOOD, f"{system.release().get('PRETTY_NAME')}, {platform.machine()}"
    python, version = environment.base_python()
    yield GOOD, f"Python {version[0]}.{version[1]} ({python})"


def _disk():
    free = system.free_bytes()
    prepared = odoo_source.current() and PYTHON.exists()
    needed = 1 << 30 if prepared else system.NEEDED_DISK
    system.check_disk(needed)
    yield GOOD, f"{free / 2**30:.1f} GB free at {ROOT}"


def _packages():
    missing = system.missing_packages(system.wanted_packages())
    for name in missing:
        verdict = NOTE if name in system.DEVELOPMENT_PACKAGES else BAD
        yield verdict, f"{name} is missing ({system.PACKAGES[name]}): ./vpdt setup"
    yield GOOD, f"{len(system.PACKAGES) - len(missing)} system packages are installed"


def _odoo():
    source = odoo_source.current()
    if not source:
        yield BAD, "no Odoo yet: ./vpdt setup"
        return
    yield GOOD, f"Odoo {source.version} ({source.kind}) at {source.python_path}"
    if not any(environment.ready(source, kind) for kind in (True, False)):
        yield BAD, "the Python packages are not those of config/requirements*.txt: ./vpdt setup"
        return
    problems = environment.problems()
    for problem in problems:
        yield BAD, f"{problem}: delete .venv, then ./vpdt setup"
    if not problems:
        yield GOOD, f"{len(environment.listed_names())} Python packages as pinned"


def _database():
    cluster = postgres.Cluster()
    if not cluster.ready():
        yield BAD, "no PostgreSQL cluster yet: ./vpdt setup"
        return
    was_running = cluster.running()
    with cluster.serving():
        version = cluster.sql("SHOW server_version")
        names = cluster.sql("SELECT datname FROM pg_database WHERE datname LIKE 'vpdt%'").split()
    state = "up" if was_running else "down, starts when needed"
    yield GOOD, f"PostgreSQL {version}, {state}, socket {cluster.socket_folder}"
    yield GOOD, f"databases: {', '.join(sorted(names)) or 'none yet'}"
    for secret in (cluster.password_file, ODOO_CONF):
        if secret.exists() and secret.stat().st_mode & 0o077:
            yield BAD, f"{secret} can be read by others: chmod 600 {secret}"


def _port():
    if system.port_is_free(DEFAULT_HTTP_PORT):
        yield GOOD, f"port {DEFAULT_HTTP_PORT} is free"
    else:
        yield NOTE, f"port {DEFAULT_HTTP_PORT} is taken (by a running VPĐT?): ./vpdt run --port 8070"


def _programs():
    if not PYTHON.exists():
        yield BAD, "no Python packages yet: ./vpdt setup"
        return
    for finding in acts.examine():
        if finding.well:
            yield GOOD, finding.words
        else:
            yield BAD, f"{finding.act}: {finding.words}\n      what to do: {finding.hint}"


def _backups():
    """Whether what was entered could be brought back; a demo that nobody backs up is no fault."""
    known = places.read(places.SETTINGS)
    if not known:
        yield NOTE, "no backup was ever made: ./vpdt backup --to PLACE, then ./vpdt backup install"
    else:
        good = places.read(places.STATUS).get("good", 0)
        hours = (time.time() - good) / 3600
        words = f"last good backup {hours:.1f} hours ago, at {places.shown(known.get('to') or '')}"
        yield (GOOD, words) if -1 < hours < 24 else (BAD, f"{words}: ./vpdt backup says what is wrong")
    for name in keys.not_exported():
        verdict = BAD if known else NOTE
        yield verdict, f"the {name} key was never exported: ./vpdt keys export --to FOLDER (or --parts 2/3)"


CHECKS = (_system, _disk, _packages, _odoo, _database, _programs, _port, _backups)
