"""The archive of scans: its files are found by name whatever program has packed it, and read one at a time."""

import posixpath
import zipfile

from odoo.addons.vpdt_base.text import fold

from .reading import BulkError

MAX_ENTRIES = 5000
_BLOCK = 1 << 20
_BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError)


class Scans:
    """Use as a context manager; the archive itself was checked (ratio, depth, programs) when it was stored."""

    def __init__(self, path):
        """:raises BulkError: ``no_zip``, ``too_many``"""
        try:
            self._archive = zipfile.ZipFile(path)
        except _BROKEN as error:
            raise BulkError("no_zip") from error
        entries = [info for info in self._archive.infolist() if not info.is_dir()]
        if len(entries) > MAX_ENTRIES:
            raise BulkError("too_many")
        self._entries, self.twice = {}, set()
        for info in entries:
            for name in _names(info):
                if name in self._entries and self._entries[name] is not info:
                    self.twice.add(name)
                self._entries[name] = info
        self.names = [posixpath.basename(info.filename) for info in entries]

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._archive.close()

    def has(self, name):
        """Whether there is one file of this name, and one only; folders, case and marks do not count."""
        key = fold(posixpath.basename(name))
        return key in self._entries and key not in self.twice

    def extract(self, name, stream, most):
        """Write a file of the archive to a binary stream; no more than it may give, whatever the archive says of it.

        :param most: bytes
        :raises BulkError: ``no_file``, ``file_too_large``, ``damaged``
        """
        info = self._entries.get(fold(posixpath.basename(name)))
        if info is None:
            raise BulkError("no_file")
        left = most
        try:
            with self._archive.open(info) as member:
                while block := member.read(_BLOCK):
                    left -= len(block)
                    if left < 0:
                        raise BulkError("file_too_large")
                    stream.write(block)
        except _BROKEN as error:
            raise BulkError("damaged") from error


def _names(info):
    """The names by which a file may be meant: old programs store Vietnamese names as bytes without saying so."""
    names = {info.filename}
    if not info.flag_bits & 0x800:
        for encoding in ("utf-8", "cp1258"):
            try:
                names.add(info.filename.encode("cp437").decode(encoding))
            except UnicodeError:
                continue
    return {fold(posixpath.basename(name)) for name in names}
