"""`./vpdt lint`: every check that needs no database, quick enough to run before each commit.

That every term of the addons is in `vi.po` needs a database and is a test (tests/test_translations.py).
House style names prettier for XML and JS: it needs node and a download of its own, so the form of
these files is checked here in Python instead, on every machine alike.
"""

import re
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.parsers import expat

from . import citations, console, setup
from .project import ADDONS, PYTHON, ROOT, Failure

INDENT = 4
TEXT_SUFFIXES = frozenset({".py", ".xml", ".js", ".css", ".scss", ".csv", ".md", ".toml", ".yml", ".yaml", ".sh"})
# Samples are what they are, and libraries are their authors'.
SKIPPED = re.compile(r"/(static/lib|tests/data|samples|node_modules)/|/\.|/__pycache__/")


def check_everything(fix=False):
    """Run all checks side by side and print what each has to say; gives the exit code.

    :param fix: let ruff put right first what it can
    """
    setup.ensure()
    if fix:
        _program(_tool("ruff"), "check", "--fix", "--quiet", "vpdt", ".")
        _program(_tool("ruff"), "format", "--quiet", "vpdt", ".")
    start = time.monotonic()
    with ThreadPoolExecutor(max_workers=4) as pool:
        results = [(name, pool.submit(check)) for name, check in CHECKS]
    failed = []
    for name, result in results:
        complaints = result.result()
        console.say(f"[{'BAD' if complaints else ' ok'}] {name}")
        if complaints:
            failed.append(name)
            console.say("    " + "\n    ".join(complaints))
    console.say(f"{len(CHECKS) - len(failed)} of {len(CHECKS)} checks passed ({time.monotonic() - start:.1f} s).")
    return 1 if failed else 0


def source_files(root=ROOT):
    """The project's text files: what git tracks or would add."""
    result = subprocess.run(
        ["git", "-C", root, "ls-files", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        names = [str(path.relative_to(root)) for path in root.rglob("*")]
    else:
        names = result.stdout.splitlines()
    files = (root / name for name in names)
    return [path for path in files if path.is_file() and not SKIPPED.search(f"/{path.relative_to(root)}")]


def _program(*command):
    """Run a checker: its lines when it complains, nothing when it is content."""
    result = subprocess.run([str(word) for word in command], cwd=ROOT, capture_output=True, text=True, check=False)
    if not result.returncode:
        return []
    return (result.stdout + result.stderr).strip().splitlines() or [f"exit code {result.returncode}"]


def _tool(name):
    tool = PYTHON.with_name(name)
    if not tool.exists():
        raise Failure(f"{name} is not installed.", "run ./vpdt setup (without --runtime).")
    return tool


def _ruff():
    return _program(_tool("ruff"), "check", "--quiet", "--output-format=concise", "vpdt", ".")


def _ruff_format():
    return _program(_tool("ruff"), "format", "--check", "--quiet", "--output-format=concise", "vpdt", ".")


def _pylint():
    addons = [manifest.parent for manifest in sorted(ADDONS.glob("*/__manifest__.py"))]
    said = _program(PYTHON, "-m", "pylint", "--jobs=2", *addons) if addons else []
    return [line for line in said if not line.startswith("*****")]


def _shellcheck():
    scripts = [path for path in [*source_files(), *ROOT.glob(".ci/*")] if _is_shell(path)]
    if not scripts:
        return []
    if not shutil.which("shellcheck"):
        return ["shellcheck is not installed: ./vpdt setup"]
    return _program("shellcheck", *scripts)


def _is_shell(path):
    if path.suffix == ".sh":
        return True
    with open(path, "rb") as handle:
        return re.match(rb"#!.*\b(ba)?sh\b", handle.readline()) is not None


def _translations():
    files = sorted(ADDONS.glob("*/i18n*/*.po"))
    script = Path(__file__).with_name("po_check.py")
    complaints = [
        f"{addon.name}/i18n/vi.po is missing"
        for addon in sorted(ADDONS.glob("*"))
        if (addon / "__manifest__.py").exists()
        and any((addon / folder).is_dir() for folder in ("models", "views"))
        and not (addon / "i18n" / "vi.po").exists()
    ]
    return complaints + (_program(PYTHON, script, *files) if files else [])


def _xml():
    complaints = []
    for path in source_files():
        if path.suffix == ".xml":
            found = xml_complaints(path.read_bytes())
            complaints += [f"{path.relative_to(ROOT)}:{line}: {text}" for line, text in found]
    return complaints


def xml_complaints(content):
    """What is wrong with the form of an XML file.

    An element that begins a line stands four spaces deeper than its parent, as does its end.

    :param content: bytes of the file
    :return: pairs of line number and message
    """
    lines = content.split(b"\n")
    parser = expat.ParserCreate()
    complaints = []
    depth = 0

    def check_indent(expected):
        before = lines[parser.CurrentLineNumber - 1][: parser.CurrentColumnNumber]
        if not before.strip() and len(before) != expected * INDENT:
            complaints.append(
                (parser.CurrentLineNumber, f"indented by {len(before)}, expected {expected * INDENT} spaces")
            )

    def start(_name, _attributes):
        nonlocal depth
        check_indent(depth)
        depth += 1

    def end(_name):
        nonlocal depth
        depth -= 1
        # the end of <a/> is reported where it starts, which was checked
        if lines[parser.CurrentLineNumber - 1][parser.CurrentColumnNumber :].startswith(b"</"):
            check_indent(depth)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        complaints.append((error.lineno, f"not well-formed: {error}"))
    return complaints


def _text_form():
    complaints = []
    for path in source_files():
        if path.suffix in TEXT_SUFFIXES:
            found = text_complaints(path.read_bytes())
            complaints += [f"{path.relative_to(ROOT)}:{line}: {text}" for line, text in found]
    return complaints


def text_complaints(content):
    """What is wrong with the form of a text file: bytes, line ends, blanks.

    :return: pairs of line number and message
    """
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return [(1, f"not UTF-8: {error}")]
    complaints = []
    if content and not content.endswith(b"\n"):
        complaints.append((content.count(b"\n") + 1, "no newline at the end of the file"))
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line.endswith(b"\r"):
            complaints.append((number, "line end of Windows"))
        elif line != line.rstrip(b" \t"):
            complaints.append((number, "blanks at the end of the line"))
    return complaints


def _citations():
    complaints = []
    for path in source_files():
        name = str(path.relative_to(ROOT))
        if path.suffix in (".py", ".xml", ".js", ".md", ".po", ".csv") and "/tests/" not in f"/{name}":
            shown = path.suffix in (".po", ".xml")
            found = citations.complaints(path.read_text(encoding="utf-8"), shown)
            complaints += [f"{name}:{line}: {text}" for line, text in found]
    return complaints


CHECKS = (
    ("ruff check", _ruff),
    ("ruff format", _ruff_format),
    ("pylint-odoo", _pylint),
    ("shellcheck", _shellcheck),
    ("translations (vi.po)", _translations),
    ("citations of the law", _citations),
    ("form of XML", _xml),
    ("form of text files", _text_form),
)
