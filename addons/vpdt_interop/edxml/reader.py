"""From a packet file to the model: tolerant of what producers do, hard on what would mislead.

Source: QCVN 102:2016 as observed (genuine packets, SDK, a live validator): any prefixes, any
order of children, the Java and the .NET variant. Required is what the live validators require.
"""

from datetime import datetime

from . import attachments as wire
from .errors import NOTES, PacketError, in_language
from .limits import DEFAULT_LIMITS, shown_size
from .model import (
    DATE_FORMAT,
    TIME_ZONE,
    TIMESTAMP_FORMAT,
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
    local_now,
)
from .names import without_path
from .parsing import OTHER_CONTENT, OTHER_HOLDER, parse
from .status import StatusCode

# Older systems write dates the Vietnamese way; the place of the year makes them unambiguous.
_OTHER_DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y")
_OTHER_TIMESTAMP_FORMATS = ("%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
_DATE_SHAPE = "yyyy/MM/dd"
_TIMESTAMP_SHAPE = "yyyy/MM/dd HH:mm:ss"
_PDF_HEADER_WINDOW = 1024


def read(source, limits=DEFAULT_LIMITS, now=None):
    """Read one packet.

    :param source: the bytes, a path, or a binary file open at the beginning of the packet
    :param limits: :class:`~.limits.Limits`
    :param now: aware moment against which "in the future" is judged; the present by default
    :return: a DocumentPacket or a StatusPacket; what was let pass stands in ``problems``
    :raise PacketError: the packet is hostile, damaged, incomplete or contradicts itself
    :raise OSError: the file cannot be read, or there is no room for temporary files
    """
    parsed = parse(source, limits)
    try:
        return _Reader(parsed, limits, now or local_now()).packet()
    except BaseException:
        parsed.close()
        raise


class _Reader:
    def __init__(self, parsed, limits, now):
        self.parsed = parsed
        self.limits = limits
        self.today = now.astimezone(TIME_ZONE).date()
        self.problems = []

    def packet(self):
        root = self.parsed.root
        if self.parsed.encoding:
            self._note("wrong_encoding", root, found=self.parsed.encoding)
        envelope = _required(root, "edXMLEnvelope")
        header = _required(envelope, "edXMLHeader")
        message = _required(header, "MessageHeader")
        if message.child("StatusCode") is not None:
            return self._status(message)
        return self._document(root, envelope, header, message)

    def _document(self, root, envelope, header, message):
        code = _required(message, "Code")
        trace = header.child("TraceHeaderList")
        packet = DocumentPacket(
            sender=self._organization(_required(message, "From")),
            recipients=self._recipients(message),
            document_id=_required_text(message, "DocumentId"),
            number=_required_text(code, "CodeNumber"),
            notation=_required_text(code, "CodeNotation"),
            subject=_required_text(message, "Subject"),
            content=_text(message, "Content"),
            due_date=self._date(message.child("DueDate")),
            response_for=self._responses(message),
            steering_type=self._steering_type(message),
            to_places=_texts(message.child("ToPlaces"), "Place"),
            trace=self._trace(trace),
            business=self._business(trace),
            signature=self.parsed.signature,
            problems=self.problems,
            **self._promulgation(message),
            **self._document_type(message),
            **_signer(message.child("SignerInfo")),
            **self._other_info(message.child("OtherInfo")),
        )
        packet.attachments = self._attachments(root, envelope)
        self._note_unread(root)
        return packet

    def _status(self, message):
        response = _required(message, "ResponseFor")
        for name in ("OrganId", "Code", "DocumentId"):
            _required_text(response, name)
        if self.parsed.root.child("AttachmentEncoded") is not None:
            self._note("attachments_ignored", message)
            self.parsed.close()
        return StatusPacket(
            sender=self._organization(_required(message, "From")),
            response_for=self._response(response),
            code=self._status_code(message),
            timestamp=self._timestamp(_required(message, "Timestamp"), required=True),
            description=_text(message, "Description"),
            staff=_staff(message.child("StaffInfo")),
            signature=self.parsed.signature,
            problems=self.problems,
        )

    # -- parts of a document packet ------------------------------------------------------

    def _recipients(self, message):
        _required(message, "To", repeatable=True)
        recipients = {}
        for node in message.all("To"):
            recipient = self._organization(node)
            if recipient.organ_id in recipients:
                raise PacketError("duplicate_recipient", **node.place, found=recipient.organ_id)
            recipients[recipient.organ_id] = recipient
        return list(recipients.values())

    def _promulgation(self, message):
        node = _required(message, "PromulgationInfo")
        date_node = _required(node, "PromulgationDate")
        day = self._date(date_node, required=True)
        if day > self.today:
            raise PacketError("future_date", **date_node.place, element=date_node.name, found=f"{day:%d/%m/%Y}")
        return {"place": _text(node, "Place"), "promulgation_date": day}

    def _document_type(self, message):
        node = _required(message, "DocumentType")
        kind = _text(node, "Type")
        # Its values differ from producer to producer, so even its absence harms nothing.
        if not kind.isdecimal():
            self._note("odd_type", node, found=repr(kind))
        return {
            "type": kind,
            "type_detail": _text(node, "TypeDetail"),
            "type_name": _required_text(node, "TypeName"),
        }

    def _other_info(self, node):
        if node is None:
            return {}
        for name in ("ReplyFors", "ReferenceCodes"):
            if node.child(name) is not None:
                self._note("element_ignored", node, element=name)
        return {
            "priority": self._priority(node),
            "sphere": _text(node, "SphereOfPromulgation"),
            "typer_notation": _text(node, "TyperNotation"),
            "promulgation_amount": self._number(node, "PromulgationAmount"),
            "page_amount": self._number(node, "PageAmount"),
            "direction": self._flag(node, "Direction", {"true": True, "false": False}),
            "appendixes": _texts(node.child("Appendixes"), "Appendix"),
        }

    def _priority(self, node):
        value = self._number(node, "Priority")
        if value is None:
            return Priority.NORMAL
        if value not in tuple(Priority):
            self._note("odd_priority", node, found=value)
            return Priority.NORMAL
        return Priority(value)

    def _steering_type(self, message):
        value = self._number(message, "SteeringType")
        if value is None or value not in tuple(SteeringType):
            self._note("odd_steering_type", message, found=value)
        return value

    def _responses(self, message):
        # `<ResponseFor />` and one with four empty children are how producers say "none".
        responses = [self._response(node) for node in message.all("ResponseFor")]
        return [response for response in responses if response != ResponseFor()]

    def _response(self, node):
        return ResponseFor(
            organ_id=_text(node, "OrganId"),
            code=_text(node, "Code"),
            document_id=_text(node, "DocumentId"),
            promulgation_date=self._date(node.child("PromulgationDate")),
        )

    def _trace(self, node):
        return [
            TraceHeader(_text(hop, "OrganId"), self._timestamp(hop.child("Timestamp")))
            for hop in (node.all("TraceHeader") if node is not None else ())
        ]

    def _business(self, trace):
        node = trace.child("Bussiness") if trace is not None else None
        if node is None:
            # Packets fetched back from the axis have lost it.
            return Business()
        business = Business(
            kind=self._business_kind(node),
            reason=_text(node, "BussinessDocReason"),
            document_id=_text(node, "DocumentId"),
            paper=self._flag(node, "Paper", {"0": False, "1": True}),
            document_change=self._document_change(node.child("BussinessDocumentInfo")),
            replacements=self._replacements(node.child("ReplacementInfoList")),
            staff=_staff(node.child("StaffInfo")),
        )
        if business.kind is BusinessKind.REPLACE and not business.replacements:
            self._note("replacement_missing", node)
        return business

    def _business_kind(self, node):
        text = _required_text(node, "BussinessDocType")
        try:
            return BusinessKind(int(text))
        except ValueError as error:
            kind = node.child("BussinessDocType")
            raise PacketError("unknown_business_type", **kind.place, found=text) from error

    def _document_change(self, node):
        if node is None:
            return None
        flags = {"0": False, "1": True}
        receivers = node.child("ReceiverList")
        return DocumentChange(
            document_info=bool(self._flag(node, "DocumentInfo", flags)),
            document_receiver=bool(self._flag(node, "DocumentReceiver", flags)),
            receivers=[
                ReceiverChange(_required_text(receiver, "OrganId"), self._added(receiver))
                for receiver in (receivers.all("Receiver") if receivers is not None else ())
            ],
        )

    def _added(self, receiver):
        added = self._flag(receiver, "ReceiverType", {"0": False, "1": True})
        # Guessing here would take an agency off the list, or put it on.
        if added is None:
            raise PacketError("missing_element", **receiver.place, element="ReceiverType")
        return added

    def _replacements(self, node):
        found = []
        for info in node.all("ReplacementInfo") if node is not None else ():
            organ_ids = list(dict.fromkeys(_texts(info.child("OrganIdList"), "OrganId")))
            replacement = Replacement(_required_text(info, "DocumentId"), organ_ids)
            if replacement in found:
                self._note("repeated_replacement", info)
            else:
                found.append(replacement)
        return found

    # -- attachments ---------------------------------------------------------------------

    def _attachments(self, root, envelope):
        references = self._references(envelope)
        holder = root.child("AttachmentEncoded")
        found = {}
        try:
            for node in holder.all("Attachment") if holder is not None else ():
                content_id = _content_id(node)
                if content_id in found:
                    raise PacketError("duplicate_attachment", **node.place, found=content_id)
                reference = references.pop(content_id, None)
                if reference is None:
                    self._note("not_announced", node, found=content_id)
                found[content_id] = self._attachment(node, reference, content_id)
                self._check_total(found.values(), node)
            for node in self._misplaced():
                found[node] = self._other_attachment(node, references)
                self._check_total(found.values(), node)
            for reference in references.values():
                name = _text(reference, "AttachmentName") or _content_id(reference)
                raise PacketError("attachment_missing", **reference.place, name=name)
        except BaseException:
            for attachment in found.values():
                attachment.close()
            raise
        return list(found.values())

    def _references(self, envelope):
        body = envelope.child("edXMLBody")
        manifest = body.child("edXMLManifest") if body is not None else None
        references = {}
        for node in manifest.all("Reference") if manifest is not None else ():
            content_id = _content_id(node)
            if content_id in references:
                raise PacketError("duplicate_attachment", **node.place, found=content_id)
            references[content_id] = node
        return references

    def _misplaced(self):
        """The attachments of the other dialect: what holds an AttachmentData."""
        return [node.parent for node in self.parsed.contents if node.name == OTHER_CONTENT]

    def _other_attachment(self, node, references):
        content_id = _text(node, "ContentId")
        content_id = content_id[4:] if content_id.lower().startswith("cid:") else content_id
        attachment = self._attachment(node, references.pop(content_id, None), content_id, OTHER_CONTENT)
        self._note("attachment_misplaced", node, name=attachment.name, found=OTHER_HOLDER)
        return attachment

    def _attachment(self, node, reference, content_id, holder="ContentTransferEncoded"):
        written = _text(node, "AttachmentName") or _text(reference, "AttachmentName")
        if not written:
            raise PacketError("missing_element", **node.place, element="AttachmentName")
        name = without_path(written).strip() or written
        if name != written:
            self._note("path_in_name", node, name=name)
        announced = _text(reference, "AttachmentName")
        if announced and without_path(announced).strip() != name:
            self._note("name_differs", node, name=name, found=announced)
        encoded = node.child(holder)
        if encoded is None or not encoded.spool.size:
            raise PacketError("attachment_missing", **node.place, name=name)
        declared = _text(node, "ContentType")
        content, notes = wire.unpack(encoded.spool, name, declared, self.limits, encoded.place)
        attachment = Attachment(
            name=name,
            content=content,
            content_type=_content_type(declared, _text(reference, "ContentType")),
            description=_text(reference, "Description") or _text(node, "Description"),
            content_id=content_id,
        )
        for code, values in notes:
            self._note(code, node, **values)
        self._check_pdf(attachment, node)
        return attachment

    def _check_pdf(self, attachment, node):
        """Note a PDF that is none: senders have been seen to decode files as text."""
        if not attachment.name.lower().endswith(".pdf"):
            return
        with attachment.open() as stream:
            head = stream.read(_PDF_HEADER_WINDOW)
        if b"%PDF-" not in head:
            self._note("not_a_pdf", node, name=attachment.name)
        elif b"\xef\xbf\xbd" in head:
            self._note("corrupt_pdf", node, name=attachment.name)

    def _check_total(self, attachments, node):
        limit = self.limits.total_attachment_bytes
        if sum(attachment.size for attachment in attachments) > limit:
            raise PacketError(
                "too_large",
                **node.place,
                what=("The sum of the attachments", "Tổng các tệp đính kèm"),
                limit=shown_size(limit),
            )

    # -- values --------------------------------------------------------------------------

    def _status_code(self, message):
        text = _required_text(message, "StatusCode")
        try:
            code = StatusCode(text.zfill(2))
        except ValueError as error:
            node = message.child("StatusCode")
            raise PacketError("unknown_status", **node.place, found=text) from error
        if text != code.value:
            self._note("odd_status", message, found=repr(text), expected=code.value)
        return code

    def _number(self, node, name):
        """Return a number of at least 0, or None; anything else is noted and dropped."""
        text = _text(node, name)
        if text.isascii() and text.isdecimal() and len(text) < 10:
            return int(text)
        if text:
            self._note("bad_number", node, element=name, found=repr(text))
        return None

    def _flag(self, node, name, values):
        text = _text(node, name).lower()
        if text and text not in values:
            self._note("bad_value", node, element=name, found=repr(text))
        return values.get(text)

    def _date(self, node, required=False):
        moment = self._moment(node, DATE_FORMAT, _OTHER_DATE_FORMATS, _DATE_SHAPE, required)
        return moment and moment.date()

    def _timestamp(self, node, required=False):
        moment = self._moment(node, TIMESTAMP_FORMAT, _OTHER_TIMESTAMP_FORMATS, _TIMESTAMP_SHAPE, required)
        return moment and moment.replace(tzinfo=TIME_ZONE)

    def _moment(self, node, format_, others, shape, required):
        if node is None or not node.text:
            if required:
                raise PacketError("missing_element", **node.place, element=node.name)
            return None
        moment = _parsed_moment(node.text, (format_, *others))
        if moment is None and required:
            raise PacketError("bad_date", **node.place, element=node.name, expected=shape, found=node.text[:40])
        if moment is None:
            self._note("bad_date", node, element=node.name, found=repr(node.text[:40]), expected=shape)
        elif moment.strftime(format_) != node.text:
            self._note("odd_date", node, element=node.name, found=repr(node.text), expected=shape)
        return moment

    def _organization(self, node):
        organization = _organization(node)
        # The identifier is what counts; the directory knows the name.
        if not organization.name:
            self._note("name_missing", node, found=organization.organ_id)
        return organization

    def _note_unread(self, root):
        """Note what stands beside the known parts of a packet: nothing that came is passed over in silence."""
        waiting = [(root, _KNOWN)]
        while waiting:
            node, known = waiting.pop()
            for child in node.children:
                if child.name not in known:
                    if child.name != OTHER_HOLDER or not set(child.children) <= set(self._misplaced()):
                        self._note("unread_element", child, element=child.name, found=_letters(child))
                elif known[child.name]:
                    waiting.append((child, known[child.name]))

    def _note(self, code, node, **values):
        words = (template.format(**in_language(values, i)) for i, template in enumerate(NOTES[code]))
        self.problems.append(Problem(code, node.path, *words))


# The frame of a packet; what is in a part without parts of its own is its own affair.
_KNOWN = {
    "edXMLEnvelope": {
        "edXMLHeader": {"MessageHeader": {}, "TraceHeaderList": {}},
        "edXMLBody": {"edXMLManifest": {"Reference": {}}},
    },
    "AttachmentEncoded": {"Attachment": {}},
}


def _letters(node):
    """How many characters an element holds, those of its children included."""
    return len(node.text) + sum(map(_letters, node.children))


def _parsed_moment(text, formats):
    for format_ in formats:
        try:
            return datetime.strptime(text, format_)
        except ValueError:
            continue
    return None


def _required(node, name, repeatable=False):
    found = node.all(name) if repeatable else node.child(name)
    if not found:
        raise PacketError("missing_element", **node.place, element=name)
    return found


def _text(node, name):
    """Return the stripped text of a child, "" when the child or the node itself is absent."""
    child = node.child(name) if node is not None else None
    return child.text if child is not None else ""


def _required_text(node, name):
    child = _required(node, name)
    if not child.text:
        raise PacketError("missing_element", **child.place, element=name)
    return child.text


def _texts(node, name):
    """Return the non-empty texts of the children called ``name``."""
    return [child.text for child in (node.all(name) if node is not None else ()) if child.text]


def _organization(node):
    return Organization(
        organ_id=_required_text(node, "OrganId"),
        name=_text(node, "OrganName"),
        in_charge=_text(node, "OrganizationInCharge"),
        address=_text(node, "OrganAdd"),
        email=_text(node, "Email"),
        telephone=_text(node, "Telephone"),
        fax=_text(node, "Fax"),
        website=_text(node, "Website"),
    )


def _signer(node):
    return {
        "signer_competence": _text(node, "Competence"),
        "signer_position": _text(node, "Position"),
        "signer_full_name": _text(node, "FullName"),
    }


def _staff(node):
    if node is None:
        return None
    return Staff(
        name=_text(node, "Staff"),
        department=_text(node, "Department"),
        email=_text(node, "Email"),
        mobile=_text(node, "Mobile"),
        department_id=_text(node, "DepartmentId"),
        staff_id=_text(node, "StaffId"),
    )


def _content_id(node):
    """Return the identifier without ``cid:`` (the .NET variant leaves it out in one place)."""
    text = _required_text(node, "ContentId")
    return text[4:] if text.lower().startswith("cid:") else text


def _content_type(declared, announced):
    """Return the type of the file itself; the attachment's own type is that of its zip."""
    if announced:
        return announced
    return "" if declared.lower() in wire.ZIP_TYPES else declared
