"""A signature field that came after a signature and is another kind of annotation as well: it is painted where its own
points say, although its rectangle is empty."""

import re

import pytest

from . import common, habits, structures
from .test_read_otherwise import judged, update

FIELD = b"<< /FT /Sig /T (second) /Type /Annot /Subtype /%s /Rect [60 720 60 720] /F 4 /P 3 0 R %s >>"
PAINTED = {
    "marker": (b"Highlight", b"/C [0 0 0] /QuadPoints [60 480 500 480 60 780 500 780]"),
    "line": (b"Line", b"/L [60 720 500 720] /BS << /W 30 >> /C [0 0 0]"),
    "drawing": (b"Ink", b"/InkList [[60 720 500 780]] /BS << /W 30 >> /C [0 0 0]"),
    "note": (b"Text", b"/Open true /Contents (900 trieu) /Name /Note"),
    "text": (b"FreeText", b"/Contents (900 trieu) /DA (/Helv 40 Tf)"),
}


def with_field(kind, more):
    """A signed letter to which somebody adds a signature field."""
    pdf = habits.sign("table", "acrobat")
    catalog, page = (re.search(rb"\n%d 0 obj\n(.*?)\nendobj" % number, pdf, re.DOTALL)[1] for number in (1, 3))
    objects = {
        1: catalog.replace(b"[9 0 R]", b"[9 0 R 41 0 R]"),
        3: page.replace(b"9 0 R]", b"9 0 R 41 0 R]"),
        41: FIELD % (kind, more),
    }
    return update(pdf, objects)


@pytest.mark.parametrize("name", PAINTED)
def test_what_is_painted_elsewhere_is_no_empty_field(name):
    verdict, codes = judged(with_field(*PAINTED[name]))
    assert (verdict, codes) == ("modified", ["changed_after_signing"])


def test_an_empty_field_may_be_added_and_signed():
    pdf = with_field(b"Widget", b"")
    assert judged(pdf) == ("valid", [])
    assert common.verdict(pdf, other_certs=[common.authority().issuing.cert]).unsigned_fields == ["second"]


@pytest.mark.parametrize(("value", "null"), [(b"null", b""), (b"20 0 R", b"null")], ids=["itself", "by reference"])
def test_a_value_of_null_is_none(value, null):
    objects = structures._objects(habits._blank_dictionary(), False)
    objects[1] = objects[1].replace(b"[9 0 R]", b"[9 0 R 41 0 R]")
    objects[41] = FIELD % (b"Widget", b"/V " + value)
    objects |= {20: null} if null else {}
    pdf = habits._filled(structures._with_table(objects, hole=False), "acrobat")
    assert judged(pdf) == ("valid", [])
    assert common.verdict(pdf).unsigned_fields == ["second"]
