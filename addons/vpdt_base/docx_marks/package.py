"""A .docx as a ZIP of XML parts, opened with caps; nothing is resolved, fetched or unpacked to a folder."""

import io
import posixpath
import zipfile
import zlib

from lxml import etree

MAX_ENTRIES = 5000
MAX_PART = 32 << 20  # bytes of one XML part; a document of a thousand pages has some 10 MB
MAX_TOTAL = 512 << 20  # bytes of all that is inside

#: Word's own namespace, as it is usually written and in "Strict Open XML".
NAMESPACES = frozenset(
    {
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    }
)
CONTENT_TYPES = "[content_types].xml"
#: What zipfile raises for an archive that is damaged, encrypted or of a kind that it does not know.
ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, OSError, EOFError)
_COMMENTS = ("/comments", "/commentsExtended", "/commentsIds", "/commentsExtensible", "/people")


class DocxError(ValueError):
    """The file cannot be looked into.

    :param code: ``not_a_docx``, ``too_large`` or ``doctype``
    """

    def __init__(self, code, message=""):
        self.code = code
        super().__init__(message or code)


class Package:
    """A .docx in memory.

    :param content: bytes
    :raises DocxError: it is no ZIP, holds a name twice, or is beyond the caps
    """

    def __init__(self, content):
        try:
            self.zip = zipfile.ZipFile(io.BytesIO(content))
        except ZIP_ERRORS as error:
            raise DocxError("not_a_docx", str(error)) from None
        self.entries = [info for info in self.zip.infolist() if not info.filename.endswith("/")]
        names = [part_name(info.filename) for info in self.entries]
        if len(names) > MAX_ENTRIES or sum(info.file_size for info in self.entries) > MAX_TOTAL:
            raise DocxError("too_large")
        if len(set(names)) != len(names) or CONTENT_TYPES not in names:
            raise DocxError("not_a_docx", "a name is there twice, or no list of content types")

    def bytes_of(self, info):
        """The bytes of an entry."""
        try:
            return self.zip.read(info)
        except ZIP_ERRORS as error:
            raise DocxError("not_a_docx", str(error)) from None

    def parts(self):
        """(entry, root) of each XML part that has text of Word's in it: body, headers, footers, notes, styles …"""
        for info in self.entries:
            name = part_name(info.filename)
            if name.endswith(".xml") and name != CONTENT_TYPES:
                root = self.parse(info)
                if etree.QName(root).namespace in NAMESPACES:
                    yield info, root

    def parse(self, info):
        """Root element of an XML entry.

        :raises DocxError: too large, no XML, or with a DOCTYPE, which Word never writes
        """
        if info.file_size > MAX_PART:
            raise DocxError("too_large", info.filename)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            root = etree.fromstring(self.bytes_of(info), parser)
        except etree.XMLSyntaxError as error:
            raise DocxError("not_a_docx", f"{info.filename}: {error}") from None
        if root.getroottree().docinfo.doctype:
            raise DocxError("doctype", info.filename)
        return root

    def comment_relations(self):
        """(entry of the relations, root, [elements to comments], {names of the parts they lead to})."""
        for info in self.entries:
            name = part_name(info.filename)
            if name.endswith(".rels"):
                root = self.parse(info)
                found = [element for element in root if (element.get("Type") or "").endswith(_COMMENTS)]
                if found:
                    folder = posixpath.dirname(posixpath.dirname(name))
                    targets = {_target(folder, element.get("Target") or "") for element in found}
                    yield info, root, found, targets


def part_name(name):
    """An entry's name as parts are compared: forward slashes, any case, without the leading slash."""
    return name.replace("\\", "/").lower().lstrip("/")


def _target(folder, target):
    target = part_name(target) if target.startswith("/") else posixpath.join(folder, part_name(target))
    return posixpath.normpath(target)


def local(element):
    """Name of an element of Word's without its namespace; "" for all others, comments of XML too."""
    if not isinstance(element.tag, str):
        return ""
    name = etree.QName(element)
    return name.localname if name.namespace in NAMESPACES else ""


def attribute(element, name):
    """An attribute of Word's, or an empty string."""
    return element.get(f"{{{etree.QName(element).namespace}}}{name}") or ""


def drop(element):
    """Take an element out; what stands behind it stays."""
    parent, previous = element.getparent(), element.getprevious()
    if parent is None:
        return
    if element.tail:
        if previous is not None:
            previous.tail = (previous.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    element.tail = None
    parent.remove(element)


def unwrap(element):
    """Take an element out and leave its children in its place."""
    for child in list(element):
        element.addprevious(child)
    drop(element)
