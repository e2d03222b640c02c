"""Running Odoo: its command line, its shell, its server."""

import json
import os
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from . import processes
from .project import LOGS, ODOO_CONF, PYTHON, ROOT, Failure, tail

ANSWER = "VPDT-ANSWER:"
PROGRAM = Path(__file__).with_name("odoo_program.py")

# What a server that people work with may not exceed, beside the limits in odoo.conf. A statement ends before the time
# of its request does; a transaction that nobody goes on with does not keep its locks for ever (long work outside the
# database, OCR for instance, happens within one). Each thread with a heap of its own would use up the address space.
BOUNDS = {
    "PGOPTIONS": "-c statement_timeout=570s -c idle_in_transaction_session_timeout=30min",
    "MALLOC_ARENA_MAX": "4",
}


def command(*arguments):
    """The command line of Odoo with the project's configuration."""
    words = [str(word) for word in arguments]
    # subcommands (shell, i18n export, …) come before any option
    options = next((place for place, word in enumerate(words) if word.startswith("-")), len(words))
    return [str(PYTHON), str(PROGRAM), *words[:options], "--config", str(ODOO_CONF), *words[options:]]


def install(database, modules, *, update=False, log, extra=()):
    """Install or update modules and stop.

    :raises Failure: with the last lines of the log
    """
    processes.run(
        command(
            *("--database", database, "--update" if update else "--init", ",".join(modules)),
            *("--stop-after-init", "--no-http", "--max-cron-threads", "0", *extra),
        ),
        log=log,
        cwd=ROOT,
        failure=f"Odoo could not {'update' if update else 'install'} {', '.join(modules)}",
        hint="the traceback above names the file; put it right and run the command again.",
    )


def shell(database, snippet, log=None):
    """Run Python in an Odoo shell and commit.

    :param snippet: sees `env`; what it leaves in `result` comes back (JSON)
    :raises Failure: with the traceback
    """
    program = (
        f"result = None\n{snippet}\nenv.cr.commit()\n"
        f"import json as _json\nprint({ANSWER!r} + _json.dumps(result, default=str))\n"
    )
    output = processes.run(
        command("shell", "--database", database, "--no-http", "--log-level", "warn"),
        input=program,
        cwd=ROOT,
        failure=f"a script failed in the Odoo shell of database {database}",
    )
    for line in output.splitlines():
        if line.startswith(ANSWER):
            return json.loads(line[len(ANSWER) :])
    raise Failure(f"the Odoo shell of database {database} ended without an answer.\n{output}")


class LastingShell:
    """An Odoo shell that stays: Odoo is loaded once, each script is a transaction of its own.

    As a worker of Odoo does, it looks for changes of other processes before each script and tells them its own, and
    begins a script again that has met another transaction.
    """

    # Runs in the shell; scripts and answers are lines of JSON on a socket.
    _PROGRAM = """
import json, socket, traceback
from odoo.service.model import retrying

def answer(snippet):
    registry = env.registry.check_signaling()
    try:
        with registry.cursor() as cr:
            own = odoo.api.Environment(cr, env.uid, env.context)
            return {"result": retrying(lambda: run(snippet, own), own)}  # commits and tells
    except Exception:
        registry.reset_changes()
        return {"error": traceback.format_exc()}

def run(snippet, env):
    scope = {"env": env, "result": None}
    exec(snippet, scope)
    return scope["result"]

line = socket.socket(fileno=HANDLE).makefile("rw", encoding="utf-8")
for request in line:
    print(json.dumps(answer(json.loads(request)), default=str), file=line, flush=True)
"""

    def __init__(self, database, log):
        ours, theirs = socket.socketpair()
        with ours, theirs, tempfile.TemporaryFile() as program:
            program.write(self._PROGRAM.replace("HANDLE", str(theirs.fileno())).encode())
            program.seek(0)
            self._process = processes.start(
                command("shell", "--database", database, "--no-http", "--log-level", "warn"),
                log,
                stdin=program,
                pass_fds=[theirs.fileno()],
                cwd=ROOT,
            )
            self._line = ours.makefile("rw", encoding="utf-8")
        self._log = log

    def call(self, snippet):
        """As :func:`shell`."""
        print(json.dumps(snippet), file=self._line, flush=True)
        answer = json.loads(self._line.readline() or '{"error": "the shell has ended"}')
        if "error" in answer:
            raise Failure(f"a script failed in the Odoo shell:\n{answer['error']}", f"its log: {self._log}")
        return answer["result"]

    def stop(self):
        """End it."""
        self._line.close()
        processes.stop(self._process)


class Server:
    """An Odoo server as a process of its own, started and stopped by us."""

    def __init__(self, database, port, *, host="127.0.0.1", workers=0, log=None, extra=()):
        self.database = database
        self.port = port
        self.host = host
        self.workers = workers
        self.log_path = log or LOGS / f"{database}.log"
        self.extra = extra
        self.process = None

    @property
    def url(self):
        """Address for a browser on this machine."""
        host = "127.0.0.1" if self.host == "0.0.0.0" else self.host
        return f"http://{host}:{self.port}"

    @property
    def gevent_port(self):
        """With workers, websockets are served there."""
        return self.port + 3

    def start(self, patience=120):
        """Start it and return when the login page answers.

        :raises Failure: when it dies or stays silent for `patience` seconds; it is stopped then
        """
        if self.log_path.exists():
            self.log_path.replace(self.log_path.with_suffix(".log.1"))
        options = ["--database", self.database, "--db-filter", f"^{self.database}$"]
        options += ["--http-port", self.port, "--http-interface", self.host]
        options += ["--workers", self.workers]
        if self.workers:
            options += ["--gevent-port", self.gevent_port]
        self.process = processes.start(
            command(*options, *self.extra), self.log_path, cwd=ROOT, env={**os.environ, **BOUNDS}
        )
        try:
            self._wait(patience)
        except BaseException:
            self.stop()
            raise

    def _wait(self, patience):
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise self._failure("Odoo stopped while it was starting")
            try:
                with urllib.request.urlopen(f"{self.url}/web/login", timeout=60) as answer:
                    if answer.status == 200:
                        return
            except urllib.error.HTTPError as error:
                raise self._failure(f"Odoo's login page answers {error.code}") from error
            except OSError:
                time.sleep(0.2)
        raise self._failure(f"Odoo did not answer within {patience} s")

    def _failure(self, message):
        lines = tail(self.log_path).replace("\n", "\n    ")
        return Failure(
            f"{message}. The last lines of {self.log_path}:\n    {lines}",
            "put right what the log names, then run the command again.",
        )

    def wait(self):
        """Stay until the server ends by itself.

        :return: its exit code
        """
        return self.process.wait()

    def stop(self):
        """End it with everything it started."""
        if self.process:
            processes.stop(self.process)
            self.process = None


def run_interactive(*arguments, cwd=ROOT):
    """Run Odoo in the foreground, on the user's own terminal; gives the exit code."""
    return subprocess.run(command(*arguments), cwd=cwd, check=False).returncode
