"""`./vpdt files verify`: are the stored files still what was stored?"""

import json

from . import console, databases, odoo
from . import setup as setup_steps
from .project import Failure

# What is wrong → what that means
KINDS = {
    "missing": "known, but their bytes are not there",
    "changed": "their bytes are not those that were stored",
    "orphaned": "there, but no document knows them",
}
SHOWN = 20


def verify(database, as_json=False):
    """Re-read and re-hash every stored file of a database, and say what is wrong; repairs nothing.

    :param database: name of the database; it may be in use
    :param as_json: one JSON object on standard output instead of words
    :return: exit code: 0 all is well, 1 something is missing, changed or orphaned
    :raises Failure: no such database; its code is 2, as nothing was checked
    """
    databases.check_name(database)
    house = setup_steps.ensure()
    with house.databases() as found:
        if not found.exists(database):
            raise Failure(f"there is no database {database}.", "name one with --db; ./vpdt run makes one.", code=2)
        report = odoo.shell(database, 'result = env["vpdt.file"]._verify_stored()')
    if as_json:
        print(json.dumps(report, ensure_ascii=False))
    else:
        _say(database, report)
    return 0 if report["ok"] else 1


def _say(database, report):
    console.say(f"{database}: {report['files']} files, {report['bytes'] / 2**20:.1f} MB read and hashed.")
    for kind, meaning in KINDS.items():
        count, first = report[kind]["count"], report[kind]["first"]
        if count:
            console.say(f"{count} {kind} ({meaning}):")
        for detail in first[:SHOWN]:
            console.say("  " + ", ".join(f"{name} {value}" for name, value in detail.items() if value))
        if count > SHOWN:
            console.say(f"  … {count - min(SHOWN, count)} more; --json lists up to {len(first)}")
    if report["ok"]:
        console.say("All files are as they were stored.")
    else:
        console.say("Nothing was repaired. Restore what is missing or changed from a backup.")
