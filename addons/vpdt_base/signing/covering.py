"""What later visible signatures put over a document that was signed before.

A certified document has all its signature fields from the start, so its signer agreed to them. Without certification
anybody may add a signature with a picture, of any size and anywhere: another agency its stamp, a stranger a white sheet
with another text. So a visible signature that came later leaves the earlier ones ``valid`` only if

1. it is itself valid, which makes its signer answer for what it shows: a trusted person or agency, known by name; of
   unknown trust, it makes them ``valid_unknown_trust``; not valid, ``modified``;
2. it takes no more of a page than a stamp does, and nothing that was printed can no longer be read (:mod:`.drawn`).

What a trusted signer adds on white paper is his word, and the report names him.
"""

from . import diff_policy, drawn, integrity
from .reading import value
from .verdicts import INVALID, MODIFIED, VALID


def check(pdf, reader, signatures):
    """Add problems to the checks of those signatures that later ones lie over.

    :param bytes pdf: the file
    :param reader: pyHanko's, of the same file
    :param signatures: list of (:class:`.verdicts.SignatureCheck`, embedded signature or None, reference of the field),
        in the order of signing, without time stamps of the document
    """
    visible = [item for item in signatures if diff_policy.shows_something(item[2].get_object())]
    for index in reversed(range(len(signatures))):
        check, embedded, _ref = signatures[index]
        later = [item for item in visible if item in signatures[index + 1 :] or item[1] is None]
        if (
            later
            and embedded is not None
            and embedded.docmdp_level is None
            and check.verdict not in (INVALID, MODIFIED)
        ):
            _judge(check, pdf, reader, embedded, later)


def _judge(check, pdf, reader, embedded, later):
    for other, _embedded, _ref in later:
        if other.verdict in (INVALID, MODIFIED):
            check.add("covered_by_invalid", other.field)
        elif other.verdict != VALID:
            check.add("covered_by_unknown", other.field)
    boxes = _boxes(reader, [ref for _check, _embedded, ref in later])
    if drawn.hides_content(pdf[: integrity.signed_end(embedded)], pdf, boxes):
        check.add("content_hidden")


def _boxes(reader, refs):
    """Give {page number from 0: rectangles of these fields on it}."""
    wanted = {ref.reference: ref.get_object() for ref in refs}
    found = {}
    for number, page in enumerate(_pages(reader.root["/Pages"], set())):
        for annotation in value(page, "/Annots", ()):
            field = wanted.get(getattr(annotation, "reference", None))
            if field is not None:
                found.setdefault(number, []).append([float(side) for side in field["/Rect"]])
    return found


def _pages(node, seen):
    """Walk the leaves of a page tree in order."""
    for child in node["/Kids"]:
        if child.reference in seen:
            raise ValueError("the page tree runs in a circle")
        seen.add(child.reference)
        page = child.get_object()
        if "/Kids" in page:
            yield from _pages(page, seen)
        else:
            yield page
