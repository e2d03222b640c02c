"""Writing a package: the files first, hashed as they go by, then what is told of them."""

import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

from .container import Container
from .ead import document_xml, dossier_xml
from .mets import DATA, DOCUMENTATION, REPRESENTATIONS, SCHEMAS, Mets
from .model import Event, Settings
from .names import READ_ME, REPRESENTATION, ROOT_EAD, ROOT_METS, ROOT_PREMIS
from .names import SCHEMAS as SCHEMA_FILES
from .premis import premis_xml
from .xml import to_bytes

_HERE = Path(__file__).parent / "schemas"
_ZONE = timezone(timedelta(hours=7))
_XML = "application/xml"


def folder_name(identifier):
    """The folder of a package: its OBJID with ``:`` as ``_`` (a colon is no letter of a file name everywhere)."""
    return identifier.replace(":", "_")


def write_package(path, dossier, kind="SIP", settings=None, moment=None):
    """Write ``dossier`` as a package; a run that was interrupted goes on where it stopped.

    Memory is flat in the size of the files: they are read in pieces. Times are written with +07:00.

    :param path: of the ZIP to be made
    :param dossier: :class:`model.Dossier`
    :param kind: SIP, AIP or DIP
    :param settings: :class:`model.Settings`
    :param moment: aware datetime; now by default
    :return: identifier of the package (OBJID)
    :raises PackageError: ``file_changed``
    :raises OSError: a file cannot be read, or the package not be written
    """
    settings = settings or Settings()
    moment = (moment or datetime.now(_ZONE)).astimezone(_ZONE)
    identifier = settings.identifier(dossier.uuid, dossier.fonds_code)
    container = Container(path, folder_name(identifier))
    try:
        _Writing(container, dossier, kind, identifier, settings, moment).run()
    except BaseException:
        container.leave()
        raise
    container.close()
    return identifier


class _Writing:
    def __init__(self, container, dossier, kind, identifier, settings, moment):
        self.container, self.dossier, self.kind = container, dossier, kind
        self.identifier, self.settings, self.moment = identifier, settings, moment
        self.data, self.documents, self.provenance = [], [], []
        self.events = [*dossier.events, Event("creation", moment, f"{kind}", settings.software)]

    def run(self):
        for document in self.dossier.documents:
            self._document(document)
        representation = self._representation()
        schemas = [self._add(f"schemas/{name}", (_HERE / name).read_bytes()) for name in SCHEMA_FILES]
        read_me = self.container.add(READ_ME, self._read_me().encode(), "text/plain")
        ead = self._add(ROOT_EAD, to_bytes(dossier_xml(self.dossier)))
        told = premis_xml(self.identifier, self.dossier.title, self.data, self.events, self.settings)
        premis = self._add(ROOT_PREMIS, to_bytes(told))
        mets = Mets(self.kind, self.identifier, self.dossier.title, self.moment, self.settings)
        mets.header(self.dossier.creator, self.dossier.archive)
        dmd, amd = [mets.descriptive(ead)], mets.preservation([premis])
        groups = mets.files(((DOCUMENTATION, [read_me]), (SCHEMAS, schemas), (REPRESENTATIONS, [representation])))
        mets.structure(self.identifier, dmd, amd, groups, representation.name)
        self._add(ROOT_METS, to_bytes(mets.root))

    def _add(self, name, content):
        return self.container.add(name, content, _XML)

    def _document(self, document):
        parts = []
        for number, file in enumerate(document.files, 1):
            name = f"{REPRESENTATION}/data/{document.ordinal:05d}_{number:02d}_{_safe(file.name)}"
            created = file.created.astimezone(_ZONE).isoformat(timespec="seconds") if file.created else ""
            parts.append(self.container.add(name, file.source, file.mimetype, file.name, created, file.sha256))
        word = f"{document.ordinal:05d}"
        folder = f"{REPRESENTATION}/metadata"
        told = to_bytes(document_xml(document, [part.name for part in parts]))
        self.documents.append(self._add(f"{folder}/descriptive/EAD_doc_{word}.xml", told))
        if parts:
            told = premis_xml(document.uid, document.subject, parts, [], self.settings)
            self.provenance.append(self._add(f"{folder}/preservation/PREMIS_{word}.xml", to_bytes(told)))
        self.data += parts

    def _representation(self):
        folder = f"{REPRESENTATION}/"
        mets = Mets(self.kind, "rep1", self.dossier.title, self.moment, self.settings)
        mets.header(self.dossier.creator, self.dossier.archive)
        dmd = [mets.descriptive(part.within(folder)) for part in self.documents]
        amd = mets.preservation([part.within(folder) for part in self.provenance]) if self.provenance else []
        groups = mets.files(((DATA, [part.within(folder) for part in self.data]),)) if self.data else {}
        mets.structure("rep1", dmd, amd, groups)
        return self._add(f"{folder}METS.xml", to_bytes(mets.root))

    def _read_me(self):
        return (
            f"{self.kind} {self.identifier}\n"
            f"{self.dossier.code}\n{self.dossier.title}\n"
            f"{self.dossier.creator.name} ({self.dossier.creator.identifier})\n"
            f"{self.dossier.total} văn bản, {len(self.data)} tệp\n"
            "METS.xml: thành phần gói tin và SHA-256 của từng tệp; metadata: siêu dữ liệu; representations: tài liệu.\n"
        )


def _safe(name):
    """A name that is plain on every system; the one that people know stands in EAD and PREMIS."""
    stem, dot, ending = name.rpartition(".")
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", stem or name).strip("-.")[:60] or "file"
    ending = re.sub(r"[^A-Za-z0-9]+", "", ending)[:10] if stem else ""
    return f"{plain}.{ending}" if ending else plain
