"""What setup, run and doctor say about the machine."""

import argparse
import re
import socket

import pytest
from vpdt_cli import commands, doctor, environment, main, system
from vpdt_cli.project import PYTHON, Failure


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_named_with_the_option(taken_port):
    with pytest.raises(Failure, match=f"port {taken_port}") as caught:
        system.check_port(taken_port)
    assert f"--port {taken_port + 1}" in caught.value.hint


def test_run_refuses_a_taken_port_before_anything_else(taken_port, capsys):
    assert main.main(["run", "--port", str(taken_port)]) == 1
    assert f"port {taken_port}" in capsys.readouterr().err


@pytest.mark.parametrize("port", [0, 70000])
def test_an_impossible_port_is_refused(port):
    with pytest.raises(Failure, match="not a port number"):
        system.check_port(port)


def test_a_full_disk_is_told_before_the_work(tmp_path):
    with pytest.raises(Failure, match=r"disk nearly full: .* GB free"):
        system.check_disk(needed=1 << 60, path=tmp_path)


def test_an_ordinary_user_gets_one_line_for_the_administrator(monkeypatch):
    monkeypatch.setattr(system, "missing_packages", lambda names: ["postgresql", "chromium"])
    monkeypatch.setattr(system, "is_root", lambda: False)
    with pytest.raises(Failure) as caught:
        system.install_packages()
    lines = [line for line in caught.value.hint.splitlines() if "apt-get" in line]
    assert lines == ["sudo apt-get install --no-install-recommends postgresql chromium"]


def test_what_is_not_installed_is_missing():
    assert system.missing_packages(["dpkg", "no-such-package"]) == ["no-such-package"]


def test_a_production_machine_needs_no_browser():
    assert "chromium" in system.wanted_packages()
    assert "chromium" not in system.wanted_packages(development=False)


def test_a_system_without_apt_is_refused(monkeypatch):
    monkeypatch.setattr(system.shutil, "which", lambda name: None)
    with pytest.raises(Failure, match="not supported"):
        system.check_operating_system()


def test_another_system_is_warned_about(monkeypatch, capsys):
    monkeypatch.setattr(system, "release", lambda: {"ID": "ubuntu", "PRETTY_NAME": "Ubuntu 24.04"})
    system.check_operating_system()
    assert "Ubuntu 24.04" in capsys.readouterr().err


def test_an_old_python_is_refused(monkeypatch):
    monkeypatch.setattr(environment, "_version", lambda python: (3, 9))
    with pytest.raises(Failure, match=r"Python 3\.10 or newer"):
        environment.base_python()


def test_every_requirement_is_pinned_exactly():
    exact = re.compile(r"[A-Za-z0-9_.-]+==[0-9][^ ]*(; python_version < \"3\.11\")?")
    for file in environment.requirement_files():
        for line in file.read_text(encoding="utf-8").splitlines():
            assert not line or line.startswith("#") or exact.fullmatch(line), f"{file.name}: {line}"


def test_pypdf2_is_in_no_list_and_not_installed():
    assert environment.KEPT_OUT not in environment.listed_names()
    assert not list(PYTHON.parents[1].glob("lib/python3.*/site-packages/PyPDF2"))


def test_doctor_counts_what_is_wrong(monkeypatch, capsys):
    def broken():
        yield doctor.GOOD, "this is well"
        raise Failure("that is not", "mend it")

    monkeypatch.setattr(doctor, "CHECKS", (broken, lambda: [(doctor.NOTE, "by the way")]))
    assert doctor.examine() == 1
    said = capsys.readouterr().out
    assert "that is not" in said and "mend it" in said and "1 thing(s)" in said


def test_words_for_pytest_pass_through_as_they_are():
    options = main.parse(["test", "tests/command", "-k", "port", "--help"])
    assert options.call is commands.run_tests
    assert options.words == ["tests/command", "-k", "port", "--help"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["run"], {"db": "vpdt", "port": 8069, "workers": 0, "empty": False}),
        (["run", "--empty", "--db", "x", "--workers", "2"], {"db": "x", "workers": 2, "empty": True}),
        (["demo", "reset"], {"action": "reset", "db": "vpdt", "yes": False}),
    ],
)
def test_options(arguments, expected):
    options = vars(main.parse(arguments))
    assert {name: options[name] for name in expected} == expected


def test_each_command_has_a_name_of_its_own_and_a_help():
    names = [command.name for command in commands.COMMANDS]
    assert len(names) == len(set(names))
    assert all(command.help for command in commands.COMMANDS)


def test_a_failure_is_told_without_a_traceback(monkeypatch, capsys):
    def fail(_options):
        raise Failure("it went wrong", "do this")

    monkeypatch.setattr(main, "parse", lambda arguments: argparse.Namespace(call=fail))
    monkeypatch.setattr(main.processes, "turn_signals_into_exceptions", lambda: None)
    assert main.main([]) == 1
    assert capsys.readouterr().err == "error: it went wrong\n  what to do: do this\n"


def test_run_prints_every_account_and_the_passphrase_once(capsys):
    commands._say_accounts(
        [
            {"role": "Văn thư", "login": "vanthu.vp", "password": "p1", "agency": "Văn phòng", "passphrase": "123456"},
            {
                "role": "Lãnh đạo",
                "login": "lanhdao.vp",
                "password": "p1",
                "agency": "Văn phòng",
                "passphrase": "123456",
            },
            {"role": "Quản trị hệ thống", "login": "admin", "password": "p2", "agency": ""},
        ]
    )
    said = capsys.readouterr().out
    assert said.count("123456") == 1
    assert re.search(r"Quản trị hệ thống\s+admin\s+p2$", said, re.MULTILINE)
    commands._say_accounts([{"role": "x", "login": "y", "password": "z", "agency": ""}])  # of an older demo
    assert "assphrase" not in capsys.readouterr().out
