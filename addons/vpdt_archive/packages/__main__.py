"""Command line of the packages: ``./vpdt package make|verify FILE [--json]``.

Exit codes: 0 the package is right (was made), 1 something is wrong with it, 2 it could not be looked at (made).
"""

import argparse
import json
import sys
from datetime import date
from pathlib import Path

from . import Agency, Document, Dossier, File, PackageError, Settings, verify, write_package


def main(words=None):
    """Run the command line.

    :return: exit code
    """
    options = _parser().parse_args(words)
    try:
        return options.run(options)
    except (OSError, ValueError, KeyError, TypeError, PackageError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _parser():
    parser = argparse.ArgumentParser(prog="vpdt package", description="make and check packages of the archive")
    commands = parser.add_subparsers(required=True)
    check = commands.add_parser("verify", help="check structure, hashes, counts and XML of a package")
    check.add_argument("file", metavar="FILE")
    check.add_argument("--json", action="store_true", help="print the findings as JSON")
    check.set_defaults(run=_verify)
    make = commands.add_parser("make", help="make a package of the files that a description names")
    make.add_argument("file", metavar="FILE", help="the package to be written")
    make.add_argument("description", metavar="DESCRIPTION.json", help="the dossier; see the guide of the archivist")
    make.add_argument("--kind", choices=("SIP", "AIP", "DIP"), default="SIP")
    make.add_argument("--json", action="store_true", help="print the result as JSON")
    make.set_defaults(run=_make)
    return parser


def _verify(options):
    if not Path(options.file).is_file():
        raise FileNotFoundError(f"there is no file {options.file}")
    report = verify(options.file)
    if options.json:
        print(json.dumps(report.as_dict(), ensure_ascii=False, indent=1))
    elif report.ok:
        print(f"ok: {report.kind} {report.identifier}, {report.documents} documents, {report.files} files")
    else:
        for problem in report.problems:
            print(problem)
    if not report.ok and all(problem.code == "unreadable" for problem in report.problems):
        return 2
    return 0 if report.ok else 1


def _make(options):
    folder = Path(options.description).parent
    told = json.loads(Path(options.description).read_text(encoding="utf-8"))
    settings = Settings(**told.pop("settings", {}))
    identifier = write_package(options.file, _dossier(told, folder), options.kind, settings)
    if options.json:
        print(json.dumps({"ok": True, "identifier": identifier, "path": options.file}, ensure_ascii=False))
    else:
        print(f"made: {identifier}")
    return 0


def _dossier(told, folder):
    documents = [_document(found, number, folder) for number, found in enumerate(told.pop("documents"), 1)]
    agencies = {name: Agency(**told.pop(name, {"name": ""})) for name in ("creator", "archive")}
    days = {name: date.fromisoformat(told.pop(name)) for name in ("start", "end") if told.get(name)}
    told.setdefault("pages", sum(document.pages for document in documents))
    return Dossier(documents=documents, **agencies, **days, **told)


def _document(told, number, folder):
    files = [File(**{**found, "source": folder / found["source"]}) for found in told.pop("files", ())]
    if told.get("issued"):
        told["issued"] = date.fromisoformat(told["issued"])
    return Document(**{"uid": f"doc-{number}", "ordinal": number, **told}, files=files)


if __name__ == "__main__":
    sys.exit(main())
