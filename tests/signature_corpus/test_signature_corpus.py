"""Files of every structure, signed in the habit of every program, with what happens to them afterwards: each gets the
verdict of the table, and poppler's ``pdfsig`` is asked beside. The differences and their reasons:
docs/signature-verdicts.md.
"""

import datetime
import io
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


@pytest.mark.parametrize(("structure", "habit"), PAIRS)
def test_an_honest_file_is_signed_on(signed, structure, habit):
    """Ours signs what others have signed, and both are valid; the letter itself can be signed as well."""
    for pdf, count in ((signed[structure, habit], 2), (structures.letter(structure), 1)):
        added = common.pades.sign_plain(pdf, common.signer_of(common.agency()))
        result = judged(added)
        assert (result.verdict, len(result.signatures)) == ("valid", count), result


@pytest.mark.parametrize(("structure", "habit"), HOLED)
def test_a_prepared_file_that_others_signed_is_not_signed_on(structure, habit):
    with pytest.raises(common.SigningError):
        common.pades.sign_plain(habits.sign(structure, habit, hole=True), common.signer_of(common.agency()))


@pytest.mark.parametrize("structure", sorted({structure for structure, _habit in HOLED}))
def test_a_prepared_draft_is_made_whole_before_it_is_signed(structure):
    """Nothing signed it yet, so it may be written anew; what is put there afterwards hangs on nothing."""
    added = common.pades.sign_plain(structures.letter(structure, hole=True), common.signer_of(common.agency()))
    assert judged(added).verdict == "valid"
    page = common.reading.Reader(io.BytesIO(acts.fill_hole(added))).root["/Pages"]["/Kids"][0]
    assert "/FreeText" not in [note.get("/Subtype") for note in page["/Annots"] if hasattr(note, "get")]


SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
#: What others made: folder → file → verdict; "never": anything but valid.
MADE_ELSEWHERE = {
    "signatures/1_forged_valid": dict.fromkeys(["*"], "never"),
    "signatures/2_good_refused": {
        "*": "valid",
        "adobe_like_lin_src.pdf": "not_signed",
        "xref_stream_unsigned.pdf": "not_signed",
        "c_ed25519.pdf": "not_checked",
        "v_seal_over_third_white_ground.pdf": "modified",
    },
    "signatures/3_crl_ignored": {"*": "valid"},
    "signatures/4_slow_or_heavy": {"*": "valid", "z_slow_drawing_two_visible.pdf": "not_checked"},
    "signatures/5_smaller": {
        "k_expired_with_ts_of_now_expired_tsa.pdf": "valid_unknown_trust",
        "s_M_garbage.pdf": "valid",
        "s_cn_bidi.pdf": "not_checked",
        "*": "invalid",
    },
    "cases": {
        "b04_sign_certified_p1_then_second.pdf": "modified",
        "b06_sign_x509_rsa_sha1.pdf": "not_checked",
        "b*_sign_*": "valid",
    },
}


def made_elsewhere():
    for folder, table in MADE_ELSEWHERE.items():
        for path in sorted((SAMPLES / folder).glob("*.pdf")):
            names = [name for name in table if path.match(name)]
            if names:
                yield path, table[max(names, key=len)]


@pytest.mark.parametrize(("path", "expected"), list(made_elsewhere()), ids=lambda value: getattr(value, "name", value))
def test_files_made_elsewhere(path, expected):
    roots = [root.read_bytes() for root in sorted(SAMPLES.rglob("*root*.pem"))]
    others = [(SAMPLES / "cases" / "b01_subca.pem").read_bytes()]
    moment = datetime.datetime(2026, 11, 29, tzinfo=datetime.timezone.utc)
    result = common.verdict(path.read_bytes(), trust_roots=roots, other_certs=others, at=moment)
    if expected == "never":
        assert result.verdict not in ("valid", "valid_unknown_trust")
    else:
        assert result.verdict == expected, result


@pytest.mark.parametrize("moment", ["2026-11-20T02:30", "2026-11-20T08:00", "2026-11-20T10:00"])
def test_a_clock_ahead_by_the_hours_of_vietnam(signed, moment):
    """The same verdict whenever it is looked at, and never of the future."""
    path = SAMPLES / "cases" / "b02_sign_local_time_marked_utc_no_stamp.pdf"
    if not path.exists():
        pytest.skip("the files made elsewhere are not here")
    at = datetime.datetime.fromisoformat(f"{moment}:00+00:00")
    result = common.verdict(path.read_bytes(), trust_roots=[(path.parent / "b01_root.pem").read_bytes()], at=at)
    assert result.verdict == "valid", result
    assert "clock_ahead" in [note.code for note in result.signatures[0].notes]


def test_the_hour_of_vietnam_marked_as_utc_is_put_right(signed):
    (check,) = judged(signed["table", "vgca"]).signatures
    assert "clock_ahead" in [note.code for note in check.notes]
    assert abs(common.trust.now() - check.signed_at) < datetime.timedelta(hours=1)


def test_the_corpus_is_large_and_its_differences_are_written_down():
    assert len(PAIRS) * len(acts.ACTS) + 2 * len(HOLED) >= 300
    text = DOCUMENT.read_text(encoding="utf-8")
    missing = [act for act in [*POPPLER_IS_CONTENT, *acts.ACTS] if act not in text]
    assert not missing
