from email.utils import make_msgid, parseaddr

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.base.models.ir_mail_server import MailDeliveryException
from odoo.addons.vpdt_base.vietnam import vietnam_day

from .vpdt_outgoing import CLERK

#: Files of a document that are mailed: what the agency has signed.
MAILED = ("main", "annex")


class VpdtOutgoingRecipient(models.Model):
    """A recipient on the way “E-mail” gets the signed files at the issue; a job sends them, and says what became of it.

    Nothing is sent twice: the message of a recipient has one name for all tries.
    """

    _inherit = "vpdt.outgoing.recipient"

    mail_state = fields.Selection(
        [("queued", "Waiting"), ("sent", "Sent"), ("failed", "Failed")], "Mail", readonly=True, copy=False
    )
    mail_error = fields.Char("Problem of the mail", readonly=True, copy=False)
    mail_name = fields.Char(readonly=True, copy=False, help="Name of the message (Message-ID), the same for every try.")

    def _mail_address(self):
        """The address of this recipient: the one on the line, else the official mailbox in the directory."""
        return (self.email or self.organization_id.sudo().email or "").strip()  # the directory is open to all

    def _has_mail_address(self):
        return "@" in parseaddr(self._mail_address())[1]

    def _queue_mail(self):
        """Queue the mail of those that get the document by e-mail and have not got it."""
        for line in self.filtered(lambda line: line.way == "email" and line.mail_state != "sent"):
            name = line.mail_name or make_msgid(f"vpdt-{line.id}")
            line._by_system().write({"mail_state": "queued", "mail_error": False, "mail_name": name})
            key = f"vpdt-mail-{line.id}"
            line.with_delay(identity_key=key, description=f"Mail to {line.display_name}")._mail_out()

    def action_mail_again(self):
        """Send the mail that failed again; of others nothing changes.

        :raises AccessError: not the clerk
        """
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(CLERK):
            raise AccessError(self.env._("What has failed is sent again by the clerk."))
        self.filtered(lambda line: line.mail_state == "failed")._queue_mail()
        return True

    def _mail_out(self, attempts=1):
        """Send the signed files to this recipient. A job; when it has been sent, nothing happens.

        :param attempts: which try this is
        """
        self.ensure_one()
        line = self.sudo()  # the job of a step that the clerk has taken
        self.env.cr.execute("SELECT id FROM vpdt_outgoing_recipient WHERE id = %s FOR UPDATE", [self.id])
        line.invalidate_recordset(["mail_state"])
        if line.mail_state != "queued":
            return
        try:
            with self.env.cr.savepoint():
                line._send_mail()
        except (MailDeliveryException, UserError, OSError) as error:
            words = str(error)[:500]
            if line._again("_mail_out", attempts, attempts + 1):
                line.mail_error = words
            else:
                line._mail_failed(words)
            return
        line.write({"mail_state": "sent", "mail_error": False, "sent_at": fields.Datetime.now()})
        line.outgoing_id._journal("exchange", {"mailed": line._mail_address(), "message": line.mail_name})
        line.outgoing_id._tell_screens()

    def _send_mail(self):
        """:raises UserError, MailDeliveryException: no address, or the server does not take it"""
        document, server = self.outgoing_id, self.env["ir.mail_server"]
        agency = document.company_id
        if not self._has_mail_address():
            raise UserError(self.env._("“%s” has no e-mail address.", self.display_name))
        files = document.file_ids.filtered(lambda file: file.role in MAILED)
        message = server._build_email__(
            agency.email_formatted or server._get_default_from_address(),
            [self._mail_address()],
            f"{agency.name}: {document.code} {document.issued_title or document.subject}"[:250],
            self._mail_body(),
            reply_to=agency.email or False,
            attachments=[(file.name, file._content(), file.mimetype) for file in files],
            message_id=self.mail_name,
        )
        server.send_email(message)

    def _mail_body(self):
        """The letter around the files, in the language of official documents."""
        document = self.outgoing_id
        lines = (
            f"Kính gửi: {self._name_on_paper()}",
            "",
            f"{document.company_id.name} gửi văn bản số {document.code} ngày {vietnam_day(document.date)}:",
            f"{document.issued_title or document.subject}.",
            "",
            "Văn bản có chữ ký số của người có thẩm quyền và của cơ quan trong tệp kèm theo.",
        )
        return "\n".join(lines)

    def _mail_failed(self, words):
        """The last try is over: the line says so, and the clerks are asked."""
        self.write({"mail_state": "failed", "mail_error": words})
        document = self.outgoing_id
        clerks = document._users_of_role(CLERK)
        document._remind_people(clerks, self.env._("The mail to %s was not sent", self.display_name), note=words)
        document._tell_screens()

    def _mail_given_up(self, exc_name="", exc_message="", exc_info=""):
        """The job itself broke: a person asks again."""
        for line in self.sudo().filtered(lambda line: line.mail_state == "queued"):  # see _mail_out
            line._mail_failed((exc_message or exc_name)[:500])
