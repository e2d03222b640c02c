"""Bytes that the tables of a file do not tell of, and that another program shows all the same: whoever appends them to
a signed file gets no valid signature, and who only writes his tables in another way does."""

import re

import pytest

from . import acts, common, habits, structures

RED = structures.stream(acts.STAMP)
OTHER_PAGE = {
    31: b"<< /Type /Catalog /Pages 32 0 R >>",
    32: b"<< /Type /Pages /Kids [33 0 R] /Count 1 >>",
    33: b"<< /Type /Page /Parent 32 0 R /MediaBox [0 0 595 842] /Contents 34 0 R >>",
    34: RED,
}


@pytest.fixture(scope="module")
def signed():
    return {name: habits.sign(name, "acrobat") for name in ("table", "stream", "objstm")}


def update(pdf, objects, rows=None, *, change=lambda tail: tail, before=b""):
    """Append objects, and a table that lists them, or ``rows`` instead of them."""
    out, places = pdf + b"\n" + before, {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    if rows is None:
        rows = b"".join(b"%d 1\n%010d 00000 n \n" % place for place in sorted(places.items()))
    elif callable(rows):
        rows = rows(places)
    trailer = b"<< /Size 60 /Root 1 0 R /Info 6 0 R /Prev %d >>\n" % _last(pdf)
    tail = b"xref\n" + (rows or b"0 0\n") + b"trailer\n" + trailer + b"startxref\n%d\n%%%%EOF\n" % len(out)
    return out + change(tail)


def update_by_stream(pdf, objects, rows):
    """The same with a stream of cross references, which says besides what ``rows`` tells."""
    out, places = pdf + b"\n", {}
    for number, body in objects.items():
        places[number] = (1, len(out), 0)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    entries = b" /Root 1 0 R /Info 6 0 R /Prev %d" % _last(pdf)
    body = structures._xref_stream({**places, **rows, 59: (1, start, 0)}, 60, entries)
    return out + b"59 0 obj\n" + body + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % start


def _last(pdf):
    return int(pdf[pdf.rindex(b"startxref") + 9 :].split()[0])


def judged(pdf):
    result = common.verdict(pdf, other_certs=[common.authority().issuing.cert])
    return result.verdict, [problem.code for check in result.signatures for problem in check.problems]


def packed(*numbers):
    head = b" ".join(b"%d %d" % (number, 5 * index) for index, number in enumerate(numbers)) + b"\n"
    entries = b"/Type /ObjStm /N %d /First %d" % (len(numbers), len(head))
    return structures.stream(head + b"<<>> " * len(numbers), entries)


def twice(places):
    """The new place first, the old one last."""
    old = re.search(rb"\n4 0 obj", habits.sign("table", "acrobat")).start() + 1
    return b"4 1\n%010d 00000 n \n4 1\n%010d 00000 n \n" % (places[4], old)


FORGED = {
    "listed twice": lambda pdf: update(pdf, {4: RED}, twice),
    "in no table": lambda pdf: update(pdf, {4: RED}, b""),
    "in no table, behind a comment": lambda pdf: update(
        pdf, {}, before=b"4 %x\n0\0 % 1 2 3\r obj\n" + RED + b"\nendobj\n"
    ),
    "in no table, behind many comments": lambda pdf: update(
        pdf, {}, before=b"4\n" + b"%x\n" * 9 + b"0\n" + b"%y\r" * 9 + b"obj\n" + RED + b"\nendobj\n"
    ),
    "in no table, behind a very long comment": lambda pdf: update(
        pdf, {}, before=b"4 0 %" + b"x" * 9000 + b"\nobj\n" + RED + b"\nendobj\n"
    ),
    "under another number": lambda pdf: update(pdf, {4: RED}, lambda places: b"50 1\n%010d 00000 n \n" % places[4]),
    "another catalog": lambda pdf: update(pdf, OTHER_PAGE),
    "another trailer": lambda pdf: update(
        pdf, {**OTHER_PAGE, 31: b"<< /Pages 32 0 R >>"}, before=b"%trailer << /Root 31 0 R >>\n"
    ),
    "packed objects that no table looks for": lambda pdf: update(pdf, {31: packed(3, 4)}),
}
#: What makes other programs repair the file.
IRREGULAR = {
    "no root": lambda tail: tail.replace(b"/Root 1 0 R", b""),
    "short rows": lambda tail: tail.replace(b" n \n", b" n\n", 1),
    "a letter behind the word": lambda tail: tail.replace(b"xref\n", b"xref}", 1),
    "a sign too many": lambda tail: tail.replace(b" >>", b" > /Prev 195 >>"),
}


@pytest.mark.parametrize("name", FORGED)
def test_what_no_table_tells_of_is_never_valid(signed, name):
    verdict, codes = judged(FORGED[name](signed["table"]))
    assert verdict == "modified"
    assert "read_otherwise" in codes


@pytest.mark.parametrize("change", IRREGULAR)
def test_a_table_that_others_repair_hides_nothing(signed, change):
    forged = update(signed["table"], {4: RED}, b"50 1\n0000000000 65535 f \n", change=IRREGULAR[change])
    assert judged(forged)[0] not in ("valid", "valid_unknown_trust")


@pytest.fixture(scope="module")
def prepared():
    """The signer's part has another content of the page in no table."""
    objects = structures._objects(habits._blank_dictionary(), False)
    whole = structures._with_table(objects, hole=False)
    at = whole.index(b"5 0 obj")
    hidden = b"4 0 obj\n" + RED + b"\nendobj\n"
    moved = re.sub(rb"\n(\d{10}) 00000 n ", lambda row: _moved(row, at, len(hidden)), whole)
    last = _last(whole)
    moved = moved.replace(b"startxref\n%d" % last, b"startxref\n%d" % (last + len(hidden)))
    return habits._filled(moved[:at] + hidden + moved[at:], "acrobat")


@pytest.mark.parametrize("change", IRREGULAR)
def test_what_the_signed_part_hides_is_not_brought_to_light(prepared, change):
    assert judged(prepared)[0] == "valid"
    assert judged(update(prepared, {30: b"<< >>"}))[0] == "valid"
    assert judged(update(prepared, {30: b"<< >>"}, change=IRREGULAR[change]))[0] not in ("valid", "valid_unknown_trust")


#: The same in a stream of cross references: what pyHanko takes and others repair.
IRREGULAR_STREAM = {
    "no root": (b"/Root 1 0 R", b"/Roo 1 0 R"),
    "the end of the dictionary": (b">>\nstream", b">a\nstream"),
    "an escape in a name": (b"/Root", b"/#52oot"),
    "a comment": (b"/Root", b"%\n/Root"),
}


@pytest.mark.parametrize("change", IRREGULAR_STREAM)
def test_nor_by_a_stream_of_cross_references(prepared, change):
    honest = update_by_stream(prepared, {30: b"<< >>"}, {})
    assert judged(honest)[0] == "valid"
    head, tail = honest[: len(prepared)], honest[len(prepared) :]
    changed = tail.replace(*IRREGULAR_STREAM[change])
    assert changed != tail
    assert judged(head + changed)[0] not in ("valid", "valid_unknown_trust")


def test_nor_by_a_row_of_an_unknown_kind(prepared):
    honest, unknown = (update_by_stream(prepared, {30: b"<< >>"}, {40: (kind, 0, 65535)}) for kind in (0, 193))
    assert judged(honest)[0] == "valid"
    assert judged(unknown)[0] not in ("valid", "valid_unknown_trust")


def _moved(row, at, length):
    place = int(row[1])
    return b"\n%010d 00000 n " % (place + length if place >= at else place)


def test_a_file_does_not_grow_to_the_length_that_its_head_tells():
    """A program that loads a linearised file takes it for one as long as the length fits."""
    objects = {20: b"<< /Linearized 1 /L 20000 /H [0 0] /O 3 /E 0 /N 1 /T 0 >>"}
    objects |= structures._objects(habits._blank_dictionary(), False)
    pdf = habits._filled(structures._with_table(objects, hole=False), "acrobat")
    longer = update(pdf, {30: b"<< >>"})
    assert judged(longer)[0] == "valid"
    spaces = b"\n".ljust(20_000 - len(longer), b"\n")
    forged = update(pdf, {30: b"<< >>"}, before=spaces)
    assert (len(forged), judged(forged)) == (20_000, ("modified", ["read_otherwise"]))


@pytest.mark.parametrize("structure", ["table", "stream", "objstm"])
def test_honest_updates_stay_valid(signed, structure):
    pdf = signed[structure]
    assert judged(update_by_stream(pdf, {30: b"<< >>"}, {}))[0] == "valid"
    assert judged(update_by_stream(pdf, {31: packed(40, 41)}, {40: (2, 31, 0), 41: (2, 31, 1)}))[0] == "valid"
    assert judged(update_by_stream(pdf, {31: packed(40, 3)}, {40: (2, 31, 0)}))[0] == "modified"


@pytest.mark.parametrize("change", ["short rows", "no root"])
def test_a_sloppy_update_that_hides_nothing_stays_valid(signed, change):
    assert judged(update(signed["table"], {30: b"<< >>"}, change=IRREGULAR[change]))[0] == "valid"


@pytest.mark.parametrize("loose", [b"4 \v0 R", b"4 0 R9 ", b"4 %x\n0 R"], ids=["tab", "no end", "comment"])
def test_a_reference_that_others_do_not_see_is_none(signed, loose):
    """pyHanko sees the page unchanged; where the first two stand, pdfium and poppler draw it without what they name."""
    page = re.search(rb"\n3 0 obj\n(.*?)\nendobj", signed["table"], re.DOTALL)[1]
    catalog = re.search(rb"\n1 0 obj\n(.*?)\nendobj", signed["table"], re.DOTALL)[1]
    field = b"<< /FT /Sig /T (second) /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /F 4 /P 3 0 R /TU (a\\)(\v)) >>"
    catalog, page = catalog.replace(b"[9 0 R]", b"[9 0 R 41 0 R]"), page.replace(b"9 0 R]", b"9 0 R 41 0 R]")
    assert judged(update(signed["table"], {1: catalog, 3: page, 41: field})) == ("valid", [])
    changed = {1: catalog, 3: page.replace(b"4 0 R", loose), 41: field}
    assert judged(update(signed["table"], changed))[0] not in ("valid", "valid_unknown_trust")
    names, texts = list(changed), b"\n".join(changed.values())
    first = b" ".join(b"%d %d" % (name, texts.index(changed[name])) for name in names) + b"\n"
    store = structures.stream(first + texts, b"/Type /ObjStm /N %d /First %d" % (len(names), len(first)))
    rows = {name: (2, 31, index) for index, name in enumerate(names)}
    assert judged(update_by_stream(signed["table"], {31: store}, rows))[0] not in ("valid", "valid_unknown_trust")
