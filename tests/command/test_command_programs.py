"""Every external program is in one list, installed by setup, and tried by a real act."""

import ast
import os
import subprocess

import pytest
from vpdt_cli import acts, acts_worker, doctor, setup, system
from vpdt_cli.programs import PROGRAMS
from vpdt_cli.project import ROOT

SOURCES = ("addons", "tools", "tests")
# Calls whose first argument names a program, or begins a list that does
CALLS = {"run", "Popen", "check_output", "check_call", "call", "start", "which", "have", "execv", "execvp"}
CALLS |= {"_run", "_says"}
OWNERS = {"subprocess", "shutil", "processes", "sandbox", "os", "signing_common", "common", ""}
# Names of lists that become a command line
LISTS = {"command", "words", "program", "enter"}
NO_PROGRAMS = {"no-such-program", "vpdt-no-such-program"}


def _first(node):
    """Constants that may stand first in a command line."""
    if isinstance(node, (ast.List, ast.Tuple)) and node.elts:
        # a list may begin with what another list begins with
        yield from _first(node.elts[0])
        if isinstance(node.elts[0], ast.Starred):
            for element in node.elts[1:]:
                if isinstance(element, ast.BinOp) and isinstance(element.op, ast.Div):
                    yield from _first(element.right)
    elif isinstance(node, ast.Starred):
        yield from _first(node.value)
    elif isinstance(node, ast.IfExp):
        yield from _first(node.body)
        yield from _first(node.orelse)
    elif isinstance(node, ast.BinOp):
        yield from _first(node.right if isinstance(node.op, ast.Div) else node.left)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def called_programs(source):
    """Names of the programs that a source calls, as far as it names them itself."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args:
            owner, _dot, name = ast.unparse(node.func).rpartition(".")
            if not owner and "subprocess" not in source and "processes" not in source:
                continue  # a function of that name that starts nothing
            if name in CALLS and owner.split(".")[0] in OWNERS:
                found.update(_first(node.args[1] if name == "_says" else node.args[0]))
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in LISTS:
            if isinstance(node.value, (ast.List, ast.Tuple, ast.BinOp)):
                found.update(_first(node.value))
    # options, SQL, Odoo's subcommands and scripts are no names of programs
    return {os.path.basename(name) for name in found if name and not set(name) & set(" :=.\n") and name[0] != "-"}


def _sources():
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", *SOURCES], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.split() if name.endswith(".py") and (ROOT / name).exists()]


def test_every_program_that_is_called_is_in_the_list():
    # our own command, and arguments of it
    ours = NO_PROGRAMS | {"vpdt", "shell", "import", "template"}
    unknown = {}
    for path in _sources():
        for name in called_programs(path.read_text(encoding="utf-8")) - set(PROGRAMS) - ours:
            unknown.setdefault(name, str(path.relative_to(ROOT)))
    assert not unknown, "add them to tools/vpdt_cli/programs.py"


def test_no_program_is_in_the_list_for_nothing():
    text = "".join(path.read_text(encoding="utf-8") for path in _sources() if path.name != "programs.py")
    text += (ROOT / "tests/fresh_machine/run").read_text(encoding="utf-8")
    # two that a library of ours calls
    assert [name for name in PROGRAMS if name not in text and name not in ("tesseract", "gs")] == []


@pytest.mark.parametrize(
    "source, expected",
    [
        ('subprocess.run(["pdfx", "-v"])', {"pdfx"}),
        ('command = ["pdfx", *options]\nsubprocess.run(command)', {"pdfx"}),
        ('shutil.which("pdfx") or shutil.which("pdfy")', {"pdfx", "pdfy"}),
        ('sandbox.run(["pdfx"], folder)', {"pdfx"}),
        ('command = ["/usr/lib/x/pdfx", "y"]', {"pdfx"}),
        ('processes.run([*_as_server_user(), bin_folder() / "initdb"])', {"initdb"}),
        ('subprocess.run([sys.executable, "-m", "x"])', set()),
    ],
)
def test_the_reader_of_sources_finds_a_call(source, expected):
    assert called_programs(source) == expected


def test_setup_installs_each_and_an_act_tries_it():
    known = {act.__name__.strip("_") for act in (acts._machine, acts._postgresql, acts._chromium, acts._git)}
    known.add(acts._restic.__name__.strip("_"))
    known |= {"shellcheck", *acts._WORKED}
    for name, program in PROGRAMS.items():
        assert not program.package or program.package in system.PACKAGES, name
        assert not program.package or program.act in known, name
        assert program.act in {"", *known}, name
    for act, (packages, hint) in acts._WORKED.items():
        assert hasattr(acts_worker, act)
        assert set(packages) <= set(system.PACKAGES)
        assert hint


def test_the_doctor_says_in_words_what_does_not_work(monkeypatch, capsys):
    wrong = acts.Finding("ocr", False, "“x” was read instead of “y”", "apt-get install z")
    monkeypatch.setattr(acts, "examine", lambda: [wrong, acts.Finding("docx", True, "goes")])
    monkeypatch.setattr(doctor, "CHECKS", (doctor._programs,))
    assert doctor.examine() == 1
    said = capsys.readouterr().out
    assert "[BAD] ocr: “x” was read" in said and "apt-get install z" in said and "[ ok] goes" in said


def test_setup_tries_once_and_again_when_something_has_changed(monkeypatch, tmp_path, capsys):
    findings, asked = [acts.Finding("ocr", False, "reads nothing", "do this")], []
    monkeypatch.setattr(acts, "STAMP", tmp_path / "acts.json")
    monkeypatch.setattr(acts, "examine", lambda: asked.append(1) or findings)
    setup._try_programs()
    assert "reads nothing" in capsys.readouterr().err
    setup._try_programs()
    assert len(asked) == 2  # what failed is tried again
    findings[0] = acts.Finding("ocr", True, "reads")
    setup._try_programs()
    setup._try_programs()
    assert len(asked) == 3
    monkeypatch.setattr(acts, "key", lambda: "other packages")
    setup._try_programs()
    assert len(asked) == 4


def test_an_act_that_fails_says_why(monkeypatch, tmp_path):
    """A machine without the program that reads the letters."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(acts, "act_is_unwanted", lambda packages: False)
    finding = acts._worked("ocr")
    assert not finding.well
    assert "tesseract" in finding.words
    assert "tesseract-ocr-vie" in finding.hint


def test_the_list_of_packages_is_named_in_the_line_for_an_administrator(monkeypatch):
    monkeypatch.setattr(system, "missing_packages", lambda names: list(names))
    monkeypatch.setattr(system, "is_root", lambda: False)
    with pytest.raises(system.Failure) as caught:
        system.install_packages()
    assert all(name in caught.value.hint for name in system.PACKAGES)
