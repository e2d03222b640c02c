from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .mail_thread import _CONVERSATION, is_office_model

#: What the author may change of what he has written.
_OWN = frozenset({"body", "subject", "partner_ids", "pinned_at"})


class MailMessage(models.Model):
    """Messages beside a document are read by who may see the document, and changed by their author only.

    What the steps of the product have written (moves, tracked values, notices) is changed and deleted by nobody.
    """

    _inherit = "mail.message"

    @api.depends("model", "res_id")
    def _compute_record_name(self):
        """The name of a document is told with its messages only to who may see it."""
        result = super()._compute_record_name()
        if not self.env.su:
            for message in self.filtered(lambda message: is_office_model(message.model) and message.record_name):
                if not self.env[message.model].browse(message.res_id).has_access("read"):
                    message.record_name = False
        return result

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        if not self.env.su:
            by_hand = self.env.context.get("vpdt_conversation") is not _CONVERSATION
            own = self.env.user.partner_id
            for message in messages.sudo():  # what has just been written by this person
                if by_hand and is_office_model(message.model):
                    raise AccessError(self.env._("Write in the conversation beside the document."))
                if by_hand and self.env.user._is_internal() and message.author_id != own:
                    raise AccessError(self.env._("Write in your own name."))
        return messages

    def write(self, vals):
        if not self.env.su:
            office = self.sudo().filtered(lambda message: is_office_model(message.model))  # only where it stands
            if {"author_id", "email_from", "author_guest_id"} & vals.keys() or (office and vals.keys() - _OWN):
                raise AccessError(self.env._("Of a message only its text can be changed, by its author."))
        result = super().write(vals)
        if "partner_ids" in vals and not self.env.su:
            for message in office:
                thread = self.env[message.model].browse(message.res_id)
                thread._check_may_see(message.partner_ids.ids)
        return result

    def _get_forbidden_access(self, operation):
        forbidden = super()._get_forbidden_access(operation)
        return forbidden | (self - forbidden)._closed_to_person(operation)

    def _closed_to_person(self, operation):
        """Those of these messages that the rules of an office close to the current user."""
        if self.env.su or not self.ids:
            return self.browse()
        query = SQL(
            "SELECT id, model, res_id, author_id, message_type FROM mail_message WHERE id = ANY(%s) AND model LIKE %s",
            list(self.ids),
            "vpdt.%",
        )
        rows = self.env.execute_query_dict(query)
        closed = set()
        if operation in ("write", "unlink"):
            own = self.env.user.partner_id.id
            closed = {row["id"] for row in rows if row["message_type"] != "comment" or row["author_id"] != own}
        # A notice addressed to somebody is his, all others are of the document.
        by_model = {}
        for row in rows:
            if row["model"] in self.env and not (operation == "read" and row["message_type"] == "user_notification"):
                by_model.setdefault(row["model"], {}).setdefault(row["res_id"], []).append(row["id"])
        for model, messages in by_model.items():
            readable = set(self._filter_records_for_message_operation(model, list(messages), "read").ids)
            closed.update(id_ for res_id, ids in messages.items() if res_id not in readable for id_ in ids)
        return self.browse(id_ for id_ in self.ids if id_ in closed)

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs):
        query = super()._search(domain, offset, limit, order, bypass_access=bypass_access, **kwargs)
        if self.env.su or bypass_access:
            return query
        found = self.browse(query)
        closed = found._closed_to_person("read")
        return (found - closed)._as_query(order) if closed else query
