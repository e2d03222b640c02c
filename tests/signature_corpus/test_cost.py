"""What a check costs grows with the number of signatures, and not with its square: nothing is read, looked up or drawn
again for each of them."""

import collections

import pypdfium2
import pytest
from pyhanko.pdf_utils import xref
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields as pdf_fields
from pyhanko.sign import signers as pyhanko_signers
from pyhanko.stamp import TextStampStyle

from . import common, habits, structures


def sign_visibly(pdf, number):
    place = 40 + 150 * (number % 3), 40 + 80 * (number // 3)
    field = pdf_fields.SigFieldSpec(f"s{number}", box=(*place, place[0] + 130, place[1] + 60), on_page=0)
    metadata = pyhanko_signers.PdfSignatureMetadata(field_name=field.sig_field_name, md_algorithm="sha256")
    style = TextStampStyle(stamp_text="%(signer)s")
    job = pyhanko_signers.PdfSigner(metadata, habits.signer(common.agency()), stamp_style=style, new_field_spec=field)
    return job.sign_pdf(habits.writer_of(pdf)).getvalue()


@pytest.fixture(scope="module")
def visible():
    """The letter, with 0 to 8 visible signatures."""
    states = [structures.letter("table")]
    for number in range(8):
        states.append(sign_visibly(states[-1], number))
    return states


def counted(monkeypatch, owner, name, key=lambda *_args: None):
    """Count the calls of a method by ``key`` of its arguments."""
    calls, original = collections.Counter(), getattr(owner, name)

    def call(*args, **options):
        calls[key(*args)] += 1
        return original(*args, **options)

    monkeypatch.setattr(owner, name, call)
    return calls


def test_each_place_of_the_file_is_read_once(visible, monkeypatch):
    reads = counted(monkeypatch, PdfFileReader, "_read_object", lambda _reader, _ref, place: place)
    assert common.verdict(visible[8]).verdict == "valid"
    assert reads.total() <= 1.3 * len(reads), reads


def test_sections_that_say_nothing_of_an_object_are_not_asked(visible, monkeypatch):
    asked = {}
    for count in (4, 8):
        calls = counted(monkeypatch, xref.XRefSectionData, "try_resolve")
        common.verdict(visible[count])
        asked[count] = calls.total()
        monkeypatch.undo()
    assert asked[8] < 4 * asked[4]


def test_each_state_of_a_page_is_drawn_once(visible, monkeypatch):
    drawn = counted(monkeypatch, pypdfium2.PdfPage, "render", lambda _page, *_args: None)
    assert common.verdict(visible[8]).verdict == "valid"
    states, seen_by_two_programs = 9, 2
    assert drawn[None] <= states + 1 + seen_by_two_programs
