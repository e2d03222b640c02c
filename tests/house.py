"""A whole installation of its own in a folder, to be killed, removed and restored; it shares what is never written."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import requests
from vpdt_cli import databases, odoo_source, processes, setup, system
from vpdt_cli.postgres import Cluster
from vpdt_cli.project import ACCOUNTS, DATA, ROOT, VENV, write_atomically

PATIENCE = 180  # seconds; a busy machine


class House:
    """`./vpdt` in a folder: its own PostgreSQL, data and configuration, the sources and packages of the project."""

    def __init__(self):
        # not pytest's tmp_path: that is closed to the system user postgres
        self.folder = Path(tempfile.mkdtemp(prefix="vpdt-house-"))
        self.folder.chmod(0o755)
        self.root = self.folder / "office"
        self.port = system.free_port()
        self.running = None
        self.build()

    def build(self):
        """The folder as `git clone` and `./vpdt setup` leave it, without a database."""
        self.root.mkdir()
        for name in ("addons", "config", ".odoo"):
            (self.root / name).symlink_to(ROOT / name)
        shutil.copytree(ROOT / "tools", self.root / "tools")
        shutil.copy2(ROOT / "vpdt", self.root / "vpdt")
        packages = self.root / ".venv"
        packages.mkdir()
        for entry in VENV.iterdir():
            if entry.name != "vpdt.json":
                (packages / entry.name).symlink_to(entry)
        stamp = json.loads((VENV / "vpdt.json").read_text(encoding="utf-8"))
        (packages / "vpdt.json").write_text(json.dumps({**stamp, "root": str(self.root)}), encoding="utf-8")
        self.cluster.ensure()
        (self.root / ".data").mkdir(mode=0o700)

    @property
    def cluster(self):
        return Cluster(self.root / ".pg")

    @property
    def data(self):
        return self.root / ".data"

    def call(self, *words, code=0, environment=None, timeout=600):
        """Run `./vpdt`; its exit code must be the one expected, unless that is None.

        :return: what it said, both streams
        """
        with self.begin(*words, environment=environment) as process:
            try:
                said = process.communicate(timeout=timeout)[0]
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        given = process.returncode
        assert code is None or given == code, f"./vpdt {' '.join(map(str, words))}: {given}\n{said}"
        return said

    def begin(self, *words, environment=None):
        """Start `./vpdt`, as cron does; a subprocess.Popen with both streams as text in `stdout`."""
        return subprocess.Popen(
            [sys.executable, self.root / "vpdt", *map(str, words)],
            cwd=self.root,
            env={**_clean(), **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def sql(self, statement, database="vpdt"):
        """Rows of a statement, as lists of text."""
        return [line.split("|") for line in self.cluster.sql(statement, database).splitlines()]

    def fill(self, dump, store, name="vpdt", mark=""):
        """A database from a dump (custom format, not owned) and the files of it."""
        with self.cluster.serving() as cluster:
            found = databases.Databases(cluster, odoo_source.current())
            found.create(name)
            listing = processes.run([cluster.program("pg_restore"), "--list", dump], failure="pg_restore")
            listed = self.folder / "list"
            listed.write_text("\n".join(line for line in listing.splitlines() if " EXTENSION " not in line))
            words = [cluster.program("pg_restore"), "--dbname", name, "--no-owner", "--exit-on-error", "--jobs", "2"]
            environment = {**os.environ, **cluster.environment()}
            processes.run([*words, "--use-list", listed, dump], env=environment, failure="pg_restore")
            if mark:
                found.set_mark(name, mark)
        shutil.copytree(store, self.data / "filestore" / name)

    def fill_with_demo(self):
        """The demo, as `./vpdt run` makes it."""
        with setup.ensure().databases() as found:
            key = found.ensure_template(databases.DEMO)
            dump = self.folder / "demo.dump"
            words = [found.cluster.program("pg_dump"), "--format", "custom", "--compress", "0", "--no-owner"]
            environment = {**os.environ, **found.cluster.environment()}
            processes.run([*words, "--file", dump, databases.DEMO], env=environment, failure="pg_dump")
        shutil.copy2(DATA / "vpdt_master.key", self.data / "vpdt_master.key")
        write_atomically(self.data / "accounts" / "vpdt.json", (ACCOUNTS / f"{databases.DEMO}.json").read_text())
        self.fill(dump, databases.filestore(databases.DEMO), mark=f"{databases.DEMO}:{key}")

    # -- the office ---------------------------------------------------------------

    def start(self):
        """`./vpdt run`, until the login page answers."""
        log = open(self.folder / "run.log", "ab")
        self.running = subprocess.Popen(
            [sys.executable, self.root / "vpdt", "run", "--port", str(self.port), "--db", "vpdt"],
            cwd=self.root,
            env=_clean(),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/web/login", timeout=30).close()
                return
            except OSError as error:
                words = f"{(self.folder / 'run.log').read_text(errors='replace')}\n{error}"
                assert self.running.poll() is None and time.monotonic() < deadline, words
            time.sleep(0.3)

    def stop(self):
        """Ctrl-C."""
        if self.running:
            self.running.send_signal(signal.SIGINT)
            self.running.wait(PATIENCE)
            self.running = None

    def destroy(self):
        """kill -9 of everything, and the disk is gone."""
        for process in self._processes():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        if self.running:
            self.running.wait(PATIENCE)
            self.running = None
        time.sleep(0.2)
        shutil.rmtree(self.root)

    def _processes(self):
        """Ours: those that work in the folder, or were started from it."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                with suppress(OSError):
                    words = (entry / "cmdline").read_bytes() + b" " + os.fsencode(os.readlink(entry / "cwd"))
                    if os.fsencode(str(self.root)) in words:
                        found.append(int(entry.name))
        return found

    def client(self, login, password):
        """The calls of a person over RPC."""
        return Client(f"http://127.0.0.1:{self.port}", login, password)

    def leave(self):
        """End and remove all of it."""
        with suppress(Exception):
            self.stop()
        if self.root.exists():
            self.destroy()
        shutil.rmtree(self.folder, ignore_errors=True)


class Client:
    """One person at the door that browsers use."""

    def __init__(self, url, login, password):
        self._url, self._session = url, requests.Session()
        params = {"db": "vpdt", "login": login, "password": password}
        self.user = self._post("/web/session/authenticate", params)["uid"]

    def call(self, model, method, *args, **kwargs):
        """Call a method of a model; its refusal is an AssertionError with its words."""
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self._post(f"/web/dataset/call_kw/{model}/{method}", params)

    def _post(self, path, params):
        answer = self._session.post(f"{self._url}{path}", json={"params": params}, timeout=PATIENCE).json()
        assert "error" not in answer, answer["error"]["data"]["message"]
        return answer["result"]


def shell(house, script, name="vpdt", timeout=300):
    """What a script in an Odoo shell of the house prints after the word ANSWER, as JSON."""
    done = subprocess.run(
        [sys.executable, house.root / "vpdt", "shell", "--db", name],
        cwd=house.root,
        env=_clean(),
        input=f"import odoo\n{script}",
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    line = next((line for line in done.stdout.splitlines() if "ANSWER" in line), None)
    assert line, done.stdout + done.stderr
    return json.loads(line.partition("ANSWER")[2])


def _clean():
    """The environment without what belongs to the run of the tests."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PG", "ODOO_RC", "VPDT_"))}
