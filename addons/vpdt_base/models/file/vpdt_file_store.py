import json
import os
import time
from pathlib import Path

from odoo import api, fields, models
from odoo.tools import SQL, config
from psycopg2.errors import LockNotAvailable

from ...vietnam import today, vietnam_day
from .files_lock import files_at_rest
from .vpdt_file import UPLOAD_FOLDER, sha256_of

BATCH = 1000
LISTED = 1000  # of each kind of damage; the counts are complete
# Younger files of the filestore may belong to a transaction that has not ended.
SETTLED_SECONDS = 3600
OWN_FOLDERS = {"checklist"}


class _Findings:
    """What is wrong: counts of all of it, and a list of the first of each kind."""

    def __init__(self):
        self.counts = {"missing": 0, "changed": 0, "orphaned": 0}
        self.lists = {"missing": [], "changed": [], "orphaned": []}

    def add(self, kind, **detail):
        self.counts[kind] += 1
        if len(self.lists[kind]) < LISTED:
            self.lists[kind].append(detail)


#: In the data folder: one JSON line a destroyed file. What restores a backup destroys them once more.
LIST = "vpdt_disposed.jsonl"
PATIENCE = 20  # seconds for a backup that reads the files
LOCK_PATIENCE = 10  # seconds for those who store; whoever comes after waits behind us


class VpdtFileVerify(models.Model):
    """Reading every stored file anew and comparing it with its hash; repairs nothing."""

    _inherit = "vpdt.file"

    destroyed_at = fields.Datetime("Content destroyed on", readonly=True)

    @api.model
    def _verify_stored(self):
        """Re-read and re-hash all stored files and renditions, and look for what belongs to nobody.

        Memory stays flat: rows come in batches, files are read in pieces, the filestore folder by folder.

        :return: ``{"files", "bytes", "missing", "changed", "orphaned", "ok"}``; the three in the middle are
            ``{"count": int, "first": [{…}]}``
        """
        self.env.flush_all()
        found, totals = _Findings(), {"files": 0, "bytes": 0}
        self._verify_table("vpdt_file", "sha256", found, totals)
        self._verify_table("vpdt_file_rendition", "result_sha256", found, totals)
        self._verify_owners(found)
        self._verify_attachments(found)
        self._verify_filestore(found)
        report = {kind: {"count": found.counts[kind], "first": found.lists[kind]} for kind in found.counts}
        return {**totals, **report, "ok": not any(found.counts.values())}

    @api.model
    def _verify_table(self, table, column, found, totals):
        """Hash the bytes of each row of ``table``; the same bytes, used by several rows, once."""
        last, known = ("", 0), ("", None)
        while rows := self.env.execute_query(self._verify_query(table, column, last)):
            for fname, row, sha256, size, attachment in rows:
                if not fname or fname != known[0]:
                    known = (fname, self._state_of(attachment, sha256))
                state, actual = known[1]
                if state == "read" and actual != sha256:
                    state = "changed"
                if state != "read":
                    found.add(state, record=f"{table} {row}", store=fname, sha256=sha256, actual=actual)
                totals["files"] += 1
                totals["bytes"] += size or 0
            last = rows[-1][:2]
            self.env.invalidate_all()

    @api.model
    def _verify_query(self, table, column, last):
        # In the order of the filestore, so that rows with the same bytes follow each other.
        return SQL(
            """
            SELECT COALESCE(attachment.store_fname, ''), stored.id, stored.%s, stored.size, stored.attachment_id
              FROM %s AS stored LEFT JOIN ir_attachment AS attachment ON attachment.id = stored.attachment_id
             WHERE stored.%s IS NOT NULL AND %s AND (COALESCE(attachment.store_fname, ''), stored.id) > (%s, %s)
             ORDER BY COALESCE(attachment.store_fname, ''), stored.id LIMIT %s
            """,
            SQL.identifier(column),
            SQL.identifier(table),
            SQL.identifier(column),
            # what was destroyed is meant to be gone
            SQL("stored.destroyed_at IS NULL") if table == "vpdt_file" else SQL("true"),
            *last,
            BATCH,
        )

    @api.model
    def _state_of(self, attachment_id, sha256):
        """("read", SHA-256 as it is) or ("missing", "")."""
        attachment = self.env["ir.attachment"].sudo().browse(attachment_id)  # the check is the administrator's
        if not attachment_id or not attachment.exists():
            return "missing", ""
        try:
            with self._path_of(attachment) as path:
                return "read", sha256_of(path)
        except OSError:
            return "missing", ""

    @api.model
    def _verify_owners(self, found):
        """Files whose document is not there any more."""
        models_in_use = self.env.execute_query(SQL("SELECT DISTINCT res_model FROM vpdt_file"))
        for (model,) in models_in_use:
            known = model in self.env and not self.env[model]._abstract
            missing = SQL(
                "NOT EXISTS (SELECT FROM %s AS owner WHERE owner.id = file.res_id)",
                SQL.identifier(self.env[model]._table if known else "ir_model"),
            )
            query = SQL(
                "SELECT file.id, file.res_id FROM vpdt_file AS file WHERE file.res_model = %s AND %s",
                model,
                missing if known else SQL("TRUE"),
            )
            for file, owner in self.env.execute_query(query):
                found.add("orphaned", record=f"vpdt_file {file}", owner=f"{model} {owner}")

    @api.model
    def _verify_attachments(self, found):
        """Attachments that say they are a file's, of which no file knows."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT attachment.id, attachment.res_model, attachment.res_id FROM ir_attachment AS attachment
                 WHERE attachment.res_field IS NULL
                   AND (attachment.res_model = 'vpdt.file' AND NOT EXISTS (
                            SELECT FROM vpdt_file AS file WHERE file.attachment_id = attachment.id)
                     OR attachment.res_model = 'vpdt.file.rendition' AND NOT EXISTS (
                            SELECT FROM vpdt_file_rendition AS made WHERE made.attachment_id = attachment.id))
                """
            )
        )
        for attachment, model, owner in rows:
            found.add("orphaned", record=f"ir_attachment {attachment}", owner=f"{model} {owner}")

    @api.model
    def _verify_filestore(self, found):
        """Files on the disk that no attachment names, save those that Odoo is about to collect."""
        Attachment = self.env["ir.attachment"]
        store = Attachment._filestore()
        if Attachment._storage() != "file" or not os.path.isdir(store):
            return
        for folder in sorted(os.listdir(store)):
            path = os.path.join(store, folder)
            if os.path.isdir(path) and folder not in OWN_FOLDERS:
                self._verify_folder(store, folder, found)

    @api.model
    def _verify_folder(self, store, folder, found):
        names = os.listdir(os.path.join(store, folder))
        fnames = [f"{folder}/{name}" for name in names]
        known = set()
        if folder != UPLOAD_FOLDER:
            query = SQL("SELECT store_fname FROM ir_attachment WHERE store_fname = ANY(%s)", fnames)
            known = {fname for (fname,) in self.env.execute_query(query)}
        for fname in fnames:
            path = os.path.join(store, fname)
            waits = os.path.exists(os.path.join(store, "checklist", fname))
            if fname not in known and not waits and _is_settled(path):
                found.add("orphaned", record="file on the disk", store=fname)

    # Destroying -------------------------------------------------------------------------------------------------------
    # Destroying the content of a file: bytes, previews, text. What it was (name, SHA-256, size) stays. Nothing calls
    # this but a decided disposal (Luật Lưu trữ 33/2024, Điều 16), where the same bytes in another document stay, they
    # are that one's; and a state secret that was found, which must not be here at all.

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
        paths = {name: Attachment._full_path(name) for name in stores}

        def leave_to_collector():
            for name in stores:
                Attachment._mark_for_gc(name)

        def remove():
            if lines:
                note_destroyed(lines)
            with files_at_rest(PATIENCE) as rest:
                if not rest or not _unlink_unused(registry, paths):
                    leave_to_collector()  # again: it may have looked before the rows were gone

        leave_to_collector()  # should the process die in between

        self.env.cr.postcommit.add(remove)


def _is_settled(path):
    try:
        return time.time() - os.path.getmtime(path) > SETTLED_SECONDS
    except OSError:
        return False  # gone meanwhile


def _unlink_unused(registry, paths):
    """Take files off the disk that no row names, while nobody stores the same bytes anew.

    :param paths: {name in the store: path}
    :return: False when files are being stored all the time, and nothing was removed
    """
    with registry.cursor() as cr:
        cr.execute("SET LOCAL lock_timeout TO %s", [f"{LOCK_PATIENCE}s"])
        try:
            # first of its transaction: what it reads is as it stands once the lock is had
            cr.execute("LOCK ir_attachment IN SHARE MODE", log_exceptions=False)
        except LockNotAvailable:
            cr.rollback()
            return False
        cr.execute("SELECT DISTINCT store_fname FROM ir_attachment WHERE store_fname = ANY(%s)", [list(paths)])
        used = {name for (name,) in cr.fetchall()}
        for name, path in paths.items():
            if name not in used and os.path.exists(path):
                os.unlink(path)
    return True


def note_destroyed(lines):
    """Add lines to the list of destroyed files, seen on the disk before this returns.

    :param lines: list of str without line ends
    """
    path = Path(config["data_dir"], LIST)
    with open(path, "a", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
        file.flush()
        os.fsync(file.fileno())
