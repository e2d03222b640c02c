from odoo import api, fields, models
from odoo.fields import Domain

PRIORITIES = [("0", "Normal"), ("1", "Urgent"), ("2", "Very urgent"), ("3", "Express")]


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
