import hashlib
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...signing.isolation import look_into_pdf
from ...text import check_file, safe_name, shown_name, sniff
from ...text.signatures import TYPES

ROLES = [
    ("main", "Main document"),
    ("annex", "Annex"),
    ("original", "Editable original"),
    ("scan", "Scan"),
    ("stamped", "Stamped copy"),
    ("evidence", "Evidence"),
]

VERDICTS = [
    ("valid", "Valid"),
    ("valid_unknown_trust", "Valid, unknown trust"),
    ("not_checked", "Not checked"),
    ("modified", "Modified after signing"),
    ("invalid", "Invalid"),
    ("not_signed", "Not signed"),
    ("unreadable", "Unreadable"),
]

# Which legal basis of the policy a problem is refused by; what is not named here is a matter of safety.
_RULE_OF = {
    "file_too_large": "size",
    "type_not_allowed": "type",
    "extension_mismatch": "type",
    "mail": "type",
    "pdf_header": "type",
    "web_page": "type",
    "file_empty": "type",
}


KB, MB = 1 << 10, 1 << 20


CHUNK_BYTES = 1 << 20


UPLOAD_FOLDER = "vpdt_upload"  # inside the filestore, so that a finished file is linked to its place, not copied


class VpdtFile(models.Model):
    """One file of a document, stored once and never rewritten.

    The bytes lie in an ir.attachment that belongs to this record; a new version is a new record that names the one
    it replaces. Who may see the document may see its files: access is asked of the owner.
    """

    _name = "vpdt.file"
    _description = "Document file"
    _inherit = ["vpdt.owned.mixin", "vpdt.search.mixin", "vpdt.job.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, readonly=True, help="ASCII name used for exchange.")
    original_name = fields.Char(readonly=True, help="The name that the file came with; shown, never used as a path.")
    sequence = fields.Integer(default=10)
    role = fields.Selection(ROLES, required=True, readonly=True)
    company_id = fields.Many2one("res.company", "Agency", required=True, index=True, readonly=True)
    attachment_id = fields.Many2one("ir.attachment", required=True, readonly=True, ondelete="restrict")
    sha256 = fields.Char("SHA-256", required=True, readonly=True, index=True)
    size = fields.Integer("Size in bytes", readonly=True)
    mimetype = fields.Char(readonly=True, help="By content, not by name.")
    pages = fields.Integer(readonly=True)
    replaces_id = fields.Many2one("vpdt.file", readonly=True, ondelete="restrict")
    current = fields.Boolean(default=True, readonly=True, help="False when a newer version replaces this file.")
    signature_ids = fields.One2many("vpdt.signature", "file_id")
    verdict = fields.Selection(VERDICTS, "Signature check", readonly=True)
    checked_at = fields.Datetime("Checked on", readonly=True)

    _by_owner = models.Index("(res_model, res_id)")

    # What makes a file the file it is; the database refuses to change these (see init).
    _FROZEN = (
        "name",
        "original_name",
        "role",
        "res_model",
        "res_id",
        "company_id",
        "attachment_id",
        "sha256",
        "size",
        "mimetype",
        "pages",
        "replaces_id",
    )
    # The same of the attachment that holds the bytes, wherever they lie.
    _FROZEN_BYTES = ("checksum", "store_fname", "db_datas", "file_size", "res_model", "res_id")

    def init(self):
        """Refuse in the database to rewrite or delete a stored file, or to point it to other bytes."""
        frozen = _any_changed(self._FROZEN)
        frozen_bytes = _any_changed(self._FROZEN_BYTES)
        moved = _any_changed(sorted(set(self._FROZEN_BYTES) - {"store_fname", "db_datas"}))
        # The names are those of the class above; an identifier inside a function body cannot be a parameter.
        self.env.cr.execute(  # pylint: disable=sql-injection
            f"""
            CREATE OR REPLACE FUNCTION vpdt_file_is_frozen() RETURNS trigger AS $$
            BEGIN
                IF TG_OP = 'TRUNCATE' THEN
                    RAISE EXCEPTION 'vpdt_file: stored files are never deleted';
                ELSIF TG_OP = 'DELETE' THEN
                    RAISE EXCEPTION 'vpdt_file %: a stored file is never deleted', OLD.id;
                ELSIF OLD.destroyed_at IS NOT NULL AND NEW.destroyed_at IS DISTINCT FROM OLD.destroyed_at THEN
                    RAISE EXCEPTION 'vpdt_file %: what is destroyed stays destroyed', OLD.id;
                ELSIF {frozen} THEN
                    RAISE EXCEPTION 'vpdt_file %: a stored file is never rewritten', OLD.id;
                END IF;
                RETURN NEW;
            END $$ LANGUAGE plpgsql;
            CREATE OR REPLACE TRIGGER vpdt_file_frozen BEFORE UPDATE OR DELETE ON vpdt_file
                FOR EACH ROW EXECUTE FUNCTION vpdt_file_is_frozen();
            CREATE OR REPLACE TRIGGER vpdt_file_kept BEFORE TRUNCATE ON vpdt_file
                FOR EACH STATEMENT EXECUTE FUNCTION vpdt_file_is_frozen();
            CREATE OR REPLACE FUNCTION vpdt_file_bytes_are_frozen() RETURNS trigger AS $$
            BEGIN
                IF TG_OP = 'DELETE' THEN
                    RAISE EXCEPTION 'ir_attachment %: bytes of a vpdt.file are never deleted', OLD.id;
                ELSIF NEW.store_fname IS NULL AND NEW.db_datas IS NULL AND NOT ({moved})
                    AND EXISTS (SELECT FROM vpdt_file WHERE id = OLD.res_id AND destroyed_at IS NOT NULL)
                THEN
                    RETURN NEW;
                ELSIF {frozen_bytes} THEN
                    RAISE EXCEPTION 'ir_attachment %: bytes of a vpdt.file are never rewritten', OLD.id;
                END IF;
                RETURN NEW;
            END $$ LANGUAGE plpgsql;
            CREATE OR REPLACE TRIGGER vpdt_file_bytes_frozen BEFORE UPDATE OR DELETE ON ir_attachment
                FOR EACH ROW WHEN (OLD.res_model = 'vpdt.file' AND OLD.res_id <> 0)
                EXECUTE FUNCTION vpdt_file_bytes_are_frozen();
            """
        )

    @api.model
    def _owner_models(self):
        return [*super()._owner_models(), "vpdt.delegation"]

    @api.model
    def _store(self, owner, name, content, role, replaces=None):
        """Keep ``content`` as a file of ``owner``.

        :param owner: record of a model in ``_owner_models``, saved
        :param name: name as it came; may be anything, is shown (without what would turn it) and never used as a path
        :param content: bytes, or the path of a file, which is read in pieces
        :param role: one of ROLES
        :param replaces: vpdt.file that this one is the new version of
        :return: vpdt.file
        :raises UserError: the file breaks the policy; says which file, which rule, what to do
        """
        rules = self.env["vpdt.file.policy"]._rules(owner.sudo().company_id)  # of the agency that the owner is of
        look = self._check_policy(name, content, rules)
        safe = safe_name(name, self._names_taken(owner), rules.name_length)
        mimetype = sniff(content)
        attachment, sha256, size = self._keep_bytes(safe, content)
        file = self.sudo().create(
            {
                **self._prepare_unknown_vals(),
                "name": safe,
                "original_name": shown_name(name),
                "role": role,
                "res_model": owner._name,
                "res_id": owner.id,
                "company_id": owner.company_id.id,
                "attachment_id": attachment.id,
                "sha256": sha256,
                "size": size,
                "mimetype": mimetype,
                "pages": (look and look.pages) or 0,
                "replaces_id": replaces.id if replaces else False,
            }
        )
        attachment.res_id = file.id
        if replaces:
            replaces.sudo().current = False  # superseded by the version just stored
        owner.invalidate_recordset(["file_ids"])
        file = file.with_env(self.env)
        file._after_store()
        return file

    @api.model
    def _prepare_unknown_vals(self):
        """Hook: what is not known yet of a file that is being stored; named, so that nothing else fills it in."""
        unknown = ("verdict", "checked_at", "check_problems", "has_agency_signature", "scanned_at", "scan_due", "virus")
        unknown += ("level", "level_wanted", "level_state", "level_message", "destroyed_at")
        return {
            **dict.fromkeys(unknown, False),
            "current": True,
            "scan_state": self._fields["scan_state"].default(self),
            "scan_attempts": 0,
            "level_attempts": 0,
        }

    def _after_store(self):
        """Hook: what happens to a file that has just been stored, in the same transaction."""
        self._refuse_known_virus()
        for file in self:
            if file.scan_state == "waiting":
                file._queue_scan()
            elif file._is_offered():
                file._queue_reading()

    def _after_clean(self):
        """Hook: what happens to a file that the virus check has found clean."""
        self._queue_reading()

    @api.model
    def _check_policy(self, name, content, rules=None):
        """Look at a file (bytes or a path) before anything is done with it.

        :return: text.file_types.PdfLook of a PDF, None of any other
        :raises UserError: with all that is wrong with the file, in words, and the rule
        """
        rules = rules or self.env["vpdt.file.policy"]._rules(self.env.company)
        looks = []  # a PDF is opened once, in a process of its own

        def look(data, called):
            looks.append(look_into_pdf(data, called))
            return looks[0]

        problems = check_file(name, content, rules.check, look)
        if problems:
            lines = dict.fromkeys(self._problem_line(problem, rules) for problem in problems)
            raise UserError(
                self.env._("The file “%(name)s” was not accepted:\n%(why)s", name=name, why="\n".join(lines))
            )
        return looks[0] if looks else None

    @api.model
    def _problem_line(self, problem, rules):
        words = self._problem_labels(rules, problem.params.get("type", "")).get(problem.code, problem.message)
        entry = problem.params.get("entry", "").partition("/")[2]
        if entry:
            words = f"{words} ({entry})"
        basis = rules.bases.get(_RULE_OF.get(problem.code, "safety"))
        return "• " + (self.env._("%(words)s Rule: %(basis)s.", words=words, basis=basis) if basis else words)

    @api.model
    def _problem_labels(self, rules, kind=""):
        """Code of a file problem → what a clerk is told; ``kind`` is what the content really is."""
        program = self.env._("it is, or contains, a program or a script.")
        bomb = self.env._("its archive unpacks to far too much.")
        extensions = ", ".join(rules.extensions) or ".docx, .xlsx, .pdf, .zip, .rar"
        return {
            "file_too_large": self.env._("it is larger than %s MB. Split or compress it.", rules.check.max_bytes >> 20),
            "type_not_allowed": self.env._("this type of file is not allowed. Allowed are: %s.", extensions),
            "extension_mismatch": self.env._(
                "its content is not what its name says, but: %s. Save it again in the program it came from.", kind
            ),
            "pdf_header": self.env._(
                "it is not a PDF, whatever its name says: a PDF is marked as such within its first 1,024 bytes. Open "
                "it in a PDF reader and save it again."
            ),
            "mail": self.env._(
                "it is a whole e-mail or Outlook's envelope around one (winmail.dat), not a document. Open it in the "
                "mail program, save the attachments, and hand in those."
            ),
            "web_page": self.env._(
                "it is a web page that was given another name. Open it in Excel or Word and save it as .xlsx or .docx."
            ),
            "macro": self.env._("it contains macros. Save it without macros (.docx, .xlsx)."),
            "executable": program,
            "archive_executable": program,
            "archive_unsafe_path": self.env._("its archive holds a name that leads out of its folder."),
            "archive_too_deep": self.env._("it holds an archive inside an archive. Pack the files into one archive."),
            "archive_opaque": self.env._("it holds an archive that cannot be looked into. Use ZIP."),
            "archive_too_many": self.env._("its archive holds more than %s files.", rules.check.archives.max_entries),
            "encrypted": self.env._("it is protected by a password. Remove the password and try again."),
            "archive_bomb": bomb,
            "archive_ratio": bomb,
            "broken": self.env._("it is damaged and cannot be opened."),
            "too_heavy": self.env._(
                "opening it takes too much time or memory. Print it to a new PDF, or ask whoever made it for another "
                "file."
            ),
            "file_empty": self.env._("it is empty."),
        }

    @api.model
    def _owner_refusal(self):
        return self.env._("You are not among those who may see this file.")

    # Refuses on purpose and never calls super; not @ondelete, which uninstalling would skip.
    def unlink(self):  # pylint: disable=method-required-super
        message = self.env._("A stored file is never deleted; replace it with a new version.")
        raise UserError(message)  # pylint: disable=no-raise-unlink

    def write(self, vals):
        if not self.env.su:
            raise UserError(self.env._("A stored file is never rewritten; upload a new version."))
        return super().write(vals)

    # As people say it ------------------------------------------------------------------------------------------------

    type_label = fields.Char("Type", compute="_compute_type_label", help="By content, not by name.")
    size_label = fields.Char("Size", compute="_compute_size_label")

    @api.depends("mimetype")
    def _compute_type_label(self):
        for file in self:
            file.type_label = TYPES.get(file.mimetype, (file.mimetype, ()))[0]

    @api.depends("size")
    def _compute_size_label(self):
        for file in self:
            size = file.size or 0
            if size >= MB:
                file.size_label = f"{size / MB:.1f} MB".replace(".", ",")
            else:
                file.size_label = f"{max(1, round(size / KB))} KB"

    # Where the bytes lie: once, under their SHA-1, written and read in pieces ----------------------------------------

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
            # The row before the file: it keeps Odoo's collector, which removes what no row names, waiting until we end.
            attachment = Attachment.create(values)
            fname = self._link_into_filestore(Attachment, copy.name, sha1)
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

    # To another agency: the same bytes in a new record, accepted once and for all ------------------------------------

    def _copy_to(self, owner):
        """Make these files those of ``owner`` and its agency, with their names, hash, virus check and verdict.

        :param owner: record with files
        :return: vpdt.file, one a file, in their order; each says which one it replaces
        """
        files = self.sudo()  # the agency that they come from is not that of who reorganises
        files.write({"current": False})
        copies = files.create([file._prepare_copy_vals(owner) for file in files])
        for copy in copies:
            copy.attachment_id.res_id = copy.id
        owner.invalidate_recordset(["file_ids"])
        for copy in copies:
            copy._go_on()
        return copies.with_env(self.env)

    def _prepare_copy_vals(self, owner):
        [vals] = self.copy_data(
            {
                "res_model": owner._name,
                "res_id": owner.id,
                "company_id": owner.company_id.id,
                "attachment_id": self._bytes_again().id,
                "replaces_id": self.id,
                "current": True,
            }
        )
        vals["signature_ids"] = [Command.create(values) for values in self.signature_ids.copy_data()]
        return vals

    def _bytes_again(self):
        """Another attachment of the same bytes; they lie there once."""
        Attachment, kept = self.env["ir.attachment"], self.attachment_id
        values = {"name": self.name, "mimetype": "application/octet-stream", "res_model": self._name, "res_id": 0}
        if Attachment._storage() != "file" or not kept.store_fname:
            return self._keep_in_other_storage(Attachment, values, kept.raw or b"")[0]
        attachment = Attachment.create(values)
        fields = {"store_fname": kept.store_fname, "checksum": kept.checksum, "file_size": kept.file_size}
        models.BaseModel.write(attachment, fields)  # as in _keep_bytes: write() of ir.attachment drops these
        return attachment

    def _go_on(self):
        """Queue what was still to be done with the original; its own jobs end where they find it replaced."""
        if self.scan_state == "waiting":
            self._queue_scan()
        elif self._is_offered():
            self._queue_reading()
        open_question = not self.checked_at or "asking" in self.signature_ids.mapped("revocation")
        if self.mimetype == "application/pdf" and open_question and self.scan_state != "infected":
            self.with_delay(description="Check signatures")._check_signatures()


def _any_changed(columns):
    return " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in columns)


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
