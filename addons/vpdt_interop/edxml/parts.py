"""A packet in two parts that are read as one: the envelope, and the attachments packed once for all recipients.

The packed attachments are a file of pieces, each with a head of nine bytes: what it is (text as it stands, or bytes
that go out in base64) and its length. Kept so, they take no more room than the zips themselves, however many
recipients the document has; in the packet they stand in base64, as QCVN 102:2016 wants it.
"""

import binascii
import contextlib
import hashlib
import os
import struct

TEXT, BASE64 = 0, 1

_HEAD = struct.Struct(">BQ")
# A multiple of 3, so that base64 pieces join without padding.
_CHUNK = 192 * 1024


class PackedWriter:
    """Write a packed file to a seekable binary stream: :meth:`text`, and blocks of :meth:`base64`."""

    def __init__(self, stream):
        self._stream = stream

    def text(self, data):
        """Append bytes that stand in the packet as they are."""
        self._stream.write(_HEAD.pack(TEXT, len(data)))
        self._stream.write(data)

    @contextlib.contextmanager
    def base64(self):
        """Give a write-only file; what is written to it stands in the packet in base64."""
        at = self._stream.tell()
        self._stream.write(_HEAD.pack(BASE64, 0))
        yield _Unseekable(self._stream)
        end = self._stream.tell()
        self._stream.seek(at)
        self._stream.write(_HEAD.pack(BASE64, end - at - _HEAD.size))
        self._stream.seek(end)


class _Unseekable:
    """Hides that a file can be sought: zipfile then writes as it does to a socket."""

    def __init__(self, stream):
        self.write = stream.write
        self.flush = stream.flush


class PacketParts:
    """The bytes of one packet, wherever they lie.

    :param head: bytes or a path; the whole packet, or its envelope when there is a ``packed``
    :param packed: path of a packed file, or None
    """

    def __init__(self, head, packed=None):
        self.head = head
        self.packed = packed

    def chunks(self):
        """Yield the packet piece by piece (some hundred kilobytes at most).

        :raise ValueError: the packed file is damaged
        """
        yield from _pieces_of(self.head)
        if self.packed is not None:
            with open(self.packed, "rb") as stream:
                yield from _unpacked(stream)

    def open(self):
        """Return a stream that can be read once, from the beginning."""
        return _Stream(self.chunks())

    @property
    def size(self):
        """Return the size of the packet in bytes."""
        held = len(self.head) if isinstance(self.head, bytes) else os.path.getsize(self.head)
        if self.packed is not None:
            with open(self.packed, "rb") as stream:
                held += sum(length if kind == TEXT else (length + 2) // 3 * 4 for kind, length in _heads(stream))
        return held

    def sha256(self):
        """Return the SHA-256 of the packet, hexadecimal."""
        digest = hashlib.sha256()
        for piece in self.chunks():
            digest.update(piece)
        return digest.hexdigest()


class _Stream:
    """A binary file that is read once, over an iterator of pieces."""

    def __init__(self, pieces):
        self._pieces = pieces
        self._held = b""

    def read(self, size=-1):  # pylint: disable=method-required-super  # no model: a stream
        while not self._held or size < 0:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._held += piece
        if size < 0:
            size = len(self._held)
        piece, self._held = self._held[:size], self._held[size:]
        return piece


def _pieces_of(part):
    if isinstance(part, (str, os.PathLike)):
        with open(part, "rb") as stream:
            while piece := stream.read(_CHUNK):
                yield piece
        return
    for start in range(0, len(part), _CHUNK):
        yield bytes(part[start : start + _CHUNK])


def _heads(stream):
    """Yield (kind, length) of each piece; the stream stands at its bytes, and is moved behind them afterwards."""
    while head := stream.read(_HEAD.size):
        if len(head) != _HEAD.size:
            raise ValueError("the packed attachments end in the middle")
        kind, length = _HEAD.unpack(head)
        at = stream.tell()
        yield kind, length
        stream.seek(at + length)


def _unpacked(stream):
    for kind, length in _heads(stream):
        while length:
            piece = stream.read(min(_CHUNK, length))
            if not piece:
                raise ValueError("the packed attachments end in the middle")
            length -= len(piece)
            yield binascii.b2a_base64(piece, newline=False) if kind == BASE64 else piece
