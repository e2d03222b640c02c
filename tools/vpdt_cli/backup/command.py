"""`./vpdt backup` and `./vpdt restore`: the command line."""

import time
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import datetime, timezone
from pathlib import Path

from .. import console, databases, locks, processes
from .. import setup as setup_steps
from ..postgres import Cluster
from ..project import DEFAULT_DATABASE, Failure
from . import handover, keys, places, records, restoring, taking, timer
from .repository import Repository

ACTIONS = {
    "now": "a copy of everything; the first one, and each day",
    "point": "what was done since; each few minutes (RPO)",
    "list": "what is there",
    "check": "read all that is stored and verify it",
    "drill": "restore the newest copy under another name, verify it, throw it away",
    "install": "have the above done by systemd or cron",
}
FRESH = 60  # seconds; one that is so young need not be made again by who has waited
STUCK = 900  # seconds without a copy while another run holds the lock


def backup_arguments(parser):
    """Options of `./vpdt backup`."""
    words = "; ".join(f"{name}: {what}" for name, what in ACTIONS.items())
    parser.add_argument("action", nargs="?", choices=list(ACTIONS), default="now", help=words)
    parser.add_argument("--to", help="folder, or s3:https://host/bucket; remembered")
    parser.add_argument("--full", action="store_true", help="begin anew: every file is read again")
    parser.add_argument("--every", type=int, default=timer.MINUTES, help="install: minutes between two points")
    parser.add_argument("--cron", action="store_true", help="install: cron, also where systemd is there")
    parser.add_argument("--db", default=None, help=f"database ({DEFAULT_DATABASE}; the one that was installed)")


def restore_arguments(parser):
    """Options of `./vpdt restore`."""
    parser.add_argument(
        "--at", help='moment, in Viet Nam: "01/12/2026 15:30" or "2026-12-01 15:30"; the newest when it is left out'
    )
    parser.add_argument("--db", help="name of the new database; that of the backup when it is not there")
    parser.add_argument("--of", help="name of the database that was backed up, where there are several")
    parser.add_argument("--from", dest="source", help="place of the backups; the one of last time")
    parser.add_argument("--snapshot", help="mark of one copy of ./vpdt backup list")
    parser.add_argument("--key-file", help="key of the backups; .data/vpdt_backup.key")


def run_backup(options):
    """`./vpdt backup …`; gives the exit code."""
    if options.db is None:
        options.db = places.read(places.SETTINGS).get("database") or DEFAULT_DATABASE
    databases.check_name(options.db)
    places.ensure_folder()
    return globals()[f"_{options.action}"](options)


@contextmanager
def alone(*names):
    """Hold locks of backups, after whoever holds them now.

    :param names: of `places.WHOLE_LOCK` and `places.LOCK`, in this order
    """
    with ExitStack() as held:
        for name in names:
            held.enter_context(
                locks.in_turn(name, lambda: console.say("Chờ lần sao lưu hoặc khôi phục khác kết thúc …"))
            )
        yield


@contextmanager
def _working(options, kind, *names):
    """Databases and Repository under locks of backups; what goes wrong is kept and told."""
    started = datetime.now(timezone.utc)
    house = setup_steps.ensure()
    # the copy of minutes is small, and nothing may keep it waiting
    pace = nullcontext() if kind == "point" else processes.behind_others()
    with pace, alone(*names), house.databases() as found:
        if not found.exists(options.db):
            raise Failure(f"there is no database {options.db}.", "name one with --db; ./vpdt run makes one.", code=2)
        place = ""
        try:
            place = places.target(options.to)
            if kind in ("backup", "point"):
                places.check_apart(place)
            begun = places.read(places.SETTINGS).get("begun")
            places.ensure_key(anew=kind == "backup" and options.full and begun != place)
            yield found, Repository(place), started
        except Failure as failure:
            _tell_failure(found, options.db, kind, started, place, failure)
            raise
        except OSError as error:
            _tell_failure(found, options.db, kind, started, place, error)
            raise


def _tell_failure(found, database, kind, started, place, failure):
    """A row and an activity; of the many points in a row that fail, the first only."""
    trouble = records.in_vietnamese(failure)
    words = f"{trouble}\n{failure}"[:1500]
    known = places.read(places.STATUS).get("trouble")
    try:
        places.remember(places.STATUS, trouble=trouble, database=database)
    except OSError:
        pass  # the disk that is full may be ours
    if kind != "point" or not known:
        kind = "backup" if kind == "point" else kind
        records.keep(found, database, kind, "failed", started, words=words, place=places.shown(place))


def _now(options):
    with _working(options, "backup", places.WHOLE_LOCK, places.LOCK) as (found, repository, started):
        done = taking.Taking(found, options.db, repository).whole(options.full)
        _go_on_with(repository.place, options.db)
        sentence = keep_good(found, options.db, repository, done, started)
    console.say(sentence)
    _warn_of_keys()
    return 0


def _go_on_with(place, database):
    """Remember a place that was reached, and say when it is another one; the database is changed by `install` only."""
    known = places.read(places.SETTINGS)
    if known.get("to") not in (None, place):
        console.warn(f"from now on the copies go to {places.shown(place)}, no longer to {places.shown(known['to'])}.")
    if places.on_disk_of_the_office(place):
        console.warn(f"{place} is on the disk of the office: when that disk fails, both are lost.")
    places.remember(places.SETTINGS, to=place, begun=place, database=known.get("database") or database)


def keep_good(found, database, repository, done, started=None):
    """The row of a backup that went well.

    :param done: of `Taking.whole`
    :param started: aware datetime
    :return: the sentence about it
    """
    started = started or done["moment"]
    seconds = (datetime.now(timezone.utc) - started).total_seconds()
    removed = len(done["removed"])
    sentence = (
        f"Đã sao lưu đến {taking.now_in_words(done['moment'])}: {_mb(done['bytes'])}, thêm {_mb(done['added'])}, "
        f"{seconds:.0f} giây; bản {done['snapshot']}, bỏ {removed} bản cũ theo quy tắc."
    )
    records.keep(
        found, database, "backup", "good", started, moment=records.utc(done["moment"]), place=repository.shown,
        snapshot=done["snapshot"], seconds=int(seconds), added=done["added"] / 1e6, total=done["bytes"] / 1e6,
        words=sentence,
    )  # fmt: skip
    return sentence


def _mb(number):
    return f"{number / 1e6:,.1f} MB".replace(",", " ").replace(".", ",")


def _warn_of_keys():
    absent = keys.not_exported()
    if absent:
        console.warn(
            "khóa chưa được xuất ra nơi khác: "
            + ", ".join(absent)
            + ". Mất máy này là mất luôn khóa đọc bản sao lưu.\n"
            "  what to do: ./vpdt keys export --to FOLDER, or in parts: ./vpdt keys export --parts 2/3 --to FOLDER"
        )


def _point(options):
    """After whoever makes a copy now, unless that is a run which keeps the minutes itself."""
    while True:
        try:
            with locks.exclusive(places.LOCK, busy="another backup is running"):
                break
        except Failure:
            age = abs(time.time() - places.read(places.STATUS).get("good", 0))  # a clock may have been put back
            # a long one makes the copy of minutes itself; when it does not, that is an error
            if age > STUCK:
                raise
            if age < FRESH:
                console.say("Một lần sao lưu khác đang chạy và tự giữ phần mới.")
                return 0
        time.sleep(1)
    with _working(options, "point", places.LOCK) as (found, repository, _started):
        done = taking.Taking(found, options.db, repository).point()
    moment = taking.now_in_words(done["moment"])
    console.say(f"Đã giữ đến {moment}: thêm {_mb(done['added'])}, {done['seconds']:.1f} giây; bản {done['snapshot']}.")
    return 0


def _list(options):
    Cluster().check_owner()  # what restic keeps on the side must stay its owner's
    rows = Repository(places.target(options.to)).snapshots()
    for row in rows:
        begin = taking.now_in_words(row["base_time"]) if row["base_time"] else "?"
        console.say(f"{row['id']}  {row['database']:<16} mọi lúc từ {begin} đến {taking.now_in_words(row['time'])}")
    console.say(f"{len(rows)} bản.")
    return 0


def _check(options):
    with _working(options, "check", places.WHOLE_LOCK, places.LOCK) as (found, repository, started):
        start = time.monotonic()
        with console.step("reading all that is stored"):
            size = places.read(places.STATUS).get("size", 0)
            taking.Taking(found, options.db, repository).verify(size, everything=True)
        places.remember(places.STATUS, trouble=None)
        count = len(repository.snapshots())
        sentence = f"Đã đọc lại toàn bộ {count} bản: nguyên vẹn."
        records.keep(
            found, options.db, "check", "good", started, words=sentence, place=repository.shown,
            seconds=int(time.monotonic() - start),
        )  # fmt: skip
    console.say(sentence)
    return 0


def _drill(options):
    with _working(options, "drill", places.WHOLE_LOCK) as (found, repository, started):
        name = f"{options.db}_drill"
        found.drop(name)
        work = restoring.Restoring(found, repository, options.db, name)
        try:
            report = work.run(held=False)
        finally:
            found.drop(name)
        seconds = (datetime.now(timezone.utc) - started).total_seconds()
        good = not report["problems"]
        words = (
            f"Khôi phục thử bản {report['snapshot']} trong {seconds:.0f} giây: {report['files']['files']} tệp, "
            f"nhật ký {report['journal']}. " + (" ".join(report["problems"]) or "Mọi thứ khớp.")
        )
        records.keep(
            found, options.db, "drill", "good" if good else "failed", started, words=words, place=repository.shown,
            snapshot=report["snapshot"], seconds=int(seconds), report=report,
        )  # fmt: skip
    console.say(words)
    return 0 if good else 1


def _install(options):
    place = places.target(options.to)
    places.check_apart(place)
    timer.check_access(place)
    places.remember(places.SETTINGS, to=place, database=options.db)
    timer.install(options.every, options.db, cron=options.cron)
    return 0


def run_restore(options):
    """`./vpdt restore`; gives the exit code: 0 verified, 1 something does not fit or nothing was restored."""
    start = time.monotonic()
    places.ensure_folder()
    house = setup_steps.ensure()
    with alone(places.WHOLE_LOCK), house.databases() as found:
        key = Path(options.key_file) if options.key_file else None
        repository = Repository(places.target(options.source), key)
        origin = options.of or restoring.only_database(repository)
        name = options.db or origin
        databases.check_new_name(name)
        work = restoring.Restoring(found, repository, origin, name)
        report = work.run(restoring.moment_of(options.at), options.snapshot)
    handover.tell(report)
    console.say(f"{time.monotonic() - start:.0f} giây.")
    return 1 if report["problems"] else 0
