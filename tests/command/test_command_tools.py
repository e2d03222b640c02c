"""The tools for files: found without what the other commands need, and listed beside them."""

import subprocess
import sys

from vpdt_cli import addon_tools, commands, main
from vpdt_cli.project import ROOT


def test_a_tool_loads_no_other_command():
    code = "import sys; from vpdt_cli import main; main.parse(['pdf']); print('vpdt_cli.commands' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT / "tools", capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "False\n"


def test_tools_are_commands_too():
    names = [command.name for command in commands.COMMANDS]
    assert set(addon_tools.TOOLS) <= set(names)
    assert len(set(names)) == len(names)


def test_words_go_on_as_they_are(monkeypatch):
    told = []
    monkeypatch.setattr(addon_tools, "run", lambda name, words: told.append((name, words)) or 3)
    assert main.main(["pdf", "verify", "--help", "-x"]) == 3
    assert told == [("pdf", ["verify", "--help", "-x"])]
