"""Attachments on the wire: each file alone in a zip, in base64 (QCVN 102:2016 as observed).

Everything streams: a 50 MB file passes through buffers of a few hundred kilobytes.
"""

import binascii
import errno
import io
import re
import struct
import tempfile
import zipfile
import zlib

from .errors import PacketError
from .limits import MEBIBYTE, shown_size
from .names import extension

ZIP_TYPES = {"application/zip", "application/x-zip-compressed", "application/x-zip"}
# Files that are themselves zips: unzipping them as if they were the wrapping would destroy them.
OFFICE_EXTENSIONS = {
    *("docx", "docm", "dotx", "xlsx", "xlsm", "xltx", "pptx", "pptm", "ppsx", "vsdx"),
    *("odt", "ods", "odp", "odg", "epub"),
}
ARCHIVE_EXTENSIONS = {"zip", "jar", "war", "apk", "kmz", "asice", "asics"}
_OFFICE_MARKS = {"[Content_Types].xml", "mimetype"}

_LOCAL_HEADER = b"PK\x03\x04"
_END_RECORD = b"PK\x05\x06"
_ZIP64_LOCATOR = b"PK\x06\x07"
_END_RECORD_SIZE = 22
_MAX_COMMENT = 0xFFFF
# One central record: 46 bytes, and name, extra field and comment of at most 64 KiB each.
_MAX_DIRECTORY = 46 + 3 * 0xFFFF
_TAIL = re.compile(rb"(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    ValueError,
    struct.error,
)
_CHUNK = 192 * 1024  # a multiple of 3, so that base64 pieces join without padding


class Spool:
    """Bytes that stay in memory while they are few and move to a temporary file beyond."""

    def __init__(self, memory_bytes):
        self._memory_bytes = memory_bytes
        self.stream = io.BytesIO()
        self.size = 0

    def write(self, data):  # pylint: disable=method-required-super  # no model: a stream
        """Append ``data``."""
        self.size += len(data)
        if self.size > self._memory_bytes and isinstance(self.stream, io.BytesIO):
            held = self.stream.getvalue()
            self.stream = tempfile.TemporaryFile()
            self.stream.write(held)
        self.stream.write(data)

    def content(self):
        """Return the bytes, or the temporary file at its beginning."""
        if isinstance(self.stream, io.BytesIO):
            return self.stream.getvalue()
        self.stream.seek(0)
        return self.stream

    def close(self):
        """Drop the bytes."""
        self.stream.close()


class Base64Decoder:
    """Decode base64 text piece by piece into a :class:`Spool`.

    White space is tolerated anywhere; any other character, a missing padding or text after
    the padding raises ValueError, because a guess would hand out a damaged document.
    """

    def __init__(self, spool, max_bytes):
        self.spool = spool
        self.max_bytes = max_bytes
        self._carry = b""

    def feed(self, text):
        """Take the next piece of text. OverflowError: more than ``max_bytes`` decoded."""
        data = self._carry + self._plain(text)
        padding = data.find(b"=")
        whole = (padding if padding >= 0 else len(data)) // 4 * 4
        self._carry = data[whole:]
        if len(self._carry) > 4:
            raise ValueError(("text after the padding", "có ký tự sau phần đệm"))
        if whole:
            self._decode(data[:whole])

    def finish(self):
        """Take the padded end; ValueError when the text stops in the middle."""
        if not _TAIL.fullmatch(self._carry):
            raise ValueError(("it stops in the middle", "bị cắt ngang"))
        if self._carry:
            self._decode(self._carry, self._carry.count(b"="))
            self._carry = b""

    def _plain(self, text):
        try:
            data = text.encode("ascii")
        except UnicodeEncodeError as error:
            found = repr(text[error.start])
            raise ValueError((f"character {found}", f"ký tự {found}")) from error
        return b"".join(data.split())

    def _decode(self, data, padding=0):
        try:
            decoded = binascii.a2b_base64(data)
        except binascii.Error as error:
            raise ValueError(("stray characters", "có ký tự lạ")) from error
        # The C decoder silently skips what is not base64; the length gives it away.
        if len(decoded) != len(data) // 4 * 3 - padding:
            raise ValueError(("stray characters", "có ký tự lạ"))
        if self.spool.size + len(decoded) > self.max_bytes:
            raise OverflowError
        self.spool.write(decoded)


def unpack(spool, name, declared_type, limits, place):
    """Return ``(content, problems)`` of a decoded attachment: the zip taken off if there is one.

    :param spool: the decoded bytes; closed here unless they are the result
    :param name: AttachmentName, only a hint for the decision, never a path
    :param declared_type: ContentType of the Attachment element
    :param place: ``{"path": …, "line": …}`` for errors
    :return: bytes or a temporary file, and a list of ``(code, values)`` of notes
    :raise PacketError: bad_zip, zip_entries, zip_encrypted, zip_bomb, too_large
    """
    declared = declared_type.lower() in ZIP_TYPES
    fault = _Fault(name, place)
    if not _is_zip(spool):
        # An archive may well be empty or odd; a wrapping must open.
        if declared and not _keeps_own_zip(name):
            raise fault("bad_zip", detail=("it does not begin like a zip", "không phải tệp zip"))
        return _as_it_is(spool, limits, fault), []
    entries = _entry_count(spool, fault)
    if entries != 1:
        if _keeps_own_zip(name) or not declared:
            problems = [] if _keeps_own_zip(name) else [("zip_kept", {"name": name})]
            return _as_it_is(spool, limits, fault), problems
        raise fault("zip_entries", found=entries)
    return _unpack_single(spool, name, limits, fault)


def wrap(attachment, entry_name, out):
    """Write the zip of one attachment in base64 without line breaks to the binary ``out``.

    The entry is deflated with a fixed time stamp, so that equal input gives equal bytes. Its
    sizes follow the data, as in the packets of the vendors' SDK, which lets it stream.
    """
    encoder = _Base64Writer(out)
    wrap_plain(attachment, entry_name, encoder)
    encoder.finish()


def wrap_plain(attachment, entry_name, out):
    """Write the same zip as it is to ``out``, which only needs ``write`` and ``flush``."""
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo(entry_name)
        info.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(info, "w") as entry, attachment.open() as stream:
            while piece := stream.read(_CHUNK):
                entry.write(piece)


class _Base64Writer:
    """A write-only, unseekable file that passes base64 on to another."""

    def __init__(self, out):
        self._out = out
        self._buffer = bytearray()

    def write(self, data):  # pylint: disable=method-required-super  # no model: a stream
        self._buffer += data
        if len(self._buffer) >= _CHUNK:
            self._encode(len(self._buffer) // 3 * 3)
        return len(data)

    def flush(self):
        """Do nothing: zipfile asks often, and a flush in the middle would need padding."""

    def finish(self):
        self._encode(len(self._buffer))

    def _encode(self, length):
        self._out.write(binascii.b2a_base64(self._buffer[:length], newline=False))
        del self._buffer[:length]


class _Fault:
    """Make the PacketErrors of one attachment."""

    def __init__(self, name, place):
        self._name = name
        self._place = place

    def __call__(self, code, **values):
        return PacketError(code, **self._place, name=self._name, **values)

    def too_large(self, limit):
        return PacketError("too_large", **self._place, what=self._name, limit=shown_size(limit))


def _as_it_is(spool, limits, fault):
    if spool.size > limits.attachment_bytes:
        raise fault.too_large(limits.attachment_bytes)
    return spool.content()


def _keeps_own_zip(name):
    return extension(name, "").lower() in OFFICE_EXTENSIONS | ARCHIVE_EXTENSIONS


def _is_zip(spool):
    spool.stream.seek(0)
    return spool.stream.read(4) in (_LOCAL_HEADER, _END_RECORD)


def _entry_count(spool, fault):
    """Read the number of entries from the end record, before zipfile trusts the directory.

    zipfile builds an object an entry: a directory that fills the whole attachment would cost
    ten times its size in memory.
    """
    start = max(0, spool.size - _END_RECORD_SIZE - _MAX_COMMENT)
    spool.stream.seek(start)
    tail = spool.stream.read()
    at = tail.rfind(_END_RECORD)
    if at < 0 or len(tail) - at < _END_RECORD_SIZE:
        raise fault("bad_zip", detail=("its end is missing", "thiếu phần cuối"))
    if tail[max(0, at - 20) :][:4] == _ZIP64_LOCATOR:
        raise fault("bad_zip", detail=("it is in the zip64 format", "dạng zip64"))
    _here, entries, directory_size = struct.unpack_from("<HHL", tail, at + 8)
    if entries == 1 and directory_size > _MAX_DIRECTORY:
        raise fault("bad_zip", detail=("its directory is too large", "danh mục quá lớn"))
    return entries


def _unpack_single(spool, name, limits, fault):
    try:
        with zipfile.ZipFile(spool.stream) as archive:
            infos = archive.infolist()
            if len(infos) != 1:
                raise fault("zip_entries", found=len(infos))
            if _is_own_zip(infos[0], name):
                return _as_it_is(spool, limits, fault), []
            result = _inflate(archive, infos[0], limits, fault)
    except PacketError:
        raise
    except _ZIP_ERRORS as error:
        raise fault("bad_zip", detail=error) from error
    except OSError as error:
        # An offset before the beginning; a full disk is another matter and passes through.
        if error.errno != errno.EINVAL:
            raise
        raise fault("bad_zip", detail=("an offset points nowhere", "vị trí không tồn tại")) from error
    spool.close()
    return result.content(), []


def _is_own_zip(info, name):
    """Say whether a zip with one entry is the file itself and not the wrapping.

    The name of the entry is only compared, never used.
    """
    kind = extension(name, "").lower()
    if kind in OFFICE_EXTENSIONS:
        return info.filename in _OFFICE_MARKS
    # A wrapped archive is <uuid>.zip inside; an archive of one letter holds <letter>.pdf.
    return kind in ARCHIVE_EXTENSIONS and extension(info.filename, "").lower() != kind


def _inflate(archive, info, limits, fault):
    if info.flag_bits & 0x1:
        raise fault("zip_encrypted")
    if info.is_dir():
        raise fault("zip_entries", found=0)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise fault("bad_zip", detail=("unknown compression", "kiểu nén lạ"))
    _check_size(info.file_size, info.compress_size, limits, fault)
    result = Spool(limits.memory_bytes)
    # zipfile gives no more than the declared size and checks the CRC at its end.
    with archive.open(info) as entry:
        while piece := entry.read(_CHUNK):
            result.write(piece)
    if result.size != info.file_size:
        raise fault("bad_zip", detail=("it stops in the middle", "bị cắt ngang"))
    return result


def _check_size(size, compressed, limits, fault):
    if size > MEBIBYTE and size > limits.zip_ratio * max(compressed, 1):
        raise fault("zip_bomb", limit=limits.zip_ratio)
    if size > limits.attachment_bytes:
        raise fault.too_large(limits.attachment_bytes)
