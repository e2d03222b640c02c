"""What is inside a ZIP or RAR archive, and inside the archives and documents within it.

Sizes, counts and ratios are checked from the list of files before anything is unpacked;
then only the first bytes of a member are read, save for inner archives, which are unpacked
to a nameless temporary file. Nothing is ever written under a name from the archive.
"""

import io
import re
import shutil
import tempfile
import zipfile
from dataclasses import dataclass, field

from . import ole, rar
from .signatures import (
    DOCUMENTS_IN_ZIP,
    EXECUTABLES,
    HEAD_SIZE,
    MAX_ZIP_DIRECTORY,
    OPAQUE_ARCHIVES,
    RAR,
    ZIP,
    ZIP_ERRORS,
    has_macros,
    is_encrypted_document,
    is_executable_name,
    sniff_head,
    zip_directory,
    zip_kind,
)

MB = 1 << 20

# Below this an odd ratio is harmless: a page of blanks packs a thousand to one.
_RATIO_MATTERS = 20 * MB
_IN_MEMORY = 8 * MB


@dataclass(frozen=True)
class ArchiveLimits:
    """Caps of an archive with all that is inside it; sizes in bytes.

    `max_depth` 1 allows an archive in the archive, but none inside that one. Documents
    in a ZIP coat (.docx) do not count as archives.
    """

    max_entries: int = 1000
    max_unpacked: int = 500 * MB
    max_ratio: int = 200
    max_depth: int = 1


class _Stop(Exception):
    """What was found makes looking further pointless or dangerous."""


@dataclass
class ArchiveCheck:
    """One walk through an archive; `found` collects (problem code, params)."""

    limits: ArchiveLimits
    found: list = field(default_factory=list)
    entries: int = 0
    unpacked: int = 0
    largest: int = 0
    deepest: int = 0

    def run(self, file, mimetype, name):
        """Check an open binary file of type `mimetype` and return what was found."""
        try:
            self._check(file, mimetype, name, depth=0)
        except _Stop:
            pass
        return self.found

    def _report(self, code, entry, stop=False, **params):
        if (code, {"entry": entry, **params}) not in self.found:
            self.found.append((code, {"entry": entry, **params}))
        if stop:
            raise _Stop

    def _check(self, file, mimetype, path, depth):
        self.deepest = max(self.deepest, depth + 1)
        if mimetype == RAR:
            self._check_rar(file, path)
        elif mimetype.startswith("application/x-ole"):
            self._check_ole(file, path)
        else:
            self._check_zip(file, path, depth)

    # ZIP

    def _check_zip(self, file, path, depth):
        entries, directory = zip_directory(file)
        if directory > MAX_ZIP_DIRECTORY:
            self._count(entries, path)
            self._report("broken", path, stop=True)
        try:
            with zipfile.ZipFile(file) as archive:
                self._check_members(archive, path, depth)
        except ZIP_ERRORS:
            self._report("broken", path)

    def _check_members(self, archive, path, depth):
        members = [info for info in archive.infolist() if not info.filename.endswith("/")]
        self._count(len(archive.infolist()), path)
        self._check_sizes(archive, members, path)
        kind = zip_kind(archive)
        document = kind in DOCUMENTS_IN_ZIP
        if document and has_macros(archive):
            self._report("macro", path)
        if document and is_encrypted_document(archive):
            self._report("encrypted", path)
        if kind == ZIP and depth > self.limits.max_depth:
            self._report("archive_too_deep", path)
            return
        for info in members:
            # A picture in a document is drawn, not run.
            if not (document and info.filename.lower().endswith(".svg")):
                self._check_member(archive, info, f"{path}/{info.filename}", depth)

    def _count(self, count, path):
        self.entries += count
        if self.entries > self.limits.max_entries:
            self._report("archive_too_many", path, stop=True, count=self.entries, limit=self.limits.max_entries)

    def _check_sizes(self, archive, members, path):
        size = sum(info.file_size for info in members)
        self.largest = max(self.largest, *(info.file_size for info in members), 0)
        packed = sum(info.compress_size for info in members)
        file_size = archive.fp.seek(0, 2)
        if packed > file_size:
            # Members that overlap: the same bytes are unpacked again and again.
            self._report("broken", path, stop=True)
        if size > _RATIO_MATTERS and size > self.limits.max_ratio * file_size:
            self._report("archive_ratio", path, stop=True, limit=self.limits.max_ratio)
        self._add_unpacked(size, path)

    def _add_unpacked(self, size, path):
        self.unpacked += size
        if self.unpacked > self.limits.max_unpacked:
            limits = {"size": self.unpacked // MB, "limit": self.limits.max_unpacked // MB}
            self._report("archive_bomb", path, stop=True, **limits)

    def _check_member(self, archive, info, path, depth):
        self._check_name(info.filename, path)
        if info.flag_bits & 1:
            self._report("encrypted", path)
            return
        with archive.open(info) as member:
            head = member.read(HEAD_SIZE)
        kind = sniff_head(head)
        if kind in EXECUTABLES:
            self._report("archive_executable", path)
        elif kind in OPAQUE_ARCHIVES:
            self._report("archive_opaque", path)
        elif kind in (ZIP, RAR, ole.UNKNOWN):
            self._check_inner(archive, info, kind, path, depth)

    def _check_inner(self, archive, info, kind, path, depth):
        # Documents may hold documents, so they may go a little deeper than archives.
        if depth > self.limits.max_depth + 1 or (kind == RAR and depth >= self.limits.max_depth):
            self._report("archive_too_deep", path)
            return
        with io.BytesIO() if info.file_size <= _IN_MEMORY else tempfile.TemporaryFile() as copy:
            # zipfile never gives more than the size in the list, which has been checked.
            with archive.open(info) as member:
                shutil.copyfileobj(member, copy)
            self._check(copy, kind, path, depth + 1)

    def _check_name(self, name, path):
        name = name.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or re.match(r"[A-Za-z]:", name):
            self._report("archive_unsafe_path", path)
        if is_executable_name(name):
            self._report("archive_executable", path)

    # Others

    def _check_rar(self, file, path):
        try:
            for entry in rar.entries(file, self.limits.max_entries):
                inner = f"{path}/{entry.name}"
                self._count(1, path)
                self.largest = max(self.largest, entry.size)
                self._add_unpacked(entry.size, path)
                self._check_name(entry.name, inner)
                if entry.encrypted:
                    self._report("encrypted", inner)
        except rar.EncryptedList:
            self._report("encrypted", path)
        except ValueError:
            self._report("broken", path)

    def _check_ole(self, file, path):
        try:
            document = ole.read(file)
        except ValueError:
            self._report("broken", path)
            return
        if document.encrypted:
            self._report("encrypted", path)
        elif document.macros:
            self._report("macro", path)
