"""`./vpdt upgrade`: new sources on an old database; whatever fails, the database is what it was."""

import time
from datetime import datetime, timezone

from .. import console, databases, locks, odoo, system
from .. import setup as setup_steps
from ..project import DATA, DEFAULT_DATABASE, LOGS, Failure, write_atomically
from . import command, handover, places, records, scratch, taking
from .repository import Repository

LOCK = DATA / "upgrade.lock"


def arguments(parser):
    """Options of `./vpdt upgrade`."""
    parser.add_argument("--db", default=DEFAULT_DATABASE, help="name of the database (%(default)s)")
    parser.add_argument("--no-backup", action="store_true", help="only the copy beside it as a way back")
    parser.add_argument("--keep", action="store_true", help="keep that copy (NAME_before) when all went well")


def run(options):
    """`./vpdt upgrade`; gives the exit code."""
    databases.check_name(options.db)
    house = setup_steps.ensure()
    with house.databases() as found:
        with locks.in_turn(LOCK, lambda: console.say("Chờ lần nâng cấp khác kết thúc …")):
            _mend(found, options.db)
            if not found.exists(options.db):
                raise Failure(f"there is no database {options.db}.", "name one with --db.", code=2)
            return _upgrade(found, options)


def _at_work(name):
    """The file that is there from the first change of a database to the end of its upgrade, however that ends."""
    return DATA / f"upgrading-{name}"


def check_may_open(found, name):
    """Refuse to serve what an upgrade works on, or has left half done; and to upgrade by the way what is backed up.

    :raises Failure: with what to do
    """
    if _at_work(name).exists():
        raise Failure(
            f"an upgrade of {name} is at work, or was cut off.",
            f"wait for it; if it was cut off: ./vpdt upgrade --db {name} goes back first, then upgrades.",
        )
    backed_up = places.read(places.SETTINGS).get("database") == name
    if backed_up and found.template_of(name)[0] and not found.is_up_to_date(name):
        raise Failure(
            f"the sources are newer than database {name}.",
            f"./vpdt upgrade --db {name}: it makes a copy first and verifies the result.",
        )


def _mend(found, name):
    """Go back to before an upgrade that was cut off: by a kill, or when the power went."""
    if not _at_work(name).exists():
        return
    if found.exists(f"{name}_before"):
        console.say("Lần nâng cấp trước bị ngắt giữa chừng.")
        _go_back(found, name, f"{name}_before")
    _at_work(name).unlink(missing_ok=True)


def _upgrade(found, options):
    name = options.db
    if found.is_up_to_date(name):
        console.say(f"Cơ sở dữ liệu {name} đã theo đúng mã nguồn này, không phải làm gì.")
        return 0
    found.check_not_newer(name)
    if found.in_use(name):
        raise Failure(f"database {name} is in use.", "stop the office (Ctrl-C, or systemctl stop), then upgrade.")
    _back_up(found, options)
    start, started = time.monotonic(), datetime.now(timezone.utc)
    before = f"{name}_before"
    with console.step("a copy as the way back"):
        _copy(found, name, before)
    write_atomically(_at_work(name), "")
    try:
        problems = _do(found, name)
    except BaseException as error:
        _go_back(found, name, before)
        if isinstance(error, Failure):
            _tell(found, name, started, "failed", str(error))
            error.hint = f"the database is what it was before. {error.hint}".strip()
        raise
    if problems:
        _go_back(found, name, before)
        _tell(found, name, started, "failed", "\n".join(problems))
        raise Failure(
            "the upgraded database does not verify:\n    " + "\n    ".join(problems), "it is what it was before."
        )
    _at_work(name).unlink()
    if not options.keep:
        found.drop(before)
    words = f"Đã nâng cấp {name} trong {time.monotonic() - start:.0f} giây; tệp, sổ và nhật ký đều khớp."
    _tell(found, name, started, "good", words)
    console.say(words)
    return 0


def _back_up(found, options):
    known = places.read(places.SETTINGS)
    if options.no_backup:
        return
    if not known.get("to"):
        console.warn("there are no backups of this office (./vpdt backup --to PLACE); only the copy beside it is made.")
        return
    places.ensure_folder()
    with command.alone(places.WHOLE_LOCK, places.LOCK):
        work = taking.Taking(found, options.db, Repository(places.target(None)))
        with console.step("backup"):
            done = work.whole()
        command.keep_good(found, options.db, work.repository, done)


def _copy(found, origin, copy):
    """The database and its files, which are never rewritten: links of them will do."""
    size = int(found.cluster.sql(f"SELECT pg_database_size('{origin}')"))
    system.check_disk(size + (1 << 30))
    found.copy_as_is(origin, copy)


def _do(found, name):
    """Bring the modules up to date and look at the result.

    :return: list of sentences about what does not fit
    """
    counts = scratch.counts(found.cluster, name)
    log = LOGS / f"{name}-upgrade.log"
    log.unlink(missing_ok=True)
    with console.step("upgrading the modules"):
        modules = sorted(databases.manifests())
        odoo.install(name, modules, update=True, log=log, extra=["-i", ",".join(modules)])
    with console.step("verifying"):
        problems = _lost(counts, scratch.counts(found.cluster, name))
        report = odoo.shell(name, handover.EXAMINE.format(destroyed="[]"))
        problems += report["problems"]
        words, sound = handover.check_journal(found, name)
        if not sound:
            problems.append(words)
    with console.step("starting it once"):
        _start_once(name)
    found.mark_up_to_date(name)
    return problems


def _lost(before, after):
    """Tables of ours with fewer rows than before."""
    return [
        f"{table}: {count} dòng trước, {after.get(table, 0)} sau"
        for table, count in sorted(before.items())
        if table.startswith("vpdt_") and table in after and after[table] < count
    ]


def _start_once(name):
    """The login page answers; nothing is sent meanwhile."""
    quiet = ["--load", "base,web,rpc", "--max-cron-threads", "0"]
    server = odoo.Server(name, system.free_port(), log=LOGS / f"{name}-upgrade-server.log", extra=quiet)
    try:
        server.start()
    finally:
        server.stop()


def _go_back(found, name, before):
    console.say("Có lỗi: trả cơ sở dữ liệu về như trước.")
    found.rename(before, name)
    _at_work(name).unlink(missing_ok=True)


def _tell(found, name, started, state, words):
    seconds = int((datetime.now(timezone.utc) - started).total_seconds())
    records.keep(found, name, "upgrade", state, started, words=words[:1500], seconds=seconds)
