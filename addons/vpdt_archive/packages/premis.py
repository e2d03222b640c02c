"""Preservation metadata: PREMIS 3."""

from lxml import etree

from .names import PREMIS, XSI
from .xml import child


def premis_xml(identifier, name, parts, events, settings):
    """The element ``premis`` of a package, or of the files of one document.

    :param identifier: of the intellectual entity
    :param parts: :class:`writing.Part` of each file that is told of
    :param events: :class:`model.Event`
    """
    root = etree.Element(f"{{{PREMIS}}}premis", nsmap={None: PREMIS, "xsi": XSI}, version="3.0")
    entity = _object(root, "intellectualEntity", identifier)
    child(entity, PREMIS, "originalName", name)
    for part in parts:
        _file(root, part)
    for number, event in enumerate(events, 1):
        _event(root, number, event)
    _agent(root, settings)
    return root


def _object(root, kind, identifier):
    element = etree.SubElement(root, f"{{{PREMIS}}}object", {f"{{{XSI}}}type": kind})
    named = etree.SubElement(element, f"{{{PREMIS}}}objectIdentifier")
    child(named, PREMIS, "objectIdentifierType", "local")
    child(named, PREMIS, "objectIdentifierValue", identifier)
    return element


def _file(root, part):
    element = _object(root, "file", part.name)
    facts = etree.SubElement(element, f"{{{PREMIS}}}objectCharacteristics")
    fixity = etree.SubElement(facts, f"{{{PREMIS}}}fixity")
    child(fixity, PREMIS, "messageDigestAlgorithm", "SHA-256")
    child(fixity, PREMIS, "messageDigest", part.sha256)
    child(facts, PREMIS, "size", part.size)
    kind = etree.SubElement(etree.SubElement(facts, f"{{{PREMIS}}}format"), f"{{{PREMIS}}}formatDesignation")
    child(kind, PREMIS, "formatName", part.mimetype)
    child(element, PREMIS, "originalName", part.shown_name)


def _event(root, number, event):
    element = etree.SubElement(root, f"{{{PREMIS}}}event")
    named = etree.SubElement(element, f"{{{PREMIS}}}eventIdentifier")
    child(named, PREMIS, "eventIdentifierType", "local")
    child(named, PREMIS, "eventIdentifierValue", f"event-{number}")
    child(element, PREMIS, "eventType", event.kind)
    child(element, PREMIS, "eventDateTime", event.at)
    if event.detail or event.agent:
        told = etree.SubElement(element, f"{{{PREMIS}}}eventDetailInformation")
        child(told, PREMIS, "eventDetail", " · ".join(filter(None, (event.agent, event.detail))))


def _agent(root, settings):
    element = etree.SubElement(root, f"{{{PREMIS}}}agent")
    named = etree.SubElement(element, f"{{{PREMIS}}}agentIdentifier")
    child(named, PREMIS, "agentIdentifierType", "local")
    child(named, PREMIS, "agentIdentifierValue", settings.software)
    child(element, PREMIS, "agentName", settings.software)
    child(element, PREMIS, "agentType", "software")
    child(element, PREMIS, "agentVersion", settings.software_version)
