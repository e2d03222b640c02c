import hashlib
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

CHUNK_BYTES = 1 << 20
UPLOAD_FOLDER = "vpdt_upload"  # inside the filestore, so that a finished file is linked to its place, not copied


class VpdtFileStorage(models.Model):
    """Where the bytes of a file lie: once, in Odoo's filestore under their SHA-1, written and read in pieces."""

    _inherit = "vpdt.file"

    @api.model
    def _keep_bytes(self, name, content):
        """Store bytes as an attachment without an owner yet; memory stays flat when ``content`` is a path.

        :param content: bytes, or the path of a file, which stays where it is
        :return: (ir.attachment, SHA-256 in hexadecimal digits, size in bytes)
        """
        Attachment = self.env["ir.attachment"].sudo()  # the bytes belong to the system, not to who uploaded them
        values = {"name": name, "mimetype": "application/octet-stream", "res_model": self._name, "res_id": 0}
        if Attachment._storage() != "file":
            return self._keep_in_other_storage(Attachment, values, content)
        folder = Path(Attachment._filestore(), UPLOAD_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder) as copy:
            sha1, sha256, size = _copy_and_hash(content, copy)
            fname = self._link_into_filestore(Attachment, copy.name, sha1)
        attachment = Attachment.create(values)
        # Straight to the ORM: write() of ir.attachment drops these fields, it wants the bytes in memory.
        models.BaseModel.write(attachment, {"store_fname": fname, "checksum": sha1, "file_size": size})
        return attachment, sha256, size

    @api.model
    def _keep_in_other_storage(self, Attachment, values, content):
        """A storage that is not a folder (the database, S3 by fs_attachment) takes the bytes in one piece."""
        data = content if isinstance(content, bytes) else Path(content).read_bytes()
        # Without these, Odoo makes large pictures smaller and so rewrites a scan, and keeps text twice.
        kept_as_it_is = Attachment.with_context(image_no_postprocess=True, vpdt_unindexed=True)
        attachment = kept_as_it_is.create({**values, "raw": data})
        return attachment, hashlib.sha256(data).hexdigest(), len(data)

    @api.model
    def _link_into_filestore(self, Attachment, path, sha1):
        """Give a written file its name in the filestore; the same bytes are there once.

        :return: name inside the filestore
        :raises UserError: other bytes with the same SHA-1
        """
        fname = f"{sha1[:2]}/{sha1}"
        target = Attachment._full_path(fname)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        Attachment._mark_for_gc(fname)  # first: should the transaction abort, it is collected
        try:
            os.link(path, target)
            os.chmod(target, 0o640)
        except FileExistsError:
            if not _same_bytes(path, target):
                raise UserError(self.env._("The file collides with a stored one; it was not accepted.")) from None
        return fname

    @contextmanager
    def _local_path(self):
        """The bytes of this file as a path to read from; never to be written to.

        :raises UserError: the bytes are missing, or the file is quarantined
        """
        self.ensure_one()
        self.check_access("read")
        self._check_not_quarantined()
        with self._path_of(self.sudo().attachment_id) as path:  # access to the file has just been checked
            if not os.path.isfile(path) or os.path.getsize(path) != self.size:
                raise self._damaged()
            yield path

    @api.model
    @contextmanager
    def _path_of(self, attachment):
        """The bytes of an attachment as a path; a copy for the time of the block where the storage is no folder."""
        if attachment.store_fname and attachment._storage() == "file":
            yield attachment._full_path(attachment.store_fname)
            return
        with tempfile.NamedTemporaryFile(prefix="vpdt-file-") as copy:
            copy.write(attachment.raw or b"")
            copy.flush()
            yield copy.name

    def _check_bytes(self):
        """:raises UserError: the stored bytes are not those that were stored."""
        self.ensure_one()
        with self._local_path() as path:
            if sha256_of(path) != self.sha256:
                raise self._damaged()

    def _damaged(self):
        return UserError(self.env._("The stored bytes of “%s” are damaged. Tell the administrator.", self.name))

    def _content(self):
        """The bytes of this file, as they came.

        :raises UserError: the stored bytes are not those that were stored, or the file is quarantined
        """
        with self._local_path() as path:
            content = Path(path).read_bytes()
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise self._damaged()
        return content

    @api.model
    def _names_taken(self, owner):
        """Names of all files of ``owner``, of replaced ones too, so that each can be told apart."""
        self.flush_model(["name", "res_model", "res_id"])
        query = SQL("SELECT name FROM vpdt_file WHERE res_model = %s AND res_id = %s", owner._name, owner.id)
        return [name for (name,) in self.env.execute_query(query)]


def sha256_of(path):
    """SHA-256 of a file in hexadecimal digits, read in pieces."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _copy_and_hash(content, target):
    """Write bytes or the file at a path to an open file, to the disk; (sha1, sha256, size)."""
    # SHA-1 is only the name in Odoo's filestore; what vouches for the bytes is SHA-256.
    sha1, sha256, size = hashlib.sha1(usedforsecurity=False), hashlib.sha256(), 0
    for chunk in _chunks(content):
        sha1.update(chunk)
        sha256.update(chunk)
        size += len(chunk)
        target.write(chunk)
    target.flush()
    os.fdatasync(target.fileno())
    return sha1.hexdigest(), sha256.hexdigest(), size


def _chunks(content):
    if isinstance(content, (bytes, bytearray, memoryview)):
        view = memoryview(content)
        for start in range(0, len(view), CHUNK_BYTES):
            yield view[start : start + CHUNK_BYTES]
        return
    with open(content, "rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _same_bytes(path, other):
    return os.path.getsize(path) == os.path.getsize(other) and sha256_of(path) == sha256_of(other)
