"""The commands of `./vpdt`. A new one is a function and a row in :data:`COMMANDS`."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import (
    addon_tools,
    agency,
    axis_demo,
    bench,
    console,
    databases,
    doctor,
    files,
    lint,
    odoo,
    pictures,
    postgres,
    system,
    testing,
)
from . import setup as setup_steps
from .backup import command as backup
from .backup import keys, upgrading
from .project import (
    ADDONS,
    DATA,
    DEFAULT_DATABASE,
    DEFAULT_HTTP_PORT,
    PYTHON,
    ROOT,
    Failure,
)


@dataclass(frozen=True)
class Command:
    """A row of the table of commands.

    :param arguments: adds the options to a parser
    :param call: takes the parsed options, gives an exit code (None is 0)
    :param passes_on: every word after the name goes on as it is, `--help` too
    """

    name: str
    help: str
    call: Callable
    arguments: Callable = lambda parser: None
    passes_on: bool = False


# -- setup and doctor ---------------------------------------------------------


def _setup_arguments(parser):
    parser.add_argument("--runtime", action="store_true", help="without the tools of tests and lint")
    parser.add_argument("--system", action="store_true", help="only the system packages (as root)")
    parser.add_argument("--no-templates", action="store_true", help="without the last check, which starts Odoo")


def run_setup(options):
    """`./vpdt setup`"""
    if options.system:
        system.check_operating_system()
        system.install_packages(development=not options.runtime)
        return
    setup_steps.setup(development=not options.runtime, templates=not options.no_templates)


def run_doctor(_options):
    """`./vpdt doctor`"""
    return doctor.examine()


# -- run ------------------------------------------------------------------------


def _database_argument(parser, default=DEFAULT_DATABASE):
    parser.add_argument("--db", default=default, help="name of the database (%(default)s)")


def _run_arguments(parser):
    _database_argument(parser)
    parser.add_argument("--empty", action="store_true", help="a new database gets no demo")
    parser.add_argument("--port", type=int, default=DEFAULT_HTTP_PORT, help="%(default)s")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--workers", type=int, default=0, help="processes; 0 is one, with threads")


def run_server(options):
    """`./vpdt run`: serve until Ctrl-C."""
    databases.check_name(options.db)
    server = odoo.Server(options.db, options.port, host=options.host, workers=options.workers)
    system.check_port(server.port, server.host)
    if server.workers:
        system.check_port(server.gevent_port, server.host)
    house = setup_steps.ensure()
    with house.databases() as found:
        _have_database(found, options.db, options.empty)
        _serve(server, found.accounts(options.db))


def _have_database(found, database, empty):
    """Make the database when it is absent, and update it when the sources have changed."""
    upgrading.check_may_open(found, database)
    if found.exists(database):
        found.bring_up_to_date(database)
        return
    databases.check_new_name(database)
    with console.step(f"database {database}"):
        password = _make_database(found, database, empty)
    if password:
        console.say(f"\nAdministrator: admin / {password}\nThis password is shown this once: note it.\n")


def _make_database(found, database, empty):
    """A copy of the template with or without the demo.

    :return: the new password of `admin` where no demo gives one
    """

    def finish(making):
        if found.accounts(making):
            return None
        return found.set_administrator_password(making)

    return found.copy(databases.TEMPLATE if empty else databases.LIVING, database, finish)


def _serve(server, accounts):
    try:
        with console.step("Odoo"):
            server.start()
        console.say(f"\nVPĐT is ready: {server.url}")
        _say_accounts(accounts)
        console.say(f"Log: {server.log_path}\nCtrl-C stops it.")
        code = server.wait()
        raise Failure(f"Odoo ended by itself (exit code {code}).", f"see {server.log_path}")
    except KeyboardInterrupt:
        console.say("\nStopping …")
    finally:
        server.stop()


def _say_accounts(accounts):
    for account in accounts:
        console.say(
            f"  {account['role']:<24} {account['login']:<20} {account['password']:<24} {account['agency']}".rstrip()
        )
    for passphrase in sorted({account["passphrase"] for account in accounts if account.get("passphrase")}):
        console.say(f"  Passphrase of the signing keys of the demo: {passphrase}")


# -- demo ------------------------------------------------------------------------


def _demo_arguments(parser):
    choices = {"reset": "the demo as on the first day", "axis": "two provinces that exchange over a simulated axis"}
    help_text = "; ".join(f"{name}: {words}" for name, words in choices.items())
    parser.add_argument("action", choices=list(choices), help=help_text)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--port", type=int, default=DEFAULT_HTTP_PORT, help="axis: of the first province (%(default)s)")
    _database_argument(parser)


def run_demo(options):
    """`./vpdt demo reset`: throw the demo database away and make it anew; `./vpdt demo axis`: see axis_demo."""
    if options.action == "axis":
        axis_demo.run(options.port)
        return
    databases.check_name(options.db)
    house = setup_steps.ensure()
    with house.databases() as found:
        if found.exists(options.db):
            _check_may_be_reset(found, options)
        with console.step(f"database {options.db}"):
            _make_database(found, options.db, empty=False)


def _check_may_be_reset(found, options):
    if found.template_of(options.db)[0] not in (databases.DEMO, databases.LIVING):
        raise Failure(
            f"database {options.db} does not hold the demo: it is not thrown away.",
            "name the database of the demo: ./vpdt demo reset --db NAME",
        )
    if found.in_use(options.db):
        raise Failure(f"database {options.db} is in use.", "stop the server (Ctrl-C), then try again.")
    if options.yes or not sys.stdin.isatty():
        return
    answer = input(f"Everything entered in database {options.db} will be lost. Type yes: ")
    if answer.strip().lower() != "yes":
        raise Failure("nothing was done.")


# -- stored files ----------------------------------------------------------------


def _files_arguments(parser):
    parser.add_argument("action", choices=["verify"], help="verify: read and hash every stored file anew")
    parser.add_argument("--json", action="store_true", help="the report as one JSON object")
    _database_argument(parser)


def run_files(options):
    """`./vpdt files verify`: exit code 1 when a stored file is missing, changed or orphaned."""
    return files.verify(options.db, options.json)


# -- tests and lint ------------------------------------------------------------------


def run_tests(options):
    """`./vpdt test`"""
    return testing.run(options.words)


def run_screenshots(_options):
    """`./vpdt screenshots`"""
    return pictures.take()


def _lint_arguments(parser):
    parser.add_argument("--fix", action="store_true", help="let ruff put right what it can")


def run_lint(options):
    """`./vpdt lint`"""
    return lint.check_everything(options.fix)


# -- for developers -----------------------------------------------------------------


def run_odoo(options):
    """`./vpdt odoo …`: Odoo's own command line with the project's configuration."""
    house = setup_steps.ensure()
    with house.cluster.serving():
        return odoo.run_interactive(*options.words)


def run_shell(options):
    """`./vpdt shell`: an Odoo shell."""
    house = setup_steps.ensure()
    with house.cluster.serving():
        return odoo.run_interactive("shell", "--database", options.db, "--no-http")


def _psql_arguments(parser):
    _database_argument(parser)
    parser.add_argument("-c", dest="statement", help="run this SQL and leave")


def run_psql(options):
    """`./vpdt psql`: SQL on a database, as the role of Odoo."""
    house = setup_steps.ensure()
    with house.cluster.serving() as cluster:
        program = postgres.bin_folder(cluster.version()) / "psql"
        environment = {**os.environ, **cluster.environment()}
        words = ["--command", options.statement] if options.statement else []
        return subprocess.run([program, "--dbname", options.db, *words], env=environment, check=False).returncode


def _postgres_arguments(parser):
    parser.add_argument("action", choices=["start", "stop", "status"])


def run_postgres(options):
    """`./vpdt postgres start|stop`: keep the server up between commands, or end that."""
    house = setup_steps.ensure()
    if options.action == "start":
        house.cluster.keep()
    elif options.action == "stop":
        house.cluster.release()
    running = house.cluster.running()
    console.say(f"PostgreSQL is {'up' if running else 'down'}: {house.cluster.socket_folder}")


def run_template(_options):
    """`./vpdt template`: build the template databases that the sources ask for."""
    house = setup_steps.ensure()
    with house.databases() as found:
        found.ensure_template(databases.DEMO)


def _translate_arguments(parser):
    parser.add_argument("addons", nargs="*", help="all of ours when none is named")
    parser.add_argument("--take", action="append", default=[], metavar="FILE.po", help="translations for new terms")


def run_translate(options):
    """`./vpdt translate`: bring the terms of vi.po up to date; what is translated stays."""
    house = setup_steps.ensure()
    modules = options.addons or sorted(databases.manifests())
    with house.databases() as found:
        found.ensure_template(databases.TEMPLATE)
        with tempfile.TemporaryDirectory() as before:
            known = [_keep_translations(addon, Path(before)) for addon in modules]
            words = ["--database", databases.TEMPLATE, "--languages", "vi"]
            code = odoo.run_interactive("i18n", "export", *modules, *words)
            for addon, file in zip(modules, known, strict=True):
                _merge_translations(addon, [file, *options.take])
        return code


def _keep_translations(addon, folder):
    """A copy of an addon's vi.po as it is before the export."""
    kept = folder / f"{addon}.po"
    shutil.copyfile(ADDONS / addon / "i18n" / "vi.po", kept)
    return kept


def _merge_translations(addon, sources):
    merge = Path(__file__).with_name("po_merge.py")
    subprocess.run([PYTHON, merge, ADDONS / addon / "i18n" / "vi.po", *sources], check=True)


# -- tools of the product that need no database -----------------------------------------


def _tool(name):
    """A row for a package of an addon; :func:`.main.main` calls it without loading this module."""
    return Command(
        name, addon_tools.TOOLS[name][2], lambda options: addon_tools.run(name, options.words), passes_on=True
    )


def run_journal(options):
    """`./vpdt journal`: check and seal the journal of a database; needs PostgreSQL, but no Odoo."""
    house = setup_steps.ensure()
    with house.cluster.serving() as cluster:
        environment = {**os.environ, **cluster.environment()}
        environment.update(PYTHONPATH=str(ADDONS / "vpdt_base"), VPDT_DATA_DIR=str(DATA))
        arguments = [str(PYTHON), "-m", "journal_seal", *options.words]
        return subprocess.run(arguments, env=environment, check=False).returncode


def run_sign_agent(options):
    """`./vpdt sign-agent`: the reference agent for tokens on the user's machine (tools/sign_agent)."""
    setup_steps.ensure()
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tools")}
    command = [str(PYTHON), "-m", "sign_agent", *options.words]
    try:
        return subprocess.run(command, env=environment, check=False).returncode
    except KeyboardInterrupt:  # Ctrl-C is how it is ended
        return 0


COMMANDS = (
    Command("setup", "prepare everything, or what is missing", run_setup, _setup_arguments),
    Command("run", "start the office with its demo", run_server, _run_arguments),
    Command("test", "run the tests: [--clock TIME] [paths] [-k …]", run_tests, passes_on=True),
    Command("lint", "check style, translations, forms", run_lint, _lint_arguments),
    Command("demo", "the demo province", run_demo, _demo_arguments),
    Command("doctor", "versions, and what is wrong with the set-up", run_doctor),
    Command("screenshots", "take the pictures of the guides and of README", run_screenshots),
    Command("agency", "open the agencies of a province from a workbook", agency.run, passes_on=True),
    Command("backup", "copy everything, encrypted, to another place", backup.run_backup, backup.backup_arguments),
    Command("restore", "bring a copy back as a new database", backup.run_restore, backup.restore_arguments),
    Command("upgrade", "bring a database up to these sources, with a way back", upgrading.run, upgrading.arguments),
    Command("keys", "keep the keys of signing and of the backups elsewhere", keys.run, passes_on=True),
    Command("files", "check the stored files", run_files, _files_arguments),
    _tool("pdf"),
    _tool("edxml"),
    _tool("package"),
    Command("sign-agent", "sign with a token on this machine", run_sign_agent, passes_on=True),
    Command("odoo", "Odoo's own command line", run_odoo, passes_on=True),
    Command("shell", "an Odoo shell", run_shell, _database_argument),
    Command("psql", "SQL on a database", run_psql, _psql_arguments),
    Command("postgres", "the project's PostgreSQL", run_postgres, _postgres_arguments),
    Command("translate", "bring the terms of i18n/vi.po up to date", run_translate, _translate_arguments),
    Command("template", "build the template databases", run_template),
    Command("journal", "check the seals of the journal, seal now", run_journal, passes_on=True),
    Command("bench", "measure the budgets: [--json FILE] [name …]", bench.run, bench.arguments),
)
