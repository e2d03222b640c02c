"""Checks .po files: nothing untranslated, nothing fuzzy, placeholders kept. Run by the venv's Python."""

import re
import sys
from collections import Counter

import polib

PLACEHOLDER = re.compile(r"%\(\w+\)[sdrf]|%[sdrf]|\{\w*\}|\$\{[^}]*\}")


def complaints(path):
    """What is wrong with one .po file, a line each."""
    try:
        entries = polib.pofile(path)
    except (OSError, ValueError) as error:
        yield f"{path}: cannot be read: {error}"
        return
    counted = Counter((entry.msgctxt, entry.msgid) for entry in entries if not entry.obsolete)
    for (_context, msgid), number in counted.items():
        if number > 1:
            yield f"{path}: {number} times the same term {msgid[:60]!r}"
    for entry in entries:
        problem = _problem(entry)
        if problem:
            yield f"{path}:{entry.linenum}: {problem}: {entry.msgid[:60]!r}"


def _problem(entry):
    if entry.obsolete:
        return "obsolete, delete it"
    if entry.fuzzy:
        return "fuzzy"
    if not entry.msgstr.strip():
        return "not translated"
    if sorted(PLACEHOLDER.findall(entry.msgid)) != sorted(PLACEHOLDER.findall(entry.msgstr)):
        return "the placeholders differ from those of the source"
    return None


def main(paths):
    """Print all complaints; gives the exit code."""
    found = [line for path in paths for line in complaints(path)]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
