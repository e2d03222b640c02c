"""The directory of an OLE compound file: old Word, Excel and PowerPoint documents.

Only what is needed to name the kind of document, its macros and its encryption; hostile
files cannot make it loop or read far. (`olefile` reads every entry before it gives one: a
directory of 45 MB costs it 6 s and 340 MB of memory, and this reader none.)
"""

import struct
from dataclasses import dataclass

MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")

_FREE = 0xFFFFFFFA  # sector numbers from here on are marks, not sectors
_MAX_SECTORS = 4096  # of the directory, and of the table of tables
_ENTRY_SIZE = 128
_STREAM, _STORAGE, _ROOT = 2, 1, 5

_MACRO_STORAGES = {"macros", "vba", "_vba_project_cur", "_vba_project"}
_KINDS = (
    ("EncryptedPackage", "application/x-ole-encrypted"),
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    ("Book", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ("__properties_version1.0", "application/vnd.ms-outlook"),
)
UNKNOWN = "application/x-ole-storage"


@dataclass(frozen=True)
class OleFile:
    """What a compound file holds: its kind (a MIME type), whether macros, whether encrypted."""

    mimetype: str
    macros: bool
    encrypted: bool


def read(file):
    """Return the `OleFile` of an open binary file. Raises `ValueError` if it is damaged."""
    try:
        return _read(file)
    except (struct.error, IndexError) as error:
        raise ValueError(f"damaged compound file: {error}") from error


def _read(file):
    file.seek(0)
    header = file.read(512)
    (shift,) = struct.unpack_from("<H", header, 0x1E)
    if not header.startswith(MAGIC) or shift not in (9, 12):
        raise ValueError("not a compound file")
    sector_size = 1 << shift
    tables = _table_sectors(file, header, sector_size)
    entries = {}
    for sector in _chain(file, struct.unpack_from("<I", header, 0x30)[0], tables, sector_size):
        entries.update(_entries(_sector(file, sector, sector_size)))
    mimetype = next((kind for name, kind in _KINDS if name in entries), UNKNOWN)
    return OleFile(
        mimetype,
        macros=any(name.lower() in _MACRO_STORAGES for name in entries),
        encrypted=_is_encrypted(file, entries, sector_size),
    )


def _sector(file, number, size):
    file.seek((number + 1) * size)
    data = file.read(size)
    if len(data) < size and len(data) % _ENTRY_SIZE:
        raise ValueError("the file ends inside a sector")
    return data


def _table_sectors(file, header, size):
    """Return the sectors of the allocation table: 109 in the header, more in a chain."""
    tables = list(struct.unpack_from("<109I", header, 0x4C))
    (following,) = struct.unpack_from("<I", header, 0x44)
    seen = set()
    while following < _FREE and following not in seen and len(seen) < _MAX_SECTORS:
        seen.add(following)
        *more, following = struct.unpack(f"<{size // 4}I", _sector(file, following, size))
        tables += more
    return tables


def _chain(file, number, tables, size):
    seen = set()
    while number < _FREE:
        if number in seen or len(seen) >= _MAX_SECTORS:
            raise ValueError("the directory runs in a circle")
        seen.add(number)
        yield number
        table, index = divmod(number, size // 4)
        file.seek((tables[table] + 1) * size + 4 * index)
        (number,) = struct.unpack("<I", file.read(4))


def _entries(sector):
    """Yield (name, first sector) of the entries in a sector of the directory."""
    for offset in range(0, len(sector) - _ENTRY_SIZE + 1, _ENTRY_SIZE):
        entry = sector[offset : offset + _ENTRY_SIZE]
        length, kind = struct.unpack_from("<HB", entry, 64)
        if kind in (_STREAM, _STORAGE, _ROOT) and 2 <= length <= 64:
            name = entry[: length - 2].decode("utf-16-le", "replace")
            yield name, struct.unpack_from("<I", entry, 116)[0]


def _is_encrypted(file, entries, size):
    if {"EncryptedPackage", "EncryptedSummary"} & set(entries):
        return True
    if "WordDocument" in entries and entries["WordDocument"] < _FREE:
        # fEncrypted in the first words of the file information block
        file.seek((entries["WordDocument"] + 1) * size + 0x0A)
        return bool(struct.unpack("<H", file.read(2))[0] & 0x0100)
    book = entries.get("Workbook", entries.get("Book", _FREE))
    if book < _FREE:
        file.seek((book + 1) * size)
        return _has_filepass(file.read(size))
    return False


def _has_filepass(data):
    """Look for the record FILEPASS, which stands right after the first one, BOF."""
    offset = 0
    while offset + 4 <= len(data):
        record, length = struct.unpack_from("<HH", data, offset)
        if record == 0x002F:
            return True
        if record not in (0x0809, 0x0086, 0x005B):  # BOF, WRITEPROT, FILESHARING
            return False
        offset += 4 + length
    return False
