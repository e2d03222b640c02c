"""What a later signature, or a time stamp that anybody can have made, may bring along: nothing that changes what was
signed. The first signer's pages, what they are painted with and the order of what lies on them stay."""

import asyncio
import hashlib
import re

import pytest

from . import acts, common, habits, structures
from .test_read_otherwise import judged, update

FIELD = b"<< /FT /Sig /T (second) /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /F 132 /P 3 0 R %s >>"
STAMP = b"<< /Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161 %s " + habits.BLANK
NOTE = b"<< /Type /Annot /Subtype /Square /Rect [60 700 200 %d] /F 4 /C [1 0 0] >>"


@pytest.fixture(scope="module")
def letter():
    """A signed letter on whose page two notes lie over each other."""
    objects = structures._objects(habits._blank_dictionary(), False)
    objects[3] = objects[3].replace(b"/Annots [", b"/Annots [21 0 R 22 0 R ")
    objects |= {21: NOTE % 740, 22: NOTE % 760}
    return habits._filled(structures._with_table(objects, hole=False), "acrobat")


def body(pdf, number):
    return re.search(rb"\n%d 0 obj\n(.*?)\nendobj" % number, pdf, re.DOTALL)[1]


def with_field(pdf, entries=b"", annotations=b"21 0 R 22 0 R  9 0 R 41 0 R", **more):
    """Another signature field is added; ``more``: o and a number → body of that object."""
    catalog = body(pdf, 1).replace(b"[9 0 R]", b"[9 0 R 41 0 R]")
    page = re.sub(rb"/Annots \[.*?\]", b"/Annots [" + annotations + b"]", body(pdf, 3))
    others = {int(name[1:]): text for name, text in more.items()}
    return update(pdf, {1: catalog, 3: page, 41: FIELD % entries, **others})


def with_time_stamp(pdf, entries=b"", **more):
    """A time stamp of the document, of a service that nobody knows; ``entries`` of its dictionary."""
    blank = STAMP % entries + b" /Contents <" + b"0" * habits.ROOM + b"> >>"
    return filled(with_field(pdf, b"/V 44 0 R", o44=blank, **more), time_stamp)


def time_stamp(digest):
    return asyncio.run(common.timestamper().async_timestamp(digest, "sha256")).dump()


def agency(digest):
    return asyncio.run(habits.signer(common.agency()).async_sign(digest, "sha256")).dump()


def filled(pdf, sign):
    """Put byte range and container into the blanks of the last signature; ``sign`` gives one for a digest."""
    room = re.search(rb"/Contents <(0{%d})>" % habits.ROOM, pdf)
    start, end = room.start(1) - 1, room.end(1) + 1
    told = b"/ByteRange [0 %d %d %d" % (start, end, len(pdf) - end)
    pdf = pdf.replace(habits.BLANK, told.ljust(len(habits.BLANK) - 1) + b"]")
    container = sign(hashlib.sha256(pdf[:start] + pdf[end:]).digest())
    return pdf[: start + 1] + container.hex().encode().ljust(habits.ROOM, b"0") + pdf[end - 1 :]


CONTENT = structures.stream(acts.STAMP)
FONT = (
    b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Type /Encoding /Differences [57 /three] >> >>"
)
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 /Rotate 180 >>"
PARAMETERS = b"/Reference [<< /TransformMethod /X /TransformParams %d 0 R >>]"


def test_a_time_stamp_changes_nothing(letter):
    assert judged(with_time_stamp(letter))[0] == "valid"
    assert judged(with_time_stamp(letter, PARAMETERS % 45, o45=b"<< /P 2 >>"))[0] == "valid"


@pytest.mark.parametrize(
    ("number", "changed"), [(4, CONTENT), (5, FONT), (2, PAGES)], ids=["content", "font", "page tree"]
)
def test_the_parameters_of_a_time_stamp_are_no_part_of_the_page(letter, number, changed):
    """pyHanko lets the object be written anew that a new signature names as its parameters, whatever it is."""
    pdf = with_time_stamp(letter, PARAMETERS % number, **{f"o{number}": changed})
    assert judged(pdf) == ("modified", ["changed_after_signing"])


def test_the_first_signature_keeps_its_field(letter):
    shown = body(letter, 9).replace(b"/Rect", b"/AP << /N 46 0 R >> /Rect")
    pdf = with_time_stamp(letter, PARAMETERS % 9, o9=shown, o46=CONTENT)
    assert judged(pdf) == ("modified", ["changed_after_signing"])


@pytest.mark.parametrize(
    "annotations",
    [b"22 0 R 21 0 R 9 0 R 41 0 R", b"21 0 R 22 0 R 9 0 R 41 0 R 21 0 R", b"22 0 R 9 0 R 41 0 R"],
    ids=["another order", "one once more on top", "one away"],
)
def test_what_lies_on_a_page_keeps_its_order(letter, annotations):
    assert judged(with_field(letter, annotations=annotations)) == ("modified", ["changed_after_signing"])


@pytest.mark.parametrize("annotations", [b"41 0 R 21 0 R 22 0 R 9 0 R", b"21 0 R 22 0 R 9 0 R 41 0 R"])
def test_a_field_stands_where_it_likes(letter, annotations):
    assert judged(with_field(letter, annotations=annotations)) == ("valid", [])


@pytest.mark.parametrize("entries", [b"/AA << /PV %s >>", b"/A %s"])
def test_a_new_field_does_nothing(letter, entries):
    """Some viewers do it as soon as the page is seen: a signed note vanishes."""
    hide = b"<< /S /Hide /T 22 0 R /H true >>"
    assert judged(with_field(letter, entries % hide)) == ("modified", ["changed_after_signing"])


@pytest.mark.parametrize("value", [b"/V 10 0 R", b"/V 44 0 R"], ids=["shared", "copied"])
def test_a_signature_is_that_of_one_field(letter, value):
    """Another field with a look of its own says that the signer signed it."""
    pdf = with_field(letter, value, o44=body(letter, 10))
    assert judged(pdf)[0] in ("modified", "invalid")


SHAPE = b"/Type /XObject /Subtype /Form /BBox [0 0 200 40]"
WAITING = FIELD.replace(b"[0 0 0 0] /F 132", b"[80 500 280 540] /F 4") % b"/AP 25 0 R"
SEAL = structures.stream(b"1 0 0 RG 5 w 5 5 190 30 re S", SHAPE)


@pytest.mark.parametrize(
    ("appearance", "more", "expected"),
    [
        (b"<< /N 27 0 R >>", {27: SEAL}, "valid"),
        (b"28 0 R", {28: b"<< /N 27 0 R >>", 27: SEAL}, "valid"),
        (b"25 0 R", {25: b"<< /N 27 0 R >>", 27: SEAL}, "valid"),
        (b"25 0 R", {26: SEAL}, "valid"),
        (b"25 0 R", {25: b"<< /N 27 0 R >>", 27: SEAL, 4: CONTENT}, "modified"),
    ],
    ids=["direct", "of another number", "of the same number", "drawn anew", "and another content"],
)
def test_a_field_that_waited_for_the_agency_gets_its_seal(appearance, more, expected):
    """Programs write the appearance of a field that is there already in several ways."""
    objects = structures._objects(habits._blank_dictionary(), False)
    objects[1] = objects[1].replace(b"[9 0 R]", b"[9 0 R 24 0 R]")
    objects[3] = objects[3].replace(b"/Annots [", b"/Annots [24 0 R ")
    objects |= {24: WAITING, 25: b"<< /N 26 0 R >>", 26: structures.stream(b" ", SHAPE)}
    pdf = habits._filled(structures._with_table(objects, hole=False), "acrobat")
    field = WAITING.replace(b"/AP 25 0 R", b"/AP %s /V 44 0 R" % appearance)
    signed = filled(update(pdf, {24: field, 44: habits._blank_dictionary(), **more}), agency)
    assert judged(signed)[0] == expected
