"""Descriptive metadata: EAD.xml of the dossier, EAD_doc_*.xml of each document; element names of TT 05/2025."""

from datetime import date

from lxml import etree

from .model import Agency, Document, Dossier, File
from .names import EAD
from .xml import child

# Field of the model → element, in the order of the schema.
_DOSSIER = (
    ("code", "fileCode"),
    ("archive_code", "arcFileCode"),
    ("fonds_code", "fondsCode"),
    ("fonds_name", "fondsName"),
    ("title", "title"),
    ("year", "fileCatalog"),
    ("maintenance", "maintenance"),
    ("mode", "mode"),
    ("language", "language"),
    ("start", "startDate"),
    ("end", "endDate"),
    ("keywords", "keyword"),
    ("total", "totalDoc"),
    ("sheets", "numberOfPaper"),
    ("pages", "numberOfPage"),
    ("format", "format"),
    ("sign", "inforSign"),
    ("confidence", "confidenceLevel"),
    ("paper_code", "paperFileCode"),
    ("description", "description"),
)
_DOCUMENT = (
    ("uid", "docId"),
    ("archive_code", "arcDocCode"),
    ("ordinal", "docOrdinal"),
    ("type_code", "typeDoc"),
    ("type_name", "typeName"),
    ("number", "codeNumber"),
    ("notation", "codeNotation"),
    ("issued", "issuedDate"),
    ("organ_name", "organName"),
    ("subject", "subject"),
    ("language", "language"),
    ("pages", "pageAmount"),
    ("signer", "autograph"),
    ("maintenance", "maintenance"),
    ("mode", "mode"),
    ("confidence", "confidenceLevel"),
    ("process", "process"),
    ("description", "description"),
)
_NUMBERS = {"year", "sheets", "pages", "ordinal"}
_DAYS = {"start", "end", "issued"}


def _element(model, kind, pairs):
    root = etree.Element(f"{{{EAD}}}ead", nsmap={None: EAD})
    element = etree.SubElement(root, f"{{{EAD}}}{kind}")
    for name, tag in pairs:
        child(element, EAD, tag, getattr(model, name))
    return root, element


def dossier_xml(dossier):
    """The element ``ead`` of a dossier."""
    root, element = _element(dossier, "dossier", _DOSSIER)
    if dossier.single:
        element.set("single", "true")
    return root


def document_xml(document, hrefs):
    """The element ``ead`` of a document.

    :param hrefs: names of its files inside the package, in their order
    """
    root, element = _element(document, "document", _DOCUMENT)
    for file, href in zip(document.files, hrefs, strict=True):
        attributes = {"href": href, "name": file.name, "role": file.role, "pages": str(file.pages)}
        if file.verdict:
            attributes["verdict"] = file.verdict
        etree.SubElement(element, f"{{{EAD}}}file", **attributes)
    return root


def _values(element, pairs):
    found = {}
    for name, tag in pairs:
        text = element.findtext(f"{{{EAD}}}{tag}")
        if text is None or name == "total":
            continue
        if name in _NUMBERS:
            found[name] = int(text)
        else:
            found[name] = date.fromisoformat(text[:10]) if name in _DAYS else text
    return found


def read_dossier(root, uuid=""):
    """The dossier that EAD.xml tells of, without its documents, and how many it says there are: (Dossier, int)."""
    element = root.find(f"{{{EAD}}}dossier")
    values = _values(element, _DOSSIER)
    dossier = Dossier(uuid=uuid, creator=Agency(""), archive=Agency(""), **values)
    dossier.single = element.get("single") == "true"
    return dossier, int(element.findtext(f"{{{EAD}}}totalDoc"))


def read_document(root):
    """The document that an EAD_doc file tells of; the sources of its files are names inside the package."""
    element = root.find(f"{{{EAD}}}document")
    files = [
        File(
            name=found.get("name"),
            source=found.get("href"),
            role=found.get("role"),
            pages=int(found.get("pages") or 0),
            verdict=found.get("verdict") or "",
        )
        for found in element.findall(f"{{{EAD}}}file")
    ]
    return Document(files=files, **_values(element, _DOCUMENT))
