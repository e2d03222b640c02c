"""`./vpdt agency`: the empty workbook, the file of passwords, and a province opened on a real database."""

import argparse
import csv
import stat

import openpyxl
import pytest
from vpdt_cli import agency
from vpdt_cli.project import Failure


def run(*words):
    """(exit code) of ./vpdt agency with these words."""
    return agency.run(argparse.Namespace(words=[str(word) for word in words])) or 0


@pytest.fixture
def workbook(tmp_path):
    """A province with one agency that is right and one that is not."""
    path = tmp_path / "province.xlsx"
    assert run("template", path) == 0
    book = openpyxl.load_workbook(path)
    book["Cơ quan"].append(["H21.61", "", "Sở Thử một", "STM", "H21", "UBND tỉnh", "Gia Lai"])
    book["Cơ quan"].append(["H21.62", "", "Sở Thử hai", "STH", "H21", "UBND tỉnh", "Gia Lai"])
    book["Phòng ban"].append(["H21.61", "Văn phòng", "VP"])
    book["Cán bộ"].append(["H21.61", "Văn thư", "vanthu.s61", "", "Văn phòng", "", "", "", "", "Văn thư"])
    book["Cán bộ"].append(["H21.62", "Sai vai trò", "x.s62", "", "", "", "", "", "", "Vua"])
    book.save(path)
    return path


def test_a_workbook_that_is_there_is_not_overwritten(workbook):
    before = workbook.read_bytes()
    with pytest.raises(Failure, match="is there already"):
        run("template", workbook)
    assert workbook.read_bytes() == before


def test_a_missing_file_and_a_missing_database(workbook, tmp_path):
    with pytest.raises(Failure, match="no file"):
        run("import", tmp_path / "nothing.xlsx")
    with pytest.raises(Failure, match="no database"):
        run("import", workbook, "--db", "vpdt_nowhere")


def read(path):
    with open(path, newline="", encoding="utf-8-sig") as handle:
        return list(csv.reader(handle))


def test_passwords_go_to_a_new_private_file(tmp_path):
    path = tmp_path / "passwords.csv"
    agency._begin_passwords(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(Failure, match="is there already"):
        agency._begin_passwords(path)


def test_a_shell_that_is_killed_leaves_the_passwords_of_what_it_has_opened(tmp_path, capsys):
    path, committed = tmp_path / "passwords.csv", []

    class Opening:
        """Two agencies; the shell dies in the third."""

        def with_context(self, **_values):
            return self

        def _open_province(self, _file, _report, _commit, *, dry_run, keep_passwords):
            for number in (1, 2):
                keep_passwords({f"đăng.nhập{number}": "x"})
                committed.append(read(path)[-1])
            raise SystemExit(137)

    program = agency._program("x.xlsx", path, dry_run=False)
    env = type("Env", (dict,), {"cr": argparse.Namespace(commit=None, rollback=None)})
    with pytest.raises(SystemExit), agency._file_of_passwords(path):
        exec(program, {"env": env({"vpdt.agency.opening": Opening()})})
    assert read(path) == [["login", "password"], *committed]
    assert committed == [["đăng.nhập1", "x"], ["đăng.nhập2", "x"]]
    assert "of 2 new accounts" in capsys.readouterr().out


def test_no_new_account_leaves_no_file(tmp_path):
    path = tmp_path / "passwords.csv"
    with agency._file_of_passwords(path):
        assert path.exists()
    assert not path.exists()


def test_a_province_is_tried_opened_and_opened_again(server, workbook, tmp_path, capsys):
    passwords = tmp_path / "passwords.csv"
    assert run("import", workbook, "--db", server.db, "--dry-run") == 1
    said = capsys.readouterr().out
    assert "new        Cơ quan 2  H21.61" in said
    assert "ERROR      Cán bộ 3  H21.62" in said
    assert "nothing was kept" in said
    count = "result = env['res.company'].search_count([('organization_id.identifier', '=like', 'H21.6_')])"
    assert server.env_call(count) == 0

    assert run("import", workbook, "--db", server.db, "--passwords", passwords) == 1
    with open(passwords, encoding="utf-8-sig") as handle:
        rows = list(csv.DictReader(handle))
    assert [row["login"] for row in rows] == ["vanthu.s61"]
    assert server.env_call(count) == 1
    capsys.readouterr()

    assert run("import", workbook, "--db", server.db) == 1
    assert "unchanged  Cán bộ 2  H21.61" in capsys.readouterr().out
    assert server.env_call(count) == 1
