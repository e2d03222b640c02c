"""What a package is made of, and what reading one gives back."""

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

#: Kind of package → word of csip:OAISPACKAGETYPE.
KINDS = ("SIP", "AIP", "DIP")


@dataclass(frozen=True)
class Settings:
    """Where the sources of the circular differ; kept with the agency, so that a receiving archive can be met.

    :param mets_type: ``mets/@TYPE``
    :param objid: ``uuid`` gives ``uuid-X``, ``fonds`` gives ``urn:fonds:uuid:X`` and ``urn`` gives ``urn:uuid:X``
    :param content_type: ``csip:CONTENTINFORMATIONTYPE``
    """

    mets_type: str = "Mixed"
    objid: str = "uuid"
    content_type: str = "MIXED"
    software: str = "VPĐT"
    software_version: str = "19.0"

    def identifier(self, uuid, fonds):
        """OBJID of a package.

        :param uuid: upper-case text of the UUID
        :param fonds: code of the fonds, may be empty
        """
        if self.objid == "fonds" and fonds:
            return f"urn:{fonds}:uuid:{uuid}"
        if self.objid == "urn":
            return f"urn:uuid:{uuid}"
        return f"uuid-{uuid}"


@dataclass(frozen=True)
class Agency:
    """An organization that is named in a package: who made the records, who keeps them."""

    name: str
    identifier: str = ""


@dataclass
class File:
    """One file of a document.

    :param source: path of its bytes (writing), or name inside the package (reading)
    :param sha256: what is known of the bytes beforehand; they must agree
    """

    name: str
    source: Path | str
    sha256: str = ""
    size: int = 0
    mimetype: str = "application/octet-stream"
    role: str = "main"
    pages: int = 0
    created: datetime | None = None
    verdict: str = ""


@dataclass
class Document:
    """A document with what the circular asks of it (EAD element names of TT 05/2025).

    ``uid`` tells the documents of a package apart and comes back when it is read.
    """

    uid: str
    subject: str
    type_code: str = "32"
    type_name: str = ""
    number: str = ""
    notation: str = ""
    issued: date | None = None
    organ_name: str = ""
    signer: str = ""
    language: str = "01"
    mode: str = "01"
    maintenance: str = ""
    pages: int = 0
    ordinal: int = 1
    archive_code: str = ""
    confidence: str = "01"
    description: str = ""
    process: str = ""
    files: list[File] = field(default_factory=list)


@dataclass
class Event:
    """What happened to the object (PREMIS): ``kind`` is a word such as ``accession``."""

    kind: str
    at: datetime
    detail: str = ""
    agent: str = ""


@dataclass
class Dossier:
    """A dossier, or one document alone when ``single``."""

    uuid: str
    code: str
    title: str
    year: int
    maintenance: str
    creator: Agency
    archive: Agency
    fonds_code: str = ""
    fonds_name: str = ""
    archive_code: str = ""
    mode: str = "01"
    language: str = "01"
    start: date | None = None
    end: date | None = None
    keywords: str = ""
    pages: int = 0
    sheets: int = 0
    description: str = ""
    format: str = "01"
    sign: str = ""
    confidence: str = "01"
    paper_code: str = ""
    single: bool = False
    documents: list[Document] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @property
    def total(self):
        """How many documents there are."""
        return len(self.documents)
