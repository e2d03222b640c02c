"""Template databases, built once for the sources they come from, and copies of them.

Three layers, each a copy of the one below with something added:

- `vpdt_template_base`: the modules of Odoo and OCA that our addons depend on, in Vietnamese;
- `vpdt_template`: our addons;
- `vpdt_template_demo`: the demo province, on `vpdt_template`;
- `vpdt_template_living`: the demo province at work, on `vpdt_template`, too.

A template carries the key of its sources as the database's comment, so that it is rebuilt when they
change. It is built under another name and renamed at the end: a half-built one is never used.
"""

import ast
import json
import os
import re
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from . import console, environment, locks, odoo
from .postgres import ROLE
from .project import (
    ACCOUNTS,
    ADDONS,
    DATA,
    LOGS,
    Failure,
    digest,
    tail,
    write_atomically,
)

PREFIX = "vpdt:"
BASE, TEMPLATE, DEMO = "vpdt_template_base", "vpdt_template", "vpdt_template_demo"
LIVING = "vpdt_template_living"
LANGUAGE = "vi_VN"
# Endings of names that commands give, and take away again without asking.
_TAKEN = ("restoring", "drill", "before", "making")
TEMPLATES_LOCK = DATA / "templates.lock"

# What changes nothing in a database; everything else in addons/ belongs to the key.
IGNORED_FOLDERS = frozenset({"__pycache__", "tests", "readme", "doc"})
IGNORED_SUFFIXES = frozenset({".pyc", ".md", ".rst", ".part", ".swp"})

# What each person and the administrator see, from the first database on.
BASE_SCRIPT = f"""
env["ir.default"].set("res.partner", "lang", "{LANGUAGE}")
env["ir.default"].set("res.partner", "tz", "Asia/Ho_Chi_Minh")
for partner in env.ref("base.user_admin").partner_id | env.ref("base.main_company").partner_id:
    partner.write({{"lang": "{LANGUAGE}", "tz": "Asia/Ho_Chi_Minh"}})
"""

DEMO_SCRIPT = """
try:
    from odoo.addons.vpdt_base.demo import province
except ModuleNotFoundError as error:
    if not str(error.name).startswith("odoo.addons.vpdt_base"):
        raise
else:
    env["res.company"]._load_demo()
    result = [*province.accounts(env), province.administrator(env)]
"""
LIVING_SCRIPT = DEMO_SCRIPT.replace("._load_demo()", "._load_living_demo()")


@dataclass(frozen=True)
class Layer:
    """One template: its name, the key of its sources, and what it adds to the layer below."""

    name: str
    below: str | None
    key: str
    build: Callable[[str], None]


def manifests(folder=ADDONS):
    """The manifests of our installable addons, by module name."""
    found = {}
    for file in sorted(folder.glob("*/__manifest__.py")):
        try:
            manifest = ast.literal_eval(file.read_text(encoding="utf-8"))
        except (ValueError, SyntaxError) as error:
            raise Failure(f"{file} cannot be read: {error}", "put the manifest right.") from error
        if manifest.get("installable", True):
            found[file.parent.name] = manifest
    return found


def dependencies(found):
    """Modules of others that ours depend on, directly."""
    wanted = {name for manifest in found.values() for name in manifest.get("depends", [])}
    return sorted((wanted | {"base", "web", "queue_job"}) - set(found))


def tree_key(folder=ADDONS):
    """Changes with any file of our addons that can change a database."""
    parts = []
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if not path.is_file() or path.suffix in IGNORED_SUFFIXES:
            continue
        if IGNORED_FOLDERS.isdisjoint(relative.parts):
            parts += [relative, path.read_bytes()]
    return digest(*parts)


def filestore(database):
    """Odoo's folder of attachments of a database."""
    return DATA / "filestore" / database


def _numbers(version):
    """A version to be compared: (19, 0, 1, 4, 0)."""
    return tuple(int(part) for part in re.findall(r"\d+", version))


def _put_aside(folder):
    if not folder.exists():
        return
    aside = next(path for number in count(1) if not (path := folder.with_name(f"{folder.name}.left-{number}")).exists())
    folder.rename(aside)
    console.warn(f"{folder} held files without a database; they lie in {aside} now. Remove what nobody wants.")


def accounts_file(database):
    """Where the demo's accounts of a database are noted, with their passwords."""
    return ACCOUNTS / f"{database}.json"


class Databases:
    """The databases of the project's cluster."""

    def __init__(self, cluster, source):
        """
        :param cluster: a PostgreSQL that is up
        :param source: the Odoo in use
        """
        self.cluster = cluster
        self.source = source

    # -- what is there ------------------------------------------------------

    def exists(self, database):
        """True when there is a database of that name."""
        return bool(self._one(f"SELECT 1 FROM pg_database WHERE datname = '{database}'"))

    def names(self, pattern):
        """Names of databases like an SQL pattern."""
        rows = self._one(f"SELECT datname FROM pg_database WHERE datname LIKE '{pattern}'")
        return rows.splitlines()

    def mark(self, database):
        """The note left on a database by :meth:`set_mark`: what it was made from."""
        comment = self._one(
            f"SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{database}'"
        )
        return comment[len(PREFIX) :] if comment.startswith(PREFIX) else ""

    def set_mark(self, database, mark):
        """Note on a database what it was made from."""
        self._one(f"COMMENT ON DATABASE \"{database}\" IS '{PREFIX}{mark}'")

    def in_use(self, database):
        """Number of connections to a database."""
        return int(self._one(f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}'"))

    def accounts(self, database):
        """The demo's accounts of a database: dicts with role, login, password, agency, perhaps passphrase."""
        try:
            return json.loads(accounts_file(database).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []

    def _one(self, statement):
        return self.cluster.sql(statement)

    # -- templates ----------------------------------------------------------

    def layers(self):
        """The templates, the lowest first, with the keys of the sources as they are now."""
        found = manifests()
        wanted = dependencies(found)
        script = digest(BASE_SCRIPT, DEMO_SCRIPT)
        base_key = digest(self.source.key, environment.requirements_key(), *wanted, script)
        key = digest(base_key, tree_key())
        return (
            Layer(BASE, None, base_key, lambda name: self._build_base(name, wanted)),
            Layer(TEMPLATE, BASE, key, lambda name: self._build_addons(name, sorted(found))),
            Layer(DEMO, TEMPLATE, digest(key, "demo"), lambda name: self._build_demo(name, DEMO_SCRIPT)),
            Layer(LIVING, TEMPLATE, digest(key, "living"), lambda name: self._build_demo(name, LIVING_SCRIPT)),
        )

    def ensure_template(self, name):
        """Have a template that fits the sources; builds the layers below as well.

        :return: the key of its sources
        """
        with self._locked():
            return self._ensure_layers(name)

    def _ensure_layers(self, name):
        layers = {layer.name: layer for layer in self.layers()}
        layer = layers[name]
        if layer.below:
            self._ensure_layers(layer.below)
        if self.mark(name) != layer.key:
            with console.step(f"database {name}"):
                self._build(layer)
        return layer.key

    def _build(self, layer):
        making = f"{layer.name}_making"
        self._drop(making)
        (LOGS / f"{making}.log").unlink(missing_ok=True)
        if layer.below:
            self._copy(layer.below, making)
        else:
            self.create(making)
        layer.build(making)
        self.set_mark(making, layer.key)
        self.rename(making, layer.name)

    def rename(self, making, database):
        """Give a finished database its name, in place of the one that has it; the database comes last.

        Files that lie there without their database are put aside: they are all that is left of one whose PostgreSQL is
        gone. Those of a renaming that was cut off are the finished one's own.
        """
        if self.exists(database):
            self._drop(database)
        if filestore(making).exists():
            _put_aside(filestore(database))
            filestore(making).rename(filestore(database))
        if accounts_file(making).exists():
            accounts_file(making).replace(accounts_file(database))
        self._one(f'ALTER DATABASE "{making}" RENAME TO "{database}"')

    def create(self, database):
        """Make an empty database with the extensions that Odoo wants."""
        self._one(f"CREATE DATABASE \"{database}\" ENCODING 'UTF8' LC_COLLATE 'C' TEMPLATE template0")
        # Odoo wants unaccent() immutable for its indexes, and only the owner of a trusted
        # extension's functions, which is the super user, may say so.
        self.cluster.superuser_sql(
            "CREATE EXTENSION IF NOT EXISTS pg_trgm; CREATE EXTENSION IF NOT EXISTS unaccent;"
            f"ALTER FUNCTION unaccent(text) IMMUTABLE; GRANT CREATE ON SCHEMA public TO {ROLE};",
            database,
        )

    def _build_base(self, database, modules):
        log = LOGS / f"{database}.log"
        odoo.install(database, modules, log=log, extra=["--load-language", LANGUAGE])
        odoo.shell(database, BASE_SCRIPT)

    def _build_addons(self, database, modules):
        if not modules:
            console.warn("addons/ holds no module yet")
            return
        log = LOGS / f"{database}.log"
        odoo.install(database, modules, log=log)
        names = ", ".join(f"'{name}'" for name in modules)
        absent = self.cluster.sql(
            f"SELECT name FROM ir_module_module WHERE name IN ({names}) AND state <> 'installed'",
            database,
        )
        if absent:
            raise Failure(
                f"not installed: {', '.join(absent.split())}. The last lines of {log}:\n{tail(log)}",
                "put right what the log names, then run the command again.",
            )

    def _build_demo(self, database, script):
        accounts = odoo.shell(database, script)
        if accounts is None:
            console.warn("no demo province yet (vpdt_base.demo.province); the database stays empty")
        write_atomically(
            accounts_file(database),
            json.dumps(accounts or [], ensure_ascii=False, indent=1),
            0o600,
        )

    # -- copies -------------------------------------------------------------

    def copy(self, template, database, finish=lambda making: None):
        """Make a database as a copy of a template, building that when needed.

        The copy gets its name when all of it is there.

        :param finish: does what is left to do on the copy, called with its name until then
        :return: what `finish` returns
        """
        making = f"{database}_making"
        with self._locked():
            key = self._ensure_layers(template)
            self._copy(template, making)
            self.set_mark(making, f"{template}:{key}")
            result = finish(making)
            self.rename(making, database)
        return result

    def _copy(self, origin, database):
        self.copy_as_is(origin, database)
        self.cluster.sql(
            "UPDATE ir_config_parameter SET value = gen_random_uuid()::text"
            " WHERE key IN ('database.uuid', 'database.secret')",
            database,
        )

    def copy_as_is(self, origin, database):
        """A copy of a database that nobody uses, with its files and its identity; one of that name is dropped."""
        self._drop(database)
        self._one(f'CREATE DATABASE "{database}" TEMPLATE "{origin}"')
        self.set_mark(database, self.mark(origin))
        if filestore(origin).exists():
            # Attachments are never rewritten, only added and unlinked: hard links will do.
            shutil.copytree(filestore(origin), filestore(database), copy_function=os.link)
        if accounts_file(origin).exists():
            write_atomically(accounts_file(database), accounts_file(origin).read_text(), 0o600)

    def drop(self, database):
        """Remove a database with its files; nothing happens when it is absent."""
        with self._locked():
            self._drop(database)

    def _drop(self, database):
        # As the super user: who is no member of its role may not send away an autovacuum that is at work there.
        self.cluster.superuser_sql(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        shutil.rmtree(filestore(database), ignore_errors=True)
        accounts_file(database).unlink(missing_ok=True)

    def drop_abandoned(self, prefix):
        """Remove the databases `<prefix><pid>` (and `<prefix><pid>_…`), finished or not, whose process is gone."""
        for name in self.names(f"{prefix}%"):
            match = re.fullmatch(rf"{prefix}(\d+)(_\w+)?", name)
            if match and not Path("/proc", match[1]).exists():
                self.drop(name)

    def template_of(self, database):
        """Name and key of the template that a database was copied from, or two empty strings."""
        name, _, key = self.mark(database).partition(":")
        return name, key

    def is_up_to_date(self, database):
        """True when a database was last brought up to the sources as they are."""
        name, key = self.template_of(database)
        return any(layer.name == name and layer.key == key for layer in self.layers())

    def mark_up_to_date(self, database):
        """Note that a database is up to the sources as they are."""
        name = self.template_of(database)[0] or TEMPLATE
        key = next(layer.key for layer in self.layers() if layer.name == name)
        self.set_mark(database, f"{name}:{key}")

    def check_not_newer(self, database):
        """Refuse to bring a database "up" to sources that are older than it: what they do not know would be lost.

        :raises Failure: with the modules
        """
        rows = self.cluster.sql(
            "SELECT name, latest_version FROM ir_module_module WHERE state = 'installed' AND latest_version <> ''",
            database,
        )
        there, here = (row.split("|") for row in rows.splitlines()), manifests()
        newer = [
            f"{module} {version}, here {here[module]['version']}"
            for module, version in there
            if module in here and _numbers(version) > _numbers(here[module]["version"])
        ]
        if newer:
            raise Failure(
                f"database {database} was made by newer sources than these: {'; '.join(sorted(newer))}.",
                "bring the sources of that release here, then run the command again.",
            )

    def bring_up_to_date(self, database):
        """Update our modules in a database made from older sources; its data stay.

        :raises Failure: it is newer than the sources
        """
        name, key = self.template_of(database)
        if not name:
            return
        now = next(layer.key for layer in self.layers() if layer.name == name)
        if key == now:
            return
        self.check_not_newer(database)
        log = LOGS / f"{database}-update.log"
        log.unlink(missing_ok=True)
        with console.step(f"the sources have changed: updating database {database}"):
            modules = sorted(manifests())
            # -i for a module that is new since then, -u for the others; Odoo takes both at once
            odoo.install(database, modules, update=True, log=log, extra=["-i", ",".join(modules)])
        self.set_mark(database, f"{name}:{now}")

    def set_administrator_password(self, database):
        """Give Odoo's `admin` user a random password, and return it."""
        password = secrets.token_urlsafe(12)
        odoo.shell(database, f"env.ref('base.user_admin').password = {password!r}")
        return password

    def _locked(self):
        return locks.exclusive(TEMPLATES_LOCK)


def check_name(database):
    """Refuse a name that is not a plain database name."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,50}", database):
        raise Failure(
            f"{database!r} is not a database name.",
            "use small letters, digits and underscores, a letter first: --db vpdt_try",
        )
    if database.startswith("vpdt_template"):
        raise Failure(f"{database} is a template of the project.", "choose another name for --db.")


def check_new_name(database):
    """Refuse a name under which what is made now would be thrown away one day.

    :raises Failure: with a name that will do
    """
    check_name(database)
    if database.endswith(tuple(f"_{word}" for word in _TAKEN)):
        raise Failure(
            f"databases whose name ends like that of {database} are removed by drills and upgrades.",
            f"choose another name: --db {database}_2",
        )
