"""Opening a PDF that somebody handed in."""

import dataclasses
import io
import re

from pyhanko.pdf_utils import generic, xref
from pyhanko.pdf_utils.crypt import AuthStatus
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.misc import PdfError, PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields as pdf_fields

from .errors import SigningError
from .isolation import require_readable

if __package__ == "signing":  # ./vpdt pdf, pure tests
    from text.signatures import is_pdf
else:
    from ..text.signatures import is_pdf

__all__ = [
    "Reader",
    "as_stream",
    "form_fields",
    "is_pdf",
    "looks_like_pdf",
    "open_reader",
    "pages",
    "signature_fields",
    "value",
]

#: Readers look for the end mark in the last kilobyte; pyHanko goes on searching byte by byte to the start of the file.
END_ZONE = 2048

NO_HEADER = "it does not begin as a PDF: %PDF- is not within its first 1,024 bytes, or it is another kind of file"


def looks_like_pdf(pdf):
    """Tell whether the marks at both ends are there, without reading what lies between."""
    return is_pdf(pdf) and b"%%EOF" in pdf[-END_ZONE:] and b"startxref" in pdf[-END_ZONE:]


class _FromHeader(io.BytesIO):
    """A PDF whose offsets count from the start of the file, though rubbish stands there: whoever goes to the start to
    read the header finds it, once."""

    def __init__(self, pdf, header):
        super().__init__(pdf)
        self._header = header

    def seek(self, offset, whence=io.SEEK_SET):
        if (offset, whence) == (0, io.SEEK_SET) and self._header:
            offset, self._header = self._header, 0
        return super().seek(offset, whence)


def as_stream(pdf):
    """Give a PDF as pyHanko reads it, which wants the header at the very start; a file with rubbish before it counts
    its offsets from the one or from the other.

    :param bytes pdf: one that `looks_like_pdf`
    :raises ValueError: rubbish, and signed: which bytes are meant by the signature cannot be told
    """
    header = pdf.find(b"%PDF-")
    if header <= 0:
        return io.BytesIO(pdf)
    if b"/ByteRange" in pdf:
        raise ValueError("signed, with bytes before the header")
    [*_, start] = re.findall(rb"startxref\s+(\d{1,12})", pdf[-END_ZONE:]) or [b"0"]
    if re.match(rb"\s*(xref\b|\d+ \d+ obj\b)", pdf[int(start) : int(start) + 40]):
        return _FromHeader(pdf, header)
    return io.BytesIO(pdf[header:])


class Reader(PdfFileReader):
    """pyHanko's strict reader, lenient where ISO 32000 is and programs in wide use rely on it.

    - A reference to an object that the file does not define is the null object (ISO 32000-1, 7.3.10).
    - The two cross-reference sections of a linearised file (Acrobat, "fast web view") are one revision.
    - A number listed as free that was never in use is no change (iText lists such numbers in each revision).

    An object stream is unpacked and its list read once, and not once for each object in it.

    Whether a signed revision needs what comes after it only, :mod:`.alone` asks: this reader sees the whole file.
    """

    def __init__(self, stream, strict=True):
        self._packed = {}  # number of an object stream → (the stream, its _Packed)
        self.read_at = {}  # place in the file → ((number, generation), object, place behind it)
        super().__init__(stream, strict=strict)
        sections = list(self.xrefs._xref_sections)
        self.sections = list(sections)  # of pyHanko's XRefSection, the oldest first, each as it stands in the file
        if _is_linearised(sections):
            sections[:2] = [_merged(*sections[:2])]
            older, newer = self.trailer._trailer_revisions[-1], self.trailer._trailer_revisions[-2]
            both = generic.DictionaryObject({key: older.raw_get(key) for key in older})
            both.update({key: newer.raw_get(key) for key in newer})
            self.trailer._trailer_revisions[-2:] = [both]
            self.resolved_objects.clear()
        self.xrefs = _Xrefs(self, sections)

    @property
    def is_hybrid(self):
        """Whether tables and streams of cross references stand side by side, as Microsoft Word writes them."""
        return xref.XRefCache.hybrid_xrefs_present.fget(self.xrefs)

    @property
    def encrypt_dict(self):
        """As pyHanko's, which wants a reference; ISO 32000-1, table 15, lets the dictionary stand in the trailer."""
        told = self.trailer.raw_get("/Encrypt") if "/Encrypt" in self.trailer else None
        return told if isinstance(told, generic.DictionaryObject) else super().encrypt_dict

    def trailer_dictionaries(self):
        """Give the dictionary of each revision's trailer as it stands in the file, the newest first."""
        return list(self.trailer._trailer_revisions)

    def unlock(self):
        """Open a file that everybody may read and only a password lets change (ISO 32000-1, 7.6.3.1).

        :return: False when reading asks for a password as well
        """
        try:
            return not self.encrypted or self.decrypt("").status != AuthStatus.FAILED
        except Exception:  # another kind of lock, or a broken one
            return False

    def _read_object(self, ref, marker, **options):
        if marker is None:
            missing = generic.NullObject()
            missing.container_ref = ref
            return missing
        item = super()._read_object(ref, marker, **options)
        if isinstance(marker, int) and not _needs_others(item):
            self.read_at[marker] = (ref.idnum, ref.generation), item, self.stream.tell()
        return item

    def packed_numbers(self, stream):
        """Give the numbers of the objects in an object stream."""
        return _Packed(stream).numbers()

    def _get_object_from_stream(self, idnum, stmnum, idx):
        stream = generic.Reference(stmnum, 0, self).get_object()
        known, packed = self._packed.get(stmnum, (None, None))
        if known is not stream:
            packed = _Packed(stream)
            self._packed[stmnum] = stream, packed
        try:
            return packed.read(generic.Reference(idnum, 0, self), idx)
        except PdfError:
            if self.strict:
                raise
            return generic.NullObject()


def _needs_others(item):
    """Whether how an object reads depends on other objects: its length, its filters, its list of packed objects."""
    if isinstance(item, generic.DecryptedObjectProxy):
        return True
    raw = generic.EncryptedObjAccess.RAW
    return isinstance(item, generic.StreamObject) and any(
        _names_others(item.raw_get(key, decrypt=raw)) for key in _HOW_TO_READ & item.keys()
    )


#: What says how the bytes of a stream are read, those of an object stream among them.
_HOW_TO_READ = {"/Length", "/Filter", "/DecodeParms", "/Type", "/N", "/First"}


def _names_others(item):
    raw = generic.EncryptedObjAccess.RAW
    if isinstance(item, generic.DictionaryObject):
        return any(_names_others(item.raw_get(key, decrypt=raw)) for key in item)
    if isinstance(item, generic.ArrayObject):
        return any(_names_others(item.raw_get(index, decrypt=raw)) for index in range(len(item)))
    return isinstance(item, generic.IndirectObject)


class _Packed:
    """The objects in one object stream (ISO 32000-1, 7.5.7)."""

    def __init__(self, stream):
        if not isinstance(stream, generic.StreamObject) or value(stream, "/Type") != "/ObjStm":
            raise PdfReadError("an object is looked for in what is no object stream")
        self._data = stream.read_data(DecodePurpose.OBJECT_STREAM)
        first, count = int(stream["/First"]), int(stream["/N"])
        numbers = self._data[:first].replace(b"\0", b" ").split()[: 2 * count]
        if len(numbers) < 2 * count or not all(number.isdigit() for number in numbers):
            raise PdfReadError("the list of an object stream is broken")
        self._places = {}  # number → (index, start); the first of two of the same number
        for index in range(count):
            number, start = int(numbers[2 * index]), first + int(numbers[2 * index + 1])
            self._places.setdefault(number, (index, start))

    def numbers(self):
        """Give the numbers of the objects."""
        return list(self._places)

    def read(self, ref, index):
        """
        :param index: place in the list, as the table of the file says
        """
        place, start = self._places.get(ref.idnum, (None, 0))
        if place != index:
            raise PdfReadError(f"object {ref.idnum} is not where the table says")
        found = generic.read_object(_At(self._data, start), ref)
        if isinstance(found, (generic.StreamObject, generic.IndirectObject)):
            raise PdfReadError("an object of a kind that is forbidden in an object stream")
        return found


class _At(io.BytesIO):
    """A view of bytes that begins somewhere in them."""

    def __init__(self, data, start):
        super().__init__(data)
        self.seek(start)


class _Xrefs(xref.XRefCache):
    """pyHanko's, which asks all sections for each object; here only those are asked that list its number, so that the
    time does not grow with the product of objects and revisions."""

    #: pyHanko refuses hybrid files, since a program of before 2003 sees other objects in them. Here they are refused
    #: where an object is defined twice (:func:`.integrity.hybrid_fault`).
    hybrid_xrefs_present = False

    def __init__(self, reader, sections):
        super().__init__(reader, sections)
        self._listed = {}  # number of an object → {revisions that say something of it: True}, the oldest first
        for revision, section in enumerate(sections):
            for data in both(section.xref_data):
                for number in (*data.standard_xrefs, *data.xrefs_in_objstm, *data.freed):
                    self._listed.setdefault(number, {})[revision] = True

    def get_historical_ref(self, ref, revision):
        return self._last(ref, revision)[1]

    def get_last_change(self, ref):
        revision, _place = self._last(ref, len(self._xref_sections) - 1)
        if revision is None:
            raise KeyError(ref)
        return revision

    def get_introducing_revision(self, ref):
        for revision in self._listed.get(ref.idnum, ()):
            if self._said(ref, revision, None) is not None:
                return revision
        raise KeyError(ref)

    def _last(self, ref, until):
        """Give (revision that last said something of an object, where it is or None)."""
        nothing = object()
        for revision in reversed(self._listed.get(ref.idnum, ())):
            if revision <= until:
                place = self._said(ref, revision, nothing)
                if place is not nothing:
                    return revision, place
        return None, None

    def _said(self, ref, revision, nothing):
        try:
            return self._xref_sections[revision].xref_data.try_resolve(ref)
        except KeyError:
            return nothing

    def refs_freed_in_revision(self, revision):
        return {ref for ref in super().refs_freed_in_revision(revision) if self._was_used(ref, revision)}

    def explicit_refs_in_revision(self, revision):
        never_used = {
            ref for ref in super().refs_freed_in_revision(revision) if not self._was_used(ref, revision)
        }  # fmt: skip
        return super().explicit_refs_in_revision(revision) - never_used

    def _was_used(self, ref, revision):
        """Whether an object of this number, of whatever generation, was there before a revision."""
        older = [earlier for earlier in self._listed.get(ref.idnum, ()) if earlier < revision]
        sections = [data for earlier in older for data in both(self.get_xref_data(earlier))]
        return any(ref.idnum in data.standard_xrefs or ref.idnum in data.xrefs_in_objstm for data in sections)


def both(data):
    """Give what a section says, and what the stream beside it says in a hybrid file."""
    return [data, data.hybrid.xref_data] if data.hybrid else [data]


def _is_linearised(sections):
    """Whether the two oldest sections are those of one linearised file (ISO 32000-1, Annex F): the section of the first
    page stands before the one that it continues, and each lists its own objects."""
    if len(sections) < 2:
        return False
    main, first_page = sections[0], sections[1]
    if first_page.meta_info.start_location > main.meta_info.start_location:
        return False
    return not (_used(main) & _used(first_page)) and not main.xref_data.hybrid and not first_page.xref_data.hybrid


def _used(section):
    return section.xref_data.standard_xrefs.keys() | section.xref_data.xrefs_in_objstm.keys()


def _merged(main, first_page):
    data = xref.XRefSectionData()
    for section in (main.xref_data, first_page.xref_data):
        data.standard_xrefs.update(section.standard_xrefs)
        data.xrefs_in_objstm.update(section.xrefs_in_objstm)
        data.obj_streams_used |= section.obj_streams_used
        data.explicit_refs_in_revision |= section.explicit_refs_in_revision
    used = data.standard_xrefs.keys() | data.xrefs_in_objstm.keys()
    freed = {**main.xref_data.freed, **first_page.xref_data.freed}
    data.freed = {number: generation for number, generation in freed.items() if number not in used}
    info = dataclasses.replace(
        first_page.meta_info,
        size=max(main.meta_info.size, first_page.meta_info.size),
        end_location=max(main.meta_info.end_location, first_page.meta_info.end_location),
    )
    return xref.XRefSection(info, data)


def open_reader(pdf, strict=True):
    """Open a PDF for reading.

    :param bytes pdf:
    :return: pyHanko reader
    :raises SigningError: ``not_a_pdf``, ``encrypted_pdf``, ``too_heavy``
    """
    if not looks_like_pdf(pdf):
        raise SigningError("not_a_pdf", "" if is_pdf(pdf) else NO_HEADER)
    require_readable(pdf)
    try:
        reader = Reader(as_stream(pdf), strict=strict)
        encrypted = reader.encrypted
        if not encrypted:
            reader.root["/Pages"]["/Kids"]
    except Exception as error:  # a broken file makes pyHanko raise whatever its bytes lead to
        raise SigningError("not_a_pdf", f"{type(error).__name__}: {error}") from error
    if encrypted:
        raise SigningError("encrypted_pdf")
    return reader


def value(dictionary, key, default=None):
    """Give the entry of a PDF dictionary, also where it is a reference: ``get`` of pyHanko's dictionaries gives the
    reference itself, which equals no name and no number."""
    return dictionary[key] if key in dictionary else default


def plain_text(item):
    """Give a value that is no container as a text: the same for the same value."""
    if isinstance(item, (generic.NullObject, generic.BooleanObject)):  # pyHanko shows them by their place in memory
        return str(getattr(item, "value", None))
    return str(item)


def signature_fields(handler):
    """Give the signature fields of a reader, resolver or writer. A value of null is none (ISO 32000-1, 7.3.7).

    :return: list of (full name, value or None, reference of the field)
    """
    return [
        (name, None if entry is None or isinstance(entry.get_object(), generic.NullObject) else entry, ref)
        for name, entry, ref in pdf_fields.enumerate_sig_fields(handler)
    ]


def form_fields(handler):
    """Give the top-level form fields of a reader or writer by name.

    :return: ``{name: (indirect reference, dictionary)}``; empty without a form
    """
    try:
        entries = handler.root["/AcroForm"]["/Fields"]
    except KeyError:
        return {}
    found = {}
    for entry in entries:
        field = entry.get_object()
        found[str(value(field, "/T", ""))] = (entry, field)
    return found


def pages(node):
    """Walk the leaves of a page tree in order.

    :param node: its root, a dictionary
    """
    return _leaves(node, set())


def _leaves(node, seen):
    for child in node["/Kids"]:
        if child.reference in seen:
            raise ValueError("the page tree runs in a circle")
        seen.add(child.reference)
        page = child.get_object()
        if "/Kids" in page:
            yield from _leaves(page, seen)
        else:
            yield page
