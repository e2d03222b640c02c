"""`./vpdt files verify`: what it says, and its exit code; the check itself is tested with the model."""

import json
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from vpdt_cli import files
from vpdt_cli.project import Failure

WELL = {kind: {"count": 0, "first": []} for kind in files.KINDS}
GOOD = {"files": 3, "bytes": 5 << 20, **WELL, "ok": True}
CHANGED = {"record": "vpdt_file 7", "store": "ab/abc", "sha256": "1" * 64, "actual": "2" * 64}
BAD = {**GOOD, "changed": {"count": 25, "first": [CHANGED] * 25}, "ok": False}


@pytest.fixture
def answers(monkeypatch):
    """Let the Odoo shell answer with a report; returns a function that sets it."""
    found = SimpleNamespace(exists=lambda name: name == "vpdt")

    @contextmanager
    def databases():
        yield found

    monkeypatch.setattr(files.setup_steps, "ensure", lambda: SimpleNamespace(databases=databases))
    return lambda report: monkeypatch.setattr(files.odoo, "shell", lambda database, snippet: report)


def test_all_is_well(answers, capsys):
    answers(GOOD)
    assert files.verify("vpdt") == 0
    said = capsys.readouterr().out
    assert "3 files, 5.0 MB" in said and "as they were stored" in said


def test_damage_is_listed_and_ends_with_1(answers, capsys):
    answers(BAD)
    assert files.verify("vpdt") == 1
    said = capsys.readouterr().out
    assert "25 changed" in said and "vpdt_file 7" in said and "5 more" in said and "Nothing was repaired" in said
    assert said.count("vpdt_file 7") == files.SHOWN


def test_json(answers, capsys):
    answers(BAD)
    assert files.verify("vpdt", as_json=True) == 1
    assert json.loads(capsys.readouterr().out) == BAD


def test_no_such_database(answers):
    answers(GOOD)
    with pytest.raises(Failure, match="no database other") as caught:
        files.verify("other")
    assert caught.value.code == 2
