"""A copy of a .docx with all changes accepted, without comments, its volatile fields as plain text."""

import io
import zipfile

from lxml import etree

from .field_codes import drop_if_empty, freeze
from .finding import DELETED, FORMATS, INSERTED, is_property
from .package import CONTENT_TYPES, Package, attribute, drop, local, part_name, unwrap

_RANGES = tuple(
    f"{kind}Range{end}"
    for kind in ("moveFrom", "moveTo", "customXmlIns", "customXmlDel", "customXmlMoveFrom", "customXmlMoveTo")
    for end in ("Start", "End")
)
_ONLY_MARKS = frozenset({*_RANGES, *(FORMATS - {"cellMerge"}), "commentRangeStart", "commentRangeEnd", "cellIns",
                         "trackRevisions"})  # fmt: skip
_MERGED = {"cont": "continue", "rest": "restart"}


def clean_copy(content):
    """The same document as its reader is to have it; the parts that have no mark keep their bytes.

    Insertions and moves are accepted, deletions taken out, formatting stays as changed, comments and the list of
    people go, DATE, FILENAME and the like become the text that was last shown.

    :param content: bytes of a .docx
    :return: bytes of a .docx in which `find_marks` finds nothing
    :raises DocxError: the file cannot be looked into
    """
    package, changed, gone = Package(content), {}, set()
    for info, root, elements, targets in package.comment_relations():
        gone |= targets
        for element in elements:
            drop(element)
        changed[info.filename] = root
    for info, root in package.parts():
        if local(root) == "comments":
            gone.add(part_name(info.filename))
            continue
        before = etree.tostring(root)
        _clean(root)
        if etree.tostring(root) != before:
            changed[info.filename] = root
    _forget(package, gone, changed)
    return _packed(package, gone, changed)


def _forget(package, gone, changed):
    """Take the parts that go out of the list of content types."""
    listed = next(info for info in package.entries if part_name(info.filename) == CONTENT_TYPES)
    root = package.parse(listed)
    named = [element for element in root if part_name(element.get("PartName") or "") in gone]
    for element in named:
        drop(element)
    if named:
        changed[listed.filename] = root


def _packed(package, gone, changed):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for info in package.entries:
            folder, _slash, name = part_name(info.filename).rpartition("/")
            relations_of = f"{folder.removesuffix('_rels')}{name.removesuffix('.rels')}"
            if part_name(info.filename) in gone or (name.endswith(".rels") and relations_of in gone):
                continue
            entry = zipfile.ZipInfo(info.filename, date_time=info.date_time)
            entry.compress_type = info.compress_type
            root = changed.get(info.filename)
            data = package.bytes_of(info) if root is None else _serialised(root)
            target.writestr(entry, data)
    return buffer.getvalue()


def _serialised(root):
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _clean(root):
    _drop_marks(root)
    _settle_rows_and_cells(root)
    joined = _settle_changes(root)
    for paragraph in reversed(joined):  # the last first: three in a row then end up in the one behind them
        _join_with_next(paragraph)
    freeze(root)


def _all(root, names):
    return [element for element in root.iter("{*}*") if local(element) in names]


def _drop_marks(root):
    for element in _all(root, _ONLY_MARKS):
        drop(element)
    for element in _all(root, {"commentReference"}):
        run = element.getparent()
        drop(element)
        if local(run) == "r":
            drop_if_empty(run)


def _settle_rows_and_cells(root):
    for row_mark in _all(root, DELETED | INSERTED):
        properties = row_mark.getparent()
        if local(properties) != "trPr":
            continue
        if local(row_mark) in DELETED:
            _drop_row(properties.getparent())
        else:
            drop(row_mark)
    for mark in _all(root, {"cellDel"}):
        cell = mark.getparent().getparent()
        drop(cell if local(cell) == "tc" else mark)
    for mark in _all(root, {"cellMerge"}):
        merged = _MERGED.get(attribute(mark, "vMerge"))
        if merged:
            kept = etree.SubElement(mark.getparent(), _name(mark, "vMerge"))
            kept.set(_name(mark, "val"), merged)
            mark.addprevious(kept)
        drop(mark)


def _name(element, local_name):
    return f"{{{etree.QName(element).namespace}}}{local_name}"


def _drop_row(row):
    table = row.getparent()
    drop(row)
    if table is None or any(local(child) in ("tr", "sdt", "customXml") for child in table):
        return
    cell = table.getparent()
    drop(table)
    if local(cell) == "tc" and (len(cell) == 0 or local(cell[-1]) != "p"):  # a cell ends in a paragraph
        etree.SubElement(cell, _name(cell, "p"))


def _settle_changes(root):
    """Accept what is tracked in the text.

    :return: the paragraphs whose end is deleted, in order
    """
    joined = []
    for mark in _all(root, DELETED | INSERTED):
        parent = mark.getparent()
        if parent is None:
            continue
        if is_property(mark):
            paragraph = _paragraph_of(parent)
            if local(mark) in DELETED and paragraph is not None:
                joined.append(paragraph)
            unwrap(mark)  # in a formula it holds the looks of a sign
        elif local(mark) in DELETED:
            drop(mark)
        else:
            unwrap(mark)
    for text in _all(root, {"delText", "delInstrText"}):
        drop(text)
    return joined


def _paragraph_of(properties):
    """The paragraph whose end mark these properties are of, or None."""
    above = properties.getparent()
    if local(properties) == "rPr" and above is not None and local(above) == "pPr":
        return above.getparent()
    return None


def _join_with_next(paragraph):
    """The end of a paragraph is deleted: what is left of it goes to the next one, whose looks the two then have."""
    content = [child for child in paragraph if local(child) != "pPr"]
    properties = next((child for child in paragraph if local(child) == "pPr"), None)
    if paragraph.getparent() is None or (properties is not None and _all(properties, {"sectPr"})):
        return
    following = paragraph.getnext()
    while following is not None and local(following) in ("bookmarkStart", "bookmarkEnd"):
        following = following.getnext()
    if following is None:
        return  # the last one of a cell or a note has to stay
    if local(following) == "p":
        place = 1 if len(following) and local(following[0]) == "pPr" else 0
        following[place:place] = content
        drop(paragraph)
    elif not content and local(following) == "tbl":
        drop(paragraph)
