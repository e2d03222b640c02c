"""Traps that no signature makes good: scripts, actions that reach outside, files hidden in the file."""

from pyhanko.pdf_utils import generic

from .reading import value

RAW = generic.EncryptedObjAccess.RAW  # texts are not looked at
FORBIDDEN_ACTIONS = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/GoToR",
        "/GoToE",
        "/Rendition",
        "/Movie",
        "/Sound",
        "/RichMediaExecute",
    }
)
FORBIDDEN_ANNOTATIONS = frozenset({"/FileAttachment", "/RichMedia", "/Movie", "/Screen", "/3D"})


def active_content(reader):
    """Find what makes a document do something, or hides another file in it: an official document has neither.

    :return: list of (code, detail), each code once
    """
    found = {}
    pending, seen = [reader.root], set()
    while pending:
        item = pending.pop()
        if isinstance(item, generic.IndirectObject):
            if item.reference in seen:
                continue
            seen.add(item.reference)
            item = item.get_object()
        if isinstance(item, generic.DictionaryObject):
            code = _forbidden(item)
            if code:
                found.setdefault(*code)
            pending += [item.raw_get(key, decrypt=RAW) for key in item]
        elif isinstance(item, generic.ArrayObject):
            pending += [item.raw_get(index, decrypt=RAW) for index in range(len(item))]
    return list(found.items())


def _forbidden(item):
    if value(item, "/S") in FORBIDDEN_ACTIONS or "/JS" in item:
        return "active_content", str(value(item, "/S", "/JS"))
    if value(item, "/Subtype") in FORBIDDEN_ANNOTATIONS and "/Rect" in item:
        return "active_content", str(item["/Subtype"])
    if "/XFA" in item:
        return "active_content", "/XFA"
    if "/EF" in item or "/EmbeddedFiles" in item or value(item, "/Type") == "/EmbeddedFile":
        return "embedded_files", str(value(item, "/F", ""))[:80]
    return None
