import json
import os
from pathlib import Path

from odoo import fields, models
from odoo.tools import SQL, config

from ...vietnam import today, vietnam_day
from .files_lock import files_at_rest

#: In the data folder: one JSON line a destroyed file. What restores a backup destroys them once more.
LIST = "vpdt_disposed.jsonl"
PATIENCE = 20  # seconds for a backup that reads the files


class VpdtFile(models.Model):
    """Destroying the content of a file: bytes, previews, text. What it was (name, SHA-256, size) stays.

    Nothing calls this but a decided disposal (Luật Lưu trữ 33/2024, Điều 16), where the same bytes in another document
    stay, they are that one's; and a state secret that was found, which must not be here at all.
    """

    _inherit = "vpdt.file"  # pylint: disable=consider-merging-classes-inherited

    destroyed_at = fields.Datetime("Content destroyed on", readonly=True)

    def _destroyed_words(self):
        return self.env._(
            "“%(name)s” was destroyed on %(day)s; only what is known of it is left.",
            name=self.name,
            day=vietnam_day(self.destroyed_at),
        )

    def _destroy_bytes(self):
        """Destroy the bytes of these files, and of all in the same agency that have the same bytes.

        What another agency has of them is its own: its head decides, and nobody else destroys its documents.

        :return: vpdt.file of other agencies that have the same bytes, in superuser mode
        """
        same = [("sha256", "in", list(set(self.mapped("sha256")))), ("destroyed_at", "=", False)]
        found = self.sudo().search(same)  # the same bytes are the same secret, whoever may see them
        twins = found.filtered(lambda file: file.company_id in self.company_id)
        twins._destroy_content()
        self.env["vpdt.journal.entry"]._record("file", twins, {"destroyed": True})
        return found - twins

    def _destroy_content(self, note=True):
        """Take the content of these files away for ever: from the filestore, the previews, the text and the search.

        The bytes leave the disk when the transaction has been committed, unless another file has the same. To be called
        in superuser mode.

        :param note: whether the list for restores is to name them; it does already when a restore calls this
        """
        files = self.filtered(lambda file: not file.destroyed_at)
        if not files:
            return
        files.write({"destroyed_at": fields.Datetime.now()})
        files.flush_recordset()
        stores = files.attachment_id.mapped("store_fname")
        self.env.cr.execute(
            SQL(
                "UPDATE ir_attachment SET store_fname = NULL, db_datas = NULL, index_content = NULL WHERE id = ANY(%s)",
                files.attachment_id.ids,
            )
        )
        files.attachment_id.invalidate_recordset()
        self.env["vpdt.file.text"].search([("file_id", "in", files.ids)]).unlink()
        stores += files._destroy_renditions()
        lines = [
            json.dumps({"sha256": f.sha256, "model": f._name, "id": f.id, "date": str(today())}) for f in files if note
        ]
        self._after_commit_remove([name for name in stores if name], lines)

    def _destroy_renditions(self):
        """Previews, searchable copies and texts of bytes that no other file has; names of their bytes in the store."""
        kept = self.search([("sha256", "in", self.mapped("sha256")), ("destroyed_at", "=", False)]).mapped("sha256")
        gone = set(self.mapped("sha256")) - set(kept)
        renditions = self.env["vpdt.file.rendition"]._of_all(gone)
        attachments = renditions.attachment_id
        stores = attachments.mapped("store_fname")
        renditions.unlink()
        attachments.unlink()
        return stores

    def _after_commit_remove(self, stores, lines):
        """Remove bytes that nothing refers to, and note what was destroyed, when the transaction holds."""
        Attachment, registry = self.env["ir.attachment"], self.env.registry
        for name in stores:
            Attachment._mark_for_gc(name)  # should the process die in between, the collector finds it
        paths = {name: Attachment._full_path(name) for name in stores}

        def remove():
            if lines:
                note_destroyed(lines)
            with files_at_rest(PATIENCE) as rest:
                if rest:  # else the collector takes them
                    _unlink_unused(registry, paths)

        self.env.cr.postcommit.add(remove)


def _unlink_unused(registry, paths):
    """Take files off the disk that no row names.

    :param paths: {name in the store: path}
    """
    with registry.cursor() as cr:
        cr.execute("SELECT DISTINCT store_fname FROM ir_attachment WHERE store_fname = ANY(%s)", [list(paths)])
        used = {name for (name,) in cr.fetchall()}
    for name, path in paths.items():
        if name not in used and os.path.exists(path):
            os.unlink(path)


def note_destroyed(lines):
    """Add lines to the list of destroyed files, seen on the disk before this returns.

    :param lines: list of str without line ends
    """
    path = Path(config["data_dir"], LIST)
    with open(path, "a", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
        file.flush()
        os.fsync(file.fileno())
