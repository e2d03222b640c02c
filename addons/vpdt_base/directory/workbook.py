"""Workbooks as odd programs write them, brought into the form that openpyxl reads.

Part names with ``\\`` (some .NET and Delphi libraries), part names whose case differs from their mention, and Excel's
"Strict Open XML Spreadsheet" are honest workbooks that openpyxl finds empty or broken. Such a file is written anew,
with its parts as they are; all others are opened as they came.
"""

import re
import shutil
import tempfile
import zipfile

from .problems import DirectoryError

CONTENT_TYPES = "[Content_Types].xml"
_MENTION = re.compile(rb"""\b(PartName|Target)\s*=\s*("[^"]*"|'[^']*')""")
_STRICT = b"http://purl.oclc.org/ooxml/"
# ECMA-376-1 (Strict) namespace → that of the usual form (ECMA-376-4, Annex A)
_USUAL = {
    b"spreadsheetml/main": b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    b"officeDocument/relationships": b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    b"officeDocument/sharedTypes": b"http://schemas.openxmlformats.org/officeDocument/2006/sharedTypes",
    b"officeDocument/extendedProperties": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    ),
    b"officeDocument/customProperties": b"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties",
    b"officeDocument/docPropsVTypes": b"http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes",
    b"drawingml/main": b"http://schemas.openxmlformats.org/drawingml/2006/main",
    b"drawingml/spreadsheetDrawing": b"http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing",
    b"drawingml/chart": b"http://schemas.openxmlformats.org/drawingml/2006/chart",
}
_SMALL = 4 << 20  # bytes; no list of parts is longer
_BLOCK = 1 << 20


def usual(source, archive):
    """A workbook as an open binary file that openpyxl reads: itself, or a temporary one that goes when it is closed.

    :param source: path, or an open binary file
    :param archive: the same as an open `ZipFile`, whose sizes have been checked
    :raises DirectoryError: a part is there twice, or it is no workbook of this kind
    """
    names = _names(archive)
    folded = {name.lower() for name in names.values()}
    if CONTENT_TYPES.lower() not in folded or not any(name.startswith("xl/") for name in folded):
        raise DirectoryError("not_a_workbook")
    if "xl/workbook.bin" in folded:
        raise DirectoryError("not_a_workbook")
    if not _is_odd(archive, names):
        return (
            source if hasattr(source, "read") else open(source, "rb")
        )  # by handle: given a name, openpyxl goes by its extension
    copy = tempfile.TemporaryFile(prefix="vpdt-workbook-")
    try:
        with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as written:
            for info, name in names.items():
                if name.lower().endswith((".xml", ".rels")):  # pictures and the like hold no rows
                    _rewrite(archive, info, written, name)
    except BaseException:
        copy.close()
        raise
    return copy


def _names(archive):
    """{ZipInfo: name with slashes} of all files in the archive."""
    names = {info: info.filename.replace("\\", "/").lstrip("/") for info in archive.infolist()}
    names = {info: name for info, name in names.items() if name and not name.endswith("/")}
    if len({name.lower() for name in names.values()}) < len(names):
        raise DirectoryError("part_twice")
    return names


def _is_odd(archive, names):
    if CONTENT_TYPES not in names.values() or any(info.filename != name for info, name in names.items()):
        return True
    known = {name.rpartition("/")[2] for name in names.values()}
    folded = {name.lower() for name in known}
    for info, name in names.items():
        if _has_mentions(name) or name.lower().endswith("/workbook.xml"):
            with archive.open(info) as part:
                content = part.read(_SMALL)
            mentioned = {mention.strip(b"\"'").decode("utf-8", "replace") for _, mention in _MENTION.findall(content)}
            tails = {mention.rpartition("/")[2] for mention in mentioned}
            other_case = any(tail not in known and tail.lower() in folded for tail in tails)
            if other_case or _STRICT in content or any("\\" in mention for mention in mentioned):
                return True
    return False


def _has_mentions(name):
    return name.lower() == CONTENT_TYPES.lower() or name.lower().endswith(".rels")


def _rewrite(archive, info, written, name):
    """Copy one part under a name in small letters; what mentions parts mentions them so, too."""
    target = CONTENT_TYPES if name.lower() == CONTENT_TYPES.lower() else name.lower()
    with archive.open(info) as source, written.open(target, "w", force_zip64=True) as part:
        if _has_mentions(name):
            part.write(_MENTION.sub(_mention, _without_strict(source.read(_SMALL))))
            return
        part.write(_without_strict(source.read(_BLOCK)))  # namespaces are declared at the beginning
        shutil.copyfileobj(source, part, _BLOCK)


def _mention(match):
    attribute, name = match.groups()
    return attribute + b"=" + (name if b"://" in name else name.replace(b"\\", b"/").lower())


def _without_strict(content):
    for strict, plain in _USUAL.items():
        content = content.replace(_STRICT + strict, plain)
    return content
