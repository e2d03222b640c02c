"""The project's own PostgreSQL: the distribution's server, a cluster in `.pg/`, a Unix socket only.

PostgreSQL refuses to run as root: as root the server runs as the system user `postgres`, otherwise
as the user. Odoo signs in as the role `vpdt` with a random password kept in `.pg/password`; the role
may create databases and is no superuser. The super user has no password: it is reached only as the
system user that runs the server.
"""

import getpass
import hashlib
import os
import pwd
import secrets
import shlex
import shutil
import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path

from . import console, locks, processes
from .project import POSTGRES, Failure, is_root, tail, write_atomically

PORT = 5469
ROLE = "vpdt"
SUPERUSER = "postgres"
# sizeof(sockaddr_un.sun_path) less the closing zero byte
LONGEST_SOCKET_PATH = 107

# Moderate values for a machine of 4 GB that also runs Odoo and LibreOffice.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0777",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "log_min_messages": "warning",
    # Changing it wants a restart, so it is on before anybody asks for a backup; see archive_command.
    "archive_mode": "on",
}
# What pg_hba.conf says: the super user as the system user that runs the server, everybody else with a password.
ACCESS = (
    f"local all {SUPERUSER} peer map=vpdt\nlocal replication {SUPERUSER} peer map=vpdt\nlocal all all scram-sha-256\n"
)


def archive_command(archive):
    """What PostgreSQL runs for each full piece of its log (WAL): nothing until `./vpdt backup` has made the folder.

    Compressed at once: a piece that is closed every few minutes is 16 MB of mostly zeros.

    :param archive: pathlib.Path of the folder `archive` of a cluster
    """
    piece = f'"{archive}/wal/%f.gz"'
    part = f'"{archive}/wal/%f.gz.part"'
    return f'test ! -d "{archive}/wal" || (gzip -1 < "%p" > {part} && sync {part} && mv {part} {piece})'


def server_user():
    """The system user that runs the server."""
    return "postgres" if is_root() else getpass.getuser()


def as_server_user():
    """What to put before a command that the system user of the server is to run."""
    return ["runuser", "-u", "postgres", "--"] if is_root() else []


def bin_folder(major=None):
    """Folder of the server's programs, the newest version unless one is asked for."""
    found = {
        int(path.parents[1].name): path.parent
        for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")
        if path.parents[1].name.isdigit()
    }
    if not found or (major and major not in found):
        wanted = f"PostgreSQL {major}" if major else "PostgreSQL"
        raise Failure(
            f"the {wanted} server is not installed.",
            f"apt-get install postgresql{f'-{major}' if major else ''}, then run ./vpdt setup again.",
        )
    return found[major or max(found)]


class Cluster:
    """One PostgreSQL cluster in a folder."""

    def __init__(self, place=POSTGRES, port=PORT, extra=()):
        """
        :param place: the folder, or a link to it (see :meth:`_choose_home`)
        :param extra: dict of settings of the server beside :data:`SETTINGS`
        """
        self.place = place
        self.port = port
        self.extra = dict(extra)

    @property
    def home(self):
        """The folder itself; the server's user may not be able to follow the link."""
        return Path(os.path.realpath(self.place))

    @property
    def data(self):
        return self.home / "data"

    @property
    def log(self):
        """The server's log; in the data folder, which is the server's own."""
        return self.data / "server.log"

    @property
    def archive(self):
        """What backups take from the cluster: `base`, a copy of its files, and `wal`, what was written since."""
        return self.home / "archive"

    @property
    def password_file(self):
        return self.home / "password"

    @property
    def socket_folder(self):
        """Beside the data, or in a folder of the system when the path would be too long for a socket."""
        folder = self.home / "socket"
        if len(os.fsencode(f"{folder}/.s.PGSQL.{self.port}")) <= LONGEST_SOCKET_PATH:
            return folder
        name = f"vpdt-{hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]}"
        # root must not trust a name in /tmp, which anybody may have made before
        return Path("/run" if is_root() else "/tmp") / name

    def version(self):
        """Major version of the cluster, or None when there is none yet."""
        try:
            return int((self.data / "PG_VERSION").read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None

    def check_owner(self):
        """Keep root off the cluster of another user, who could not start it any more with what root leaves there.

        :raises Failure: with the command that its owner runs
        """
        if not is_root() or not self.data.exists():
            return
        uid = self.data.stat().st_uid
        if uid in (0, pwd.getpwnam("postgres").pw_uid):
            return
        with suppress(KeyError):
            uid = pwd.getpwuid(uid).pw_name
        raise Failure(f"this office belongs to {uid}, not to root.", f"sudo -u {uid} ./vpdt …")

    def ready(self):
        """True when the last creation went through to its end."""
        return (self.home / "ready").exists() and self.password_file.exists()

    def password(self):
        """Password of the role of Odoo."""
        return self.password_file.read_text(encoding="ascii").strip()

    def ensure(self):
        """Make the cluster and the role when they are not there yet."""
        if self.ready():
            return
        with locks.exclusive(self._control), console.step("PostgreSQL cluster"):
            self._make_home()
            if not self.version():
                self._initdb()
            if not self.password_file.exists():
                write_atomically(self.password_file, secrets.token_urlsafe(24) + "\n", 0o600)
            was_running = self.running()
            self._start()
            try:
                self._make_role()
            finally:
                if not was_running:
                    self._stop()
            write_atomically(self.home / "ready", "")

    @property
    def _control(self):
        # outside of the folder, which is made under the lock
        return self.place.with_name(f"{self.place.name}.lock")

    def _make_home(self):
        self.check_owner()
        if not self.home.exists():
            self._choose_home()
        for folder in (self.home, self.socket_folder):
            folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        if is_root():
            shutil.chown(self.socket_folder, "postgres")

    def _choose_home(self):
        """Put the cluster in /var/lib where the server's user cannot get into our folder, as in /root."""
        parent = self.place.parent
        enter = [*as_server_user(), "test", "-x", parent]
        if subprocess.run(enter, cwd="/", check=False).returncode == 0:
            return
        name = hashlib.sha256(os.fsencode(self.place)).hexdigest()[:12]
        target = Path("/var/lib/vpdt") / name / "pg"
        console.warn(
            f"the system user postgres may not enter {parent}; the database goes to {target},"
            f" and {self.place.name} is a link to it."
        )
        self.place.unlink(missing_ok=True)
        self.place.symlink_to(target)

    def _initdb(self):
        making = self.home / "data.part"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700)
        if is_root():
            shutil.chown(making, "postgres", "postgres")
        processes.run(
            [
                *as_server_user(),
                bin_folder() / "initdb",
                *("--pgdata", making, "--username", SUPERUSER, "--encoding", "UTF8"),
                *("--locale", "C.UTF-8", "--auth", "scram-sha-256", "--auth-local", "peer"),
            ],
            cwd="/",
            failure="PostgreSQL's initdb failed",
            hint="check the free room on the disk and the folder's rights, then run ./vpdt setup again.",
        )
        (making / "pg_hba.conf").write_text(ACCESS, encoding="ascii")
        (making / "pg_ident.conf").write_text(f"vpdt {server_user()} {SUPERUSER}\n", encoding="ascii")
        making.rename(self.data)

    def _make_role(self):
        exists = self.superuser_sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'")
        verb = "ALTER" if exists else "CREATE"
        self.superuser_sql(f"{verb} ROLE {ROLE} LOGIN CREATEDB NOSUPERUSER PASSWORD '{self.password()}'")

    def running(self):
        """True when the server of this cluster is up."""
        if not self.version():
            return False
        command = [*as_server_user(), bin_folder(self.version()) / "pg_ctl", "status"]
        command += ["--pgdata", self.data]
        return subprocess.run(command, cwd="/", capture_output=True, check=False).returncode == 0

    @contextmanager
    def serving(self):
        """Have the server up inside the block.

        The first command that needs it starts it, the last one stops it; a server started with
        `./vpdt postgres start` stays.
        """
        self.check_owner()
        usage = locks.Usage(self.home / "users.lock")
        try:
            with locks.exclusive(self._control):
                if not self.running():
                    self._start()
                    self._ours.touch()
            yield self
        finally:
            with locks.exclusive(self._control):
                if usage.leave() and self._ours.exists():
                    self._stop()

    @property
    def _ours(self):
        return self.home / "started-by-vpdt"

    def begin(self, patience):
        """Start the server, and wait at most so many seconds until it is up or at its recovery."""
        self._start(patience)

    def end(self):
        """Stop it."""
        self._stop()

    def keep(self):
        """Start the server to stay until :meth:`release`."""
        with locks.exclusive(self._control):
            if not self.running():
                self._start()
            self._ours.unlink(missing_ok=True)

    def release(self):
        """Stop a server that was kept."""
        with locks.exclusive(self._control):
            if self.running():
                self._stop()

    def _start(self, patience=60):
        if self.running():
            return
        # /run and /tmp are emptied at each boot
        self._make_home()
        settings = {
            **SETTINGS,
            "unix_socket_directories": self.socket_folder,
            "port": self.port,
            "archive_command": archive_command(self.archive),
            **self.extra,
        }
        options = " ".join(f"-c {shlex.quote(f'{k}={v}')}" for k, v in settings.items())
        try:
            processes.run(
                [
                    *as_server_user(),
                    bin_folder(self.version()) / "pg_ctl",
                    *("start", "--wait", "--timeout", patience, "--silent"),
                    *("--pgdata", self.data, "--log", self.log, "--options", options),
                ],
                cwd="/",
                failure="PostgreSQL does not start",
            )
        except Failure as failure:
            last = tail(self.log, 12).replace("\n", "\n    ")
            raise Failure(
                f"PostgreSQL does not start. The last lines of {self.log}:\n    {last}",
                "put right what the last line names (disk full? rights? memory?), then try again.\n"
                "./vpdt doctor looks at the usual causes.",
            ) from failure

    def _stop(self):
        processes.run(
            [
                *as_server_user(),
                bin_folder(self.version()) / "pg_ctl",
                *("stop", "--wait", "--silent", "--mode", "fast", "--pgdata", self.data),
            ],
            cwd="/",
            failure="PostgreSQL does not stop",
            hint=f"see {self.log}",
        )
        self._ours.unlink(missing_ok=True)

    def environment(self):
        """Variables that let libpq's programs sign in as the role of Odoo."""
        return {
            "PGHOST": str(self.socket_folder),
            "PGPORT": str(self.port),
            "PGUSER": ROLE,
            "PGPASSWORD": self.password(),
        }

    def sql(self, statement, database="postgres"):
        """Run one statement as the role of Odoo.

        :return: the rows, fields separated by `|`, as text
        """
        return processes.run(
            [*self._psql(database), "--command", statement],
            env={**os.environ, **self.environment()},
            failure=f"SQL failed on database {database}",
        ).strip()

    def superuser_sql(self, statement, database="postgres"):
        """Run one statement as the cluster's super user."""
        return processes.run(
            [*as_server_user(), *self._psql(database), *self.as_superuser(), "--file", "-"],
            cwd="/",
            # through standard input: a command line with a password would show in `ps`
            input=statement,
            failure=f"SQL failed on database {database}",
        ).strip()

    def as_superuser(self):
        """Options of libpq's programs that sign in as the super user; run them :func:`as_server_user`."""
        return ["--host", self.socket_folder, "--port", self.port, "--username", SUPERUSER]

    def program(self, name):
        """Path of a program of PostgreSQL, of the version of this cluster."""
        return bin_folder(self.version()) / name

    def _psql(self, database):
        psql = bin_folder(self.version()) / "psql"
        return [psql, "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "--dbname", database]
