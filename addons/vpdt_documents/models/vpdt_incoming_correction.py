from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.vpdt_base.mixins.gate import by_system

from ..mixins.vpdt_document_mixin_entry import Correction
from .vpdt_incoming import BOOK_FIELDS

CLERK = "vpdt_base.group_clerk"

REGISTERED = ("registered", "submitted", "directed", "finished")


def book_values(record):
    """What stands in the book, or is to stand there, as JSON and write() take it: name → text, id or False.

    :param record: an incoming document, or the dialog of its correction
    """
    values = {name: record._fields[name].convert_to_write(record[name], record) for name in BOOK_FIELDS}
    return {name: fields.Date.to_string(value) if name == "date" else value or False for name, value in values.items()}


class VpdtIncoming(models.Model):
    """What stands in the register is corrected with a reason, and old and new stay in the journal (Điều 22)."""

    _inherit = "vpdt.incoming"

    @api.model
    def _entry_fields(self):
        return (*super()._entry_fields(), *BOOK_FIELDS, "priority", "due_date", "leader_id", "register_id", "note",
                "arrived_at", "arrival_reason", "answer_by", "needs_answer")  # fmt: skip

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create([self._tidied(vals) for vals in vals_list])
        documents._check_source([])
        documents._check_days(frozenset().union(*vals_list))
        return documents

    def write(self, vals):
        before = self.mapped("source") if "source" in vals else []
        vals = self._tidied(vals)
        result = super().write(vals)
        if "source" in vals:
            self._check_source(before)
        self._check_days(frozenset(vals))
        if not by_system(self.env):
            self._looked_at(frozenset(vals))  # who has typed it has looked at it
        return result

    def _check_source(self, before):
        """What came by packet is said by the exchange alone, and stays so."""
        if not by_system(self.env) and "axis" in {*before, *self.mapped("source")} and before != self.mapped("source"):
            raise AccessError(self.env._("Only the exchange says that a document came by packet."))

    def action_correct(self):
        """Open the dialog that corrects what the register says of this document."""
        self.ensure_one()
        self._check_correctable()
        values = book_values(self)
        # Made by the step, which has checked the rights; filled in and sent by the user himself.
        dialog = (
            self.env["vpdt.incoming.correction"]
            .sudo()
            .create({"incoming_id": self.id, "opened_with": values, **values})
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct the entry"),
            "res_model": dialog._name,
            "res_id": dialog.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    def _check_correctable(self):
        """:raises AccessError, UserError: not the clerk of this document, or it is in no register"""
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(CLERK):
            raise AccessError(self.env._("What stands in the register is corrected by the clerk."))
        if self.state not in REGISTERED:
            raise UserError(
                self.env._("“%s” is not in the register yet: change it in the form itself.", self.display_name)
                if self.state == "arrived"
                else self.env._("“%s” has been returned: it is not in the register.", self.display_name)
            )

    def _correct(self, values, reason):
        """Change what the register says, and keep old, new and reason in the journal.

        :param dict values: of fields among BOOK_FIELDS
        :param str reason: why, in words
        :return: True when something changed, False when it was as given already
        :raises AccessError, UserError: see `_check_correctable`; no reason; author or subject would be empty
        """
        self.ensure_one()
        self._check_correctable()
        self._lock_row()
        values = {name: value for name, value in values.items() if name in BOOK_FIELDS}
        changed = {name: value for name, value in values.items() if (value or False) != book_values(self)[name]}
        if not changed:
            return False
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Write why the entry is corrected; the reason stays in the journal."))
        if "source" in changed and "axis" in (changed["source"], self.source):
            raise UserError(self.env._("Only the exchange says that a document came by packet."))
        # Rights have been checked above; past the list of what people may write, of these fields only.
        self.sudo().with_context(vpdt_correction=Correction(reason)).write(changed)
        self._check_complete()
        self._tell_screens()
        return True
