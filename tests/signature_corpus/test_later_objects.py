"""Objects that a file holds packed, read again in each state of it: the same object is the same."""

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
