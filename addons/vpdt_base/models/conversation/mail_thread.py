import re

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import email_normalize

# Known inside the process only: `_message_create` hands it to the message that it makes.
_CONVERSATION = object()

#: What a person says of his own in a conversation; the rest is for the system to say.
_OWN_WORDS = frozenset(
    {
        "body",
        "body_is_html",
        "subject",
        "partner_ids",
        "parent_id",
        "subtype_xmlid",
        "subtype_id",
        "email_add_signature",
    }
)

_PICTURE = re.compile(r"""src\s*=\s*["']?\s*data:""", re.IGNORECASE)


def is_office_model(name):
    """Whether a model, by its technical name, is one of this office, so that its conversation follows these rules."""
    return (name or "").startswith("vpdt.")


class MailThread(models.AbstractModel):
    """The conversation beside a document stays among the people who may see the document.

    A person writes in his own name, to people who may see the document, and hands in no files: those go through the
    file pane, which knows the policy and the virus check. What the steps of the product write they write in superuser
    mode; that is how the two are told apart here.
    """

    _inherit = "mail.thread"

    def _creation_message(self):
        """Without the name of the model, which has no translation yet while an addon is being installed; what the
        system makes of its own accord is said in the language of the agency."""
        if not is_office_model(self._name):
            return super()._creation_message()
        speaker = self if self.env.lang else self.with_context(lang=self.env.company.partner_id.lang)
        return speaker.env._("Created")

    def _notify_thread_by_web_push(self, message, recipients_data, msg_vals=False, **kwargs):
        """What is said beside a record does not leave the office: `vpdt.alert.choice` tells the kind of event only."""

    def _is_said_by_person(self):
        return is_office_model(self._name) and not self.env.su

    def message_post(self, **values):
        """See there.

        :raises AccessError: in the name of somebody else, or to people who may not see the record
        :raises UserError: with a file
        """
        self._check_own_name(values)
        if not self.env.su:
            self._check_no_files(values)
        if self._is_said_by_person():
            self._check_may_see(values.get("partner_ids"))
            fields_of_message = self.env["mail.message"]._fields.keys() | {"outgoing_email_to"}
            values = {
                name: value for name, value in values.items() if name in _OWN_WORDS or name not in fields_of_message
            }
            values.pop("attachments", None)
            values["message_type"] = "comment"
        return super().message_post(**values)

    def message_notify(self, **values):
        """See there.

        :raises AccessError: in the name of somebody else, or to people who may not see the record
        :raises UserError: with a file
        """
        self._check_own_name(values)
        if not self.env.su:
            self._check_no_files(values)
            about = self
            if not self and is_office_model(values.get("model")) and values["model"] in self.env:
                about = self.env[values["model"]].browse(values.get("res_id") or ())
            if is_office_model(about._name):
                about.check_access("read")
                about._check_may_see(values.get("partner_ids"))
                values = {
                    name: value
                    for name, value in values.items()
                    if name in _OWN_WORDS | {"model", "res_id"} or name not in self.env["mail.message"]._fields
                }
        return super().message_notify(**values)

    def _check_own_name(self, values):
        """:raises AccessError: a person writes as somebody else"""
        if self.env.su or not self.env.user._is_internal():
            return
        own, author, address = self.env.user.partner_id, values.get("author_id"), values.get("email_from")
        strange = address and email_normalize(address) != own.email_normalized
        if author not in (None, False, own.id) or (strange and author != own.id):
            raise AccessError(self.env._("Write in your own name."))

    def _check_no_files(self, values):
        """:raises UserError: a conversation, also one between colleagues, is handed a file or a picture"""
        if values.get("attachments") or values.get("attachment_ids") or _PICTURE.search(str(values.get("body") or "")):
            raise UserError(self._no_files_message())

    @api.model
    def _no_files_message(self):
        return self.env._(
            "The conversation takes no files and pictures: add them beside the document, where they are checked."
        )

    def _check_may_see(self, partner_ids):
        """:raises AccessError: one of the partners is not a person who may see these records"""
        partners = self.env["res.partner"].browse(partner_ids or ()).exists()
        if partners - self._who_may_see(partners):
            raise AccessError(
                self.env._(
                    "Not everybody chosen may see “%s”. Choose people of the agency who take part in it, or press "
                    "Share first.",
                    self[:1].sudo().display_name if self.has_access("read") else self._description,
                )
            )

    def _who_may_see(self, partners):
        """Those of ``partners`` who work here and may read all these records (res.partner)."""
        users = partners.sudo().user_ids.filtered(
            lambda user: user.active and not user.share
        )  # who is behind an address
        seeing = users.filtered(
            lambda user: self.with_user(user).with_context(allowed_company_ids=user.company_ids.ids).has_access("read")
        )
        return partners & seeing.partner_id.with_env(partners.env)

    def _message_create(self, values_list):
        return super(MailThread, self.with_context(vpdt_conversation=_CONVERSATION))._message_create(values_list)

    # Followers --------------------------------------------------------------------------------------------------------

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """See there.

        :raises AccessError: a person subscribes somebody who may not see the record
        """
        if self and partner_ids and self._is_said_by_person():
            self._check_may_see(partner_ids)
        return super().message_subscribe(partner_ids, subtype_ids)

    def message_unsubscribe(self, partner_ids=None):
        """See there.

        :raises AccessError: a person takes somebody else off
        """
        if partner_ids and self._is_said_by_person() and set(partner_ids) != {self.env.user.partner_id.id}:
            raise AccessError(self.env._("Who follows a document takes himself off, nobody else does."))
        return super().message_unsubscribe(partner_ids)

    def _message_auto_subscribe_followers(self, updated_values, default_subtype_ids):
        """Odoo writes to whoever is entered as user of a record; here the steps say who is told, and when."""
        if is_office_model(self._name):
            return []
        return super()._message_auto_subscribe_followers(updated_values, default_subtype_ids)

    # Notices ----------------------------------------------------------------------------------------------------------

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """People who work here are told on the screen where no mail server is set up.

        Odoo would try all the same and then show "sending failed" to whoever has just taken a step.
        """
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        if recipients and not self._sends_mail():
            for recipient in recipients:
                if recipient.get("uid") and not recipient.get("ushare"):
                    recipient["notif"] = "inbox"
        return recipients

    @api.model
    def _sends_mail(self):
        return bool(self.env["ir.mail_server"].sudo().search_count([], limit=1))  # whether there is one, nothing of it

    # The mail gateway -------------------------------------------------------------------------------------------------

    @api.model
    def message_process(self, *args, **kwargs):
        """See there; callable over RPC by everybody, it would take any sender's address for true."""
        self._check_gateway()
        return super().message_process(*args, **kwargs)

    @api.model
    def message_route(self, *args, **kwargs):
        self._check_gateway()
        return super().message_route(*args, **kwargs)

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        self._check_gateway()
        return super().message_new(msg_dict, custom_values)

    def message_update(self, msg_dict, update_vals=None):
        self._check_gateway()
        return super().message_update(msg_dict, update_vals)

    def message_change_thread(self, new_thread, new_parent_message=False):
        """See there; a conversation stays with its document."""
        self._check_gateway()
        return super().message_change_thread(new_thread, new_parent_message)

    @api.model
    def _check_gateway(self):
        if not (self.env.su or self.env.user.has_group("base.group_system")):
            raise AccessError(self.env._("Only the mail gateway brings messages in."))
