import io
from contextlib import contextmanager
from email.utils import make_msgid, parseaddr

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.base.models.ir_mail_server import MailDeliveryException
from odoo.addons.vpdt_base.mixins.gate import by_system
from odoo.addons.vpdt_base.official_pdf import forms
from odoo.addons.vpdt_base.text.content import PAGE_END
from odoo.addons.vpdt_base.vietnam import vietnam_day

from ..copying import join
from ..recognition import refusal_of
from .vpdt_outgoing import CLERK, ISSUED

#: What a recipient is; exactly one of them on a line.
WHO = ("organization_id", "list_id", "department_id", "name")
LINE_FIELDS = frozenset({*WHO, "sequence", "kind", "purpose", "way", "address", "email"})
#: Ways on which nothing leaves by itself: the clerk ticks off what he has handed over.
BY_CLERK = ("post", "hand", "internal")
#: Ways on which a document leaves as a file.
ELECTRONIC = ("exchange", "email")
#: Letters of a text in which its first page is found.
FIRST_PAGE = 20_000
#: Files of a document that are mailed: what the agency has signed.
MAILED = ("main", "annex")


class VpdtOutgoingRecipient(models.Model):
    """One recipient (nơi nhận) of an outgoing document: an organization of the directory or a list of them, a unit of
    the agency, or whoever is written by name; each with the way on which it gets the document.

    A list is one line on the paper ("Các sở, ban, ngành tỉnh": Phụ lục I, Phần I, II.9); at issue it becomes a line for
    each organization, which name the list that they stand for.
    """

    _name = "vpdt.outgoing.recipient"
    _description = "Recipient of an outgoing document"
    _inherit = ["vpdt.text.mixin", "vpdt.job.mixin"]
    _order = "sequence, id"
    _rec_name = "name"
    _check_company_auto = True

    outgoing_id = fields.Many2one("vpdt.outgoing", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="outgoing_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    organization_id = fields.Many2one("vpdt.organization", ondelete="restrict")
    list_id = fields.Many2one("vpdt.recipient.list", "List of organizations", ondelete="restrict", check_company=True)
    department_id = fields.Many2one("hr.department", "Unit of the agency", ondelete="restrict", check_company=True)
    name = fields.Char("Written by name", help="A person, a firm, or who is not in the directory.")
    of_list_id = fields.Many2one("vpdt.recipient.list", "On behalf of the list", readonly=True, ondelete="restrict")
    address = fields.Char(help="For the envelope.")
    email = fields.Char("E-mail")
    issued_name = fields.Char("Name at issue", readonly=True, copy=False, help="Kept when it is renamed later.")
    identifier = fields.Char(related="organization_id.identifier")
    kind = fields.Selection(
        [("main", "Addressee (Kính gửi)"), ("information", "Recipient (Nơi nhận)")], required=True, default="main"
    )
    purpose = fields.Selection(
        [("report", "for report (để b/c)"), ("act", "for action (để th/h)"), ("know", "for information (để biết)")],
        help="Printed behind the name in “Nơi nhận”.",
    )
    way = fields.Selection(
        [
            ("exchange", "Exchange"),
            ("email", "E-mail"),
            ("post", "Post"),
            ("hand", "By hand"),
            ("internal", "Inside the agency"),
            ("none", "Not sent"),
        ],
        compute="_compute_way",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="How it gets the document.",
    )
    sent_at = fields.Datetime("Sent on", readonly=True, copy=False)
    sent_by_id = fields.Many2one("res.users", "Sent by", readonly=True, copy=False)
    post_number = fields.Char("Number of the post", copy=False, help="Receipt or consignment number.")

    _organization_once = models.UniqueIndex(
        "(outgoing_id, organization_id) WHERE organization_id IS NOT NULL",
        "This organization is among the recipients already.",
    )
    _one_recipient = models.Constraint(
        "CHECK (num_nonnulls(organization_id, list_id, department_id, NULLIF(name, '')) = 1)",
        "A line names one recipient: an organization, a list, a unit, or somebody by name.",
    )

    mail_state = fields.Selection(
        [("queued", "Waiting"), ("sent", "Sent"), ("failed", "Failed")], "Mail", readonly=True, copy=False
    )
    mail_error = fields.Char("Problem of the mail", readonly=True, copy=False)
    mail_name = fields.Char(readonly=True, copy=False, help="Name of the message (Message-ID), the same for every try.")

    @api.depends("organization_id", "list_id", "department_id", "name", "email")
    def _compute_way(self):
        for recipient in self:
            reached = recipient.organization_id.identifier or recipient.organization_id.identifier_legacy
            if recipient.list_id or reached:
                recipient.way = "exchange"
            elif recipient.department_id:
                recipient.way = "internal"
            else:
                recipient.way = "email" if recipient.email else recipient.way or "post"

    @api.depends("organization_id", "list_id", "department_id", "name")
    def _compute_display_name(self):
        for recipient in self:
            recipient.display_name = recipient._present_name()

    def _present_name(self):
        # names of a unit and a list of the own agency, which everybody there may know
        own = self.sudo()
        return own.organization_id.name or own.list_id.name or own.department_id.name or self.name or ""

    def _keep_names(self):
        """Remember the names at issue; a later reorganisation does not rewrite what was sent."""
        for recipient in self._by_system():
            recipient.issued_name = recipient._present_name()

    def _name_on_paper(self):
        """The name under which the document was issued to this recipient; today's while it is a draft."""
        return self.issued_name or self._present_name()

    def _line_on_paper(self):
        """As it stands in “Nơi nhận”, with what it gets the document for."""
        marks = {"report": "để b/c", "act": "để th/h", "know": "để biết"}
        return f"{self._name_on_paper()} ({marks[self.purpose]})" if self.purpose else self._name_on_paper()

    def _printed(self):
        """Those of these lines that stand on the paper: what a list has become at issue does not."""
        return self.filtered(lambda line: not line.of_list_id).sorted(lambda line: (line.sequence, line.id))

    def _spread_lists(self):
        """A line for each organization of the lists; one that is named apart, or on two lists, gets one document."""
        for line in self.filtered("list_id"):
            document = line.outgoing_id
            missing = line.list_id.sudo().organization_ids - document.recipient_ids.organization_id  # of the own agency
            self._by_system().create(
                [
                    {
                        "outgoing_id": document.id,
                        "organization_id": organization.id,
                        "of_list_id": line.list_id.id,
                        "kind": line.kind,
                        "sequence": line.sequence,
                    }
                    for organization in missing
                ]
            )

    def copy_data(self, default=None):
        """A list is copied, not what it became at issue."""
        found = super().copy_data(default)
        return [{} if line.of_list_id else vals for line, vals in zip(self, found, strict=True)]

    def action_sent(self):
        """The clerk ticks off what has gone out by post or by hand, or inside the agency; again changes nothing.

        :raises UserError: not issued yet, or it goes another way
        """
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(CLERK):
            raise AccessError(self.env._("What has been sent is ticked off by the clerk."))
        for line in self.filtered(lambda line: not line.sent_at):
            if line.outgoing_id.state not in ISSUED or line.way not in BY_CLERK:
                raise UserError(
                    self.env._("“%s” is not sent by hand, or the document is not issued.", line.display_name)
                )
            line._by_system().write({"sent_at": fields.Datetime.now(), "sent_by_id": self.env.uid})
            line.outgoing_id._journal("exchange", {"handed": line.display_name, "way": line.way})
        return True

    @api.model
    def _first_fields(self):
        return super()._first_fields() | LINE_FIELDS | {"outgoing_id"}

    def _editable_fields(self):
        """Until the issue who gets it and how; then only the number that the post has given."""
        return super()._editable_fields() | ({"post_number"} if self.outgoing_id.state in ISSUED else LINE_FIELDS)

    @api.model_create_multi
    def create(self, vals_list):
        recipients = super().create(vals_list)
        recipients._check_may_change()
        for document in recipients.outgoing_id:
            document._journal_changes(
                {"recipient_ids": document._recipients_in_words(without=recipients)},
                {"recipient_ids": document._recipients_in_words()},
            )
        return recipients

    def write(self, vals):
        if not by_system(self.env):
            if "outgoing_id" in vals:
                raise AccessError(self.env._("A recipient is not carried over to another document."))
            if vals.keys() - {"post_number"}:
                self._check_not_frozen()
            self._check_may_change()
        with self.outgoing_id._journal_recipients():
            return super().write(vals)

    def unlink(self):
        with self.outgoing_id._journal_recipients():
            return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_before_issue(self):
        self._check_not_frozen()
        self._check_may_change()

    def _check_may_change(self):
        """Who sees a draft may name its recipients; what has been submitted is put right by the clerk only."""
        if by_system(self.env) or self.env.user.has_group(CLERK):
            return
        for document in self.outgoing_id:
            if document.state != "draft":
                raise AccessError(self.env._("“%s” is no longer a draft: its recipients stand.", document.display_name))

    @api.constrains(*WHO, "outgoing_id", "kind")
    def _check_not_frozen(self):
        for recipient in self.filtered(lambda line: not line.of_list_id):
            if recipient.outgoing_id.state in ISSUED:
                raise ValidationError(self.env._("The document has been issued: its recipients can no longer change."))

    # By e-mail --------------------------------------------------------------------------------------------------------
    # A recipient on the way “E-mail” gets the signed files at the issue; a job sends them, and says what became of it.
    # Nothing is sent twice: the message of a recipient has one name for all tries.

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
        summary = self.env._("The mail to %s was not sent", self.display_name)
        document._remind_people(clerks, summary, event="failed", note=words)
        document._tell_screens()

    def _mail_given_up(self, exc_name="", exc_message="", exc_info=""):
        """The job itself broke: a person asks again."""
        for line in self.sudo().filtered(lambda line: line.mail_state == "queued"):  # see _mail_out
            line._mail_failed((exc_message or exc_name)[:500])


class VpdtOutgoing(models.Model):
    """To whom a document goes: kept in the journal like what is typed into its own fields; the envelopes of what goes
    by post (Nghị định 30/2020, Phụ lục IV, mẫu II).
    """

    _inherit = "vpdt.outgoing"

    recipients_open = fields.Boolean(compute="_compute_recipients_open")
    kept_from_exchange = fields.Char("Not to go electronically", compute="_compute_kept_from_exchange")
    exchange_note = fields.Char(
        "Why it goes electronically all the same",
        copy=False,
        help="A page of its files looks like a secret, a complaint or a denunciation; this says why it is none.",
    )

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_recipients_open(self):
        """Whether the current user may change the recipients now, for the form."""
        clerk = self.env.user.has_group(CLERK)
        for document in self:
            document.recipients_open = document.state not in ISSUED and (clerk or document.state == "draft")

    @api.depends("recipient_ids.way", "file_ids")
    def _compute_kept_from_exchange(self):
        """What was read in the files that go out, where a recipient is to get them electronically."""
        going = self.filtered(lambda document: document.state not in ISSUED and document._goes_electronically())
        found = going._refusals()
        for document in self:
            document.kept_from_exchange = found.get(document.id, "")

    def _goes_electronically(self):
        return bool(self.recipient_ids.filtered(lambda line: line.way in ELECTRONIC))

    def _refusals(self):
        """``{id: sentence}`` of these documents with a file that bears the stamp of a secret, or is a complaint.

        A file that nobody has read yet says nothing.
        """
        found = {}
        texts = self.env["vpdt.file.text"]._texts(self._name, self.ids, FIRST_PAGE) if self.ids else ()
        for owner, file, text in texts:
            if refusal := refusal_of(text.split(PAGE_END)[0]):
                found.setdefault(owner, self._words_of_refusal(refusal, self.env["vpdt.file"].browse(file).name))
        return found

    def _words_of_refusal(self, refusal, name):
        if refusal == "secret":
            return self.env._("“%s” bears the stamp of a state secret.", name)
        return self.env._("“%s” looks like a complaint or denunciation.", name)

    def _check_exchange_note(self):
        """What is a secret, a complaint or a denunciation goes on paper (Gia Lai 443/2016, khoản 5 Điều 3, Điều 6;
        Luật Bảo vệ bí mật nhà nước).

        :raises UserError: it would go by exchange or e-mail, and nobody has said that it is none
        """
        if self.kept_from_exchange and not (self.exchange_note or "").strip():
            raise UserError(
                self.env._(
                    "%s It does not go by exchange or e-mail: choose “Post” or “By hand” for its recipients. If it is "
                    "none, write why under “Recipients”.",
                    self.kept_from_exchange,
                )
            )

    @contextmanager
    def _journal_recipients(self):
        """Keep what the block changes in the recipients of these documents."""
        before = [(document, document._recipients_in_words()) for document in self]
        yield
        for document, old in before:
            document._journal_changes({"recipient_ids": old}, {"recipient_ids": document._recipients_in_words()})

    def _recipients_in_words(self, without=()):
        lines = self.sudo().recipient_ids._printed()  # of the document itself
        lines = lines.filtered(lambda line: line.id not in (without and without.ids))
        marks = {"information": " (Nơi nhận)"}
        return ", ".join(line._present_name() + marks.get(line.kind, "") for line in lines) or None

    def _check_recipients(self):
        """:raises UserError: nobody gets the document, or somebody cannot get it in the way that was chosen"""
        if not self.recipient_ids:
            raise UserError(self.env._("Name at least one recipient."))
        self._check_exchange_note()
        self._check_mail_addresses()
        sent = self.recipient_ids.filtered(lambda line: line.way == "exchange")
        organizations = sent.organization_id | sent.list_id.sudo().organization_ids  # lists of the own agency
        without = organizations.filtered(lambda o: not (o.identifier or o.identifier_legacy))
        if without:
            raise UserError(
                self.env._(
                    "No identifier is known for: %s. Without it the document cannot go by exchange: choose another way "
                    "for this recipient, or ask the administrator to enter it in the directory.",
                    ", ".join(without.mapped("name")),
                )
            )

    def _check_mail_addresses(self):
        lines = self.recipient_ids.filtered(lambda line: line.way == "email")
        without = lines.filtered(lambda line: not line._has_mail_address())
        if without:
            raise UserError(
                self.env._(
                    "No e-mail address is known for: %s. Enter it beside the recipient, or choose another way.",
                    ", ".join(line.display_name for line in without),
                )
            )

    def _by_post(self):
        """The lines of these documents that go by post."""
        return self.recipient_ids.filtered(lambda line: line.way == "post")

    def _official_pdf_envelopes(self, _data):
        """The envelopes of these documents, a page each.

        :return: PDF, bytes
        :raises UserError: not issued yet, or nothing goes by post
        """
        waiting = self.filtered(lambda document: document.state not in ISSUED)
        if waiting:
            raise UserError(self.env._("“%s” has not been issued yet.", waiting[0].display_name))
        lines = self._by_post()
        if not lines:
            raise UserError(
                self.env._("Nothing of this goes by post: choose “Post” for the recipients that it goes to.")
            )
        return join([line.outgoing_id._envelope(line) for line in lines])

    def _envelope(self, line):
        own, stream = self.company_id.sudo(), io.BytesIO()  # address of the own agency
        forms.envelope(
            stream,
            forms.Envelope(
                agency=self.company_id._name_on(self.date),
                recipient=line._name_on_paper(),
                number=self.code or "",
                address=own.partner_id._display_address(without_company=True).replace("\n", ", ").strip(", "),
                telephone=own.phone or "",
                email=own.email or "",
                website=own.website or "",
                recipient_address=line.address or line.organization_id.sudo().address or "",
            ),
        )
        return stream.getvalue()
