"""Reading a package back: the dossier, its documents, and the names of their files inside."""

import zipfile

from .ead import read_document, read_dossier
from .errors import PackageError
from .model import Agency
from .names import CSIP, METS, REPRESENTATION, ROOT_EAD, ROOT_METS
from .verifying import CHUNK_BYTES, root_of
from .xml import MAX_XML_BYTES, parse


def read_package(path):
    """The dossier that a package holds; verify it first.

    :param path: of the ZIP
    :return: (:class:`model.Dossier`, identifier, kind); the sources of files are names for :func:`extract_file`
    :raises PackageError: it is none of ours, or not whole
    """
    with zipfile.ZipFile(path) as archive:
        root = root_of(archive.namelist())
        mets = parse(_read(archive, f"{root}/{ROOT_METS}"), ROOT_METS)
        header = mets.find(f"{{{METS}}}metsHdr")
        dossier, _count = read_dossier(parse(_read(archive, f"{root}/{ROOT_EAD}"), ROOT_EAD))
        dossier.creator = _agency(header, "OTHERROLE", "SUBMITTER")
        dossier.archive = _agency(header, "ROLE", "ARCHIVIST")
        folder = f"{root}/{REPRESENTATION}/metadata/descriptive/"
        for name in sorted(name for name in archive.namelist() if name.startswith(folder)):
            dossier.documents.append(read_document(parse(_read(archive, name), name)))
    identifier = mets.get("OBJID")
    dossier.uuid = identifier.rpartition(":")[2].removeprefix("uuid-")
    dossier.documents.sort(key=lambda document: document.ordinal)
    return dossier, identifier, header.get(f"{{{CSIP}}}OAISPACKAGETYPE")


def _agency(header, attribute, value):
    for agent in header.findall(f"{{{METS}}}agent"):
        if agent.get(attribute) == value:
            return Agency(agent.findtext(f"{{{METS}}}name") or "", agent.findtext(f"{{{METS}}}note") or "")
    return Agency("")


def _read(archive, name):
    try:
        info = archive.getinfo(name)
    except KeyError:
        raise PackageError("missing_file", name) from None
    if info.file_size > MAX_XML_BYTES:
        raise PackageError("not_xml", name, "too large")
    return archive.read(info)


def extract_file(path, name, target):
    """Write one file of a package to ``target``, in pieces.

    :param name: inside the package, as :func:`read_package` gives it
    """
    with zipfile.ZipFile(path) as archive:
        with archive.open(f"{root_of(archive.namelist())}/{name}") as source, open(target, "wb") as out:
            while chunk := source.read(CHUNK_BYTES):
                out.write(chunk)
