"""The packets of the exchange axis as plain data: what the reader gives and the writer takes.

Source: QCVN 102:2016/BTTTT as observed in genuine packets. Field names follow the business
words; each docstring names the elements. Texts are stripped, absent texts are ``""``, absent
dates are None, times are aware and in Asia/Ho_Chi_Minh.
"""

import contextlib
import hashlib
import io
import os
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from typing import BinaryIO, NamedTuple
from zoneinfo import ZoneInfo

from .status import StatusCode

NAMESPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
TIME_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DATE_FORMAT = "%Y/%m/%d"
TIMESTAMP_FORMAT = "%Y/%m/%d %H:%M:%S"

SIGNATURE_ABSENT = "absent"
SIGNATURE_EMPTY = "empty"
# The axis re-serialises packets, so a signature over the envelope cannot be checked. It is never
# called valid: authenticity is the signed PDF inside and the login at the axis.
SIGNATURE_NOT_VERIFIABLE = "not_verifiable"

_CHUNK = 1 << 20
_CANONICAL_ID = re.compile(r"([^,]+),(\d{4}/\d{2}/\d{2}),([^/]+)/(.+)")


class BusinessKind(IntEnum):
    """``BussinessDocType`` [sic]: what a document packet is for."""

    NEW = 0
    RECALL = 1
    UPDATE = 2
    REPLACE = 3


class SteeringType(IntEnum):
    """``SteeringType``: văn bản chỉ đạo. Foreign packets may carry other numbers."""

    NONE = 0
    STEERING = 1
    REPORT = 2


class Priority(IntEnum):
    """``Priority``: độ khẩn."""

    NORMAL = 0
    URGENT = 1
    VERY_URGENT = 2
    EXPRESS = 3
    EXPRESS_TIMED = 4


class Problem(NamedTuple):
    """Something odd that a lenient read let pass: machine code, element path, words in English and Vietnamese."""

    code: str
    path: str
    message: str
    message_vi: str = ""


@dataclass
class Organization:
    """``From``, ``To``: an agency as it names itself. Only ``organ_id`` identifies it."""

    organ_id: str
    name: str = ""
    in_charge: str = ""
    address: str = ""
    email: str = ""
    telephone: str = ""
    fax: str = ""
    website: str = ""


@dataclass
class ResponseFor:
    """``ResponseFor``: the document that a packet answers.

    In a status packet ``organ_id`` is the party whom the status is for. Match on
    ``document_id`` first, then on ``code``: producers disagree about the date.
    """

    organ_id: str = ""
    code: str = ""
    document_id: str = ""
    promulgation_date: date | None = None


@dataclass
class Staff:
    """``StaffInfo``: the officer who handled the packet."""

    name: str = ""
    department: str = ""
    email: str = ""
    mobile: str = ""
    department_id: str = ""
    staff_id: str = ""


@dataclass
class TraceHeader:
    """``TraceHeader``: one hop of the packet; ``timestamp`` is None when it was unreadable."""

    organ_id: str
    timestamp: datetime | None


@dataclass
class ReceiverChange:
    """``Receiver`` of an update: an agency added to or removed from the recipients."""

    organ_id: str
    added: bool


@dataclass
class DocumentChange:
    """``BussinessDocumentInfo`` of an update: which parts changed."""

    document_info: bool = False
    document_receiver: bool = False
    receivers: list[ReceiverChange] = field(default_factory=list)


@dataclass
class Replacement:
    """``ReplacementInfo``: a document that this one replaces, and who had received it."""

    document_id: str
    organ_ids: list[str] = field(default_factory=list)


@dataclass
class Business:
    """``Bussiness`` [sic]: the purpose of a document packet; NEW when the packet has none."""

    kind: BusinessKind = BusinessKind.NEW
    reason: str = ""
    document_id: str = ""
    paper: bool | None = None
    document_change: DocumentChange | None = None
    replacements: list[Replacement] = field(default_factory=list)
    staff: Staff | None = None


@dataclass
class Attachment:
    """A file of the packet. Everything but the bytes is untrusted text of the sender.

    ``content`` is bytes, a path, or a seekable binary file, so that a large file is never held
    in memory as a whole. The reader gives bytes up to ``Limits.memory_bytes`` and an anonymous
    temporary file above; :meth:`open` and :meth:`read` hide the difference.
    ``content_id`` has no ``cid:``; empty asks the writer for a new one.
    """

    name: str
    content: bytes | os.PathLike | BinaryIO = field(repr=False)
    content_type: str = "application/octet-stream"
    description: str = ""
    content_id: str = ""

    @contextlib.contextmanager
    def open(self):
        """Give a binary file at its beginning; what was opened here is closed after the block."""
        if isinstance(self.content, (bytes, bytearray, memoryview)):
            yield io.BytesIO(self.content)
        elif isinstance(self.content, (str, os.PathLike)):
            with open(self.content, "rb") as stream:
                yield stream
        else:
            self.content.seek(0)
            yield self.content

    def chunks(self):
        """Yield the bytes piece by piece (1 MiB at most)."""
        with self.open() as stream:
            while piece := stream.read(_CHUNK):
                yield piece

    def read(self):  # pylint: disable=method-required-super  # no model
        """Return all the bytes (a 50 MB file costs 50 MB: prefer :meth:`chunks`)."""
        if isinstance(self.content, bytes):
            return self.content
        with self.open() as stream:
            return stream.read()

    @property
    def size(self):
        """Return the size in bytes."""
        with self.open() as stream:
            return stream.seek(0, io.SEEK_END)

    def sha256(self):
        """Return the SHA-256 of the bytes, hexadecimal."""
        digest = hashlib.sha256()
        for piece in self.chunks():
            digest.update(piece)
        return digest.hexdigest()

    @contextlib.contextmanager
    def as_path_or_bytes(self):
        """Give the bytes, or, for a large file, a path to read from during the block (Linux)."""
        if not hasattr(self.content, "fileno"):
            yield self.content
            return
        self.content.flush()
        yield f"/proc/self/fd/{self.content.fileno()}"

    def close(self):
        """Let go of a temporary file; the content is gone then."""
        if hasattr(self.content, "close"):
            self.content.close()


@dataclass
class DocumentPacket:
    """A document on its way (``messagetype`` edoc): new, recall, update or replacement.

    ``type`` and ``type_detail`` are kept verbatim, since producers disagree about their values:
    the kind of document is known by ``type_name``. ``steering_type`` is None when absent or
    unreadable. Use as a context manager, or call :meth:`close`, to drop temporary files at once.
    """

    sender: Organization
    recipients: list[Organization]
    document_id: str
    number: str
    notation: str
    promulgation_date: date
    type_name: str
    subject: str
    place: str = ""
    type: str = "2"
    type_detail: str = ""
    content: str = ""
    signer_competence: str = ""
    signer_position: str = ""
    signer_full_name: str = ""
    due_date: date | None = None
    priority: int = Priority.NORMAL
    sphere: str = ""
    typer_notation: str = ""
    promulgation_amount: int | None = None
    page_amount: int | None = None
    direction: bool | None = None
    appendixes: list[str] = field(default_factory=list)
    response_for: list[ResponseFor] = field(default_factory=list)
    steering_type: int | None = SteeringType.NONE
    to_places: list[str] = field(default_factory=list)
    trace: list[TraceHeader] = field(default_factory=list)
    business: Business = field(default_factory=Business)
    attachments: list[Attachment] = field(default_factory=list)
    signature: str = field(default=SIGNATURE_ABSENT, compare=False)
    problems: list[Problem] = field(default_factory=list, compare=False)

    @property
    def code(self):
        """Return số và ký hiệu as written on the document, e.g. ``123/SVD-VP``."""
        return f"{self.number}/{self.notation}"

    @property
    def concerned_document_id(self):
        """Return the identifier of the document that a recall or update is about.

        Genuine recalls leave ``Bussiness/DocumentId`` out and repeat the original identifier.
        """
        return self.business.document_id or self.document_id

    def fingerprint(self):
        """Return the SHA-256 of what the packet says, hexadecimal: the same however it is written, and by which way it
        came (hops, order of elements, identifiers of attachments)."""
        said = (
            *(self.sender.organ_id, self.document_id, self.number, self.notation, str(self.promulgation_date)),
            *(self.type_name, self.subject, self.content),
            *(str(int(self.business.kind)), self.business.reason, self.business.document_id),
            *sorted(attachment.sha256() for attachment in self.attachments),
        )
        digest = hashlib.sha256()
        for text in said:
            digest.update(b"%d:%s" % (len(text.encode()), text.encode()))
        return digest.hexdigest()

    def close(self):
        """Let go of the temporary files behind large attachments."""
        for attachment in self.attachments:
            attachment.close()

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.close()


@dataclass
class StatusPacket:
    """A report about a document (``messagetype`` status): it has no recipients but
    ``response_for.organ_id``, no body and no attachments.
    """

    sender: Organization
    response_for: ResponseFor
    code: StatusCode
    timestamp: datetime
    description: str = ""
    staff: Staff | None = None
    signature: str = field(default=SIGNATURE_ABSENT, compare=False)
    problems: list[Problem] = field(default_factory=list, compare=False)


def document_id(organ_id, promulgation_date, number, notation):
    """Return the canonical identifier, e.g. ``000.00.00.G22,2015/09/30,7816/VPCP-TTĐT``.

    Receivers in the field split it at the commas, so it is always emitted in this form; on
    receipt an identifier is opaque (bare UUIDs are common).
    """
    return f"{organ_id},{promulgation_date:%Y/%m/%d},{number}/{notation}"


def split_document_id(value):
    """Return ``(organ_id, date, number, notation)`` of a canonical identifier, or None.

    For matching statuses whose other fields were swapped or wrong; never for refusing.
    """
    match = _CANONICAL_ID.fullmatch(value)
    if not match:
        return None
    organ_id, day, number, notation = match.groups()
    try:
        return organ_id, datetime.strptime(day, DATE_FORMAT).date(), number, notation
    except ValueError:
        return None


def local_now():
    """Return the present moment in Asia/Ho_Chi_Minh."""
    return datetime.now(TIME_ZONE)
