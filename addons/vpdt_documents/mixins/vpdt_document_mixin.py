import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import in_move
from odoo.addons.vpdt_base.text.signatures import PDF

PRIORITIES = [("0", "Normal"), ("1", "Urgent"), ("2", "Very urgent"), ("3", "Express")]


class Correction(str):
    """The reason of a correction, handed from `_correct` to write(); a context that comes from a client holds none."""


class Recognition(str):
    """The name of the file in which a program has recognised what is written, handed to write() in the context."""


class VpdtDocumentMixin(models.AbstractModel):
    """What incoming and outgoing documents share (Nghị định 30/2020, Điều 8 and Phụ lục VI, Phần II)."""

    _name = "vpdt.document.mixin"
    _description = "Document"
    _inherit = [
        "vpdt.deputy.mixin",
        "vpdt.search.mixin",
        "vpdt.file.owner.mixin",
        "vpdt.people.mixin",
        "vpdt.numbered.mixin",
        "mail.thread",
    ]
    _check_company_auto = True
    _search_text_fields = ("subject", "number", "notation", "type_id.name", "signer_name")

    company_id = fields.Many2one(
        "res.company", "Agency", required=True, index=True, readonly=True, default=lambda self: self.env.company
    )
    type_id = fields.Many2one("vpdt.document.type", index=True, ondelete="restrict")
    subject = fields.Char(size=500, required=True, tracking=True)
    number = fields.Char(size=11, copy=False, help="Text, as an organization may write 15a.")
    notation = fields.Char(size=30)
    code = fields.Char("Number and notation", compute="_compute_code", store=True)
    date = fields.Date("Document date", copy=False)
    signer_name = fields.Char()
    signer_title = fields.Char()
    priority = fields.Selection(PRIORITIES, default="0", required=True)
    due_date = fields.Date("Deadline")
    spilled = fields.Boolean(readonly=True, copy=False, help="A state secret was found in it: it is hidden from all.")

    #: From which states on a document may be copied, and the field of vpdt.copy that names it.
    _copied_from = ()
    _copied_in = ""

    copy_count = fields.Integer("Copies", compute="_compute_copy_count")

    @api.model
    def _shown_domain(self):
        return super()._shown_domain() & Domain("spilled", "=", False)

    def action_report_secret(self):
        """Report that a state secret is in this document: it is hidden from all at once, the leader decides."""
        self.ensure_one()
        self.check_access("read")
        self.env["vpdt.spill"]._report(self)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _destroy_content(self):
        """Destroy what this document says; superuser mode, by the procedure only. Number, days and hashes stay."""
        files = self.env["vpdt.file"].search([("res_model", "=", self._name), ("res_id", "in", self.ids)])
        elsewhere = files._destroy_bytes()
        self._destroy_traces()
        for document in self:
            document.message_ids.unlink()
            document._destroy_words()
        self._tell_other_agencies(elsewhere)

    def _destroy_words(self):
        """What was typed of the content goes."""
        self._destroying().write(self._prepare_destroyed_vals())

    def _prepare_destroyed_vals(self):
        """Hook: what is written in the place of the content (dict)."""
        return {"subject": self.env._("[Content destroyed]"), "signer_name": False, "signer_title": False}

    @api.model
    def _tell_other_agencies(self, files):
        """Ask the heads of other agencies, who have the same bytes, to look at them; what they have is theirs.

        :param files: vpdt.file, superuser mode
        """
        words = self.env._("Another agency has found a state secret in the same file: look at it, and report it if so")
        for owner in {file._owner() for file in files}:
            if hasattr(owner, "_users_of_role"):
                owner._remind_people(owner._users_of_role("vpdt_base.group_leader"), words)

    @api.depends("number", "notation")
    def _compute_code(self):
        for document in self:
            document.code = "/".join(part for part in (document.number, document.notation) if part)

    @api.depends("code", "subject")
    def _compute_display_name(self):
        for document in self:
            document.display_name = " · ".join(part for part in (document.code, document.subject) if part)

    def _move_to(self, state, values=None, *, move=None):
        moved = super()._move_to(state, values, move=move)
        if moved:
            self._tell_screens()
        return moved

    def _files_changed(self):
        self._tell_screens()
        return super()._files_changed()

    def _file_verdict_changed(self, file, before):
        """The clerks see an activity when a signature turns out worse than it looked."""
        verdicts = [value for value, _label in file._fields["verdict"].selection]
        if verdicts.index(file.verdict) > verdicts.index(before or "valid"):
            note = " ".join(file._file_verdict_sentences() + file.signature_ids.mapped(lambda s: s._sentences()[0]))
            summary = self.env._("The signatures are no longer right: %s", file.name)
            self._remind_people(self._users_of_role("vpdt_base.group_clerk"), summary, note=note)
        return super()._file_verdict_changed(file, before)

    def _destroy_traces(self):
        """Hook: what else holds the content of these documents goes with it, when their files are destroyed.

        In superuser mode, by a decided disposal or for a state secret only; each addon takes away what it keeps.
        """
        self._destroy_copies()

    def _people_at_screens(self):
        return super()._people_at_screens() | self.participant_ids.user_id

    # What is typed ----------------------------------------------------------------------------------------------------
    def _type_name(self):
        """The type of the document in words."""
        return self.type_id.name or ""

    def _title_in_register(self):
        """Type and subject, as each book has them in its column “Tên loại và trích yếu nội dung” (Phụ lục IV, V)."""
        return " ".join(filter(None, (self._type_name(), self.subject)))

    # What is typed into a document, and each change of it, is a row of the journal: from what to what (P6-5).

    @api.model
    def _entry_fields(self):
        """Hook: names of the fields whose values the journal keeps, in the order in which they are told."""
        return ()

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        for document in documents:
            values = document._entry_values(self._entry_fields())
            document._journal("entry", {"entered": {name: value for name, value in values.items() if value}})
        return documents

    def write(self, vals):
        names = [name for name in self._entry_fields() if name in vals]
        if not names or in_move(self.env):  # a step has its own row
            return super().write(vals)
        names = self._entry_fields()  # a computed one may follow
        before = [(document, document._entry_values(names)) for document in self]
        result = super().write(vals)
        for document, old in before:
            document._journal_changes(old, document._entry_values(names))
        return result

    def web_save(self, vals, specification, next_id=None):
        """See the core; a form also says as of when it shows the document (``vpdt_seen``, UTC text).

        :raises UserError: a field that it changes was changed by another form since then
        """
        seen = vals.get("vpdt_seen")
        vals = {name: value for name, value in vals.items() if name != "vpdt_seen"}
        if len(self) == 1 and seen:
            self._check_not_overwritten(vals, fields.Datetime.to_datetime(seen))
        return super().web_save(vals, specification, next_id=next_id)

    def _check_not_overwritten(self, vals, seen):
        self.check_access("write")
        if not self.write_date or self.write_date.replace(microsecond=0) == seen:
            return
        rows = self.env["vpdt.journal.entry"].sudo().search(  # who has typed what into this very document
            [("res_model", "=", self._name), ("res_id", "=", self.id), ("kind", "in", ("entry", "correction")),
             ("at", ">", seen)], order="id DESC",
        )  # fmt: skip
        for row in rows:
            changed = json.loads(row.detail or "{}").get("changed") or {}
            for name in vals.keys() & changed.keys():
                raise UserError(
                    self.env._(
                        "“%(field)s” was changed by %(who)s to “%(value)s” while you were typing. Nothing was saved: "
                        "note what you have typed, reload the page, and enter it again if it still holds.",
                        field=self._fields[name]._description_string(self.env),
                        who=row.user_id.name,
                        value=changed[name][1] or "",
                    )
                )

    def _journal_changes(self, old, new):
        changed = {name: [old[name], new[name]] for name in old if old[name] != new[name]}
        reason = self.env.context.get("vpdt_correction")
        if not changed:
            return
        recognised = self.env.context.get("vpdt_recognised")
        if isinstance(recognised, Recognition):
            self._journal("entry", {"changed": changed, "recognised": str(recognised)})
        elif isinstance(reason, Correction):
            self._journal("correction", {"changed": changed, "reason": str(reason)})
        else:
            self._journal("entry", {"changed": changed})

    def _entry_values(self, names):
        """``{name: value}`` as the journal keeps it: text, number or None, a record by name, a choice by code."""
        self.ensure_one()
        return {name: self._entry_value(name) for name in names}

    def _entry_value(self, name):
        field, value = self._fields[name], self[name]
        if field.relational:
            return ", ".join(value.sudo().mapped("display_name")) or None  # of a record that was chosen here
        if field.type in ("integer", "boolean"):
            return value
        return str(value) if value else None

    # Copies -----------------------------------------------------------------------------------------------------------
    # Copies are made of a document that was issued, or has been registered.

    def _compute_copy_count(self):
        field = self._copied_in
        groups = self.env["vpdt.copy"]._read_group([(field, "in", self.ids)], [field], ["__count"])
        counts = {original.id: count for original, count in groups}
        for document in self:
            document.copy_count = counts.get(document.id, 0)

    def _files_to_copy(self):
        """The PDF files of these documents that a copy may be made of, main file first."""
        files = self.file_ids.filtered(lambda file: file.role in ("main", "annex") and file.mimetype == PDF)
        return files.sorted(lambda file: (file.role != "main", file.sequence, file.id))

    def _extract_vals(self):
        """The components that an extract of this document repeats (values of `copying.Extract` but its text)."""
        self.ensure_one()
        kind = self.type_id
        return {
            "number": self.code or "",
            "date": self.date or None,
            "type_name": kind.name if kind and kind.has_title else "",
            "subject": self.subject,
            "titles": [line for line in (self.signer_title or "").splitlines() if line],
            "signer": self.signer_name or "",
        }

    def _check_copyable(self):
        """:raises UserError: it is not issued or registered, has no PDF, or its PDF may not be opened."""
        self.ensure_one()
        if self.state not in self._copied_from:
            raise UserError(
                self.env._(
                    "“%s” cannot be copied yet: issue it, or enter it in the register, first.", self.display_name
                )
            )
        main = self._file_of_role("main")
        if main.mimetype != PDF:
            raise UserError(self.env._("“%s” has no PDF to copy. Scan it, or upload its PDF.", self.display_name))
        main._check_offered()

    def action_make_copy(self):
        """Open the dialog for a new copy of this document."""
        self.check_access("read")
        self.env["vpdt.copy"].check_access("create")
        self._check_copyable()
        view = self.env.ref("vpdt_documents.vpdt_copy_view_form_new")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Make a copy"),
            "res_model": "vpdt.copy",
            "view_mode": "form",
            "views": [(view.id, "form")],
            "target": "new",
            "context": {f"default_{self._copied_in}": self.id},
        }

    def action_copies(self):
        """Open the copies of this document."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("vpdt_documents.vpdt_copy_action")
        return {**action, "domain": [(self._copied_in, "=", self.id)], "context": {}}

    def _destroy_copies(self):
        """A copy says what its original says: its bytes go, number and recipients stay. In superuser mode."""
        copies = self.env["vpdt.copy"].search([(self._copied_in, "in", self.ids)])
        copies.extract_text = False
        files = self.env["vpdt.file"].search([("res_model", "=", copies._name), ("res_id", "in", copies.ids)])
        files._destroy_content()

    def _history_records(self):
        """What happened to its copies belongs to the story of a document."""
        copies = self.env["vpdt.copy"].search([(self._copied_in, "=", self.id)])
        return [*super()._history_records(), copies]

    # A successor of the agency ----------------------------------------------------------------------------------------

    def _hand_over_to(self, successor):
        """Give these documents to another agency; superuser mode, by the reorganisation only.

        The stored files are never rewritten, their agency neither: the successor gets records of the same bytes, each
        naming the file that it replaces. What carries a virus stays behind.

        :param successor: res.company
        """
        for document in self:
            former, files = document.company_id, document.file_ids
            document._prepare_hand_over()
            document.write({"company_id": successor.id, "register_id": False})
            document._hand_over_files(files)
            document._add_participants(document._users_of_role("vpdt_base.group_clerk"), "Successor")
            document._after_hand_over(former)
            document._journal("move", {"from_agency": former.name, "to_agency": successor.name})

    def _hand_over_files(self, files):
        infected = files.filtered(lambda file: file.scan_state == "infected")
        (files - infected)._copy_to(self)
        if infected:
            self._journal("move", {"stays_in_quarantine": infected.mapped("name")})
            names = ", ".join(file.original_name or file.name for file in infected)
            words = self.env._("“%s” carries a virus and was not taken over: ask the sender for a clean file", names)
            self._remind_people(self._users_of_role("vpdt_base.group_clerk"), words)

    def _prepare_hand_over(self):
        """Hook: bring the document to a state in which it may change its agency."""

    def _after_hand_over(self, former):
        """Hook: what the successor must look at.

        :param former: res.company
        """
