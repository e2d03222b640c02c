"""The ZIP that a package is: members are stored as they are, hashed while they are written, and a writer that was
interrupted goes on where it stopped."""

import hashlib
import json
import os
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path

from .errors import PackageError

CHUNK_BYTES = 1 << 20
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # ZIP's own times are local ones of nobody: the METS has the true ones


@dataclass
class Part:
    """A member of the package: its name (relative to the METS that tells of it), hash, size and kind."""

    name: str
    sha256: str
    size: int
    mimetype: str
    shown_name: str = ""
    created: str = ""
    crc: int = 0
    offset: int = 0
    end: int = 0

    def within(self, folder):
        """The same part as told from inside ``folder``."""
        return Part(**{**asdict(self), "name": self.name.removeprefix(folder)})


class Container:
    """Writes members into ``path`` + ``.part``; :meth:`close` gives the file its name.

    What was written is noted in a second file after each member, so that a second Container on the same path finds it
    and :meth:`add` gives it back without writing it again.

    :param root: name of the folder that all members lie in
    """

    def __init__(self, path, root):
        self.path, self.root = Path(path), root
        self._part = self.path.with_name(self.path.name + ".part")
        self._notes = self.path.with_name(self.path.name + ".part.json")
        self._done = self._read_notes()
        self._stream = open(self._part, "r+b" if self._done else "w+b")
        self._stream.truncate(max((part.end for part in self._done.values()), default=0))
        self._stream.seek(0, os.SEEK_END)
        self._log = open(self._notes, "a" if self._done else "w", encoding="utf-8")
        self._zip = zipfile.ZipFile(self._stream, "w", zipfile.ZIP_STORED, allowZip64=True)
        self._resume()

    def _read_notes(self):
        """What an interrupted run has written whole: ``{name: Part}``; nothing when they are of another package."""
        try:
            lines = self._notes.read_text(encoding="utf-8").splitlines()
            there = self._part.stat().st_size
        except OSError:
            return {}
        done = {}
        for line in lines:
            try:
                found = json.loads(line)
                root = found.pop("root")
                part = Part(**found)
            except (ValueError, TypeError, KeyError):
                break  # the last line may have been cut off
            if root != self.root or part.end > there:
                break
            done[part.name] = part
        return done

    def _resume(self):
        for part in self._done.values():
            info = self._info(part.name)
            info.file_size = info.compress_size = part.size
            info.CRC, info.header_offset = part.crc, part.offset
            self._zip.filelist.append(info)
            self._zip.NameToInfo[info.filename] = info

    def _info(self, name):
        info = zipfile.ZipInfo(f"{self.root}/{name}", _FIXED_TIME)
        info.external_attr = 0o100644 << 16
        return info

    def add(self, name, content, mimetype, shown_name="", created="", sha256=""):
        """Write one member.

        :param content: bytes, or the path of a file, which is read in pieces
        :param sha256: what the bytes must have, or an empty string
        :return: Part
        :raises PackageError: ``file_changed``: the bytes are others than those that are told of
        """
        done = self._done.get(name)
        if done and (done.sha256 == sha256 if sha256 else _is_same(content, done)):
            return done
        if done:
            raise PackageError("file_changed", name, "since the package was begun; remove its .part and begin anew")
        offset, digest, size = self._stream.tell(), hashlib.sha256(), 0
        info = self._info(name)
        info.file_size = len(content) if isinstance(content, bytes) else os.path.getsize(content)
        with self._zip.open(info, "w", force_zip64=info.file_size >= zipfile.ZIP64_LIMIT) as member:
            for chunk in _chunks(content):
                digest.update(chunk)
                size += len(chunk)
                member.write(chunk)
        if sha256 and digest.hexdigest() != sha256:
            raise PackageError("file_changed", name, digest.hexdigest())
        self._stream.flush()
        part = Part(name, digest.hexdigest(), size, mimetype, shown_name or name.rpartition("/")[2], created,
                    info.CRC, offset, self._stream.tell())  # fmt: skip
        self._log.write(json.dumps({"root": self.root, **asdict(part)}) + "\n")
        self._log.flush()
        self._done[name] = part
        return part

    def close(self):
        """Finish the ZIP, see it on the disk, and give it its name."""
        self._zip.close()
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()
        self._log.close()
        os.replace(self._part, self.path)
        self._notes.unlink()

    def leave(self):
        """Let go of the files; what was written stays for the next run."""
        self._zip.fp = None  # it would write its end when it is collected
        self._stream.close()
        self._log.close()


def _chunks(content):
    if isinstance(content, bytes):
        yield content
        return
    with open(content, "rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _is_same(content, part):
    digest = hashlib.sha256()
    for chunk in _chunks(content):
        digest.update(chunk)
    return digest.hexdigest() == part.sha256
