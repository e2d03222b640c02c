"""Objects that a file holds packed, read again in each state of it: the same object is the same."""

import re

import pytest

from . import common, habits, structures

ODD = {
    "null": b"[3 0 R /XYZ 72 711.01 null]",
    "true and false": b"[true false]",
    "texts": b"[(Quy\\341\\272\\277t) <FEFF00E1> /Ten#20 -.5 +3 00012 4.]",
    "nested": b"<< /A [null << /B null /C [] >>] /D << >> >>",
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("structure", ["table", "objstm"])
def test_what_a_signed_part_holds_is_the_same_later(structure, name):
    objects = structures._objects(None, False)
    objects[structures.TREE] = b"<< /Type /StructTreeRoot /Odd " + ODD[name] + b" >>"
    write = {"table": structures._with_table, "objstm": structures._with_object_stream}[structure]
    signer = common.signer_of(common.agency())
    twice = habits.countersign(common.pades.sign_plain(write(objects, hole=False), signer))
    result = common.verdict(twice)
    assert (result.verdict, len(result.signatures)) == ("valid", 2), result


def test_a_table_with_objects_above_its_size_is_said_not_to_be_checked():
    """pdfunite writes such files, and other programs sign them; what shows such objects and what leaves them out,
    programs do not agree on."""
    pdf = structures.letter("table", signature=habits._blank_dictionary())
    size = re.search(rb"/Size \d+", pdf)[0]
    pdf = habits._filled(pdf.replace(size, b"/Size 5".ljust(len(size))), "acrobat")
    result = common.verdict(pdf)
    assert (result.verdict, [problem.code for problem in result.problems]) == ("not_checked", ["table_too_small"])
    assert not result.signatures
