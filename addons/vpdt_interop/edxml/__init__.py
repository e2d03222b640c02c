"""edXML packets of the Vietnamese exchange axis (QCVN 102:2016): model, reader, writer.

No Odoo, no database, no network: this package can be used and tested alone
(``python -m edxml check FILE``).
"""

from .errors import MESSAGES, PacketError
from .limits import DEFAULT_LIMITS, Limits
from .model import (
    NAMESPACE,
    SIGNATURE_ABSENT,
    SIGNATURE_EMPTY,
    SIGNATURE_NOT_VERIFIABLE,
    TIME_ZONE,
    Attachment,
    Business,
    BusinessKind,
    DocumentChange,
    DocumentPacket,
    Organization,
    Priority,
    Problem,
    ReceiverChange,
    Replacement,
    ResponseFor,
    Staff,
    StatusPacket,
    SteeringType,
    TraceHeader,
    document_id,
    split_document_id,
)
from .names import safe_name
from .parts import PacketParts
from .reader import read
from .status import (
    RECEIVER_TO_SENDER,
    SENDER_TO_RECEIVER,
    STATUS_RULES,
    StatusCode,
    codes_of,
    contradicts,
    current,
    may_follow,
)
from .writer import LENGTHS, add_trace, write, write_envelope, write_packed

__all__ = [
    "DEFAULT_LIMITS",
    "LENGTHS",
    "MESSAGES",
    "NAMESPACE",
    "RECEIVER_TO_SENDER",
    "SENDER_TO_RECEIVER",
    "SIGNATURE_ABSENT",
    "SIGNATURE_EMPTY",
    "SIGNATURE_NOT_VERIFIABLE",
    "STATUS_RULES",
    "TIME_ZONE",
    "Attachment",
    "Business",
    "BusinessKind",
    "DocumentChange",
    "DocumentPacket",
    "Limits",
    "Organization",
    "PacketError",
    "PacketParts",
    "Priority",
    "Problem",
    "ReceiverChange",
    "Replacement",
    "ResponseFor",
    "Staff",
    "StatusCode",
    "StatusPacket",
    "SteeringType",
    "TraceHeader",
    "add_trace",
    "codes_of",
    "contradicts",
    "current",
    "document_id",
    "may_follow",
    "read",
    "safe_name",
    "split_document_id",
    "write",
    "write_envelope",
    "write_packed",
]
