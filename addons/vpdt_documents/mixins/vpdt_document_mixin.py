from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import in_move

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
    register_id = fields.Many2one("vpdt.register", index=True, ondelete="restrict", copy=False)
    register_year = fields.Integer(readonly=True, copy=False)

    #: Written by the steps of the document only, whatever a client sends.
    _written_by_moves = frozenset({"register_id", "register_year"})
    #: Belongs to the record from its creation on: changing it would carry the document out of its rules.
    _written_once = frozenset({"company_id"})

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                self._refuse_fields(self._written_by_moves & {name for name, value in vals.items() if value})
        return super().create(vals_list)

    def copy_data(self, default=None):
        """A copy begins anew: what the steps have written stays with the first."""
        return [
            {name: value for name, value in vals.items() if name not in self._written_by_moves}
            for vals in super().copy_data(default)
        ]

    def write(self, vals):
        if not self.env.su and not in_move(self.env):
            self._refuse_fields((self._written_by_moves | self._written_once) & vals.keys())
            for document in self:
                document._check_editable(vals.keys())
        return super().write(vals)

    def _refuse_fields(self, names):
        if names:
            raise AccessError(
                self.env._("Only the steps of a document write: %s.", ", ".join(self._words_of_fields(names)))
            )

    def _words_of_fields(self, names):
        return [self._fields[name]._description_string(self.env) for name in sorted(names)]

    def _check_editable(self, names):
        """Refuse to change data of the document that this person may not change now.

        :param names: names of the fields to be written
        :raises AccessError: with the words of the fields
        """
        allowed = self._editable_fields()
        refused = {name for name in names if name not in allowed and not name.startswith(("message_", "activity_"))}
        if refused:
            raise AccessError(
                self.env._(
                    "%(document)s is “%(state)s”: you may not change %(fields)s now.",
                    document=self.display_name,
                    state=self._state_label(self.state),
                    fields=", ".join(self._words_of_fields(refused & self._fields.keys())),
                )
            )

    def _editable_fields(self):
        """Hook: names of the fields that the current user may change in the present state."""
        return set(self._fields)

    @api.depends("number", "notation")
    def _compute_code(self):
        for document in self:
            document.code = "/".join(part for part in (document.number, document.notation) if part)

    @api.depends("code", "subject")
    def _compute_display_name(self):
        for document in self:
            document.display_name = " · ".join(part for part in (document.code, document.subject) if part)

    def _compute_search_text(self):
        return super()._compute_search_text()

    def _notify_people(self, users, summary):
        """Leave an activity for each of ``users`` (not for oneself): what must be done now.

        :param users: res.users
        :param summary: translated text
        """
        for user in users - self.env.user:
            self.activity_schedule("mail.mail_activity_data_todo", user_id=user.id, summary=summary)

    def _done_activities(self):
        """Close what waited for the present step."""
        self.sudo().activity_ids.unlink()  # activities of colleagues that the step has settled

    def _users_of_role(self, group):
        """Active users of this agency who have the role ``group`` (XML id)."""
        self.ensure_one()
        role = self.env.ref(group).sudo()  # who has which role in the own agency is known to everybody
        return role.all_user_ids.filtered(lambda u: self.company_id in u.company_ids and u.active and u.id > 5)
