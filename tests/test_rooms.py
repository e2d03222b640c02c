"""The form of the addons that a reader counts on, read from their sources."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ADDONS = Path(__file__).resolve().parents[1] / "addons"
MANIFESTS = {file.parent.name: ast.literal_eval(file.read_text()) for file in sorted(ADDONS.glob("*/__manifest__.py"))}
# What Odoo itself brings.
OF_ODOO = {"odoo", "werkzeug", "psycopg2", "markupsafe", "pytz", "dateutil", "babel"}


def sources(addon):
    """Python files of an addon that run in an office: no tests."""
    for file in sorted((ADDONS / addon).rglob("*.py")):
        if "tests" not in file.relative_to(ADDONS).parts:
            yield file


def imported(file):
    """First names of what a file imports absolutely."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.partition(".")[0]


def same(name):
    """A distribution's name as PyPI compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(addon):
    """Distributions that an addon, or one of ours that it depends on, asks for."""
    manifest = MANIFESTS[addon]
    names = {same(name) for name in manifest.get("external_dependencies", {}).get("python", ())}
    return names.union(*(declared(below) for below in manifest["depends"] if below in MANIFESTS))


@pytest.mark.parametrize("addon", MANIFESTS)
def test_the_manifest_asks_for_every_library_that_is_imported(addon):
    distributions, asked, missing = packages_distributions(), declared(addon), set()
    own = {entry.name.removesuffix(".py") for entry in (ADDONS / addon).iterdir()}
    for file in sources(addon):
        for name in set(imported(file)) - OF_ODOO - own - set(sys.stdlib_module_names):
            if not asked & {same(distribution) for distribution in distributions.get(name, [name])}:
                missing.add(name)
    assert not missing, f"{addon} imports {', '.join(sorted(missing))} and its manifest does not say so"
