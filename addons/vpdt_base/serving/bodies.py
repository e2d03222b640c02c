"""The body of a request: read whole, to the disk above a size, before anything else is done for it."""

import tempfile

from .pace import PIECE

IN_MEMORY = 1 << 19  # bytes; a larger body goes to the disk


class TooLarge(Exception):
    """The body is longer than anybody may send."""


class Broken(Exception):
    """The other end has closed before its body was whole, or wrote nonsense."""


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


def _copy(stream, body, length, largest):
    size, piece_of = 0, getattr(stream, "read1", stream.read)
    while length is None or size < length:
        try:
            part = piece_of(PIECE if length is None else min(PIECE, length - size))
        except TimeoutError:
            raise
        except OSError as error:  # a chunk without its length
            raise Broken(str(error)) from None
        if not part:
            if length is not None:
                raise Broken(f"{size} of {length} bytes")
            break
        size += len(part)
        if size > largest:
            raise TooLarge
        body.write(part)
    return size
