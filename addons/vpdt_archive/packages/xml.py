"""XML of packages: made without surprises, read without trust."""

from lxml import etree

from .errors import PackageError

MAX_XML_BYTES = 64 << 20


def text_of(value):
    """A value as XML text: dates as ISO, control characters left out."""
    if hasattr(value, "isoformat"):
        value = value.isoformat()
    return "".join(letter for letter in str(value) if letter in "\t\n\r" or ord(letter) >= 32)


def child(parent, namespace, name, value=None, **attributes):
    """Add an element; nothing is added for a value that is empty (``None``, ``""``)."""
    if value is None or value == "":
        return None
    element = etree.SubElement(parent, f"{{{namespace}}}{name}", **attributes)
    element.text = text_of(value)
    return element


def to_bytes(root):
    """The document with its declaration, UTF-8."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def parse(data, where=""):
    """Read a stranger's XML: no DOCTYPE, no entities, no network, capped.

    :param data: bytes
    :raises PackageError: ``not_xml``
    """
    if len(data) > MAX_XML_BYTES:
        raise PackageError("not_xml", where, "too large")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise PackageError("not_xml", where, str(error)) from None
    if root.getroottree().docinfo.doctype:
        raise PackageError("not_xml", where, "DOCTYPE")
    return root
