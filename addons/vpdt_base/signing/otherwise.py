"""What another program may read in the same bytes.

The check reads a file as its tables of objects say. Programs that show files do not all do so: one takes the first of
two lines about an object and another the last; most of them, when a table looks broken to them, go through the whole
file and take the last object of each number, or the last catalog, wherever it stands. Whoever appends an update without
a key can make a table that this check understands and another program does not, and beside it objects that no table
lists. So after a signature nothing is hidden from the tables, and where a table is irregular, whoever goes through the
whole file finds the same objects.
"""

import functools
import re

from pyhanko.pdf_utils import generic, xref
from pyhanko.pdf_utils.misc import PdfError

from .reading import both, value

_SPACE = rb"[\s\0]"
_HEADER = re.compile(_SPACE + rb"*(\d{1,10})" + _SPACE + rb"+(\d{1,5})" + _SPACE + rb"+obj")
_NUMBERS = re.compile(rb"(\d{1,10})" + _SPACE + rb"+(\d{1,5})$")
_END_OF_LINE = rb"(?:\r\n|\r|\n)"
#: A table as ISO 32000-1, 7.5.4 wants it, to the first sign of its trailer; the entries have twenty bytes each.
_TABLE = re.compile(
    rb"xref ?" + _END_OF_LINE + rb"(?:\d{1,10} \d{1,10} ?" + _END_OF_LINE
    + rb"(?:\d{10} \d{5} [nf](?: \r| \n|\r\n))*)*trailer\s*"
)  # fmt: skip
#: A dictionary without anything odd: names without escapes, numbers, references, hexadecimal texts, arrays.
_DICTIONARY = re.compile(
    rb"<<(?:[\w\s/.+\-\[\]]|<[0-9A-Fa-f\s]*>|<<(?:[\w\s/.+\-\[\]]|<[0-9A-Fa-f\s]*>)*>>)*>>", re.ASCII
)
_OBJECT = re.compile(rb"\d{1,10} \d{1,5} obj\s*(?=<<)")
_END_OF_STREAM = re.compile(rb"\s*endstream\s*endobj\s")
#: What the trailer, or the dictionary of a stream of cross references, says in a regular file.
_ROOT = re.compile(rb"/Root\s+\d+\s+\d+\s+R\b")
_OF_STREAM = [
    re.compile(text)
    for text in (
        rb"/Type\s*/XRef\b",
        rb"/Size\s+\d",
        rb"/W\s*\[\s*\d+\s+\d+\s+\d+\s*\]",
        rb"/Length\s+(\d+)\b(?!\s+\d+\s+R)",
    )
]


class Readings:
    """Where programs may read a file otherwise than its tables say."""

    def __init__(self, pdf, reader):
        """
        :param bytes pdf: the whole file
        :param reader: :class:`.reading.Reader` of it
        """
        self._pdf, self._reader = pdf, reader

    def fault(self, end):
        """Say what a program may read otherwise because of what came after a signature, or give ''.

        :param int end: number of bytes that were signed
        """
        if end == len(self._pdf):
            return ""
        if re.search(rb"(?<![1-9])0*%d(?!\d)" % len(self._pdf), self._pdf[:1024]):
            return "the length that the head of a linearised file tells is reached by what came later"
        if self._locked_otherwise:
            return "not every revision says alike how the file is encrypted"
        found = [text for place, text in self._faults if place >= end]
        return (found or [self._when_repaired])[0]

    @functools.cached_property
    def _locked_otherwise(self):
        """Whether revisions differ in /Encrypt.

        pyHanko takes it from whichever trailer has one, other programs from the last only: without it, what was signed
        stays encrypted, and something else is shown.
        """
        raw = generic.EncryptedObjAccess.RAW
        told = [
            entries.raw_get("/Encrypt", decrypt=raw) if "/Encrypt" in entries else None
            for entries in self._reader.trailer_dictionaries()
        ]
        return any(other != told[0] for other in told)

    @functools.cached_property
    def _faults(self):
        """List (place in the file, text) of what came after the first signature."""
        pdf, reader, listed = self._pdf, self._reader, self._listed
        faults = [
            (place, "what may begin an object" if name[0] is None else f"object {name[0]} {name[1]} is in no table")
            for place, name in self._headers.items()
            if name not in listed.get(place, ())
        ]
        faults += _foreign_trailers(pdf, reader.sections)
        for section in reader.sections:
            if _lists_twice(reader, section):
                faults.append((section.meta_info.start_location, "a table lists an object twice"))
        for revision in range(1, reader.xrefs.total_revisions):  # nothing was signed before the first
            place = reader.xrefs.get_xref_container_info(revision).start_location
            faults += [(place, text) for text in _strange_objects(reader, revision)]
            faults += [(place, text) for text in _loose_objects(pdf, reader, revision)]
        return faults

    @functools.cached_property
    def _headers(self):
        return dict(_headers(self._pdf))

    @functools.cached_property
    def _listed(self):
        return _listed(self._pdf, self._reader)

    @functools.cached_property
    def _when_repaired(self):
        """What goes for every signature, and only where a table is irregular: the whole file is looked through."""
        if all(_is_regular(self._pdf, section) for section in self._reader.sections):
            return ""
        strange = [*_foreign_trailers(self._pdf, self._reader.sections), *_strange_objects(self._reader, 0)]
        if not strange and _same_when_repaired(self._reader, self._headers, self._listed):
            return ""
        return "a table is irregular, and a program that repairs the file finds other objects"


def _headers(pdf):
    """Give (place of the keyword, (number, generation)) of whatever looks like the beginning of an object; a number of
    None where so much comment or blank stands before the keyword that nobody looks further."""
    for found in re.finditer(rb"obj", pdf):
        before = _before(pdf, found.start())
        numbers = _NUMBERS.search(before or b"")
        if before is None:
            yield found.start(), (None, 0)
        elif numbers:
            yield found.start(), (int(numbers[1]), int(numbers[2]))


#: Bytes that are looked at before a keyword: comments may stand between it and its numbers.
_FARTHEST = 4096


def _before(pdf, end):
    """Give the last words before a place, comments left out; None if they are farther away than `_FARTHEST`."""
    words, farthest = [], max(0, end - _FARTHEST)
    while len(words) < 2:
        start = max(pdf.rfind(b"\n", farthest, end) + 1, pdf.rfind(b"\r", farthest, end) + 1, farthest)
        words = pdf[start:end].split(b"%", 1)[0].replace(b"\0", b" ").split()[-2:] + words
        if start == farthest:
            return None if farthest and len(words) < 2 else b" ".join(words)
        end = start - 1
    return b" ".join(words)


def _listed(pdf, reader):
    """Give {place of the keyword of an object: {(number, generation)} that tables say stand there}."""
    found = {}
    for section in reader.sections:
        infos = [section.meta_info]
        rows = []
        for data in both(section.xref_data):
            rows += [(number, generation, place) for number, (generation, place) in data.standard_xrefs.items()]
        if section.xref_data.hybrid:
            infos.append(section.xref_data.hybrid.meta_info)
        rows += [
            (info.stream_ref.idnum, info.stream_ref.generation, info.start_location)
            for info in infos
            if info.stream_ref
        ]
        for number, generation, place in rows:
            header = _HEADER.match(pdf, place)
            if header and (int(header[1]), int(header[2])) == (number, generation):
                found.setdefault(header.end() - 3, set()).add((number, generation))
    return found


def _foreign_trailers(pdf, sections):
    known = {pdf.rfind(b"trailer", 0, section.meta_info.end_location) for section in sections}
    places = {found.start() for found in re.finditer(rb"trailer", pdf)}
    return [(place, "a trailer that belongs to no table") for place in sorted(places - known)]


def _lists_twice(reader, section):
    if section.meta_info.xref_section_type not in (xref.XRefSectionType.STANDARD, xref.XRefSectionType.HYBRID_MAIN):
        return False  # pyHanko wants the numbers in a stream to grow
    reader.stream.seek(section.meta_info.start_location)
    seen = {}
    for row in xref.parse_xref_table(reader.stream, strict=True):
        told = (row.xref_type, row.location, row.generation)
        if seen.setdefault(row.idnum, told) != told:
            return True
    return False


def _strange_objects(reader, revision):
    """Say which objects of a revision mean something to programs that go through the whole file only: a catalog that is
    not that of the file, a table that is none, packed objects that the tables do not look for there."""
    data = both(reader.xrefs.get_xref_data(revision))
    resolver = reader.get_historical_resolver(revision)
    for part in data:
        names = [(number, generation) for number, (generation, _place) in part.standard_xrefs.items()]
        for number, generation in [*names, *((number, 0) for number in part.xrefs_in_objstm)]:
            item = _object(reader, number, generation, revision)
            if item is None:
                yield f"object {number} cannot be read"
            kind = value(item, "/Type") if isinstance(item, generic.DictionaryObject) else None
            if kind == "/Catalog" and number != resolver.root_ref.idnum:
                yield f"catalog {number} is not that of the file"
            elif kind == "/XRef" and number not in {ref.idnum for ref in reader.xrefs.xref_stream_refs}:
                yield f"table {number} belongs to no revision"
            elif kind == "/ObjStm" and isinstance(item, generic.StreamObject):
                packed = {
                    inner for part in data for inner, at in part.xrefs_in_objstm.items() if at.obj_stream_id == number
                }
                if set(reader.packed_numbers(item)) - packed:
                    yield f"object stream {number} holds objects that the tables do not look for there"


#: The words of an object as every program reads them: a reference in one piece, and after each word one that ends it.
#: pyHanko takes a vertical tab for a blank and ``R9`` for the end of a reference; others see no reference there.
_WORD = re.compile(
    rb"[\0\t\n\f\r ]+|%[^\r\n]*|/[^\0-\x20\x7f()<>\[\]{}/%]*|<[0-9A-Fa-f\0\t\n\f\r ]*>|<<|>>|[\[\]]"
    rb"|(?:\d{1,10}[\0\t\n\f\r ]+\d{1,5}[\0\t\n\f\r ]+R|[+-]?(?:\d+\.?\d*|\.\d+)|true|false|null)"
    rb"(?=[\0\t\n\f\r ()<>\[\]/%]|\Z)"
)
_IN_TEXT = re.compile(rb"\\.|[()]", re.DOTALL)


def _loose_objects(pdf, reader, revision):
    """Say which objects of a revision are written so that not every program reads them alike."""
    for part in both(reader.xrefs.get_xref_data(revision)):
        for number, (generation, place) in part.standard_xrefs.items():
            header = _HEADER.match(pdf, place)
            if header and not re.compile(rb"endobj|stream").match(pdf, _end_of_words(pdf, header.end())):
                yield f"object {number} is written in a way that is not read alike"
            item = _object(reader, number, generation, revision)
            if isinstance(item, generic.StreamObject) and value(item, "/Type") == "/ObjStm":
                data = item.data
                if _end_of_words(data, int(item["/First"])) < len(data):
                    yield f"an object packed in {number} is written in a way that is not read alike"


def _end_of_words(data, place):
    """Give the place of the first word that is none of those."""
    while True:
        if data[place : place + 1] == b"(":
            place = _end_of_text(data, place)
        elif found := _WORD.match(data, place):
            place = found.end()
        else:
            return place


def _end_of_text(data, place):
    depth = 0
    for found in _IN_TEXT.finditer(data, place):
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
        if not depth:
            return found.end()
    return len(data)


def _object(reader, number, generation, revision):
    ref = generic.Reference(number, generation, reader)
    known = reader.read_at.get(reader.xrefs.get_historical_ref(ref, revision))
    if known and known[0] == (number, generation):
        return known[1]
    try:
        return reader.get_object(ref, revision)
    except PdfError:
        return None


def _is_regular(pdf, section):
    """Whether every program reads a section alike."""
    start = section.meta_info.declared_startxref
    stream = section.meta_info.xref_section_type == xref.XRefSectionType.STREAM
    head = (_OBJECT if stream else _TABLE).match(pdf, start)
    told = head and _DICTIONARY.match(pdf, head.end())
    if not told or not _ROOT.search(told[0]) or b"\v" in told[0]:
        return False
    return not stream or (_is_regular_stream(pdf, told) and _knows_all_rows(section, told[0]))


def _is_regular_stream(pdf, told):
    *wanted, length = (pattern.search(told[0]) for pattern in _OF_STREAM)
    data = re.compile(rb"\s*stream(?:\r\n|\n)").match(pdf, told.end())
    if not all(wanted) or not length or not data:
        return False
    return _END_OF_STREAM.match(pdf, data.end() + int(length[1])) is not None


def _knows_all_rows(section, told):
    """Whether each row of a stream of cross references is of a kind that pyHanko knows: it passes over the others."""
    index = re.search(rb"/Index\s*\[([\d\s]*)\]", told) or re.search(rb"/Size\s+(\d+)", told)
    numbers = [int(number) for number in index[1].split()]
    starts, sizes = (numbers[::2], numbers[1::2]) if b"/Index" in told else ([0], numbers)
    data = section.xref_data
    known = data.standard_xrefs.keys() | data.xrefs_in_objstm.keys() | data.freed.keys()
    return sum(sizes) == len(known - {0}) + (0 in starts)


def _same_when_repaired(reader, headers, listed):
    """Whether the last object of each number in the file is the one that the tables name."""
    if (None, 0) in headers.values():
        return False
    last = {number: (place, generation) for place, (number, generation) in sorted(headers.items())}
    places = {}
    for place, names in listed.items():
        for name in names:
            places.setdefault(name, set()).add(place)
    for number, (place, generation) in last.items():
        marker = reader.xrefs[generic.Reference(number, generation, reader)]
        if isinstance(marker, int):
            header = _HEADER.match(reader.stream.getvalue(), marker)
            if not header or header.end() - 3 != place:
                return False
        elif marker is None or max(places.get((marker.obj_stream_id, 0), {0})) < place:
            return False
    return True
