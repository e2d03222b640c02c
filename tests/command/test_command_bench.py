"""./vpdt bench: which benchmarks there are, and what is said of their times."""

import importlib
import os
import sys
from pathlib import Path

import pytest
from vpdt_cli import bench
from vpdt_cli.project import Failure

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import benchmarks
from benchmarks import measuring, runner

KNOWN = {"p3-register": "bench_p3_register", "p30-other": "bench_other", "p9-journal": "bench_p9_journal"}


def test_the_budgets_of_this_addon_are_there():
    assert {"p3-register", "p4-signing", "p9-journal"} <= set(bench.benchmarks())


def test_a_file_without_a_name_is_no_benchmark(tmp_path):
    (tmp_path / "bench_x.py").write_text('NAME = "x"\n')
    (tmp_path / "bench_y.py").write_text("name = 1\n")
    assert bench.benchmarks(tmp_path) == {"x": "bench_x"}


def test_no_word_chooses_all():
    assert bench.chosen([], KNOWN) == KNOWN


def test_the_beginning_of_a_name_is_enough():
    assert list(bench.chosen(["P9"], KNOWN)) == ["p9-journal"]
    assert list(bench.chosen(["p3"], KNOWN)) == ["p3-register", "p30-other"]


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(Failure, match="p9-journal"):
        bench.chosen(["p7"], KNOWN)


def test_ours_and_yardstick_run_in_turn():
    calls = []
    times = measuring.in_turn(lambda: calls.append("o"), lambda: calls.append("y"), rounds=3, warm_up=1)
    assert "".join(calls) == "yooyyooy"
    assert {name: len(found) for name, found in times.items()} == {"ours": 3, "yardstick": 3}


def test_median_and_spread():
    found = measuring.summary([3.0, 1.0, 2.0])
    assert (found["median"], found["min"], found["max"], found["spread"], found["runs"]) == (2.0, 1.0, 3.0, 1.0, 3)
    assert measuring.summary([]) is None


@pytest.mark.parametrize(
    ("ours", "yardstick", "said", "met"),
    [
        ([1.0], [4.0], None, True),
        ([2.0], [4.0], None, False),
        ([1.0], [4.0], False, False),  # the ratio is good, but the benchmark found something else wrong
        ([1.0], [], None, None),
        ([1.0], [], True, True),
    ],
)
def test_whether_a_goal_is_met(ours, yardstick, said, met):
    assert runner.evaluate({"ours": ours, "yardstick": yardstick, "met": said}, ratio_at_most=0.25)["met"] is met


def test_a_failed_benchmark_says_so():
    assert "ZeroDivisionError" in runner.line_of({"error": "ZeroDivisionError: division"})


def test_one_that_starts_an_office_runs_in_a_process_of_its_own(tmp_path, monkeypatch):
    """Odoo's process calls nobody, also not on this machine."""
    words = "import os\nNAME, GOAL, APART = 'z', 'g', True\nrun = lambda _env: {'detail': {'process': os.getpid()}}\n"
    (tmp_path / "bench_z.py").write_text(words)
    monkeypatch.setattr("benchmarks.__path__", [*benchmarks.__path__, str(tmp_path)])
    entry = runner._run_one(None, "z", "bench_z")
    assert entry["detail"]["process"] != os.getpid()


def test_an_office_is_started_apart():
    known = bench.benchmarks()
    starting = [name for name in known.values() if "House()" in (bench.BENCHMARKS / f"{name}.py").read_text()]
    assert len(starting) > 1
    assert all(importlib.import_module(f"benchmarks.{name}").APART for name in starting)
