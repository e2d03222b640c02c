"""May this file come in? Size, type by content, macros, programs, encryption.

Rules, ours by default (see `problems`): ≤ 50 MB; word, excel, pdf, zip, rar. Pictures, slides, OpenDocument and XML are
our addition for scans, meetings and exchange packets. A `Policy` is data: an agency sets
its own.
"""

import io
import zlib
from collections import namedtuple
from dataclasses import dataclass, field

import pikepdf
import pikepdf.settings

from .archives import MB, ArchiveCheck, ArchiveLimits
from .file_names import extension_of
from .problems import RULE_SAFETY, RULE_SIZE, RULE_TYPE, Problem
from .signatures import (
    DOC,
    DOCUMENTS_IN_ZIP,
    DOCX,
    EDXML,
    EXECUTABLES,
    HEAD_SIZE,
    JPEG,
    MAIL,
    ODP,
    ODS,
    ODT,
    OLE_ENCRYPTED,
    OPAQUE_ARCHIVES,
    PDF,
    PNG,
    PPT,
    PPTX,
    RAR,
    TIFF,
    TYPES,
    WEB_PAGE,
    XLS,
    XLSX,
    XML,
    ZIP,
    is_executable_name,
    is_pdf,
    opened,
    sniff,
    sniff_file,
    sniff_head,
)

__all__ = ["DEFAULT_POLICY", "PdfInfo", "Policy", "check_file", "is_pdf", "pdf_info", "sniff"]

ALLOWED = frozenset({PDF, DOC, DOCX, XLS, XLSX, PPT, PPTX, ODT, ODS, ODP, ZIP, RAR, XML, EDXML, PNG, JPEG, TIFF})
# No policy allows more: a larger request is refused before any policy is asked.
MAX_UPLOAD_MB = 100
# Types that say what is wrong with them better than "not allowed" does
_TOLD_ELSEWHERE = {OLE_ENCRYPTED}
# Names under which programs offer a web page as if it were one of their documents
_SAVED_AS_PAGE = {".xls", ".xlsx", ".doc", ".docx", ".csv"}


@dataclass(frozen=True)
class Policy:
    """What files an agency takes: MIME types of `signatures.TYPES`, sizes in bytes."""

    max_bytes: int = 50 * MB
    allowed: frozenset = ALLOWED
    archives: ArchiveLimits = field(default_factory=ArchiveLimits)
    allow_encrypted: bool = False
    allow_macros: bool = False


DEFAULT_POLICY = Policy()

# A hostile PDF of 600 KB may unpack to gigabytes while it is only being opened. The limits
# are those of the whole process, so they are generous: a page scanned at 300 dpi has 26 MB.
pikepdf.settings.set_qpdf_limits(flate_max_memory=256 * MB, run_length_max_memory=256 * MB, png_max_memory=256 * MB)

# What a damaged PDF raises, besides PdfError, when its structure is not what it must be
_PDF_ERRORS = (pikepdf.PdfError, ValueError, TypeError, KeyError, RuntimeError)

PdfInfo = namedtuple("PdfInfo", "pages encrypted")
PdfInfo.__doc__ = """Pages (int, None when a password hides them) and whether the PDF is encrypted."""


def check_file(name, data, policy=DEFAULT_POLICY, look=None):
    """Return why a file may not come in, as a list of `Problem`, empty if it may.

    `data` is bytes or a path; a path is read in pieces, whatever its size. Each problem
    names the file and the rule. The name itself is the business of `file_names`: a bad
    one is changed, not refused.

    `look` opens a PDF elsewhere, where it can do no harm: (data, name) → `PdfLook`; default here.
    """
    with opened(data) as file:
        size = file.seek(0, io.SEEK_END)
        if not size:
            return [Problem("file_empty", name, RULE_TYPE)]
        if size > policy.max_bytes:
            return [Problem("file_too_large", name, RULE_SIZE, _sizes(size, policy.max_bytes))]
        mimetype = sniff_file(file)
        if mimetype == WEB_PAGE and extension_of(name) in _SAVED_AS_PAGE:
            return [Problem("web_page", name, RULE_TYPE, {"extension": extension_of(name)})]
        if mimetype in EXECUTABLES:
            return [Problem("executable", name, RULE_SAFETY, {"type": mimetype})]
        if mimetype == PDF and look:
            found = look(data, name).problems
        else:
            found = _check_content(file, mimetype, name, policy)
    return _check_type(name, mimetype, policy) + [
        Problem(code, name, RULE_SAFETY, params) for code, params in found if not _is_allowed(code, policy)
    ]


PdfLook = namedtuple("PdfLook", "problems pages encrypted")
PdfLook.__doc__ = """What was seen of a PDF: [(code, params)] of what is wrong, its pages (None when a password hides
them, or it cannot be read), and whether it is encrypted."""


def look_into_pdf(data, name):
    """Return the `PdfLook` of a PDF, bytes or a path."""
    with opened(data) as file:
        problems = _check_pdf(file, name)
    try:
        info = pdf_info(data)
    except ValueError:
        info = PdfInfo(None, False)
    return PdfLook(problems, info.pages, info.encrypted)


def pdf_info(data):
    """Return the `PdfInfo` of a PDF, bytes or a path. Raises `ValueError` if it is none."""
    try:
        with opened(data) as file, pikepdf.open(file) as pdf:
            return PdfInfo(len(pdf.pages), pdf.is_encrypted)
    except pikepdf.PasswordError:
        return PdfInfo(None, True)
    except _PDF_ERRORS as error:
        raise ValueError(f"not a readable PDF: {error}") from error


def _sizes(size, limit):
    # Rounded up, or 50.01 MB would read "50.0 MB; at most 50 MB".
    return {"size": -(-size * 10 // MB) / 10, "limit": limit // MB}


def _is_allowed(code, policy):
    return (code == "macro" and policy.allow_macros) or (code == "encrypted" and policy.allow_encrypted)


def _check_type(name, mimetype, policy):
    if mimetype in _TOLD_ELSEWHERE:
        return []
    label, extensions = TYPES.get(mimetype, (mimetype, ()))
    if mimetype in MAIL - policy.allowed:
        return [Problem("mail", name, RULE_TYPE, {"type": label})]
    if mimetype not in TYPES and extension_of(name) == ".pdf":
        return [Problem("pdf_header", name, RULE_TYPE, {"type": label})]
    if mimetype not in policy.allowed:
        return [Problem("type_not_allowed", name, RULE_TYPE, {"type": label})]
    extension = extension_of(name)
    if extension not in extensions:
        return [Problem("extension_mismatch", name, RULE_TYPE, {"extension": extension or "—", "type": label})]
    return []


def _check_content(file, mimetype, name, policy):
    """Return (code, params) for what is wrong inside the file."""
    if mimetype == PDF:
        return _check_pdf(file, name)
    if mimetype not in _CONTAINERS:
        return []
    return ArchiveCheck(policy.archives).run(file, _container_kind(mimetype), name)


# DOCUMENTS_IN_ZIP holds the types with macros too: say "macros", not only "not allowed".
_CONTAINERS = {ZIP, RAR, DOC, XLS, PPT, OLE_ENCRYPTED} | DOCUMENTS_IN_ZIP


def _container_kind(mimetype):
    return "application/x-ole-storage" if mimetype in (DOC, XLS, PPT, OLE_ENCRYPTED) else mimetype


Extent = namedtuple("Extent", "size largest unpacked entries deepest closed")
Extent.__doc__ = """What lies in a file: bytes of it, of the largest thing in it and of all that it unpacks to, how many
things, how deep (0: it holds nothing), and the problem code of what nobody can look into, or \"\"."""


def extent(data, look=None):
    """Return the `Extent` of a file, bytes or a path, whatever a policy says of it; `look` as for `check_file`."""
    with opened(data) as file:
        size = file.seek(0, io.SEEK_END)
        mimetype = sniff_file(file)
        if mimetype == PDF:
            if look:
                seen = look(data, "")
                hidden = seen.encrypted and seen.pages is None
            else:
                hidden = _needs_password(file)
            return Extent(size, 0, size, 1, 0, "encrypted" if hidden else "")
        if mimetype in OPAQUE_ARCHIVES:
            return Extent(size, 0, 0, 1, 0, "archive_opaque")
        if mimetype not in _CONTAINERS:
            return Extent(size, 0, size, 1, 0, "")
        check = ArchiveCheck(_ENDLESS)
        codes = [code for code, _params in check.run(file, _container_kind(mimetype), "")]
    closed = next((code for code in codes if code in _CLOSED), "")
    return Extent(size, check.largest, check.unpacked, check.entries, check.deepest, closed)


def _needs_password(file):
    file.seek(0)
    try:
        with pikepdf.open(file):
            return False
    except pikepdf.PasswordError:
        return True
    except _PDF_ERRORS:
        return False  # damaged, which does not hide anything from a scanner of bytes


_ENDLESS = ArchiveLimits(max_entries=100_000, max_unpacked=4096 * MB, max_ratio=1 << 20, max_depth=5)
_CLOSED = {"encrypted", "archive_opaque", "archive_too_deep", "archive_too_many", "archive_bomb", "broken"}


def _check_pdf(file, name):
    file.seek(0)
    try:
        # What everybody may read, and only a password lets change, comes in; it is not signed (`signing.open_reader`).
        with pikepdf.open(file) as pdf:
            if not len(pdf.pages):
                return [("broken", {"entry": name})]
            return _check_pdf_attachments(pdf, name)
    except pikepdf.PasswordError:
        return [("encrypted", {"entry": name})]
    except _PDF_ERRORS:
        return [("broken", {"entry": name})]


def _check_pdf_attachments(pdf, name):
    found = []
    for key, attachment in pdf.attachments.items():
        names = (key, attachment.filename or "")
        if any(map(is_executable_name, names)) or sniff_head(_head_of(attachment)) in EXECUTABLES:
            found.append(("archive_executable", {"entry": f"{name}/{key}"}))
    return found


def _head_of(attachment):
    """Return the first bytes of a file in a PDF without unpacking all of it."""
    stream = attachment.get_file().obj
    if not isinstance(stream, pikepdf.Stream):  # a listed file that is not there
        return b""
    raw = stream.read_raw_bytes()
    if str(stream.get("/Filter", "")) != "/FlateDecode":
        return raw[:HEAD_SIZE]
    try:
        return zlib.decompressobj().decompress(raw, HEAD_SIZE)
    except zlib.error:
        return b""
