"""`./vpdt agency`: open the agencies of a whole province from a workbook."""

import argparse
import csv
import json
import os
import subprocess
from pathlib import Path

from . import console, databases, odoo
from . import setup as setup_steps
from .project import ADDONS, DEFAULT_DATABASE, PYTHON, ROOT, Failure

_ROW = "VPDT-ROW:"
_END = "VPDT-END:"

# Runs in the Odoo shell; one transaction an agency.
_PROGRAM = """
import json as _json
_options = _json.loads({options!r})
_passwords = {{}} if _options["passwords"] else None
_report = lambda *row: print({row!r} + _json.dumps(row), flush=True)
_opening = env["vpdt.agency.opening"].with_context(lang="vi_VN")
_end = {{}}
try:
    _end["failed"] = _opening._open_province(
        _options["file"], _report, env.cr.commit, dry_run=_options["dry_run"], passwords=_passwords
    )
    _end["passwords"] = _passwords
except Exception as _error:
    env.cr.rollback()
    _end["error"] = str(_error)

print({end!r} + _json.dumps(_end), flush=True)
"""

_WORDS = {"created": "new", "updated": "changed", "unchanged": "unchanged", "error": "ERROR"}


def run(options):
    """`./vpdt agency import|template FILE`; gives the exit code.

    :param options: with the words of the command line as `words`
    """
    parser = argparse.ArgumentParser(prog="./vpdt agency", description="Open the agencies of a province.")
    commands = parser.add_subparsers(dest="command", required=True)
    template = commands.add_parser("template", help="write an empty workbook with instructions")
    template.add_argument("file")
    reading = commands.add_parser("import", help="open or complete the agencies of a workbook; may be repeated")
    reading.add_argument("file")
    reading.add_argument("--db", default=DEFAULT_DATABASE, help="name of the database (%(default)s)")
    reading.add_argument("--dry-run", action="store_true", help="say what would happen, keep nothing")
    reading.add_argument("--passwords", metavar="CSV", help="give new accounts a first password, written to this file")
    chosen = parser.parse_args(options.words)
    return _write_template(chosen) if chosen.command == "template" else _import(chosen)


def _write_template(options):
    if Path(options.file).exists():
        raise Failure(f"{options.file} is there already.", "name another file: what you filled in is not overwritten.")
    setup_steps.ensure()
    environment = {**os.environ, "PYTHONPATH": str(ADDONS / "vpdt_base")}
    words = [str(PYTHON), "-m", "directory", "template", options.file]
    return subprocess.run(words, env=environment, check=False).returncode


def _import(options):
    file = Path(options.file).resolve()
    if not file.is_file():
        raise Failure(f"there is no file {options.file}.", "./vpdt agency template FILE.xlsx writes an empty one.")
    databases.check_name(options.db)
    if options.passwords and not options.dry_run:
        _check_new(Path(options.passwords))
    house = setup_steps.ensure()
    with house.databases() as found:
        if not found.exists(options.db):
            raise Failure(f"there is no database {options.db}.", "./vpdt run makes it.")
        end = _open_province(options, file)
    if "error" in end:
        raise Failure(end["error"], "nothing more was opened; put it right and run the command again.")
    if end["passwords"] and not options.dry_run:
        _write_passwords(Path(options.passwords), end["passwords"])
    if options.dry_run:
        console.say("Dry run: nothing was kept.")
    if end["failed"]:
        console.say(f"{end['failed']} agencies were not opened: see the rows marked ERROR.")
    return 1 if end["failed"] else 0


def _open_province(options, file):
    """Run the import in an Odoo shell and print each row as it comes; gives what it said at the end."""
    wanted = {"file": str(file), "dry_run": options.dry_run, "passwords": bool(options.passwords)}
    program = _PROGRAM.format(options=json.dumps(wanted), row=_ROW, end=_END)
    command = odoo.command("shell", "--database", options.db, "--no-http", "--log-level", "error")
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT
    )
    with process:
        process.stdin.write(program)
        process.stdin.close()
        end = None
        for line in process.stdout:
            if line.startswith(_ROW):
                _print_row(*json.loads(line[len(_ROW) :]))
            elif line.startswith(_END):
                end = json.loads(line[len(_END) :])
    if end is None:
        raise Failure("the Odoo shell ended before the import was done.", "./vpdt doctor looks for the cause.")
    return end


def _print_row(sheet, row, identifier, result, message):
    console.say(f"{_WORDS[result]:<10} {sheet} {row}  {identifier}  {message}".rstrip())


def _check_new(path):
    """The file of passwords is never one that is there, and is readable by its owner only."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise Failure(f"{path} is there already.", "name another file for the passwords.") from None


def _write_passwords(path, passwords):
    with open(path, "w", newline="", encoding="utf-8-sig") as handle:
        csv.writer(handle).writerows([("login", "password"), *sorted(passwords.items())])
    console.say(f"First passwords of {len(passwords)} new accounts: {path} (delete it when they are handed out)")
