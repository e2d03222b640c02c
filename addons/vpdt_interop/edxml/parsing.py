"""The XML of a packet, from hostile bytes to a small tree; the attachments stream to spools.

expat is used and not a tree parser: a 50 MB attachment is one text of 70 MB, which a tree holds
several times over, and expat gives a line for every fault.
"""

import contextlib
import os
from xml.parsers import expat

from .attachments import Base64Decoder, Spool
from .errors import PacketError
from .limits import shown_size
from .model import (
    NAMESPACE,
    SIGNATURE_ABSENT,
    SIGNATURE_EMPTY,
    SIGNATURE_NOT_VERIFIABLE,
)

ROOT = "edXML"
CONTENT_PATH = (ROOT, "AttachmentEncoded", "Attachment", "ContentTransferEncoded")
# Another dialect, seen in genuine packets: below edXMLAttachments, in the envelope, raw base64.
OTHER_HOLDER, OTHER_CONTENT = "edXMLAttachments", "AttachmentData"

_CHUNK = 256 * 1024
_SIGNATURES = {"Signature", "DigitalSignature"}
_SIGNATURE_PARENTS = {"edXMLHeader", "edXMLEnvelope", ROOT}
_EXPAT = expat.errors.codes
# Zip local headers are longer than what they hold only in theory: 1 % and 64 KiB are plenty.
_WRAPPING = 64 * 1024


class Node:
    """An element: local name, stripped text, children, line; attributes mean nothing here."""

    __slots__ = ("name", "line", "parent", "children", "text", "spool")

    def __init__(self, name, line, parent):
        self.name = name
        self.line = line
        self.parent = parent
        self.children = []
        self.text = ""
        self.spool = None

    @property
    def path(self):
        """Return the way from the root, e.g. ``/edXML/edXMLEnvelope/…/To[2]/OrganId``."""
        steps = []
        node = self
        while node is not None:
            steps.append(node._step())
            node = node.parent
        return "/" + "/".join(reversed(steps))

    @property
    def place(self):
        """Return the keyword arguments that tell a PacketError where it is."""
        return {"path": self.path, "line": self.line}

    def all(self, name):
        """Return the children called ``name``, in document order."""
        return [child for child in self.children if child.name == name]

    def child(self, name):
        """Return the only child called ``name``, or None. PacketError: repeated_element."""
        found = self.all(name)
        if len(found) > 1:
            raise PacketError("repeated_element", **found[1].place, element=name)
        return found[0] if found else None

    def names(self):
        """Return the names on the way from the root to this element."""
        return (*(self.parent.names() if self.parent else ()), self.name)

    def _step(self):
        twins = self.parent.all(self.name) if self.parent else [self]
        return self.name if len(twins) < 2 else f"{self.name}[{twins.index(self) + 1}]"


class ParsedPacket:
    """What a parse gives: the root, and what was found of a signature."""

    def __init__(self, root, signature, contents=(), encoding=""):
        self.root = root
        self.signature = signature
        self.contents = contents
        self.encoding = encoding

    def close(self):
        """Drop the decoded attachments that nobody took."""
        for node in self.contents:
            if node.spool:
                node.spool.close()


def parse(source, limits):
    """Parse ``source`` (bytes, path or binary file, read once from where it stands).

    :return: a :class:`ParsedPacket`
    :raise PacketError: anything that is not a well-formed, harmless edXML file within the limits
    """
    with _opened(source) as stream:
        parser = _PacketParser(limits)
        try:
            parser.feed_all(stream)
        except BaseException:
            parser.drop()
            raise
        finally:
            parser.detach()
    return parser.parsed()


@contextlib.contextmanager
def _opened(source):
    if isinstance(source, (bytes, bytearray, memoryview)):
        yield _Pieces(source)
    elif isinstance(source, (str, os.PathLike)):
        with open(source, "rb") as stream:
            yield stream
    else:
        yield source


class _Pieces:
    """Read from bytes without copying them as a whole."""

    def __init__(self, data):
        self._view = memoryview(data)
        self._at = 0

    def read(self, size):  # pylint: disable=method-required-super  # no model: a stream
        piece = bytes(self._view[self._at : self._at + size])
        self._at += len(piece)
        return piece


class _PacketParser:
    def __init__(self, limits):
        self.limits = limits
        self.root = None
        self.signature = SIGNATURE_ABSENT
        self._node = None
        self._depth = 0
        self._elements = 0
        self._characters = 0
        self._attachments = 0
        self._decoded = 0
        self._texts = []
        self._text_length = 0
        self._decoder = None
        self._signature_depth = 0
        self._contents = []
        self._encoding = ""
        self._fed = 0
        self._expat = self._new_expat()

    def _new_expat(self):
        # The forced encoding makes a lying declaration harmless; the declaration is checked too.
        parser = expat.ParserCreate("UTF-8", " ")
        parser.buffer_text = True
        parser.buffer_size = _CHUNK
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = self._doctype
        return parser

    # -- feeding -------------------------------------------------------------------------

    def feed_all(self, stream):
        """Read the stream to its end."""
        piece = stream.read(_CHUNK)
        if not piece:
            raise PacketError("empty")
        _check_beginning(piece)
        while piece:
            following = stream.read(_CHUNK)
            self._feed(piece, final=not following)
            piece = following

    def _feed(self, piece, final):
        start = self._fed
        self._fed += len(piece)
        if self._fed > self.limits.packet_bytes:
            raise self._too_large(("The packet", "Gói tin"), self.limits.packet_bytes)
        try:
            self._expat.Parse(piece, final)
        except expat.ExpatError as error:
            raise self._translate(error, piece, start) from error
        if self._fed - max(self._expat.CurrentByteIndex, 0) > self.limits.token_bytes + _CHUNK:
            raise self._too_large(("One tag or comment", "Một thẻ hoặc chú thích"), self.limits.token_bytes)

    def parsed(self):
        """What the parse gave."""
        return ParsedPacket(self.root, self.signature, self._contents, self._encoding)

    def detach(self):
        """Break the circle between expat and this object, so that memory goes at once."""
        self._expat = None

    def drop(self):
        """Let go of the attachments decoded so far."""
        if self._decoder:
            self._decoder.spool.close()
        self.parsed().close()

    # -- handlers ------------------------------------------------------------------------

    def _declaration(self, _version, encoding, _standalone):
        if encoding and encoding.lower() not in ("utf-8", "us-ascii"):
            self._encoding = encoding  # a note; what is no UTF-8 is refused at its first byte

    def _doctype(self, *_details):
        raise PacketError("doctype_forbidden", line=self._line)

    def _start(self, qualified, _attributes):
        self._flush_text()
        self._depth += 1
        if self._depth > self.limits.depth:
            raise PacketError("too_deep", line=self._line, limit=self.limits.depth)
        self._elements += 1
        if self._elements > self.limits.elements:
            raise self._too_many(("elements", "thẻ"), self.limits.elements)
        namespace, _space, name = qualified.rpartition(" ")
        if self._signature_depth:
            self._signature_depth += 1
            self.signature = SIGNATURE_NOT_VERIFIABLE
        elif self._is_signature(name):
            self._signature_depth = 1
            if self.signature == SIGNATURE_ABSENT:
                self.signature = SIGNATURE_EMPTY
        else:
            self._open(namespace, name)

    def _is_signature(self, name):
        # Any namespace: the SDK writes it in its own, hand-made packets in that of XMLDSig.
        return name in _SIGNATURES and self._node is not None and self._node.name in _SIGNATURE_PARENTS

    def _open(self, namespace, name):
        node = Node(name, self._line, self._node)
        if self.root is None:
            self.root = node
            if name != ROOT:
                raise PacketError("wrong_root", line=node.line, found=name)
        else:
            self._node.children.append(node)
        if namespace != NAMESPACE:
            raise PacketError(
                "wrong_namespace",
                **node.place,
                element=name,
                found=namespace or "-",
                expected=NAMESPACE,
            )
        if self._decoder:
            raise PacketError(
                "bad_base64",
                **node.place,
                name="-",
                detail=(f"it contains <{name}>", f"có thẻ <{name}> bên trong"),
            )
        self._node = node
        if name in ("AttachmentEncoded", "ContentTransferEncoded"):
            self._open_attachment(node)
        elif name == OTHER_CONTENT and OTHER_HOLDER in node.names():
            self._decode_into(node)

    def _open_attachment(self, node):
        expected = CONTENT_PATH[: CONTENT_PATH.index(node.name) + 1]
        if node.names() != expected:
            raise PacketError(
                "wrong_layout",
                **node.place,
                element=node.name,
                expected="/" + "/".join(expected[:-1]),
            )
        if node.name == CONTENT_PATH[-1]:
            self._decode_into(node)

    def _decode_into(self, node):
        self._contents.append(node)
        self._attachments += 1
        if self._attachments > self.limits.attachments:
            raise self._too_many(("attachments", "tệp đính kèm"), self.limits.attachments)
        self._decoder = Base64Decoder(Spool(self.limits.memory_bytes), self._room())

    def _room(self):
        """Return how many bytes the next attachment may decode to, its zip included."""
        one = self.limits.attachment_bytes + self.limits.attachment_bytes // 100 + _WRAPPING
        return min(one, self.limits.total_attachment_bytes - self._decoded)

    def _text(self, text):
        if self._decoder:
            self._decode(self._decoder.feed, text)
        elif self._signature_depth:
            if text.strip():
                self.signature = SIGNATURE_NOT_VERIFIABLE
        else:
            self._collect(text)

    def _collect(self, text):
        self._text_length += len(text)
        self._characters += len(text)
        limits = self.limits
        if self._text_length > limits.text_characters:
            raise self._too_large(
                (f"The text of {self._node.name}", f"Nội dung thẻ {self._node.name}"),
                limits.text_characters,
            )
        if self._characters > limits.total_text_characters:
            raise self._too_large(("The text of the packet", "Phần chữ của gói tin"), limits.total_text_characters)
        self._texts.append(text)

    def _flush_text(self):
        """Give the text collected so far to the open element."""
        if self._texts and self._node is not None:
            self._node.text += "".join(self._texts)
        self._texts = []
        self._text_length = 0

    def _end(self, _qualified):
        self._flush_text()
        self._depth -= 1
        if self._signature_depth:
            self._signature_depth -= 1
            return
        node, self._node = self._node, self._node.parent
        node.text = node.text.strip()
        if self._decoder:
            self._node = node
            self._decode(self._decoder.finish)
            self._node = node.parent
            node.spool = self._decoder.spool
            self._decoded += node.spool.size
            self._decoder = None

    def _decode(self, step, *arguments):
        try:
            step(*arguments)
        except ValueError as error:
            raise PacketError(
                "bad_base64", **self._node.place, name=self._attachment_name(), detail=error.args[0]
            ) from error
        except OverflowError as error:
            name = self._attachment_name()
            raise self._too_large(
                (f"Attachment {name}", f"Tệp đính kèm {name}"),
                self._decoder.max_bytes,
                self._node.place,
            ) from error

    # -- faults --------------------------------------------------------------------------

    @property
    def _line(self):
        return self._expat.CurrentLineNumber

    def _attachment_name(self):
        """Name the open attachment; its name may stand after the content and be unknown yet."""
        parent = self._node.parent
        for name in ("AttachmentName", "ContentId"):
            for node in parent.all(name):
                if node.text:
                    return node.text
        return str(self._attachments)

    def _too_large(self, what, limit, place=None):
        shown = shown_size(limit)
        return PacketError("too_large", **(place or {"line": self._line}), what=what, limit=shown)

    def _too_many(self, what, limit):
        return PacketError("too_many", line=self._line, what=what, limit=limit)

    def _translate(self, error, piece, start):
        """Turn expat's error into ours."""
        message = expat.ErrorString(error.code)
        element = self._node.name if self._node is not None else "edXML"
        place = {"line": error.lineno, "path": self._node.path if self._node is not None else None}
        code = _EXPAT.get(message)
        if code == _EXPAT[expat.errors.XML_ERROR_MISPLACED_XML_PI]:
            return PacketError("junk_before_declaration", line=error.lineno, junk="'<?xml'")
        if code in _TRUNCATED:
            return PacketError("truncated", **place, element=element)
        if code == _EXPAT[expat.errors.XML_ERROR_UNBOUND_PREFIX]:
            return PacketError("unbound_prefix", **place, element=element)
        if code == _EXPAT[expat.errors.XML_ERROR_UNDEFINED_ENTITY]:
            return PacketError("entity_forbidden", **place)
        if _breaks_utf8(piece, self._expat.ErrorByteIndex - start):
            return PacketError(
                "wrong_encoding",
                **place,
                found=(f"invalid bytes in <{element}>", f"byte không hợp lệ trong thẻ {element}"),
            )
        if code == _EXPAT[expat.errors.XML_ERROR_TAG_MISMATCH]:
            return PacketError(
                "not_well_formed",
                **place,
                detail=(
                    f"the closing tag does not match <{element}>",
                    f"thẻ đóng không khớp với <{element}>",
                ),
            )
        return PacketError("not_well_formed", **place, detail=message)


_COMPRESSED = {b"\x1f\x8b": "gzip", b"PK\x03\x04": "zip", b"Rar!": "rar", b"7z\xbc\xaf": "7z"}
_TRUNCATED = {
    _EXPAT[expat.errors.XML_ERROR_NO_ELEMENTS],
    _EXPAT[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
    _EXPAT[expat.errors.XML_ERROR_PARTIAL_CHAR],
    _EXPAT[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
}


def _check_beginning(piece):
    """Name the two beginnings that expat describes badly: UTF-16 and text before the XML."""
    for magic, kind in _COMPRESSED.items():
        if piece.startswith(magic):
            raise PacketError("compressed", found=kind)
    if piece[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in piece[:4]:
        raise PacketError("wrong_encoding", line=1, found="UTF-16/UTF-32")
    head = piece[3:] if piece.startswith(b"\xef\xbb\xbf") else piece
    junk, bracket, _rest = head.partition(b"<")
    if junk.strip() or not bracket:
        shown = repr(junk[:20].decode("utf-8", "replace"))
        raise PacketError("junk_before_declaration", line=1, junk=shown)


def _breaks_utf8(piece, at):
    """Say whether the bytes at ``at`` are no UTF-8 (expat calls that an invalid token)."""
    if not 0 <= at < len(piece) or piece[at] < 0x80:
        return False
    for length in range(1, 5):
        with contextlib.suppress(UnicodeDecodeError):
            piece[at : at + length].decode("utf-8")
            return False
    return True
