"""The form of the addons that a reader counts on, read from their sources."""

import ast
import re
import sys
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
ADDONS = ROOT / "addons"
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


# Run as programs or plugins, not imported; and what Odoo imports without saying so in its metadata.
RUN = {"ocrmypdf", "ruff", "pylint-odoo", "pytest-odoo", "setproctitle"}
EXTRAS = {"pyhanko": ("pkcs11", "opentype")}


def wanted():
    """Distributions that our sources import or run, that our manifests depend on, and that these require in turn."""
    distributions, names = packages_distributions(), {"odoo", *RUN}
    for folder in ("addons", "tools", "tests"):
        for file in (ROOT / folder).rglob("*.py"):
            for name in imported(file):
                names |= {same(one) for one in distributions.get(name, ()) if not one.startswith("odoo-addon-")}
    names |= {f"odoo-addon-{same(below)}" for manifest in MANIFESTS.values() for below in manifest["depends"]}
    seen = set()
    while names:
        seen.add(name := names.pop())
        try:
            asked = [Requirement(line) for line in requires(name) or ()]
        except PackageNotFoundError:  # modules of Odoo itself
            continue
        extras = ("", *EXTRAS.get(name, ()))
        names |= {
            same(one.name)
            for one in asked
            if not one.marker or any(one.marker.evaluate({"extra": extra}) for extra in extras)
        } - seen
    return seen


def test_what_is_pinned_is_used():
    lines = [
        line.strip()
        for name in ("requirements.txt", "requirements-dev.txt")
        for line in (ROOT / "config" / name).read_text(encoding="utf-8").splitlines()
        if "==" in line and ";" not in line  # what another Python needs is not installed here
    ]
    unused = {same(line.partition("==")[0]) for line in lines} - wanted()
    assert not unused, f"pinned, and neither imported, run nor required: {', '.join(sorted(unused))}"


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


@pytest.mark.parametrize("addon", MANIFESTS)
def test_an_addon_says_what_it_is_and_how_it_is_extended(addon):
    for name in ("DESCRIPTION.md", "DEVELOP.md"):
        assert (ADDONS / addon / "readme" / name).read_text(encoding="utf-8").strip()


@pytest.mark.parametrize("addon", MANIFESTS)
def test_no_model_is_cut_into_crumbs(addon):
    files, lines = {}, {}
    for model, node, file in classes(addon):
        files.setdefault(model, set()).add(file.name)
        lines[model] = lines.get(model, 0) + node.end_lineno - node.lineno
    crumbs = [
        f"{model}: {lines[model]} lines in {len(names)} files"
        for model, names in files.items()
        if len(names) > 3 and lines[model] / len(names) < 100
    ]
    assert not crumbs, "\n".join(crumbs)


@pytest.mark.parametrize("addon", MANIFESTS)
def test_the_catalogue_names_sources_that_are_there(addon):
    text = (ADDONS / addon / "i18n" / "vi.po").read_text(encoding="utf-8")
    named = set(re.findall(r"code:(addons/[^:\s]+)", "\n".join(re.findall(r"^#: (.*)", text, re.M))))
    gone = sorted(name for name in named if not (ROOT / name).exists())
    assert not gone, "\n".join(gone)


def test_the_matrix_of_the_law_names_tests_that_are_there():
    text = (ROOT / "docs" / "regulation-matrix.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:tests/[\w/]*)?(?:test_)?[\w*/]*(?:\.py)?)`", text))
    named = {name for name in named if "test" in name}
    gone = []
    for name in sorted(named):
        stem = name.removesuffix(".py")
        places = (
            [ROOT.glob(stem), ROOT.glob(f"{stem}.py")]
            if "/" in name
            else [ADDONS.glob(f"*/tests/{stem}.py"), (ROOT / "tests").rglob(f"{stem}.py")]
        )
        if not any(next(iter(found), None) for found in places):
            gone.append(name)
    assert len(named) > 100 and not gone, "\n".join(gone)
