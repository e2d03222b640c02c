"""The second road to a verdict: what was signed is opened alone, without what came after it.

The table of a signed revision can say that an object lies behind the end of the signed bytes, and a stream in them can
be longer than they are. Whoever appends the right bytes there later changes what is read, and neither the digest nor a
comparison of tables tells (pyHanko's own is fooled). So the first ``signed_end`` bytes must be a whole file: all that
can be reached from its root is read from them alone, and reads the same in the whole file.
"""

import io

from pyhanko.pdf_utils import generic

from . import reading
from .reading import Reader

RAW = generic.EncryptedObjAccess.RAW  # as it stands in the file: nothing has to be read in the clear
MISSING, DIFFERENT, DEFINED_LATER = "missing", "different", "defined_later"


class Incomplete(Exception):
    """What was signed is no whole file.

    :param code: ``missing``, ``different`` or ``defined_later``
    """

    def __init__(self, code, detail):
        self.code = code
        super().__init__(detail)


class SignedParts:
    """The signed parts of one file, each opened alone.

    An object that ends where a part does, or before, is the same there as in the whole file: what was read once is
    taken again, so that the time grows with the number of signatures and not with its square.
    """

    def __init__(self, pdf, reader):
        """
        :param bytes pdf: the whole file
        :param reader: :class:`.reading.Reader` of the whole file
        """
        self._pdf, self._reader = pdf, reader

    def check(self, revision, end):
        """Read the first ``end`` bytes alone, and compare with what the whole file gives for that revision.

        :param int revision: the signed revision, from 0
        :param int end: number of bytes that were signed
        :raises Incomplete:
        """
        if end == len(self._pdf):
            _walk(self._reader)
            return
        reader = self._reader
        try:
            alone = _Part(self._pdf[:end], reader.read_at)
            same = alone.unlock() and alone.xrefs.total_revisions == revision + 1
            same = same and alone.last_startxref == reader.xrefs.get_startxref_for_revision(revision)
        except Exception as error:  # whatever a part of a file makes the reader raise
            raise Incomplete(MISSING, f"{type(error).__name__}: {error}") from error
        if not same:
            raise Incomplete(DIFFERENT, "the tables of objects")
        found, undefined = _walk(alone)
        history = reader.get_historical_resolver(revision)
        for (number, generation), item in found.items():
            ref = generic.Reference(number, generation, history)
            if not alone.is_at(ref, reader.xrefs.get_historical_ref(ref, revision)):
                if _plain(history.get_object(ref)) != _plain(item):
                    raise Incomplete(DIFFERENT, f"object {number} {generation}")
        if _plain(history.trailer_view) != _plain(alone.trailer_view):
            raise Incomplete(DIFFERENT, "the trailer")
        later = {number for number in undefined if _is_defined_after(reader, number, revision)}
        if later:
            raise Incomplete(DEFINED_LATER, f"objects {sorted(later)}")


class _Part(Reader):
    def __init__(self, pdf, read_at):
        self._shared, self._size = read_at, len(pdf)
        super().__init__(io.BytesIO(pdf))
        self.read_at = read_at

    def _read_object(self, ref, marker, **options):
        known = self._known(ref, marker)
        return known[1] if known else super()._read_object(ref, marker, **options)

    def _known(self, ref, marker):
        """Give what was read at this very place, of the whole file or of another part, if it ends in this part too."""
        known = self._shared.get(marker) if isinstance(marker, int) else None
        same = known and known[0] == (ref.idnum, ref.generation) and known[2] <= self._size
        return known if same else None

    def is_at(self, ref, marker):
        """Whether an object stands at this very place, and needs nothing but the bytes there."""
        return self._known(ref, marker) is not None and self.xrefs[ref] == marker


def require_whole(reader):
    """Refuse a file that points to places where nothing stands, or where it ends.

    :raises Incomplete:
    """
    _walk(reader)


def _is_defined_after(reader, number, revision):
    for later in range(revision + 1, reader.xrefs.total_revisions):
        data = reader.xrefs.get_xref_data(later)
        sections = [data, data.hybrid.xref_data] if data.hybrid else [data]
        if any(number in section.standard_xrefs or number in section.xrefs_in_objstm for section in sections):
            return True
    return False


def _walk(reader):
    """Read all that can be reached from the trailer.

    :return: ({(number, generation): object}, numbers of the objects that are named and not defined)
    :raises Incomplete:
    """
    found, undefined, pending = {}, set(), [reader.trailer_view]
    while pending:
        item = pending.pop()
        if isinstance(item, generic.IndirectObject):
            name = (item.idnum, item.generation)
            if name in found or item.idnum in undefined:
                continue
            if reader.xrefs[item.reference] is None:
                undefined.add(item.idnum)
                continue
            try:
                item = found[name] = reader.get_object(item.reference)
                if isinstance(item, generic.StreamObject):
                    item.encoded_data  # noqa: B018 – all of it is there
            except Exception as error:  # whatever a part of a file makes the reader raise
                raise Incomplete(MISSING, f"object {name[0]} {name[1]}: {error}") from error
        pending += _children(item)
    return found, undefined


def _children(item):
    if isinstance(item, generic.DictionaryObject):
        return [item.raw_get(key, decrypt=RAW) for key in item]
    if isinstance(item, generic.ArrayObject):
        return [item.raw_get(index, decrypt=RAW) for index in range(len(item))]
    return []


def _plain(item):
    """Give an object as plain values that can be compared, references by their numbers."""
    if isinstance(item, generic.IndirectObject):
        return ("R", item.idnum, item.generation)
    if isinstance(item, generic.DictionaryObject):
        entries = {str(key): _plain(item.raw_get(key, decrypt=RAW)) for key in item}
        return (entries, item.encoded_data) if isinstance(item, generic.StreamObject) else entries
    if isinstance(item, generic.ArrayObject):
        return [_plain(child) for child in _children(item)]
    return (type(item).__name__, getattr(item, "original_bytes", None) or reading.plain_text(item))
