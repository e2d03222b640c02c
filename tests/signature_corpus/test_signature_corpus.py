"""Files of every structure, signed in the habit of every program, with what happens to them afterwards: each gets the
verdict of the table, and poppler's ``pdfsig`` is asked beside. The differences and their reasons: docs/signature-verdicts.md.
"""

import itertools
import re
from pathlib import Path

import pytest

from . import acts, common, habits, structures

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "signature-verdicts.md"
PAIRS = list(itertools.product(structures.STRUCTURES, habits.HABITS))
HOLED = [pair for pair in PAIRS if pair[0] != "linearised"]

#: Acts after which pdfsig calls the first signature valid and we do not: it compares no revisions.
POPPLER_IS_CONTENT = {
    "annotation over the text",
    "content of the page replaced",
    "content overwritten in place",
    "page added",
    "page turned",
    "script added",
    "text behind the end",
    "hole",
    "hole filled",
}


def judged(pdf):
    """Verdict on the file; the authority that a file leaves out is known."""
    return common.verdict(pdf, other_certs=[common.authority().issuing.cert])


def poppler(pdf):
    """Whether pdfsig calls the first signature valid."""
    first = re.search(r"Signature Validation: (.*)", common.pdfsig(pdf))
    return bool(first) and first[1].startswith("Signature is Valid")


@pytest.fixture(scope="session")
def signed():
    return {pair: habits.sign(*pair) for pair in PAIRS}


@pytest.mark.parametrize(("structure", "habit"), PAIRS)
@pytest.mark.parametrize("act", acts.ACTS)
def test_verdict(signed, structure, habit, act):
    do, expected = acts.ACTS[act]
    pdf = do(signed[structure, habit])
    result = judged(pdf)
    assert result.verdict == expected, result
    assert poppler(pdf) == (expected == "valid" or act in POPPLER_IS_CONTENT)


@pytest.mark.parametrize(("structure", "habit"), HOLED)
def test_a_hole_is_never_valid(structure, habit):
    """What the signed part points to behind its own end, empty and filled."""
    pdf = habits.sign(structure, habit, hole=True)
    assert judged(pdf).verdict not in ("valid", "valid_unknown_trust")
    filled = judged(acts.fill_hole(pdf))
    assert filled.verdict == "modified", filled
    assert {problem.code for problem in filled.signatures[0].problems} == {"signed_part_refilled"}


def test_the_corpus_is_large_and_its_differences_are_written_down():
    assert len(PAIRS) * len(acts.ACTS) + 2 * len(HOLED) >= 300
    text = DOCUMENT.read_text(encoding="utf-8")
    missing = [act for act in [*POPPLER_IS_CONTENT, *acts.ACTS] if act not in text]
    assert not missing
