"""A field with a value and no appearance is painted with fonts and colour of the form: whoever changes these
later changes what was signed; adding them where no field depends on them changes nothing."""

import re

import pytest

from . import common, habits, structures

FIELD = (
    b"<< /FT /Tx /T (kinhphi) /V (9 trieu) /Type /Annot /Subtype /Widget /Rect [72 600 400 640] /F 4 /P 3 0 R "
    b"/DA (/F9 24 Tf 0 g) >>"
)
WITHOUT_DA = FIELD.replace(b" /DA (/F9 24 Tf 0 g)", b"")
BUTTON = FIELD.replace(b"/FT /Tx", b"/FT /Btn /Ff 65536").replace(b"/V (9 trieu)", b"/MK << /CA (9 trieu) >>")
LIST = FIELD.replace(b"/FT /Tx", b"/FT /Ch").replace(b"/V (9 trieu)", b"/Opt [(9 trieu)]")
NOTE = FIELD.replace(b"/FT /Tx /T (kinhphi) /V", b"/Contents").replace(b"/Widget", b"/FreeText")
HELVETICA = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
#: Shows another sign for each 9.
OTHER = HELVETICA.replace(b" >>", b" /Encoding << /Type /Encoding /Differences [57 /three] >> >>")
FONT = b" /DR << /Font << /F9 21 0 R >> >>"
COLOUR = b" /DA (/F9 24 Tf 0 g)"


def signed(form, field=None):
    """A signed file whose form says ``form`` besides, with a text field."""
    objects = structures._objects(habits._blank_dictionary(), False)
    fields = b"/Fields [9 0 R 8 0 R]" if field else b"/Fields [9 0 R]"
    objects[1] = objects[1].replace(b"/Fields [9 0 R] /SigFlags 3", fields + b" /SigFlags 3" + form)
    if field:
        objects[3] = objects[3].replace(b"/Annots [ ", b"/Annots [8 0 R ")
        objects[8] = field
    objects[21] = HELVETICA
    return habits._filled(structures._with_table(objects, hole=False), "acrobat")


def changed(pdf, before, after):
    """The catalog once more, as a later revision, with ``after`` for ``before``; the other font is number 22."""
    catalog = re.search(rb"1 0 obj\n(.*)\nendobj", pdf)[1]
    assert before in catalog
    out, places = pdf + b"\n", {}
    for number, body in {1: catalog.replace(before, after), 22: OTHER}.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    last = int(pdf[pdf.rindex(b"startxref") + 9 :].split()[0])
    rows = b"".join(b"%d 1\n%010d 00000 n \n" % place for place in sorted(places.items()))
    end = b"trailer\n<< /Size 40 /Root 1 0 R /Info 6 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (last, len(out))
    return out + b"xref\n" + rows + end


def verdict(pdf):
    return common.verdict(pdf, other_certs=[common.authority().issuing.cert]).verdict


@pytest.mark.parametrize(
    ("form", "field", "before", "after"),
    [
        (FONT, FIELD, b"/F9 21 0 R", b"/F9 22 0 R"),
        (b"", FIELD, b"/SigFlags 3", b"/SigFlags 3" + FONT.replace(b"21", b"22")),
        (COLOUR + FONT, WITHOUT_DA, b"24 Tf 0 g", b"24 Tf 1 g"),
        (FONT, BUTTON, b"/F9 21 0 R", b"/F9 22 0 R"),
        (FONT, LIST, b"/F9 21 0 R", b"/F9 22 0 R"),
        (FONT, NOTE, b"/F9 21 0 R", b"/F9 22 0 R"),
    ],
    ids=["font replaced", "font added", "colour changed", "of a caption", "of a list", "of a note on the page"],
)
def test_what_a_signed_field_is_painted_with_stays(form, field, before, after):
    pdf = signed(form, field)
    assert verdict(pdf) == "valid"
    assert verdict(changed(pdf, before, after)) == "modified"


def test_fonts_that_no_field_needs_may_be_added():
    pdf = signed(b"")
    assert verdict(changed(pdf, b"/SigFlags 3", b"/SigFlags 3" + COLOUR + FONT)) == "valid"
