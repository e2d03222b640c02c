"""Fields of Word (DATE, FILENAME …): which there are, and which of them print something else each time."""

from dataclasses import dataclass, field

from .package import attribute, drop, local, unwrap

#: Their text is made anew by whoever opens, converts or prints the file, or comes from elsewhere. Page numbers, tables
#: of contents, references inside the document and the like are not among them: made anew they are right.
VOLATILE = frozenset(
    "DATE TIME SAVEDATE CREATEDATE PRINTDATE EDITTIME FILENAME FILESIZE TEMPLATE AUTHOR LASTSAVEDBY REVNUM USERNAME "
    "USERINITIALS USERADDRESS TITLE SUBJECT KEYWORDS COMMENTS INFO DOCPROPERTY DOCVARIABLE NUMWORDS NUMCHARS "
    "ASK FILLIN DATABASE DDE DDEAUTO LINK INCLUDE INCLUDETEXT INCLUDEPICTURE IMPORT".split()
)


@dataclass
class Field:
    """One field made of ``w:fldChar``: begin, its code, separate, its text as last shown, end."""

    outer: "Field | None" = None
    in_code: bool = True  # of this field: between begin and separate
    code: str = ""
    within_code: bool = False  # this field stands in the code of the outer one
    volatile: bool = False
    pieces: list = field(default_factory=list)  # what goes when it becomes plain text

    @property
    def name(self):
        return name_of(self.code)


def name_of(code):
    """Name of a field from its code, in capitals."""
    return (code.split() or [""])[0].upper()


def volatile_fields(root):
    """The volatile fields of a part: (list of ``w:fldSimple``, list of :class:`Field`).

    A field whose code holds a volatile one (IF { DATE } …) is volatile, too.
    """
    simple = [e for e in root.iter("{*}fldSimple") if local(e) and name_of(attribute(e, "instr")) in VOLATILE]
    return simple, [found for found in _complex_fields(root) if found.volatile]


def _complex_fields(root):
    fields, stack = [], []
    for piece in root.iter("{*}*"):
        parent = piece.getparent()
        if parent is None or local(parent) != "r" or local(piece) == "rPr":
            continue
        kind = attribute(piece, "fldCharType") if local(piece) == "fldChar" else ""
        for outer in stack:
            if outer.in_code:
                outer.pieces.append(piece)
        if kind == "begin":
            outer = stack[-1] if stack else None
            found = Field(outer, within_code=bool(outer and outer.in_code), pieces=[piece])
            fields.append(found)
            stack.append(found)
        elif kind and stack:
            stack[-1].pieces.append(piece)
            stack[-1].in_code = False
            if kind == "end":
                _ended(stack.pop())
        elif local(piece) in ("instrText", "delInstrText") and stack and stack[-1].in_code:
            stack[-1].code += piece.text or ""
    return fields


def _ended(found):
    found.volatile |= found.name in VOLATILE
    if found.volatile and found.within_code:
        found.outer.volatile = True


def freeze(root):
    """Make plain text of the volatile fields of a part: the text that was last shown stays."""
    simple, fields = volatile_fields(root)
    for element in simple:
        unwrap(element)
    runs = set()
    for found in fields:
        for piece in found.pieces:
            if piece.getparent() is not None:
                runs.add(piece.getparent())
                drop(piece)
    for run in runs:
        drop_if_empty(run)


def drop_if_empty(run):
    """Take out a run that holds nothing but its looks."""
    if all(local(child) == "rPr" for child in run):
        drop(run)
