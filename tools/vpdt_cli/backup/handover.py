"""A restored database before anybody works with it: held back, brought up to the sources, verified, reported."""

import json
import os
import subprocess
import time
from datetime import datetime, timezone
from pathlib import Path

from .. import console, odoo
from ..project import ADDONS, DATA, PYTHON, Failure
from . import places

NEVER = "9999-01-01 00:00:00"
PARAMETER = "vpdt.restored"

# Before Odoo sees the database: no cron, no job, and the fact itself.
_HOLD = f"""
BEGIN;
INSERT INTO ir_config_parameter (key, value, create_date, write_date, create_uid, write_uid)
SELECT '{PARAMETER}', json_build_object(
    'moment', '%(moment)s', 'restored', '%(now)s',
    'crons', COALESCE((SELECT json_agg(id ORDER BY id) FROM ir_cron WHERE active), '[]'),
    'jobs', COALESCE((SELECT json_agg(json_build_object('uuid', uuid, 'eta', eta) ORDER BY id) FROM queue_job
                       WHERE state IN ('pending', 'enqueued', 'started')), '[]'))::text,
    now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC', 1, 1
ON CONFLICT (key) DO UPDATE SET value = excluded.value;
UPDATE ir_cron SET active = false WHERE active;
UPDATE queue_job SET state = 'pending', eta = '{NEVER}', date_enqueued = NULL, date_started = NULL
 WHERE state IN ('pending', 'enqueued', 'started');
UPDATE ir_config_parameter SET value = gen_random_uuid()::text WHERE key = 'database.secret';
COMMIT;
"""

EXAMINE = """
import json as _json
_backups = env["vpdt.backup"].with_context(lang="vi_VN")
result = _backups._examine_restored(_json.loads({destroyed!r}))
"""
_KEEP = """
import json as _json
env["vpdt.backup"].with_context(lang="vi_VN")._keep_report(_json.loads({report!r}))
"""
# What a clerk would look for: what bears a number in the one and not in the other
_NUMBERED = {
    "vpdt_incoming": ("văn bản đến", "arrival_number"),
    "vpdt_outgoing": ("văn bản đi", "register_number"),
    "vpdt_copy": ("bản sao", "register_number"),
}


def examine(found, making, origin, report, held):
    """Everything between the last row and the name of the database.

    :param found: Databases
    :param making: the database under its working name
    :param origin: name of the database that was backed up; it may live
    :param report: dict of what is known already
    :param held: whether it waits for a person
    :return: dict, more of the report
    """
    moment = datetime.fromisoformat(report["at"])
    hold(found.cluster, making, moment)
    found.bring_up_to_date(making)
    with console.step("verifying files, registers and journal"):
        more = odoo.shell(making, EXAMINE.format(destroyed=json.dumps(_destroyed())))
        _usable_anchors(found, making, report["anchors"])
        more["journal"], sound = check_journal(found, making, report["anchors"])
        if not sound:
            more["problems"].append(more["journal"])
    if report["not_carried"]:
        more["problems"].append(f"{', '.join(report['not_carried'])}: số dòng khác bản sao lưu")
    if more.get("keys_shut"):
        more["problems"].append(
            f"khóa chủ của máy này không mở được {more['keys_shut']} khóa ký; đưa khóa của nơi đã sao lưu về: "
            "./vpdt keys import TỆP…"
        )
    alive = found.exists(origin)
    if alive:
        more["missing_here"] = only_there(found.cluster, origin, making)
        found.cluster.sql(
            "UPDATE ir_config_parameter SET value = gen_random_uuid()::text WHERE key = 'database.uuid'", making
        )
    more["disaster"] = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
    if held:
        report = {**report, **more, "seconds": time.monotonic() - report["started"]}
        odoo.shell(making, _KEEP.format(report=json.dumps(report, ensure_ascii=False, default=str)))
    _accept_journal(found, making)
    return more


def hold(cluster, database, moment):
    """Let nothing leave this database by itself until a person says go.

    :param moment: aware datetime, of the copy
    """
    values = {"moment": moment.strftime("%Y-%m-%d %H:%M:%S"), "now": datetime.now(timezone.utc).strftime("%F %T")}
    cluster.sql(_HOLD % values, database)


def _destroyed():
    if not places.DISPOSED.exists():
        return []
    found = []
    for line in places.DISPOSED.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            if line.strip():
                found.append(json.loads(line))
        except ValueError:  # cut off, when the power went or the disk was full
            console.warn(f"{places.DISPOSED} has a line that cannot be read: {line[:80]}")
    return found


def _journal(found, database, *words, anchors=None):
    environment = {**os.environ, **found.cluster.environment(), "PYTHONPATH": str(ADDONS / "vpdt_base")}
    environment["VPDT_DATA_DIR"] = str(DATA)
    if anchors:
        environment["VPDT_JOURNAL_ANCHORS"] = anchors
    command = [str(PYTHON), "-m", "journal_seal", *words, "--db", database]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def _usable_anchors(found, database, folder):
    """A moment before the copy may lie before its anchor, which says nothing then."""
    Path(folder).mkdir(mode=0o700, exist_ok=True)
    last = found.cluster.sql("SELECT COALESCE(max(number), 0) FROM vpdt_journal_seal", database)
    for file in Path(folder).glob("*.json"):
        if json.loads(file.read_text(encoding="ascii")).get("number", 0) > int(last):
            file.unlink()


def check_journal(found, database, anchors=None):
    """Every row and seal, with the anchor where the chain reaches it.

    :param anchors: folder of the anchors, unless it is this server's own
    :return: (words, whether it is sound)
    """
    done = _journal(found, database, "verify", "--json", anchors=anchors)
    try:
        result = json.loads(done.stdout)
    except ValueError:
        return (done.stderr or done.stdout).strip()[-400:], False
    serious = [finding for finding in result["findings"] if "anchor" not in finding["problem"]]
    words = f"{result['entries']} dòng, {result['seals']} niêm phong"
    if serious:
        return f"{words}; hỏng: {serious[0]['problem']}", False
    return f"{words}, nguyên vẹn", True


def _accept_journal(found, database):
    """The chain goes on from here; a person has asked for this database by restoring it."""
    done = _journal(found, database, "accept")
    if done.returncode:
        console.warn(f"the journal's anchor could not be set: {done.stderr.strip()}")


def only_there(cluster, living, restored):
    """Documents with a number that the living database has and the restored one has not.

    :return: list of {"what", "name"}
    """
    found = []
    for table, (what, column) in _NUMBERED.items():
        query = (
            f"SELECT t.id, c.name || ' · ' || r.name || ' ' || t.register_year || ', số ' || t.{column} FROM {table} t"
            " JOIN vpdt_register r ON r.id = t.register_id JOIN res_company c ON c.id = r.company_id"
            f" WHERE t.{column} > 0 ORDER BY c.name, r.name, t.register_year, t.{column}"
        )
        try:
            here, there = (dict(_pairs(cluster.sql(query, name))) for name in (restored, living))
        except Failure:
            continue  # sources of another time
        found += [{"what": what, "name": there[row]} for row in there if row not in here]
    return found


def _pairs(text):
    return (line.split("|", 1) for line in text.splitlines())


def tell(report):
    """The report on the terminal."""
    say = console.say
    say(f"\nCơ sở dữ liệu {report['name']}: mọi việc đến {_said(report['at'])}.")
    files = report["files"]
    say(f"  Tệp: {files['files']} đã đọc và băm lại, thiếu {files['missing']}, sai {files['changed']}.")
    say(f"  Nhật ký: {report['journal']}.")
    say(f"  {report['tables']} bảng, {report['rows']} dòng.")
    say(f"  Đã hủy lại theo hồ sơ tiêu hủy: {report['destroyed_again']} tệp.")
    for row in report["registers"]:
        after = f"từ số {row['last'] + 1} trở đi có thể đã cấp sau bản sao lưu"
        say(f"  {row['agency']} · {row['register']} · {row['year']}: số cuối {row['last']}; {after}.")
    for row in report["agencies"]:
        say(f"  {row['agency']}: việc cuối lúc {_said(row['at'])}, {row['who']}, {row['about']}")
    for row in report.get("missing_here") or ():
        say(f"  Không có trong bản khôi phục: {row['what']} {row['name']}")
    for row in report["files_without_row"]:
        say(f"  Tệp chưa kịp vào sổ: {row['store']}, {row['bytes']} byte, {_said(row['at'])}")
    for words in report["problems"]:
        say(f"  KHÔNG KHỚP: {words}")
    waiting = report["waiting"]
    say(f"  Đang giữ lại: {waiting['mails']} thư điện tử, {waiting['jobs']} việc nền, mọi lịch chạy.")
    say(f"Chạy thử: ./vpdt run --db {report['name']}; cho chạy tiếp: Quản trị › Sao lưu.")
    if not places.read(places.SETTINGS).get("to"):  # another machine
        say("Máy này chưa tự sao lưu: ./vpdt backup --to NƠI-SAO-LƯU, rồi ./vpdt backup install.")


def _said(text):
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return moment.astimezone(places.VIETNAM).strftime("%d/%m/%Y %H:%M:%S")
