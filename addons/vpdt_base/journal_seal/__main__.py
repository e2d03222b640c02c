"""``./vpdt journal``: check the seals, seal now, accept a restored copy. Needs the database, but no Odoo."""

import argparse
import dataclasses
import json
import os
import sys
from datetime import timezone
from zoneinfo import ZoneInfo

import psycopg2
import psycopg2.errors

from . import KeyRing, KeyRingError, check, sealing
from .places import anchors_of, keys_folder, master_key

WORDS = {
    "verify": "read every seal and every row again; exit code 1 on any damage",
    "seal": "seal what waits, now",
    "accept": "after restoring a copy: take the chain as it stands as the one to go on with",
    "renew-key": "sign with a new key from now on; seals by the old one stay valid",
}


def parser():
    """The command line."""
    words = "\n".join(f"  {name:<10} {what}" for name, what in WORDS.items())
    found = argparse.ArgumentParser(
        prog="./vpdt journal",
        description="The seals of the journal; needs the database, but no Odoo.\n\n" + words,
        epilog="exit code: 0 sound, 1 damaged, 2 not possible",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    found.add_argument("action", choices=list(WORDS), metavar="action", help="one of the words above")
    found.add_argument("--db", default="vpdt", help="name of the database (%(default)s)")
    found.add_argument("--json", action="store_true", help="the result as one JSON object")
    found.add_argument("--data-dir", default=os.environ.get("VPDT_DATA_DIR", "."), help="where keys and anchors lie")
    return found


def main(arguments=None):
    """Run; gives the exit code: 0 sound, 1 damaged, 2 not possible."""
    options = parser().parse_args(arguments)
    ring = KeyRing(keys_folder(options.data_dir), master_key(options.data_dir))
    anchors = anchors_of(options.data_dir)
    try:
        if options.action == "renew-key":
            key = ring.renew()
            return _say(options, {"key": key}, f"Seals are signed with the new key {key}.")
        with _connected(options.db) as connection:
            return ACTIONS[options.action](options, connection, ring, anchors)
    except (psycopg2.Error, KeyRingError, OSError, ValueError) as error:
        print(f"error: {_words_of(error, options.db)}", file=sys.stderr)
        return 2


def _words_of(error, database):
    """What is wrong and what to do, for what happens at the keyboard; else the error itself."""
    text = str(error).strip()
    if isinstance(error, psycopg2.OperationalError) and f'database "{database}" does not exist' in text:
        return f"there is no database {database}.\n  what to do: name one with --db; ./vpdt run makes one."
    if isinstance(error, psycopg2.errors.UndefinedTable):
        return f"database {database} holds no journal.\n  what to do: name the database of the office with --db."
    return text


def _connected(database):
    connection = psycopg2.connect(dbname=database)
    connection.set_session(isolation_level="REPEATABLE READ")
    return connection


def verify(options, connection, ring, anchors):
    """Check everything; the anchor is read first, see `checking.check`."""
    uuid = _uuid(connection)
    anchor = anchors.get(uuid)
    connection.set_session(readonly=True)
    report = check(connection, ring, anchor)
    if options.json:
        print(json.dumps(dataclasses.asdict(report), default=str, ensure_ascii=False))
    else:
        _tell(report)
    return 1 if report.damaged else 0


def seal(options, connection, ring, anchors):
    """Seal all that is final, and move the anchor along."""
    uuid = _uuid(connection)
    with connection.cursor() as cursor:
        made, anchored = sealing.seal_pending(cursor, connection.commit, ring, anchors, uuid)
    rows = sum(found.count for found in made)
    words = f"{rows} entries were sealed, under {len(made)} new seals." if made else "No entry waits for a seal."
    if not anchored:
        words += "\nDAMAGED: the seals do not continue those that this server knows. See ./vpdt journal verify."
    _say(options, {"seals": len(made), "rows": rows, "anchored": anchored}, words)
    return 0 if anchored else 1


def accept(options, connection, _ring, anchors):
    """Put the anchor at the newest seal of the database."""
    uuid = _uuid(connection)
    with connection.cursor() as cursor:
        number, digest = sealing.last_seal(cursor)
    anchors.accept(uuid, number, digest)
    return _say(options, {"anchor": number, "digest": digest}, f"From now on seal {number} is gone on with: {digest}")


ACTIONS = {"verify": verify, "seal": seal, "accept": accept}


def _uuid(connection):
    """The uuid of an Odoo database, which names its anchor."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM ir_config_parameter WHERE key = 'database.uuid'")
        found = cursor.fetchone()
    connection.rollback()
    if not found:
        raise ValueError("this database has no database.uuid: Odoo has not been started on it")
    return found[0]


def _tell(report):
    print(f"{report.entries} entries, {report.sealed} of them under {report.seals} sound seals.")
    if report.unsealed:
        print(f"{report.unsealed} are not sealed yet, the oldest of {_in_vietnam(report.oldest_unsealed)}.")
    if report.lost_ids:
        print(f"{report.lost_ids} ids since the last seal have no row: rolled back, or removed before sealing.")
    number, digest = report.last_seal
    print(f"Last seal: {number} {digest}")
    for finding in report.findings:
        where = " ".join(f"{name} {finding[name]}" for name in ("seal", "entry") if finding[name])
        print(f"DAMAGED {where}: {finding['problem']}")
    print(f"{report.damaged} findings." if report.damaged else "Nothing has been changed.")


def _in_vietnam(moment):
    """A naive UTC datetime as people in Viet Nam write it."""
    local = moment.replace(tzinfo=timezone.utc).astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
    return local.strftime("%d/%m/%Y %H:%M:%S (Viet Nam)")


def _say(options, result, words):
    print(json.dumps(result) if options.json else words)
    return 0


if __name__ == "__main__":
    sys.exit(main())
