"""The data of a dossier and its documents as XML, by the field names of Nghị định 30/2020, Phụ lục VI, Phần II."""

from lxml import etree

NAMESPACE = "urn:vpdt:ho-so:1"
_LONGEST = 200_000


def write_xml(dossier, documents, stream):
    """Write the XML, document by document, so that memory stays flat.

    Keys are element names; a dict is an element with children, a list repeats the element; None and "" are left out.

    :param dossier: dict, the fields of *Hồ sơ*
    :param documents: iterable of (``outgoing`` | ``incoming`` | ``other``, dict)
    :param stream: binary, written to
    """
    with etree.xmlfile(stream, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element("File", nsmap={None: NAMESPACE}):
            for element in _elements(dossier):
                xml.write(element)
            with xml.element("Documents"):
                for kind, fields in documents:
                    document = etree.Element("Document", kind=kind)
                    document.extend(_elements(fields))
                    xml.write(document)


def _elements(fields):
    for name, value in fields.items():
        for each in value if isinstance(value, list) else [value]:
            if each is None or each == "" or each is False:
                continue
            element = etree.Element(name)
            if isinstance(each, dict):
                element.extend(_elements(each))
            else:
                element.text = _clean(str(each))[:_LONGEST]
            yield element


def _clean(text):
    """Without what no XML may hold."""
    return "".join(c for c in text if c in "\t\n\r" or (c >= " " and not "\ud800" <= c <= "\udfff" and c < "\ufffe"))
