"""What became of a run, told to the database: a row, the journal, an activity when it failed."""

import json
from contextlib import suppress
from datetime import timezone

from .. import console, odoo
from ..project import Failure
from . import places

_KEEP = """
import json as _json
for _values in _json.loads({rows!r}):
    for _name in ("started_at", "moment"):
        if _values.get(_name):
            _values[_name] = odoo.fields.Datetime.to_datetime(_values[_name])
    env["vpdt.backup"].with_context(lang="vi_VN")._record(**_values)
"""
UNWRITTEN = 50  # rows that are remembered at most until a database takes them


# The command speaks as all of `./vpdt` does; administrators read the page in Vietnamese.
_IN_VIETNAMESE = (
    ("the key does not open", "Khóa không mở được các bản sao lưu"),
    ("the key of the backups is not at", "Không thấy khóa của các bản sao lưu"),
    ("the clock of this machine", "Đồng hồ của máy chủ đứng trước bản sao lưu mới nhất"),
    ("cannot be written or read", "Không ghi hoặc đọc được nơi sao lưu"),
    ("is full", "Nơi sao lưu đã đầy"),
    ("cannot be reached", "Không tới được nơi sao lưu"),
    ("a backup is damaged", "Một bản sao lưu bị hỏng"),
    ("are not there any more", "Các bản sao lưu không còn ở nơi cũ (ổ đĩa chưa gắn?)"),
    ("there are no backups at this place", "Nơi này không có bản sao lưu nào"),
    ("another command works", "Một lệnh khác đang làm việc với các bản sao lưu"),
    ("another backup is running", "Một lần sao lưu khác chạy quá lâu"),
    ("log has a gap", "Nhật ký của PostgreSQL thiếu một đoạn"),
    ("did not archive its log", "PostgreSQL không cất được nhật ký của nó"),
    ("log is missing or damaged", "Một đoạn nhật ký của PostgreSQL thiếu hoặc hỏng"),
    ("could not be copied", "Không chép được tệp của PostgreSQL (đĩa đầy?)"),
    ("disk nearly full", "Ổ đĩa của máy chủ gần đầy"),
    ("nobody has said where", "Chưa ai nói sao lưu vào đâu"),
    ("restic is not installed", "Chưa cài restic"),
)


def in_vietnamese(error):
    """What went wrong, in a sentence for the page; what the command said follows it in the row."""
    said = str(error)
    return next((words for sign, words in _IN_VIETNAMESE if sign in said), "Không làm được, xem lời báo của lệnh") + "."


def utc(moment):
    """An aware datetime as Odoo keeps it."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M:%S")


def keep(found, database, kind, state, started, **values):
    """Write a row of `vpdt.backup`. One that the database cannot take, for instance because the sources are newer than
    it, is remembered and written with the next that it takes; the work itself is done.

    :param started: aware datetime
    """
    values |= {"kind": kind, "state": state, "started_at": utc(started)}
    unwritten = places.read(places.STATUS).get("unwritten") or {}
    rows = [*unwritten.get(database, ()), json.loads(json.dumps(values, default=str))][-UNWRITTEN:]
    try:
        # one that was not upgraded yet has no place for it
        if found.exists(database) and found.cluster.sql("SELECT to_regclass('vpdt_backup')", database):
            odoo.shell(database, "import odoo\n" + _KEEP.format(rows=json.dumps(rows)))
            rows = []
    except Failure as failure:
        said = failure.message.splitlines()
        why = "\n".join(said if len(said) < 5 else [said[0], *said[-3:]])
        console.warn(f"the row about this is written with the next one that the database takes.\n{why}")
    if rows or database in unwritten:
        others = {name: kept for name, kept in unwritten.items() if name != database}
        with suppress(OSError):  # the disk that is full may be ours
            places.remember(places.STATUS, unwritten={**others, database: rows} if rows else others or None)
