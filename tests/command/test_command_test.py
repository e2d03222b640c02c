"""How `./vpdt test` divides its tests."""

import importlib.util

from hypothesis import given
from hypothesis import strategies as st
from vpdt_cli.project import ROOT
from vpdt_cli.testing import files_of_part


@given(st.dictionaries(st.text(min_size=1), st.integers(1, 60)), st.integers(1, 4))
def test_every_file_is_in_one_part(sizes, count):
    parts = [files_of_part(sizes, f"{number}/{count}") for number in range(1, count + 1)]
    assert sorted(file for part in parts for file in part) == sorted(sizes)
    weights = [sum(sizes[file] for file in part) for part in parts]
    assert max(weights) - min(weights) <= max(sizes.values(), default=0)


def test_the_long_files_are_there():
    spec = importlib.util.spec_from_file_location("conftest_of_all", ROOT / "tests" / "conftest.py")
    conftest = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(conftest)
    assert [file for file in conftest.LONG if not (ROOT / file).is_file()] == []
