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


def classes(addon):
    """(model, class node, file) of each class of an Odoo model of an addon."""
    for file in sources(addon):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                said = {
                    target.id: value.value
                    for statement in node.body
                    if isinstance(statement, ast.Assign)
                    for target, value in [(statement.targets[0], statement.value)]
                    if isinstance(target, ast.Name) and isinstance(value, ast.Constant)
                }
                if model := said.get("_name") or said.get("_inherit"):
                    yield model, node, file


@pytest.mark.parametrize("addon", MANIFESTS)
def test_no_method_of_a_model_is_defined_twice_in_one_addon(addon):
    found, twice = {}, []
    for model, node, file in classes(addon):
        for method in node.body:
            if isinstance(method, ast.FunctionDef):
                first = found.setdefault((model, method.name), file)
                if first != file:
                    twice.append(f"{model}.{method.name}: {first.name} and {file.name}")
    assert not twice, "\n".join(twice)


@pytest.mark.parametrize("addon", MANIFESTS)
def test_no_view_is_extended_by_its_own_addon(addon):
    own = []
    for file in (ADDONS / addon / "views").glob("*.xml"):
        for parent in re.findall(r'name="inherit_id" ref="([^"]+)"', file.read_text(encoding="utf-8")):
            if "." not in parent or parent.startswith(f"{addon}."):
                own.append(f"{file.name} extends {parent}")
    assert not own, "\n".join(own)
