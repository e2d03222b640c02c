from odoo import api, fields, models

PRIORITIES = [("0", "Normal"), ("1", "Urgent"), ("2", "Very urgent"), ("3", "Express")]


class VpdtDocumentMixin(models.AbstractModel):
    """What incoming and outgoing documents share (Nghị định 30/2020, Điều 8 and Phụ lục VI, Phần II)."""

    _name = "vpdt.document.mixin"
    _description = "Document"
    _inherit = [
        "vpdt.deputy.mixin",
        "vpdt.participant.mixin",
        "vpdt.move.mixin",
        "vpdt.search.mixin",
        "vpdt.file.owner.mixin",
        "mail.thread",
        "mail.activity.mixin",
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
    register_id = fields.Many2one("vpdt.register", index=True, ondelete="restrict", copy=False, check_company=True)
    register_year = fields.Integer(readonly=True, copy=False)

    @api.constrains("register_id", "company_id")
    def _check_register(self):
        self.env["vpdt.register"]._check_registers_of(self)

    @api.depends("number", "notation")
    def _compute_code(self):
        for document in self:
            document.code = "/".join(part for part in (document.number, document.notation) if part)

    @api.depends("code", "subject")
    def _compute_display_name(self):
        for document in self:
            document.display_name = " · ".join(part for part in (document.code, document.subject) if part)

    def _move_to(self, state, values=None):
        moved = super()._move_to(state, values)
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

    def _tell_screens(self):
        """Have the open screens of everybody concerned show the document as it is now."""
        for document in self:
            users = document.sudo().participant_ids.user_id  # whose screens; nothing of it is shown to anybody
            users._bus_send("vpdt_document_changed", {"model": document._name, "id": document.id})

    def _compute_search_text(self):
        return super()._compute_search_text()

    def _notify_people(self, users, summary):
        """Leave an activity for each of ``users`` (not for oneself): what must be done now, until it is done.

        :param users: res.users
        :param summary: translated text
        """
        self._ask(users - self.env.user, summary)

    def _done_activities(self):
        """Close what waited for the present step; what people have noted for themselves stays."""
        waiting = self.sudo().activity_ids  # activities of colleagues that the step has settled
        waiting.filtered("automated").unlink()

    def _users_of_role(self, group):
        """Active users of this agency who have the role ``group`` (XML id)."""
        self.ensure_one()
        role = self.env.ref(group).sudo()  # who has which role in the own agency is known to everybody
        return role.all_user_ids.filtered(lambda u: self.company_id in u.company_ids and u._is_internal() and u.active)
