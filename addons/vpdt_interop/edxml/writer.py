"""From the model to a packet file, exactly as the vendors' SDK writes it.

Source: QCVN 102:2016 as observed. Some receivers look for the literal prefixed names, so the
prefixes, the order of the elements and the two declarations of the namespace are fixed here.
Nothing incomplete or over-long leaves this house: every value is checked before the first byte.
"""

import io
import uuid
from xml.sax.saxutils import escape

from . import attachments as wire
from .errors import PacketError
from .limits import DEFAULT_LIMITS, shown_size
from .model import (
    DATE_FORMAT,
    NAMESPACE,
    TIME_ZONE,
    TIMESTAMP_FORMAT,
    BusinessKind,
    Priority,
    StatusPacket,
    SteeringType,
    TraceHeader,
    document_id,
    local_now,
)
from .names import extension
from .parts import PackedWriter
from .status import StatusCode

# The lengths that a live validator names, in characters; for forms that want to check early.
LENGTHS = {
    "OrganId": 35,  # Quyết định 20/2020/QĐ-TTg; the older codes of QCVN 102 have 13
    "OrganizationInCharge": 500,
    "OrganName": 200,
    "OrganAdd": 500,
    "Email": 100,
    "Telephone": 20,
    "Fax": 20,
    "CodeNumber": 11,
    "CodeNotation": 30,
    "PromulgationInfo/Place": 50,
    "TypeName": 100,
    "Subject": 500,
    "Content": 500,
    "SphereOfPromulgation": 100,
    "TyperNotation": 10,
    "ToPlaces/Place": 150,
}

_PREFIX = "edXML:"
_PREFIX_DECLARATION = f' xmlns:edXML="{NAMESPACE}"'
_INDENT = "  "
_END = b"</edXML>\n"


def write(packet, stream=None, *, new_id=None, now=None, relay=False, limits=DEFAULT_LIMITS):
    """Write one packet: zip and base64 of the attachments included.

    :param packet: a DocumentPacket or a StatusPacket; it is not changed
    :param stream: binary file to write to; without it the bytes are returned
    :param new_id: gives the identifiers that are missing and the names inside the zips;
        ``uuid.uuid4`` by default. Equal packets and identifiers give equal bytes.
    :param now: aware moment against which "in the future" is judged; the present by default
    :param relay: the packet comes from another system and is passed on, so its identifier need
        not be canonical
    :param limits: sizes and number of the attachments beyond which receivers would refuse
    :return: the bytes, or None when a stream is given
    :raise PacketError: a field is missing, too long or wrong; nothing has been written then
    :raise OSError: an attachment cannot be read or the stream cannot be written
    """
    new_id = new_id or uuid.uuid4
    names = [] if isinstance(packet, StatusPacket) else _attachment_names(packet, new_id)
    checked = _envelope(packet, names, now, relay, limits)
    out = io.BytesIO() if stream is None else stream
    out.write(checked)
    if names:
        _attachments(_Emitter(out), names, new_id)
    out.write(_END)
    return out.getvalue() if stream is None else None


def write_envelope(packet, *, now=None, relay=False, limits=DEFAULT_LIMITS):
    """Write the part of a packet that differs from recipient to recipient: all before the attachments.

    :param packet: a DocumentPacket whose attachments have a ``content_id`` each, the same as in :func:`write_packed`
    :return: bytes; the head of :class:`~.parts.PacketParts`
    :raise PacketError: as :func:`write`
    """
    return _envelope(packet, _attachment_names(packet, uuid.uuid4), now, relay, limits)


def write_packed(attachments, stream, *, new_id=None, limits=DEFAULT_LIMITS):
    """Write the attachments of a document once, for all its recipients, and the end of the packet.

    :param attachments: list of :class:`~.model.Attachment`; each gets a ``content_id`` here when it has none
    :param stream: seekable binary file, written in pieces; what it holds is read by :class:`~.parts.PacketParts`
    :param new_id: as for :func:`write`
    :raise PacketError: too many, too large, or named alike
    """
    new_id = new_id or uuid.uuid4
    for attachment in attachments:
        attachment.content_id = attachment.content_id or str(new_id())
    _check_sizes(attachments, limits)
    packed = PackedWriter(stream)
    if attachments:
        _attachments(_PackedEmitter(packed), [(item.content_id, item) for item in attachments], new_id)
    packed.text(_END)


def _envelope(packet, names, now, relay, limits):
    checked = io.BytesIO()
    if isinstance(packet, StatusPacket):
        _status(_Emitter(checked), packet)
    else:
        _check_sizes(packet.attachments, limits)
        _check_document(packet, (now or local_now()).astimezone(TIME_ZONE).date(), relay)
        _document(_Emitter(checked), packet, names)
    return checked.getvalue()


def add_trace(packet, organ_id, at):
    """Append the hop ``organ_id`` at the aware moment ``at`` to a DocumentPacket, in place."""
    packet.trace.append(TraceHeader(organ_id, _local(at, "TraceHeader/Timestamp")))


class _Emitter:
    """Write elements with indentation, and refuse values that do not fit."""

    def __init__(self, stream):
        self.stream = stream
        self._open = []

    def raw(self, text):
        """Write ``text`` as it is."""
        self.stream.write(text.encode("utf-8"))

    def start(self, name, prefix=_PREFIX, attributes=""):
        """Open an element."""
        self._line(f"<{prefix}{name}{attributes}>")
        self._open.append((name, prefix))

    def end(self):
        """Close the last opened element."""
        name, prefix = self._open.pop()
        self._line(f"</{prefix}{name}>")

    def leaf(self, name, text, prefix=_PREFIX):
        """Write an element with text, none when the text is empty."""
        text = str(text).strip()
        if not text:
            return
        path = self.path(name)
        limit = LENGTHS.get(f"{self._parent}/{name}") or LENGTHS.get(name)
        if limit and len(text) > limit:
            raise PacketError("too_long", path=path, element=name, found=len(text), limit=limit)
        _check_characters(text, name, path)
        self._line(f"<{prefix}{name}>{_escape(text)}</{prefix}{name}>")

    def required(self, name, text, prefix=_PREFIX):
        """Write an element that must have text."""
        if not str(text or "").strip():
            raise PacketError("missing_element", path=self.path(name), element=name)
        self.leaf(name, text, prefix)

    def path(self, name):
        """Return the path of a child called ``name`` of the open element."""
        return "/" + "/".join((*(opened for opened, _prefix in self._open), name))

    def zipped(self, attachment, entry_name):
        """Write the zip of an attachment in base64."""
        wire.wrap(attachment, entry_name, self.stream)

    @property
    def _parent(self):
        return self._open[-1][0] if self._open else ""

    def _line(self, text):
        self.raw(f"{_INDENT * (1 + len(self._open))}{text}\n")


class _PackedEmitter(_Emitter):
    """The same into a packed file, where the zips stand as they are."""

    def raw(self, text):
        self.stream.text(text.encode("utf-8"))

    def zipped(self, attachment, entry_name):
        with self.stream.base64() as out:
            wire.wrap_plain(attachment, entry_name, out)


# -- checks that concern more than one element ------------------------------------------------


def _check_document(packet, today, relay):
    if not packet.recipients:
        raise PacketError("missing_element", path="/MessageHeader/To", element="To")
    seen = set()
    for recipient in packet.recipients:
        if recipient.organ_id in seen:
            raise PacketError("duplicate_recipient", found=recipient.organ_id)
        seen.add(recipient.organ_id)
    if packet.promulgation_date is None:
        raise PacketError("missing_element", element="PromulgationDate")
    if packet.promulgation_date > today:
        shown = f"{packet.promulgation_date:%d/%m/%Y}"
        raise PacketError("future_date", element="PromulgationDate", found=shown)
    if not packet.trace:
        raise PacketError("missing_element", path="/TraceHeaderList", element="TraceHeader")
    if not relay:
        _check_document_id(packet)
    _check_business(packet.business)


def _check_document_id(packet):
    """Refuse an identifier of our own that receivers could not take apart.

    An update may correct number and date and still carries the first identifier, so only new
    documents are compared as a whole.
    """
    expected = document_id(packet.sender.organ_id, packet.promulgation_date, packet.number, packet.notation)
    if packet.business.kind in (BusinessKind.NEW, BusinessKind.REPLACE):
        right = packet.document_id == expected
    else:
        organ_id, _comma, rest = packet.document_id.partition(",")
        right = organ_id == packet.sender.organ_id and rest.count(",") == 1 and "/" in rest
    if not right:
        raise PacketError("bad_document_id", found=packet.document_id or "-", expected=expected)


def _check_business(business):
    if business.kind is BusinessKind.REPLACE and not business.replacements:
        raise PacketError("missing_element", path="/Bussiness", element="ReplacementInfoList")
    if business.kind is BusinessKind.RECALL and not business.reason.strip():
        raise PacketError("missing_element", path="/Bussiness", element="BussinessDocReason")


def _attachment_names(packet, new_id):
    """Return ``(content id, attachment)`` pairs; identifiers are made where missing."""
    pairs = [(item.content_id.strip() or str(new_id()), item) for item in packet.attachments]
    seen = set()
    for content_id, _attachment in pairs:
        if content_id in seen:
            raise PacketError("duplicate_attachment", found=content_id)
        seen.add(content_id)
    return pairs


def _check_sizes(attachments, limits):
    if len(attachments) > limits.attachments:
        what = ("attachments", "tệp đính kèm")
        raise PacketError("too_many", what=what, limit=limits.attachments)
    total = 0
    for attachment in attachments:
        size = attachment.size
        total += size
        if size > limits.attachment_bytes:
            raise _too_large(attachment.name, limits.attachment_bytes)
    if total > limits.total_attachment_bytes:
        what = ("The sum of the attachments", "Tổng các tệp đính kèm")
        raise _too_large(what, limits.total_attachment_bytes)


def _too_large(what, limit):
    return PacketError("too_large", what=what, limit=shown_size(limit))


def _check_characters(text, name, path):
    """Refuse what XML 1.0 has no way to write, escaped or not."""
    for character in text:
        code = ord(character)
        if (code < 0x20 and character not in "\t\n\r") or code in (0xFFFE, 0xFFFF) or (0xD800 <= code <= 0xDFFF):
            raise PacketError("bad_character", path=path, element=name, found=f"U+{code:04X}")


# -- values -----------------------------------------------------------------------------------


def _escape(text):
    # A bare carriage return would come back as a line feed.
    return escape(text, {"\r": "&#13;"})


def _date(day):
    return day.strftime(DATE_FORMAT) if day else ""


def _local(moment, name):
    if moment is None or moment.tzinfo is None:
        raise PacketError(
            "bad_value",
            element=name,
            found=moment,
            expected=("a moment with a time zone", "thời điểm có múi giờ"),
        )
    return moment.astimezone(TIME_ZONE)


def _timestamp(moment, path):
    return _local(moment, path).strftime(TIMESTAMP_FORMAT)


def _choice(value, choices, name):
    if isinstance(value, bool) or value not in tuple(choices):
        expected = ", ".join(str(int(choice)) for choice in choices)
        raise PacketError("bad_value", element=name, found=value, expected=expected)
    return int(value)


def _amount(value, name):
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**9:
        raise PacketError("bad_value", element=name, found=value, expected="0…999999999")
    return value


def _digits(value, name):
    text = str(value).strip()
    if text and not (text.isascii() and text.isdecimal()):
        raise PacketError("bad_value", element=name, found=text, expected="0, 1, 2…")
    return text


def _flag(value, false, true):
    return "" if value is None else (true if value else false)


# -- the packets ------------------------------------------------------------------------------


def _begin(out):
    """Open the packet down to MessageHeader."""
    out.raw(f'<?xml version="1.0" encoding="UTF-8"?>\n<edXML xmlns="{NAMESPACE}">\n')
    out.start("edXMLEnvelope", attributes=_PREFIX_DECLARATION)
    out.start("edXMLHeader")
    out.start("MessageHeader")


def _status(out, packet):
    _begin(out)
    _organization(out, "From", packet.sender)
    _response_for(out, packet.response_for, required=True)
    _staff(out, packet.staff)
    try:
        code = StatusCode(packet.code)
    except ValueError as error:
        raise PacketError("unknown_status", found=packet.code) from error
    out.required("StatusCode", code.value)
    if code.rule.needs_reason:
        out.required("Description", packet.description)
    else:
        out.leaf("Description", packet.description)
    out.leaf("Timestamp", _timestamp(packet.timestamp, "Timestamp"))
    for _level in ("MessageHeader", "edXMLHeader", "edXMLEnvelope"):
        out.end()


def _document(out, packet, names):
    _begin(out)
    _message_header(out, packet)
    out.end()
    _trace(out, packet)
    out.end()
    _manifest(out, names)
    out.end()


def _message_header(out, packet):
    _organization(out, "From", packet.sender)
    for recipient in packet.recipients:
        _organization(out, "To", recipient)
    out.required("DocumentId", packet.document_id)
    _code(out, packet)
    _promulgation(out, packet)
    _document_type(out, packet)
    out.required("Subject", packet.subject)
    out.leaf("Content", packet.content)
    _signer(out, packet)
    out.leaf("DueDate", _date(packet.due_date))
    _other_info(out, packet)
    for response in packet.response_for:
        _response_for(out, response)
    out.leaf("SteeringType", _choice(packet.steering_type, SteeringType, "SteeringType"))
    _texts(out, "ToPlaces", "Place", packet.to_places)


def _organization(out, element, organization):
    out.start(element)
    out.required("OrganId", organization.organ_id)
    out.leaf("OrganizationInCharge", organization.in_charge)
    out.required("OrganName", organization.name)
    out.leaf("OrganAdd", organization.address)
    out.leaf("Email", organization.email)
    out.leaf("Telephone", organization.telephone)
    out.leaf("Fax", organization.fax)
    out.leaf("Website", organization.website)
    out.end()


def _code(out, packet):
    out.start("Code")
    out.required("CodeNumber", packet.number)
    out.required("CodeNotation", packet.notation)
    out.end()


def _promulgation(out, packet):
    out.start("PromulgationInfo")
    out.leaf("Place", packet.place)
    out.required("PromulgationDate", _date(packet.promulgation_date))
    out.end()


def _document_type(out, packet):
    out.start("DocumentType")
    out.required("Type", _digits(packet.type, "Type"))
    out.leaf("TypeDetail", _digits(packet.type_detail, "TypeDetail"))
    out.required("TypeName", packet.type_name)
    out.end()


def _signer(out, packet):
    texts = (packet.signer_competence, packet.signer_position, packet.signer_full_name)
    if not any(text.strip() for text in texts):
        return
    out.start("SignerInfo")
    for name, text in zip(("Competence", "Position", "FullName"), texts, strict=True):
        out.leaf(name, text)
    out.end()


def _other_info(out, packet):
    out.start("OtherInfo")
    out.leaf("Priority", _choice(packet.priority, Priority, "Priority"))
    out.leaf("SphereOfPromulgation", packet.sphere)
    out.leaf("TyperNotation", packet.typer_notation)
    out.leaf("PromulgationAmount", _amount(packet.promulgation_amount, "PromulgationAmount"))
    out.leaf("PageAmount", _amount(packet.page_amount, "PageAmount"))
    out.leaf("Direction", _flag(packet.direction, "false", "true"))
    _texts(out, "Appendixes", "Appendix", packet.appendixes)
    out.end()


def _response_for(out, response, required=False):
    emit = out.required if required else out.leaf
    out.start("ResponseFor")
    emit("OrganId", response.organ_id)
    emit("Code", response.code)
    emit("DocumentId", response.document_id)
    out.leaf("PromulgationDate", _date(response.promulgation_date))
    out.end()


def _texts(out, element, child, texts):
    if not texts:
        return
    out.start(element)
    for text in texts:
        out.required(child, text)
    out.end()


def _trace(out, packet):
    out.start("TraceHeaderList")
    for hop in packet.trace:
        out.start("TraceHeader")
        out.required("OrganId", hop.organ_id)
        out.leaf("Timestamp", _timestamp(hop.timestamp, "TraceHeader/Timestamp"))
        out.end()
    _business(out, packet)
    out.end()


def _business(out, packet):
    business = packet.business
    out.start("Bussiness")
    # The genuine recall leaves it out, the vendors' description asks for it: always name it.
    concerned = business.kind in (BusinessKind.RECALL, BusinessKind.UPDATE)
    out.leaf("DocumentId", packet.concerned_document_id if concerned else business.document_id)
    out.leaf("BussinessDocType", _choice(business.kind, BusinessKind, "BussinessDocType"))
    out.leaf("BussinessDocReason", business.reason)
    out.leaf("Paper", _flag(business.paper, "0", "1"))
    _document_change(out, business.document_change)
    _replacements(out, business.replacements)
    _staff(out, business.staff)
    out.end()


def _document_change(out, change):
    if change is None:
        return
    out.start("BussinessDocumentInfo")
    out.leaf("DocumentInfo", _flag(change.document_info, "0", "1"))
    out.leaf("DocumentReceiver", _flag(change.document_receiver, "0", "1"))
    if change.receivers:
        out.start("ReceiverList")
        for receiver in change.receivers:
            out.start("Receiver")
            out.required("OrganId", receiver.organ_id)
            out.leaf("ReceiverType", _flag(receiver.added, "0", "1"))
            out.end()
        out.end()
    out.end()


def _replacements(out, replacements):
    if not replacements:
        return
    out.start("ReplacementInfoList")
    for replacement in replacements:
        out.start("ReplacementInfo")
        out.required("DocumentId", replacement.document_id)
        _texts(out, "OrganIdList", "OrganId", replacement.organ_ids)
        out.end()
    out.end()


def _staff(out, staff):
    if staff is None:
        return
    out.start("StaffInfo")
    out.leaf("Department", staff.department)
    out.leaf("DepartmentId", staff.department_id)
    out.required("Staff", staff.name)
    out.leaf("StaffId", staff.staff_id)
    out.leaf("Email", staff.email)
    out.leaf("Mobile", staff.mobile)
    out.end()


def _manifest(out, names):
    out.start("edXMLBody")
    out.start("edXMLManifest", attributes=' version="1.0"')
    for content_id, attachment in names:
        out.start("Reference")
        out.required("ContentId", f"cid:{content_id}")
        out.required("ContentType", attachment.content_type)
        out.leaf("Description", attachment.description)
        out.required("AttachmentName", attachment.name)
        out.end()
    out.end()
    out.end()


def _attachments(out, names, new_id):
    out.start("AttachmentEncoded", prefix="")
    for content_id, attachment in names:
        out.start("Attachment", prefix="")
        out.leaf("ContentId", f"cid:{content_id}", prefix="")
        out.leaf("AttachmentName", attachment.name, prefix="")
        out.leaf("Description", attachment.description, prefix="")
        out.leaf("ContentType", "application/zip", prefix="")
        out.raw(f"{_INDENT * 3}<edXML:ContentTransferEncoded{_PREFIX_DECLARATION}>")
        out.zipped(attachment, f"{new_id()}.{extension(attachment.name)}")
        out.raw("</edXML:ContentTransferEncoded>\n")
        out.end()
    out.end()
