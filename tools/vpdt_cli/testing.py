"""`./vpdt test`: pytest over everything, on databases of its own.

The addons' tests run inside pytest (pytest-odoo) on a copy of the template. The browser tests talk
to a server of their own, which the fixture `server` of tests/conftest.py starts by means of
:class:`TestServer` when the first test asks for it.
"""

import os
import shutil
import signal
import subprocess
from contextlib import ExitStack, contextmanager, nullcontext, suppress

from . import clock, console, databases, odoo, processes, setup, system
from .project import LOGS, ODOO_CONF, PYTHON, ROOT, Failure

DATABASE_PREFIX = "vpdt_test_"
SERVER_PREFIX = "vpdt_server_"
# How long an interrupted pytest may take to put its things away.
PATIENCE = 60
# Variable that says which part of the chosen tests a run of pytest takes, see files_of_part.
PART = "VPDT_TEST_PART"
# Variable that lets the tests marked `heavy` run: several whole servers each, minutes.
HEAVY = "VPDT_TEST_HEAVY"


FRESH_MACHINE = ROOT / "tests" / "fresh_machine" / "run"

HELP = """./vpdt test [--clock TIME] [paths] [options of pytest]
./vpdt test --fresh-machine [--keep] [paths]

  --clock "2026-12-31 23:50"   with the clock at that time of Viet Nam, or so many days ahead: --clock +365
  --heavy                      also what takes whole servers and minutes: the drill of backup and restore, two provinces
  --fresh-machine              conversion, OCR and signing in a new bare Debian root, after setup and doctor there;
                               as root, takes minutes
Without paths everything runs. The options of pytest: ./vpdt test --help-pytest
"""


def run(words):
    """`./vpdt test`; gives the exit code."""
    words = list(words)
    if words[:1] in (["--help"], ["-h"]):
        console.say(HELP)
        return 0
    if words[:1] == ["--help-pytest"]:
        words = ["--help"]
    if words[:1] == ["--fresh-machine"]:
        return subprocess.run([FRESH_MACHINE, *words[1:]], check=False).returncode
    if "--heavy" in words:
        words.remove("--heavy")
        os.environ[HEAVY] = "1"
    if "--clock" in words:
        place = words.index("--clock")
        if place + 1 == len(words):
            raise Failure("--clock wants a time.", '--clock "2026-12-31 23:50"')
        # what is fetched, installed and kept for later runs sees the true time
        with setup.ensure().databases() as found:
            found.ensure_template(databases.DEMO)
        clock.restart(words[place + 1], words[:place] + words[place + 2 :])
    return run_pytest(words)


def run_pytest(words, environment=None):
    """Run pytest with the given paths and options; gives its exit code.

    Without any, everything runs, in three runs side by side: the tests with a browser, and the others in two parts.
    Two cores are busy to the end that way: the parts are alike in what they take, see :func:`files_of_part`.

    :raises Failure: when the environment lacks pytest
    """
    house = setup.ensure()
    _check_pytest()
    others = ["-m", "not browser"]
    parts = [(words, {})] if words else [(others, {PART: "1/2"}), (others, {PART: "2/2"}), (["-m", "browser"], {})]
    with house.databases() as found, ExitStack() as stack:
        clock.check(found.cluster)
        for prefix in (DATABASE_PREFIX, SERVER_PREFIX):
            found.drop_abandoned(prefix)
        runs = []
        for number, (chosen, part) in enumerate(parts):
            database = f"{DATABASE_PREFIX}{os.getpid()}_{number}"
            with console.step(f"database {database}"):
                found.copy(databases.TEMPLATE, database)
            stack.callback(found.drop, database)
            _make_quick(found, database)
            log = LOGS / f"test-{number}.log" if number else None
            runs.append(_Run(database, chosen, {**(environment or {}), **part}, log))
        return max(_together(runs))


def files_of_part(sizes, part):
    """Which files of tests belong to a part of a run; each belongs to exactly one, and the parts are alike in size.

    :param sizes: dict of a file, or of files that stay together, to the time that its tests take, in any unit
    :param part: "2/3" is the second of three
    :return: set of keys of ``sizes``
    """
    number, count = map(int, part.split("/"))
    shares = [[0, set()] for _ in range(count)]
    for file in sorted(sizes, key=lambda file: (-sizes[file], str(file))):
        lightest = min(shares, key=lambda share: share[0])
        lightest[0] += sizes[file]
        lightest[1].add(file)
    return shares[number - 1][1]


def _make_quick(found, database):
    """Nothing of a test is worth waiting for the disk."""
    found.cluster.sql(f'ALTER DATABASE "{database}" SET synchronous_commit = off')


def _check_pytest():
    try:
        subprocess.run([PYTHON, "-c", "import pytest_odoo"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        raise Failure("the tools of the tests are not installed.", "run ./vpdt setup (without --runtime).") from None


def _together(runs):
    """Run them at once; the exit codes. Ctrl-C ends all."""
    with ExitStack() as stack:
        for run in runs:
            run.start()
            stack.callback(run.stop)
        try:
            return [run.wait() for run in runs]
        except KeyboardInterrupt:
            for run in runs:
                run.interrupt()
            raise


class _Run:
    """One run of pytest on a database.

    :param log: what it says goes there, and to the screen at the end; None: to the screen
    """

    def __init__(self, database, words, environment, log=None):
        command = [str(PYTHON), "-m", "pytest", f"--odoo-database={database}", "--odoo-http", *words]
        # without queue_job's runner: it would take the jobs that the tests look at
        command += ["--odoo-extra", "load=base,web,rpc", "--odoo-extra", "max-cron-threads=0"]
        # the limit on address space would reach the browser, which pytest starts, and end it
        command += ["--odoo-extra", "limit-memory-hard=0"]
        if shutil.which("setpriv"):
            command = ["setpriv", "--pdeathsig", "INT", "--", *command]
        self._command, self._log = command, log
        self._settings = {**os.environ, **environment, "ODOO_RC": str(ODOO_CONF)}
        # Ctrl-C must reach pytest once: it goes to us, and on from here. Only a debugger needs the terminal.
        self._alone = not any(word.startswith("--pdb") for word in words)

    def start(self):
        output = self._log.open("wb") if self._log else None
        with output or nullcontext():
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._settings,
                start_new_session=self._alone,
                stdout=output,
                stderr=output and subprocess.STDOUT,
            )

    def wait(self):
        code = self._process.wait()
        if self._log:
            console.say(self._log.read_text(encoding="utf-8", errors="replace"))
        return abs(code)  # of a signal: negative

    def interrupt(self):
        if self._alone:
            self._process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(PATIENCE)

    def stop(self):
        if self._alone:
            # what a test has left behind, a browser for instance
            processes.stop(self._process)


class TestServer:
    """What the fixture `server` gives to a test: one running Odoo on a copy of the demo."""

    __test__ = False

    def __init__(self, found, server):
        self._found = found
        self._server = server
        self._shell = None

    @property
    def url(self):
        """Address, without a slash at the end."""
        return self._server.url

    @property
    def port(self):
        return self._server.port

    @property
    def db(self):
        """Name of the database."""
        return self._server.database

    @property
    def log_path(self):
        """Odoo's log."""
        return self._server.log_path

    @property
    def accounts(self):
        """The demo's accounts: dicts with role, login, password, agency."""
        return self._found.accounts(self.db)

    def env_call(self, snippet):
        """Run Python with `env` on the server's database, commit, give back its `result`."""
        if not self._shell:
            self._shell = odoo.LastingShell(self.db, LOGS / "test-shell.log")
        return self._shell.call(snippet)

    def stop(self):
        """End what was started."""
        if self._shell:
            self._shell.stop()
        self._server.stop()


@contextmanager
def running_server():
    """A server on a free port with a copy of the demo, removed with its database at the end."""
    house = setup.ensure()
    with house.databases() as found:
        database = f"{SERVER_PREFIX}{os.getpid()}"
        found.copy(databases.DEMO, database)
        _make_quick(found, database)
        server = odoo.Server(database, system.free_port(), log=LOGS / "test-server.log")
        running = TestServer(found, server)
        try:
            server.start()
            yield running
        finally:
            running.stop()
            found.drop(database)
