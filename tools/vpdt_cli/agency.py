"""`./vpdt agency`: open the agencies of a whole province from a workbook."""

import argparse
import csv
import json
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

from . import console, databases, odoo
from . import setup as setup_steps
from .project import ADDONS, DEFAULT_DATABASE, PYTHON, ROOT, Failure

_ROW = "VPDT-ROW:"
_END = "VPDT-END:"

# Runs in the Odoo shell; one transaction an agency. The first passwords of an agency are on the disk before its
# accounts are in the database: a shell that is killed leaves no account whose password nobody has.
_PROGRAM = """
import csv as _csv, json as _json, os as _os
_options = _json.loads({options!r})
_report = lambda *row: print({row!r} + _json.dumps(row), flush=True)

def _keep(passwords):
    with open(_options["passwords"], "a", newline="", encoding="utf-8") as _handle:
        _csv.writer(_handle).writerows(sorted(passwords.items()))
        _handle.flush()
        _os.fsync(_handle.fileno())

_opening = env["vpdt.agency.opening"].with_context(lang="vi_VN")
_end = {{}}
try:
    _end["failed"] = _opening._open_province(
        _options["file"],
        _report,
        env.cr.commit,
        dry_run=_options["dry_run"],
        keep_passwords=_keep if _options["passwords"] else None,
    )
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
    house = setup_steps.ensure()
    with house.databases() as found:
        if not found.exists(options.db):
            raise Failure(f"there is no database {options.db}.", "./vpdt run makes it.")
        passwords = Path(options.passwords).resolve() if options.passwords and not options.dry_run else None
        with _file_of_passwords(passwords):
            end = _open_province(options, file, passwords)
    if "error" in end:
        raise Failure(end["error"], "nothing more was opened; put it right and run the command again.")
    if options.dry_run:
        console.say("Dry run: nothing was kept.")
    if end["failed"]:
        console.say(f"{end['failed']} agencies were not opened: see the rows marked ERROR.")
    return 1 if end["failed"] else 0


def _program(file, passwords, *, dry_run):
    """What the Odoo shell runs.

    :param passwords: path of the file that first passwords are added to, or None
    """
    wanted = {"file": str(file), "dry_run": dry_run, "passwords": str(passwords) if passwords else ""}
    return _PROGRAM.format(options=json.dumps(wanted), row=_ROW, end=_END)


def _open_province(options, file, passwords):
    """Run the import in an Odoo shell and print each row as it comes; gives what it said at the end."""
    program = _program(file, passwords, dry_run=options.dry_run)
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


@contextmanager
def _file_of_passwords(path):
    """The file of passwords, begun before and told of after, however the import ends; None: none is wanted.

    :raises Failure: it is there already
    """
    if path is None:
        yield
        return
    _begin_passwords(path)
    try:
        yield
    finally:
        _tell_passwords(path)


def _begin_passwords(path):
    """Never a file that is there, and readable by its owner only."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Failure(f"{path} is there already.", "name another file for the passwords.") from None
    with open(descriptor, "w", newline="", encoding="utf-8-sig") as handle:
        csv.writer(handle).writerow(("login", "password"))


def _tell_passwords(path):
    with open(path, newline="", encoding="utf-8-sig") as handle:
        number = sum(1 for _row in csv.reader(handle)) - 1
    if number:
        console.say(f"First passwords of {number} new accounts: {path} (delete it when they are handed out)")
    else:
        path.unlink()
