"""Counting what a .docx carries besides its text."""

from dataclasses import dataclass

from lxml import etree

from .field_codes import name_of, volatile_fields
from .package import Package, attribute, local, part_name

DELETED = frozenset({"del", "moveFrom"})
INSERTED = frozenset({"ins", "moveTo"})
#: Where a mark speaks of the paragraph, row or formula around it, not of what it holds.
PROPERTIES = frozenset({"rPr", "trPr", "pPr", "tcPr", "numPr", "ctrlPr"})
FORMATS = frozenset(
    "rPrChange pPrChange sectPrChange tblPrChange tblPrExChange trPrChange tcPrChange tblGridChange numberingChange "
    "cellMerge".split()
)
_BETWEEN = frozenset("bookmarkStart bookmarkEnd commentRangeStart commentRangeEnd proofErr permStart permEnd".split())
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


@dataclass(frozen=True)
class Marks:
    """How many places of each kind; a stretch changed in one go counts once, as Word shows it.

    :param fields: names of the volatile fields, each as often as it is there
    """

    deletions: int = 0
    insertions: int = 0
    moves: int = 0
    formats: int = 0
    comments: int = 0
    fields: tuple = ()

    def __bool__(self):
        return bool(self.tracked or self.comments or self.fields)

    @property
    def tracked(self):
        """Number of tracked changes."""
        return self.deletions + self.insertions + self.moves + self.formats


def find_marks(content):
    """Count tracked changes, comments and volatile fields in all parts of a .docx.

    :param content: bytes
    :return: :class:`Marks`
    :raises DocxError: the file cannot be looked into
    """
    package = Package(content)
    comment_parts = set().union(*(targets for *_rest, targets in package.comment_relations()), set())
    counts = dict.fromkeys(("deletions", "insertions", "from", "to", "formats"), 0)
    comments, references, fields = 0, 0, []
    for info, root in package.parts():
        if local(root) == "comments" or part_name(info.filename) in comment_parts:
            comments += sum(1 for child in root if local(child) == "comment")
            continue
        references += sum(1 for _element in _own(root, {"commentReference"}))
        _count_changes(root, counts)
        simple, complex_fields = volatile_fields(root)
        fields += [name_of(attribute(element, "instr")) for element in simple if not _is_fallback(element)]
        fields += [
            found.name for found in complex_fields if not found.within_code and not _is_fallback(found.pieces[0])
        ]
    return Marks(
        deletions=counts["deletions"],
        insertions=counts["insertions"],
        moves=max(counts["from"], counts["to"]),
        formats=counts["formats"],
        comments=max(comments, references),
        fields=tuple(sorted(fields)),
    )


def _count_changes(root, counts):
    keys = {"del": "deletions", "ins": "insertions", "moveFrom": "from", "moveTo": "to"}
    for element in _own(root, keys.keys() | FORMATS | {"cellIns", "cellDel"}):
        name = local(element)
        if name in FORMATS:
            counts["formats"] += 1
        elif name in ("cellIns", "cellDel"):
            counts["insertions" if name == "cellIns" else "deletions"] += 1
        elif is_property(element):
            counts[keys[name]] += _counts_apart(element)
        elif not _continues(element):
            counts[keys[name]] += 1


def is_property(mark):
    """Whether a mark speaks of the paragraph, row or formula around it."""
    return etree.QName(mark.getparent()).localname in PROPERTIES


def _own(root, names):
    """Elements of Word's with one of ``names``, without the second version of a text box for old programs."""
    return [element for element in root.iter("{*}*") if local(element) in names and not _is_fallback(element)]


def _is_fallback(element):
    return any(True for _ancestor in element.iterancestors(_FALLBACK))


def _continues(element):
    """Whether the same change stands right before this one, such as the next word of it in bold."""
    before = element.getprevious()
    while before is not None and local(before) in _BETWEEN:
        before = before.getprevious()
    return before is not None and local(before) == local(element)


def _counts_apart(mark):
    """1 for the mark of a paragraph or row unless something in that paragraph or row bears the same mark already."""
    owner = next((a for a in mark.iterancestors() if local(a) in ("p", "tr", "tc")), None)
    if owner is None:
        return 1
    same = (e for e in owner.iter(mark.tag) if e is not mark and not is_property(e))
    return 0 if next(same, None) is not None else 1


def plain_text(content):
    """The text of a .docx as it will be read, without what is deleted, one paragraph a line.

    :param content: bytes
    :raises DocxError: the file cannot be looked into
    """
    lines = []
    for _info, root in Package(content).parts():
        if local(root) in ("document", "hdr", "ftr", "footnotes", "endnotes"):
            lines += [_text_of(paragraph) for paragraph in root.iter("{*}p") if local(paragraph)]
    return "\n".join(lines)


def _text_of(paragraph):
    parts = []
    for element in paragraph.iter("{*}t", "{*}tab", "{*}br"):
        owner = next(a for a in element.iterancestors() if local(a) == "p" or not local(a))
        if local(element) and owner is paragraph and not any(local(a) in DELETED for a in element.iterancestors()):
            parts.append(element.text or "" if local(element) == "t" else " ")
    return "".join(parts)
