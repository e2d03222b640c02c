from email.message import EmailMessage
from email.utils import parseaddr

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

SUBJECT_LETTERS = 500


class VpdtIncoming(models.Model):
    """The mail gateway: one mail to the agency's address is one document to be registered, with its attachments.

    The same mail twice is one document. What the policy refuses of its attachments is named in the note, nothing of it
    is dropped in silence; the text of the mail stands in the conversation.
    """

    _inherit = "vpdt.incoming"

    mail_identifier = fields.Char("Message-Id of the mail", readonly=True, copy=False)
    mail_from = fields.Char("From (mail)", readonly=True, copy=False)

    _mail_once = models.UniqueIndex(
        "(company_id, mail_identifier) WHERE mail_identifier IS NOT NULL", "This mail has been taken in already."
    )

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """See mail.thread; called by the gateway in superuser mode.

        :raises AccessError: somebody else calls it
        """
        self._check_gateway()
        company = self.env["res.company"].browse((custom_values or {}).get("company_id")).exists() or self.env.company
        identifier = msg_dict.get("message_id") or False
        same = [("company_id", "=", company.id), ("mail_identifier", "=", identifier)]
        if identifier and (known := self.search(same, limit=1)):
            msg_dict["attachments"] = []
            return known
        document = self.with_company(company).create(self._prepare_mail_vals(msg_dict, company))
        document._add_participants(document._users_of_role("vpdt_base.group_clerk"), "Clerk")
        refused = document._store_mail_files(msg_dict.get("attachments") or [])
        msg_dict["attachments"] = []  # they are files of the document now, checked as such
        if refused:
            document.note = self.env._("Not taken from the mail: %s", "; ".join(refused))
        document._tell_of_arrival()
        return document

    @api.model
    def _prepare_mail_vals(self, msg_dict, company):
        name, address = parseaddr(msg_dict.get("email_from") or msg_dict.get("from") or "")
        address = email_normalize(address) or address
        author = address and self.env["vpdt.organization"].search([("email", "=ilike", address)], limit=1)
        return {
            "company_id": company.id,
            "source": "email",
            "author_id": author.id if author else False,
            "author_name": (author and author.name) or name or address or self.env._("Unknown sender"),
            "subject": (msg_dict.get("subject") or self.env._("(no subject)"))[:SUBJECT_LETTERS],
            "mail_identifier": msg_dict.get("message_id") or False,
            "mail_from": address,
        }

    def _store_mail_files(self, attachments):
        """Store what came with the mail: the first PDF as the document, the rest as annexes.

        :param attachments: (name, content, …) as the gateway parses them
        :return: list of sentences, why a file was not taken
        """
        refused = []
        for attachment in attachments:
            name, content = attachment[0], attachment[1]
            if isinstance(content, EmailMessage):
                content = content.as_bytes()
            content = content.encode() if isinstance(content, str) else content
            is_main = not self._file_of_role("main") and content[:5] == b"%PDF-"
            try:
                with self.env.cr.savepoint():
                    file = self.env["vpdt.file"]._store(self, name or "tep", content, "main" if is_main else "annex")
                    file._check_signatures()
            except UserError as error:
                refused.append(f"{name}: {error}")
        return refused
