"""What the command ``./vpdt backup`` leaves in the data folder: it runs each few minutes and does not start Odoo."""

import json
import os
from datetime import datetime, timezone

from odoo.tools import config


def read_status(env):
    """``{"good": naive UTC datetime or None, "trouble": words, "exported": {name of a key: day}}`` of this database."""
    try:
        with open(os.path.join(config["data_dir"], "backup", "status.json"), encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, ValueError):
        found = {}
    own = found.get("database") == env.cr.dbname
    good = datetime.fromtimestamp(found["good"], timezone.utc).replace(tzinfo=None) if own and "good" in found else None
    return {
        "good": good,
        "trouble": found.get("trouble") if own else None,
        "exported": found.get("exported") or {},
        "place": found.get("place") or "",
    }
