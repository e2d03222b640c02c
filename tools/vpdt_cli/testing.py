"""`./vpdt test`: one run of pytest over everything, on databases of its own.

The addons' tests run inside pytest (pytest-odoo) on a copy of the template. The browser tests talk
to a server of their own, which the fixture `server` of tests/conftest.py starts by means of
:class:`TestServer` when the first test asks for it.
"""

import os
import shutil
import signal
import subprocess
from contextlib import contextmanager, suppress

from . import console, databases, odoo, processes, setup, system
from .project import LOGS, ODOO_CONF, PYTHON, ROOT, Failure

DATABASE_PREFIX = "vpdt_test_"
SERVER_PREFIX = "vpdt_server_"
# How long an interrupted pytest may take to put its things away.
PATIENCE = 60
NOTHING_COLLECTED = 5


def run_pytest(words, environment=None):
    """Run pytest with the given paths and options; gives its exit code.

    :raises Failure: when the environment lacks pytest
    """
    house = setup.ensure()
    _check_pytest()
    with house.databases() as found:
        for prefix in (DATABASE_PREFIX, SERVER_PREFIX):
            found.drop_abandoned(prefix)
        database = f"{DATABASE_PREFIX}{os.getpid()}"
        with console.step(f"database {database}"):
            found.copy(databases.TEMPLATE, database)
        # Nothing of a test is worth waiting for the disk.
        found.cluster.sql(f'ALTER DATABASE "{database}" SET synchronous_commit = off')
        try:
            return _pytest(database, words, environment or {})
        finally:
            found.drop(database)


def _check_pytest():
    try:
        subprocess.run([PYTHON, "-c", "import pytest_odoo"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        raise Failure("the tools of the tests are not installed.", "run ./vpdt setup (without --runtime).") from None


def _pytest(database, words, environment):
    command = [str(PYTHON), "-m", "pytest", f"--odoo-database={database}", "--odoo-http", *words]
    settings = {**os.environ, **environment, "ODOO_RC": str(ODOO_CONF)}
    # without queue_job's runner: it would take the jobs that the tests look at
    command += ["--odoo-extra", "load=base,web,rpc", "--odoo-extra", "max-cron-threads=0"]
    # Ctrl-C must reach pytest once: it goes to us, and on from here. Only a debugger needs the terminal.
    alone = not any(word.startswith("--pdb") for word in words)
    if shutil.which("setpriv"):
        command = ["setpriv", "--pdeathsig", "INT", "--", *command]
    process = subprocess.Popen(command, cwd=ROOT, env=settings, start_new_session=alone)
    try:
        code = process.wait()
    except KeyboardInterrupt:
        if alone:
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE)
        raise
    finally:
        if alone:
            # what a test has left behind, a browser for instance
            processes.stop(process)
    return 0 if code == NOTHING_COLLECTED and not words else code


class TestServer:
    """What the fixture `server` gives to a test: one running Odoo on a copy of the demo."""

    __test__ = False

    def __init__(self, found, server):
        self._found = found
        self._server = server

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
        return odoo.shell(self.db, snippet)


@contextmanager
def running_server():
    """A server on a free port with a copy of the demo, removed with its database at the end."""
    house = setup.ensure()
    with house.databases() as found:
        database = f"{SERVER_PREFIX}{os.getpid()}"
        found.copy(databases.DEMO, database)
        server = odoo.Server(database, system.free_port(), log=LOGS / "test-server.log")
        try:
            server.start()
            yield TestServer(found, server)
        finally:
            server.stop()
            found.drop(database)
