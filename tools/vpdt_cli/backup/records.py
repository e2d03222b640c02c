"""What became of a run, told to the database: a row, the journal, an activity when it failed."""

import json
from datetime import timezone

from .. import console, odoo
from ..project import Failure

_KEEP = """
import json as _json
_values = _json.loads({values!r})
_moment = _values.pop("moment", None)
if _moment:
    _values["moment"] = odoo.fields.Datetime.to_datetime(_moment)
_values["started_at"] = odoo.fields.Datetime.to_datetime(_values["started_at"])
result = env["vpdt.backup"].with_context(lang="vi_VN")._record(**_values).id
"""


def utc(moment):
    """An aware datetime as Odoo keeps it."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M:%S")


def keep(found, database, kind, state, started, **values):
    """Write a row of `vpdt.backup`; a database that cannot take it is a warning, for the work itself is done.

    :param started: aware datetime
    """
    values |= {"kind": kind, "state": state, "started_at": utc(started)}
    try:
        # one that was not upgraded yet has no place for it
        if found.exists(database) and found.cluster.sql("SELECT to_regclass('vpdt_backup')", database):
            odoo.shell(database, "import odoo\n" + _KEEP.format(values=json.dumps(values, default=str)))
    except Failure as failure:
        console.warn(f"the row about this could not be written: {failure.message}")
