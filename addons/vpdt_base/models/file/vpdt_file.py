from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...text import check_file, pdf_info, safe_name, shown_name, sniff

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


def _any_changed(columns):
    return " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in columns)


class VpdtFile(models.Model):
    """One file of a document, stored once and never rewritten.

    The bytes lie in an ir.attachment that belongs to this record; a new version is a new record that names the one
    it replaces. Who may see the document may see its files: access is asked of the owner.
    """

    _name = "vpdt.file"
    _description = "Document file"
    _inherit = ["vpdt.search.mixin", "vpdt.job.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, readonly=True, help="ASCII name used for exchange (Kon Tum, Điều 7.4).")
    original_name = fields.Char(readonly=True, help="The name that the file came with; shown, never used as a path.")
    sequence = fields.Integer(default=10)
    role = fields.Selection(ROLES, required=True, readonly=True)
    res_model = fields.Char("Owner model", required=True, readonly=True)
    res_id = fields.Many2oneReference("Owner", model_field="res_model", required=True, readonly=True)
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
        # The names are those of the class above; an identifier inside a function body cannot be a parameter.
        self.env.cr.execute(  # pylint: disable=sql-injection
            f"""
            CREATE OR REPLACE FUNCTION vpdt_file_is_frozen() RETURNS trigger AS $$
            BEGIN
                IF TG_OP = 'TRUNCATE' THEN
                    RAISE EXCEPTION 'vpdt_file: stored files are never deleted';
                ELSIF TG_OP = 'DELETE' THEN
                    RAISE EXCEPTION 'vpdt_file %: a stored file is never deleted', OLD.id;
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
        """Models that own files; each addon adds its own."""
        return ["vpdt.delegation"]

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
        self._check_policy(name, content, rules)
        safe = safe_name(name, self._names_taken(owner), rules.name_length)
        mimetype = sniff(content)
        pages = (pdf_info(content).pages or 0) if mimetype == "application/pdf" else 0
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
                "pages": pages,
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
        return {"current": True, "verdict": False, "checked_at": False}

    def _after_store(self):
        """Hook: what happens to a file that has just been stored, in the same transaction."""

    def _after_clean(self):
        """Hook: what happens to a file that the virus check has found clean."""

    @api.model
    def _check_policy(self, name, content, rules=None):
        """:raises UserError: with all that is wrong with the file (bytes or a path), in words, and the rule."""
        rules = rules or self.env["vpdt.file.policy"]._rules(self.env.company)
        problems = check_file(name, content, rules.check)
        if problems:
            lines = dict.fromkeys(self._problem_line(problem, rules) for problem in problems)
            raise UserError(
                self.env._("The file “%(name)s” was not accepted:\n%(why)s", name=name, why="\n".join(lines))
            )

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
            "file_empty": self.env._("it is empty."),
        }

    # Access: who may see the owner may see its files ---------------------------------------------------------------

    def _owners(self):
        """``{model: ids}`` of the owners of these files."""
        owners = {}
        for file in self.sudo():  # reads only whose file it is
            owners.setdefault(file.res_model, set()).add(file.res_id)
        return owners

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if self.env.su or result or not any(self._ids):
            return result
        forbidden = self.browse()
        for model, ids in self._owners().items():
            owners = self.env[model].browse(ids).exists()
            allowed = set(owners._filtered_access("read" if operation == "read" else "write").ids)
            forbidden += self.sudo().filtered(
                lambda f, model=model, allowed=allowed: f.res_model == model and f.res_id not in allowed
            )
        if forbidden:
            forbidden = forbidden.with_env(self.env)
            return forbidden, lambda: AccessError(self.env._("You are not among those who may see this file."))
        return None

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs):
        if not self.env.su and not bypass_access:
            visible = Domain.OR(
                [
                    Domain("res_model", "=", model) & Domain("res_id", "in", self.env[model]._search([]))
                    for model in self._owner_models()
                    if self.env[model].has_access("read")
                ]
            )
            domain = Domain(domain) & visible
        return super()._search(domain, offset, limit, order, bypass_access=bypass_access, **kwargs)

    # Refuses on purpose and never calls super; not @ondelete, which uninstalling would skip.
    def unlink(self):  # pylint: disable=method-required-super
        message = self.env._("A stored file is never deleted; replace it with a new version.")
        raise UserError(message)  # pylint: disable=no-raise-unlink

    def write(self, vals):
        if not self.env.su:
            raise UserError(self.env._("A stored file is never rewritten; upload a new version."))
        return super().write(vals)
