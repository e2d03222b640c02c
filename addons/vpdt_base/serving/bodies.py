"""The body of a request: read whole, to the disk above a size, before anything else is done for it."""

import io
import re
import tempfile

from .pace import PIECE

IN_MEMORY = 1 << 19  # bytes; a larger body goes to the disk


class TooLarge(Exception):
    """The body is longer than anybody may send."""


class Broken(Exception):
    """The other end has closed before its body was whole, or wrote nonsense."""


class Chunks:
    """The content of a chunked body (RFC 9112, section 7.1), without its wrapping.

    Not Werkzeug's DechunkedInput: when a client closes within a chunk, that one gives out as many bytes as the chunk
    had announced, from whatever lies in memory behind those that came, or the process crashes.

    :param stream: buffered, at the beginning of the body
    """

    LINE = 1024  # bytes of a line with a length, or of a trailer
    TRAILERS = 50

    def __init__(self, stream):
        self._stream, self._left, self._over = stream, 0, False

    def read(self, size):  # pylint: disable=method-required-super
        """At most ``size`` bytes; none at the end.

        :raises Broken: it breaks off, or is not written as it must be
        """
        if not self._left and not self._over:
            self._left = self._next_length()
            self._over = not self._left
            if self._over:
                self._skip_trailers()
        if self._over:
            return b""
        part = self._stream.read1(min(size, self._left))
        if not part:
            raise Broken("closed within a chunk")
        self._left -= len(part)
        if not self._left and self._line():
            raise Broken("a chunk longer than its length")
        return part

    def _next_length(self):
        text = self._line().partition(b";")[0].strip()
        if not re.fullmatch(rb"[0-9A-Fa-f]{1,12}", text):
            raise Broken("a chunk without its length")
        return int(text, 16)

    def _skip_trailers(self):
        if all(self._line() for _ in range(self.TRAILERS)):
            raise Broken("too many trailers")

    def _line(self):
        line = self._stream.readline(self.LINE)
        if not line.endswith(b"\n"):
            raise Broken("a line without its end")
        return line.rstrip(b"\r\n")


def announced(environ):
    """Bytes that the client wants to send; None when it says so piece by piece; 0 without a body.

    :raises Broken: the length is no number
    """
    if environ.get("wsgi.input_terminated"):
        return None
    text = environ.get("CONTENT_LENGTH") or "0"
    if not (text.isascii() and text.isdigit()):
        raise Broken(f"a length of {text[:20]!r}")
    return int(text)


def read(environ, largest):
    """Read the body and leave it in ``environ`` as a file at its beginning, its length said.

    :param dict environ: of WSGI
    :param largest: bytes
    :return: the file, to be closed; None without a body
    :raises TooLarge: it was refused by its announced length, or its end was not waited for
    :raises Broken: it did not come whole
    :raises TooSlow: from the stream, see :mod:`.pace`
    """
    length = announced(environ)
    if length == 0:
        return None
    if (length or 0) > largest:
        raise TooLarge
    body = tempfile.SpooledTemporaryFile(IN_MEMORY, prefix="vpdt-body-")
    try:
        size = _copy(environ["wsgi.input"], body, length, largest)
    except BaseException:
        body.close()
        raise
    body.seek(0)
    environ.update({"wsgi.input": body, "CONTENT_LENGTH": str(size), "wsgi.input_terminated": True})
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    return body


def leave_out(environ, length):
    """Let whoever asks find a body of ``length`` bytes announced, and none of them there."""
    environ.update({"wsgi.input": io.BytesIO(), "CONTENT_LENGTH": str(length)})
    environ.pop("wsgi.input_terminated", None)
    environ.pop("HTTP_TRANSFER_ENCODING", None)


def _copy(stream, body, length, largest):
    size, piece_of = 0, getattr(stream, "read1", stream.read)
    while length is None or size < length:
        part = piece_of(PIECE if length is None else min(PIECE, length - size))
        if not part:
            if length is not None:
                raise Broken(f"{size} of {length} bytes")
            break
        size += len(part)
        if size > largest:
            raise TooLarge
        body.write(part)
    return size
