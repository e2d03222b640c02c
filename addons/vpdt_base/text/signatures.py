"""The type of a file by its content, never by its name."""

import io
import os
import re
import struct
import zipfile
import zlib
from contextlib import contextmanager

from . import ole, rar

PDF = "application/pdf"
DOC, XLS, PPT = "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"
_OOXML = "application/vnd.openxmlformats-officedocument."
DOCX = f"{_OOXML}wordprocessingml.document"
XLSX = f"{_OOXML}spreadsheetml.sheet"
PPTX = f"{_OOXML}presentationml.presentation"
DOCM = "application/vnd.ms-word.document.macroenabled.12"
XLSM = "application/vnd.ms-excel.sheet.macroenabled.12"
PPTM = "application/vnd.ms-powerpoint.presentation.macroenabled.12"
_ODF = "application/vnd.oasis.opendocument."
ODT, ODS, ODP = f"{_ODF}text", f"{_ODF}spreadsheet", f"{_ODF}presentation"
ZIP, RAR, SEVEN_ZIP = "application/zip", "application/vnd.rar", "application/x-7z-compressed"
XML, EDXML = "application/xml", "application/x-edxml"
PNG, JPEG, TIFF = "image/png", "image/jpeg", "image/tiff"
OLE_ENCRYPTED = "application/x-ole-encrypted"
JAR = "application/java-archive"
EXE = "application/vnd.microsoft.portable-executable"
# E-mail: a message of its own, one of Outlook, and the envelope that Outlook puts around attachments (winmail.dat)
EML, MSG, TNEF = "message/rfc822", "application/vnd.ms-outlook", "application/vnd.ms-tnef"
WEB_PAGE = "text/html"

# Type → what a person calls it, and the extensions a name may have.
TYPES = {
    PDF: ("PDF", (".pdf",)),
    DOC: ("Word 97-2003", (".doc", ".dot")),
    DOCX: ("Word", (".docx",)),
    DOCM: ("Word with macros", (".docm",)),
    XLS: ("Excel 97-2003", (".xls",)),
    XLSX: ("Excel", (".xlsx",)),
    XLSM: ("Excel with macros", (".xlsm",)),
    PPT: ("PowerPoint 97-2003", (".ppt", ".pps")),
    PPTX: ("PowerPoint", (".pptx", ".ppsx")),
    PPTM: ("PowerPoint with macros", (".pptm",)),
    ODT: ("OpenDocument text", (".odt",)),
    ODS: ("OpenDocument spreadsheet", (".ods",)),
    ODP: ("OpenDocument presentation", (".odp",)),
    "application/rtf": ("RTF", (".rtf",)),
    ZIP: ("ZIP", (".zip",)),
    RAR: ("RAR", (".rar",)),
    SEVEN_ZIP: ("7-Zip", (".7z",)),
    XML: ("XML", (".xml",)),
    EDXML: ("edXML", (".edxml", ".xml")),
    PNG: ("PNG", (".png",)),
    JPEG: ("JPEG", (".jpg", ".jpeg")),
    TIFF: ("TIFF", (".tif", ".tiff")),
    OLE_ENCRYPTED: ("Office with a password", ()),
    EML: ("e-mail", (".eml",)),
    MSG: ("Outlook e-mail", (".msg",)),
    TNEF: ("Outlook envelope (winmail.dat)", (".dat",)),
    WEB_PAGE: ("web page", ()),
}
MAIL = frozenset({EML, MSG, TNEF})

DOCUMENTS_IN_ZIP = frozenset({DOCX, XLSX, PPTX, DOCM, XLSM, PPTM, ODT, ODS, ODP})
# Archives whose content nobody here can look into
OPAQUE_ARCHIVES = frozenset(
    {
        SEVEN_ZIP,
        "application/gzip",
        "application/x-bzip2",
        "application/x-xz",
        "application/vnd.ms-cab-compressed",
        "application/x-tar",
        "application/x-iso9660-image",
    }
)
EXECUTABLES = frozenset(
    {
        EXE,
        JAR,
        "application/x-dosexec",
        "application/x-elf",
        "application/x-mach-binary",
        "application/java-vm",
        "application/x-ms-shortcut",
        "application/x-msi",
        "text/x-shellscript",
        "text/x-script.python",
        "text/x-perl",
        "text/x-msdos-batch",
        WEB_PAGE,  # runs scripts when opened from a disk
        "image/svg+xml",
    }
)

EXECUTABLE_EXTENSIONS = frozenset(
    (
        ".app .apk .bat .chm .cmd .com .cpl .dll .exe .gadget .hta .htm .html .inf .ins .jar .js .jse .lnk .msc .msi "
        ".msp .mst .pif .ps1 .psm1 .py .reg .scf .scr .sct .settingcontent-ms .sh .svg .sys .url .vb .vbe .vbs .wsc "
        ".wsf .wsh .xll .docm .dotm .xlsm .xltm .xlam .pptm .potm .ppam .ppsm .sldm"
    ).split()
)

# Bytes at the start of a file → type. Programs first: a file can start as one only.
_SIGNATURES = (
    (b"MZ", EXE),
    (b"\x7fELF", "application/x-elf"),
    (b"\xfe\xed\xfa\xce", "application/x-mach-binary"),
    (b"\xfe\xed\xfa\xcf", "application/x-mach-binary"),
    (b"\xce\xfa\xed\xfe", "application/x-mach-binary"),
    (b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (b"\xca\xfe\xba\xbe", "application/java-vm"),
    (b"L\0\0\0\x01\x14\x02\0", "application/x-ms-shortcut"),
    (b"#!", "text/x-shellscript"),
    (b"%PDF-", PDF),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (rar.MAGIC_5, RAR),
    (rar.MAGIC_4, RAR),
    (ole.MAGIC, ole.UNKNOWN),
    (b"7z\xbc\xaf\x27\x1c", SEVEN_ZIP),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"MSCF", "application/vnd.ms-cab-compressed"),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"{\\rtf", "application/rtf"),
    (b"\x78\x9f\x3e\x22", TNEF),  # [MS-OXTNEF] 2.1.3.3.1; what it holds comes in the clear, a PDF even early
)
HEAD_SIZE = 4096
CONTENT_TYPES = "[content_types].xml"  # as `part_name` has it
MAX_ZIP_DIRECTORY = 4 << 20  # bytes; an honest one has some hundred a file
# What reading a damaged or hostile ZIP raises
ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, OSError, EOFError)
# "The header may appear somewhere within the first 1024 bytes" (PDF Reference 1.7, Appendix H, note 13).
_PDF_WITHIN = 1024
# A page without a head, as programs export tables; "<styleSheet" is a part of a workbook.
_PAGE = re.compile(rb"<(table|body|head|meta|style|div|center|font)[\s>]")
_MAIL = re.compile(rb"\A(?=[a-z][a-z0-9-]*:[ \t]).*?^mime-version:", re.DOTALL | re.MULTILINE)


@contextmanager
def opened(data):
    """Give `data`, bytes or a path, as an open binary file; a path is not read in memory."""
    if isinstance(data, (bytes, bytearray, memoryview)):
        yield io.BytesIO(data)
    else:
        with open(os.fspath(data), "rb") as file:
            yield file


def sniff(data):
    """Return the MIME type of `data` (bytes or a path) by its content alone."""
    with opened(data) as file:
        return sniff_file(file)


def sniff_file(file):
    """Return the MIME type of an open binary file; its position is not kept."""
    file.seek(0)
    head = file.read(HEAD_SIZE)
    mimetype = sniff_head(head)
    if mimetype == ZIP:
        return _look_into_zip(file)
    if mimetype == ole.UNKNOWN:
        return _look_into_ole(file)
    if not mimetype:
        import magic  # loads its own table, and is asked for few files

        mimetype = magic.from_buffer(head, mime=True)
    return mimetype


def sniff_head(head):
    """Return the type the first bytes of a file tell, or None; containers are not opened."""
    for signature, mimetype in _SIGNATURES:
        if head.startswith(signature):
            return mimetype
    if head[257:262] == b"ustar":
        return "application/x-tar"
    return _markup(head) or _mail(head) or (PDF if b"%PDF-" in head[:_PDF_WITHIN] else None)


def is_pdf(data):
    """Return whether `data`, bytes of a file or its first `HEAD_SIZE`, is a PDF.

    The one rule of the whole product: the mark ``%PDF-`` stands within the first 1,024 bytes, and the file does not
    begin as something else (an Outlook envelope, an archive and a web page may hold the mark, too).
    """
    return sniff_head(bytes(data[:HEAD_SIZE])) == PDF


def is_executable_name(name):
    """Return whether the extension of a name is that of a program, script or macro document."""
    # Windows drops full stops and blanks at the end of a name.
    return os.path.splitext(name.rstrip(". "))[1].lower() in EXECUTABLE_EXTENSIONS


def _markup(head):
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "replace").encode()
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:HEAD_SIZE].lower()
    if not text.startswith(b"<"):
        return None
    if b"<edxml" in text or b"qcvn_102_2016" in text:
        return EDXML
    if b"<svg" in text:
        return "image/svg+xml"
    if b"<html" in text or b"<!doctype html" in text or b"<script" in text or _PAGE.match(text):
        return WEB_PAGE
    return XML if text.startswith(b"<?xml") else None


def _mail(head):
    """An e-mail, or a web page in the coat of one (MHTML, which Excel writes as .xls, too)."""
    text = head.lstrip().lower()
    if not _MAIL.match(text):
        return None
    page = b"multipart/related" in text and b"text/html" in text and b"\nto:" not in text
    return WEB_PAGE if page else EML


def zip_directory(file):
    """Return (entries, bytes) of the list of files at the end of a ZIP, (0, 0) if none is found.

    Read before the list itself, which Python reads whole: a hostile one fills the memory.
    A ZIP64 list, for more than 65,535 files or 4 GB, counts as endless.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - 0xFFFF - 22))
    tail = file.read()
    start = tail.rfind(b"PK\x05\x06")
    if start < 0 or len(tail) < start + 22:
        return 0, 0
    return struct.unpack_from("<HI", tail, start + 10)


def _look_into_zip(file):
    if zip_directory(file)[1] > MAX_ZIP_DIRECTORY:
        return ZIP
    try:
        with zipfile.ZipFile(file) as archive:
            return zip_kind(archive)
    except ZIP_ERRORS:
        return ZIP


def part_name(name):
    """Return the name of a part of an Office document as it is compared: case does not matter (ECMA-376-2, 6.3.5), and
    some writers put ``\\`` for ``/``."""
    return name.replace("\\", "/").lstrip("/").lower()


def zip_kind(archive):
    """Return the type of an open `ZipFile`: a document in a ZIP coat, or a plain archive."""
    names = {part_name(name): name for name in archive.namelist()}
    if "mimetype" in names:
        with archive.open(names["mimetype"]) as member:
            declared = member.read(100).decode("ascii", "replace").strip()
        if declared in (ODT, ODS, ODP):
            return declared
    if CONTENT_TYPES in names:
        macros = has_macros(archive)
        for folder, plain, with_macros in (("word/", DOCX, DOCM), ("xl/", XLSX, XLSM), ("ppt/", PPTX, PPTM)):
            # Workbooks are read whatever form their names have; texts are not, and what reads them must find all of it.
            written = names if plain == XLSX else names.values()
            if any(name.startswith(folder) for name in written):
                return with_macros if macros else plain
    if "meta-inf/manifest.mf" in names or "androidmanifest.xml" in names:
        return JAR
    return ZIP


def has_macros(archive):
    """Return whether an Office document, an open `ZipFile`, carries macros."""
    names = {part_name(name): name for name in archive.namelist()}
    if any(map(_is_macro, names)):
        return True
    if CONTENT_TYPES not in names:
        return False
    # A macro may hide under any name; its content type may not.
    with archive.open(names[CONTENT_TYPES]) as member:
        declared = member.read(1 << 20).lower()
    return b"vbaproject" in declared or b"macroenabled" in declared


def is_encrypted_document(archive):
    """Return whether an OpenDocument file, an open `ZipFile`, has a password."""
    names = {part_name(name): name for name in archive.namelist()}
    if "meta-inf/manifest.xml" not in names:
        return False
    with archive.open(names["meta-inf/manifest.xml"]) as member:
        return b"encryption-data" in member.read(1 << 20)


def _is_macro(name):
    parts = name.split("/")
    if parts[-1] in ("vbaproject.bin", "vbadata.xml") or name.startswith("xl/macrosheets/"):
        return True
    return parts[0] in ("basic", "scripts") and len(parts) > 1 and bool(parts[-1])


def _look_into_ole(file):
    try:
        return ole.read(file).mimetype
    except ValueError:
        return ole.UNKNOWN
