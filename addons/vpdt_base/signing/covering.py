"""What later visible signatures put over a document that was signed before.

A certified document has all its signature fields from the start, so its signer agreed to them. Without certification
anybody may add a signature with a picture, of any size and anywhere: another agency its stamp, a stranger a white sheet
with another text. So a visible signature that came later leaves the earlier ones ``valid`` only if

1. it is itself valid, which makes its signer answer for what it shows: a trusted person or agency, known by name; of
   unknown trust, it makes them ``valid_unknown_trust``; not valid, ``modified``;
2. it takes no more of a page than a stamp does, and nothing that was printed can no longer be read (:mod:`.drawn`).

What a trusted signer adds on white paper is his word, and the report names him.
"""

import itertools

from . import diff_policy, integrity
from .reading import form_fields, pages, signature_fields, value
from .verdicts import INVALID, MODIFIED, VALID


def check(pdf, reader, signatures):
    """Add problems to the checks of those signatures that later ones lie over.

    :param bytes pdf: the file
    :param reader: pyHanko's, of the same file
    :param signatures: list of (:class:`.verdicts.SignatureCheck`, embedded signature or None, reference of the field),
        in the order of signing, without time stamps of the document
    """
    visible = [item for item in signatures if diff_policy.shows_something(item[2].get_object())]
    if not visible:
        return
    hiding = _Hiding(pdf, reader, signatures)
    for index in reversed(range(len(signatures))):
        check, embedded, _ref = signatures[index]
        later = [item for item in visible if item in signatures[index + 1 :] or item[1] is None]
        if (
            later
            and embedded is not None
            and embedded.docmdp_level is None
            and check.verdict not in (INVALID, MODIFIED)
        ):
            _judge(check, hiding, embedded, later)


def _judge(check, hiding, embedded, later):
    for other, _embedded, _ref in later:
        if other.verdict in (INVALID, MODIFIED):
            check.add("covered_by_invalid", other.field)
        elif other.verdict != VALID:
            check.add("covered_by_unknown", other.field)
    code = hiding.since(embedded, later)
    if code:
        check.add(code)


class _Hiding:
    """Whether what came after a signature hides something, the pages of each state of the file drawn once or twice.

    From the first signature on, the whole is compared with what it is now; from each later one on, step by step with
    what the next signature brought.
    """

    def __init__(self, pdf, reader, signatures):
        self._pdf, self._reader, self._steps = pdf, reader, {}
        self._light, self._sheets = set(), None  # pages that may be drawn; those that were
        sound = [
            embedded for check, embedded, _ref in signatures if embedded and check.verdict not in (INVALID, MODIFIED)
        ]
        self._ends = sorted({integrity.signed_end(embedded) for embedded in sound})

    def since(self, embedded, later):
        """Give the code of what later signatures did to what this one vouches for, or ''."""
        end = integrity.signed_end(embedded)
        if end == self._ends[0] or any(item[0].verdict in (INVALID, MODIFIED) for item in later):
            return self._compare(self._pdf[:end], self._pdf, later)
        codes = [self._step(item) for item in later]
        return next((code for code in codes if code), "")

    def _step(self, item):
        end = integrity.signed_end(item[1])
        if end not in self._steps:
            before = max(earlier for earlier in self._ends if earlier < end)
            self._steps[end] = self._compare(self._pdf[:before], self._pdf[:end], [item])
        return self._steps[end]

    def _compare(self, before, after, items):
        from . import drawn  # what draws takes long to load, and few files need it

        places = boxes(self._reader, [ref for _check, _embedded, ref in items])
        try:
            if new := places.keys() - self._light:
                everything = enumerate(pages(self._reader.root["/Pages"]))
                drawn.require_light(page for number, page in everything if number in new)
                self._light |= new
            self._sheets = self._sheets or drawn.Sheets()
            return "content_hidden" if drawn.hides_content(before, after, places, self._sheets) else ""
        except drawn.TooHeavy:
            return "drawing_too_heavy"


def reference_of(reader, field):
    """Give the reference of a field's dictionary among the signature fields of a file."""
    return next(ref for _name, _value, ref in signature_fields(reader) if ref.get_object() is field)


def boxes(reader, refs):
    """Give {page number from 0: rectangles of these fields on it}."""
    wanted = {ref.reference: ref.get_object() for ref in refs}
    found = {}
    for number, page in enumerate(pages(reader.root["/Pages"])):
        for annotation in value(page, "/Annots", ()):
            field = wanted.get(getattr(annotation, "reference", None))
            if field is not None:
                found.setdefault(number, []).append([float(side) for side in field["/Rect"]])
    return found


def shown_otherwise(pdf, reader, signatures, fillable):
    """Name the program that shows, outside what later revisions may bring, something else than the first signer saw.

    :param bytes pdf: the file
    :param reader: of the same file
    :param signatures: as for :func:`check`
    :param fillable: names of the text fields that may be filled in after a signature
    :return: ``pdfium``, ``poppler``, or ''
    """
    sound = [item for item in signatures if item[1] is not None and item[0].verdict not in (INVALID, MODIFIED)]
    ends = [integrity.signed_end(embedded) for _check, embedded, _ref in sound]
    if not ends or min(ends) == len(pdf):
        return ""
    first = {id(item[0]) for item in sound if integrity.signed_end(item[1]) == min(ends)}
    later = [ref for check, _embedded, ref in signatures if id(check) not in first]
    fields = [ref for name, (ref, _field) in form_fields(reader).items() if name in fillable]
    shown = [ref for ref in (*later, *fields) if diff_policy.shows_something(ref.get_object())]
    if not shown:
        return ""
    from . import drawn

    try:
        drawn.require_light(itertools.islice(pages(reader.root["/Pages"]), drawn.MAX_PAGES))
    except drawn.TooHeavy:
        return ""  # what lies over such a page is not called valid by :func:`check`
    return drawn.differs_outside(pdf[: min(ends)], pdf, boxes(reader, shown))
