"""`./vpdt bench`: the benchmarks of tests/benchmarks, on a database of their own that is thrown away."""

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

from . import console, databases, odoo, setup
from .project import LOGS, ROOT, Failure

PREFIX = "vpdt_bench_"
BENCHMARKS = ROOT / "tests" / "benchmarks"

PROGRAM = """
import sys
sys.path.insert(0, {folder!r})
from benchmarks import runner
runner.run(env, {modules!r}, {target!r})
"""


def arguments(parser):
    """The options of the command."""
    parser.add_argument("names", nargs="*", metavar="name", help="a benchmark, or the beginning of its name; all")
    parser.add_argument("--json", metavar="FILE", help="write medians, spread and ratios here")
    parser.add_argument("--list", action="store_true", help="only say which there are")


def run(options):
    """Run the benchmarks; gives 1 when one of them failed (a missed goal is a result, no failure).

    :raises Failure: for an unknown name, or when Odoo does not start
    """
    known = benchmarks()
    if options.list:
        for name in known:
            console.say(name)
        return 0
    report = _measure(chosen(options.names, known))
    if options.json:
        Path(options.json).write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        console.say(f"Written: {options.json}")
    return 1 if any("error" in entry for entry in report["benchmarks"]) else 0


def benchmarks(folder=BENCHMARKS):
    """``{name: module}`` by name; read from the sources, as importing one takes an Odoo."""
    found = {}
    for path in folder.glob("bench_*.py"):
        match = re.search(r"^NAME = [\"'](.+)[\"']", path.read_text(encoding="utf-8"), re.MULTILINE)
        if match:
            found[match[1]] = path.stem
    return dict(sorted(found.items()))


def chosen(words, known):
    """Those of ``known`` that the words name, whole or by their beginning; all of them for no word.

    :raises Failure: for a word that names none
    """
    picked = {} if words else dict(known)
    for word in words:
        hits = {name: module for name, module in known.items() if name.lower().startswith(word.lower())}
        if not hits:
            raise Failure(f"no benchmark is called {word}.", f"there are: {', '.join(known)}")
        picked.update(hits)
    return picked


def _measure(modules):
    house = setup.ensure()
    with house.databases() as found:
        found.drop_abandoned(PREFIX)
        database = f"{PREFIX}{os.getpid()}"
        with console.step(f"database {database}"):
            found.copy(databases.TEMPLATE, database)
        try:
            return _in_shell(database, modules)
        finally:
            found.drop(database)


def _in_shell(database, modules):
    """Run them in an Odoo shell; what it says comes straight to the terminal."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "report.json")
        program = PROGRAM.format(folder=str(BENCHMARKS.parent), modules=modules, target=str(target))
        words = ("shell", "--database", database, "--no-http", "--log-level", "warn", "--logfile", LOGS / "bench.log")
        code = subprocess.run(odoo.command(*words), input=program, text=True, cwd=ROOT, check=False).returncode
        if not target.exists():
            raise Failure(f"the benchmarks did not run (exit code {code}).", f"see {LOGS / 'bench.log'}")
        return json.loads(target.read_text(encoding="utf-8"))
