"""Files that mean harm, and honest ones beside them, made where they are needed.

Nothing here is dangerous: a "program" is two letters, a "macro" an empty part.
"""

import io
import struct
import zipfile
import zlib

import pikepdf

PROGRAM = b"MZ" + b"\0" * 200
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 40
EDXML = b"""\xef\xbb\xbf<?xml version="1.0"?>\n<edXML:edXML xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016"/>"""

OOXML_FOLDERS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}


def make_zip(members, compression=zipfile.ZIP_DEFLATED):
    """Return a ZIP of {name: bytes}."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def make_ooxml(kind="docx", more=None, content_types=b"<Types/>"):
    """Return a small document in the Office format of `kind`, with `more` members."""
    return make_zip({"[Content_Types].xml": content_types, OOXML_FOLDERS[kind]: b"<document/>", **(more or {})})


def make_odf(kind="text", more=None):
    """Return a small OpenDocument file."""
    members = {"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": "<office/>"}
    return make_zip({**members, **(more or {})})


def make_pdf(pages=1, attachments=None, **encryption):
    """Return a PDF of blank pages; `encryption` are the passwords `owner` and `user`."""
    file = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page()
        for name, content in (attachments or {}).items():
            pdf.attachments[name] = content
        pdf.save(file, encryption=pikepdf.Encryption(**encryption) if encryption else False)
    return file.getvalue()


def make_ole(streams, contents=b""):
    """Return an OLE compound file with empty `streams`, the first of which starts with `contents`."""
    size = 512
    header = bytearray(size)
    header[:8] = bytes.fromhex("D0CF11E0A1B11AE1")
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<II", header, 0x2C, 1, 1)  # one table sector; the directory is sector 1
    struct.pack_into("<III", header, 0x3C, 0xFFFFFFFE, 0, 0xFFFFFFFE)  # no mini stream, no further tables
    struct.pack_into("<109I", header, 0x4C, 0, *[0xFFFFFFFF] * 108)
    entries = [_ole_entry("Root Entry", 5)] + [_ole_entry(name, 2) for name in streams]
    entries += [bytes(128)] * (-len(entries) % 4)
    directory_sectors = len(entries) // 4
    table = [0xFFFFFFFD, *range(2, directory_sectors + 1), 0xFFFFFFFE]
    first_stream = directory_sectors + 1
    directory = bytearray(b"".join(entries))
    if streams:
        struct.pack_into("<I", directory, 128 + 116, first_stream)
    table += [0xFFFFFFFE] + [0xFFFFFFFF] * (128 - len(table) - 1)
    stream = contents.ljust(size, b"\0")
    return bytes(header) + struct.pack("<128I", *table) + bytes(directory) + stream


def _ole_entry(name, kind):
    raw = (name + "\0").encode("utf-16-le")
    return raw.ljust(64, b"\0") + struct.pack("<HB", len(raw), kind) + bytes(128 - 67 - 12) + bytes(12)


def make_rar5(names, encrypted=False, locked_list=False, size=100):
    """Return a RAR 5 archive that lists `names`; the contents are missing."""
    archive = b"Rar!\x1a\x07\x01\x00" + _rar5_block(b"\x01\x00\x00")
    if locked_list:
        return archive + _rar5_block(b"\x04\x00\x00")
    for name in names:
        raw = name.encode()
        extra = b"\x02\x01\x00" if encrypted else b""  # a record of type 1: encryption
        flags = b"\x03" if encrypted else b"\x02"
        block = b"\x02" + flags + (_vint(len(extra)) if encrypted else b"") + _vint(4)
        block += b"\x00" + _vint(size) + b"\x20" + b"\x00\x00" + _vint(len(raw)) + raw + extra
        archive += _rar5_block(block) + b"data"
    return archive + _rar5_block(b"\x05\x00\x00")


def _rar5_block(body):
    sized = _vint(len(body)) + body
    return struct.pack("<I", zlib.crc32(sized)) + sized


def _vint(number):
    out = bytearray()
    while True:
        number, low = number >> 7, number & 0x7F
        out.append(low | (0x80 if number else 0))
        if not number:
            return bytes(out)


def make_rar4(names, encrypted=False, locked_list=False):
    """Return a RAR 4 archive that lists `names`; the contents are missing."""
    main = struct.pack("<HBHH", 0, 0x73, 0x80 if locked_list else 0, 13) + bytes(6)
    archive = b"Rar!\x1a\x07\x00" + main
    for name in names:
        raw = name.encode()
        flags = 0x8000 | (4 if encrypted else 0)
        archive += struct.pack("<HBHH", 0, 0x74, flags, 32 + len(raw))
        archive += struct.pack("<IIBIIBBHI", 4, 100, 2, 0, 0, 29, 0x33, len(raw), 0x20) + raw + b"data"
    return archive + struct.pack("<HBHH", 0, 0x7B, 0x4000, 7)


def mark_encrypted(archive):
    """Return a ZIP whose members say that they have a password."""
    archive = bytearray(archive)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = archive.find(signature)
        while start >= 0:
            archive[start + offset] |= 1
            start = archive.find(signature, start + 4)
    return bytes(archive)


def make_pdf_bomb(megabytes):
    """Return a PDF whose table of objects unpacks to many megabytes."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes)) + packer.flush()
    file = io.BytesIO()
    file.write(
        b"%PDF-1.5\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Kids[]/Count 0>> endobj\n"
    )
    start = file.tell()
    file.write(b"3 0 obj <</Type/XRef/W[1 4 1]/Size 4/Root 1 0 R/Filter/FlateDecode/Length %d>> stream\n" % len(packed))
    file.write(packed + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % start)
    return file.getvalue()
