import re
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import PurePath

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import email_normalize, escape_psql

from odoo.addons.vpdt_base.mixins.gate import by_system
from odoo.addons.vpdt_base.text import fold, shown_name
from odoo.addons.vpdt_base.vietnam import local_day, today, vietnam_day, vietnam_time

from ..mixins.vpdt_document_mixin import Recognition
from ..recognition import Recognised, recognise
from .vpdt_incoming import BOOK_FIELDS, CLERK

EARLIEST_YEAR = 1945  # of a document that an office of the present state may receive
_SPACES = re.compile(r"\s+")
_LABEL = re.compile(r"^\s*số\s*[:.]?\s*", re.IGNORECASE)
#: What is suggested from the first page, in the order of the form.
SUGGESTED_FIELDS = (*(name for name in BOOK_FIELDS if name != "source"), "priority")
SUBJECT_LETTERS = 500


class VpdtIncoming(models.Model):
    """Arrival: when it came, and what cannot be meant of what was typed (Nghị định 30/2020, Điều 21)."""

    _inherit = "vpdt.incoming"

    register_by = fields.Datetime(
        compute="_compute_register_by",
        help="Nghị định 30/2020/NĐ-CP, điểm c khoản 2 Điều 4: on the day of arrival, or the next working day.",
    )

    suggested = fields.Json("Recognised", readonly=True, copy=False, help="Field → value that nobody has looked at.")
    suggested_words = fields.Char("To be looked at", compute="_compute_suggested_words")
    recognised_as = fields.Selection(
        [("secret", "Stamp of a secret"), ("complaint", "Complaint or denunciation")], readonly=True, copy=False
    )
    taken_in_note = fields.Char("Why it is taken in all the same", readonly=True, copy=False)

    mail_identifier = fields.Char("Message-Id of the mail", readonly=True, copy=False)
    mail_from = fields.Char("From (mail)", readonly=True, copy=False)

    _mail_once = models.UniqueIndex(
        "(company_id, mail_identifier) WHERE mail_identifier IS NOT NULL", "This mail has been taken in already."
    )

    # What is typed ----------------------------------------------------------------------------------------------------

    @api.model
    def _tidied(self, vals):
        """Number and notation as they are meant: without spaces, each in its place when both were pasted into one."""
        tidy = dict(vals)
        for name in ("number", "notation"):
            if isinstance(tidy.get(name), str):
                tidy[name] = _SPACES.sub("", _LABEL.sub("", tidy[name])).strip("/")
        number = tidy.get("number")
        if number and "/" in number and not tidy.get("notation"):
            tidy["number"], tidy["notation"] = number.split("/", 1)
        if isinstance(tidy.get("subject"), str):
            tidy["subject"] = _SPACES.sub(" ", tidy["subject"]).strip()
        return tidy

    def _check_days(self, names):
        """:raises UserError: a person has entered a day that cannot be meant"""
        if by_system(self.env):
            return
        for document in self:
            if "date" in names and document.date:
                document._check_document_day()
            if "arrived_at" in names:
                document._check_arrival_time()
            for name in ("due_date", "answer_by"):
                if name in names and document.state == "arrived":
                    document._check_deadline_day(document[name])

    def _tell_of_arrival(self):
        """The clerks learn that something has come (Phụ lục VI: P6-1.i); the notice ends when it is registered."""
        for document in self:
            clerks = document._users_of_role("vpdt_base.group_clerk")
            document._ask(clerks - self.env.user, self.env._("Arrived: enter in register"), event="arrival")
            clerks._bus_send("vpdt_desk_changed", {})

    def _check_document_day(self):
        if self.date > today():
            raise UserError(
                self.env._("The date of the document, %s, is later than today: a slip?", vietnam_day(self.date))
            )
        if self.date.year < EARLIEST_YEAR:
            raise UserError(self.env._("The date of the document, %s, cannot be meant.", vietnam_day(self.date)))

    def _check_arrival_time(self):
        if self.arrived_at > fields.Datetime.now():
            raise UserError(self.env._("It cannot have arrived later than now: %s.", vietnam_time(self.arrived_at)))

    # When it came -----------------------------------------------------------------------------------------------------

    def _move_to(self, state, values=None, *, move=None):
        """Arrival is the day on which it came, registration that on which it is entered (Phụ lục VI, ArrivalDate)."""
        values = dict(values or {})
        if state == "registered" and self.state == "arrived":
            values |= {"arrival_day": local_day(self.arrived_at), "registered_day": today()}
        elif state == "finished":
            values["finished_at"] = fields.Datetime.now()
        return super()._move_to(state, values, move=move)

    @api.depends("arrived_at", "priority")
    def _compute_register_by(self):
        Calendar = self.env["vpdt.day.exception"]
        for document in self:
            clock = "register_incoming_urgent" if document.priority != "0" else "register_incoming"
            company = document.sudo().company_id  # whose working days count
            document.register_by = document.arrived_at and Calendar._deadline(clock, document.arrived_at, company)

    # Scanned ----------------------------------------------------------------------------------------------------------
    # What was scanned becomes documents to be registered, one a file, and its first page is read for the clerk. What a
    # program has recognised is a suggestion: it stands only where nobody has typed, and is marked until somebody has
    # looked at it (Nghị định 30/2020, Phụ lục VI, Phần II: số hóa văn bản).

    # Files handed in --------------------------------------------------------------------------------------------------

    @api.model
    def intake_options(self):
        """What the list needs for taking files in, for a clerk; False for everybody else.

        :return: as the ``upload`` of `file_pane`
        """
        if not self.env.user.has_group(CLERK):
            return False
        labels = dict(self.env["vpdt.file"]._fields["role"]._description_selection(self.env))
        return self._upload_rules(self.env.company, [{"value": "main", "label": labels["main"]}])

    @api.model
    def _take_in(self, name, path):
        """One file that was handed in as one document to be registered; its name is the subject until it is read.

        :param name: of the file, as it came
        :param path: where its bytes lie for the moment
        :return: (vpdt.incoming, vpdt.file)
        :raises AccessError: no clerk
        :raises UserError: the policy refuses the file; nothing is kept
        """
        if not self.env.user.has_group(CLERK):
            raise AccessError(self.env._("Documents are taken in by the clerk."))
        subject = PurePath(shown_name(name)).stem.replace("_", " ").strip() or self.env._("(no subject)")
        document = self.create({"subject": subject[: self._fields["subject"].size], "source": "paper"})
        document._by_system().suggested = {"subject": document.subject}
        return document, document._take_upload(name, path, "main")

    # Suggestions ------------------------------------------------------------------------------------------------------

    def _file_read(self, file, pages):
        result = super()._file_read(file, pages)
        for document in self:
            if file.role != "main" or not file.current:
                continue
            found = recognise(pages)
            if document.state == "arrived":
                document._suggest(found, file)
            elif found.refusal and document.state not in ("refused", "void"):
                document._recognised_late(found.refusal)
        return result

    def _recognised_late(self, refusal):
        """The clerk was quicker than the program that reads: he is told what should not be here."""
        if self.recognised_as == refusal:
            return
        self._by_system().recognised_as = refusal
        self._ask(  # also who has handed the file in: it is the program that says so
            self._users_of_role(CLERK),
            self.env._("Look at this document at once: its page looks like something that is not taken in here"),
        )
        self._tell_screens()

    def _suggest(self, found, file):
        """Fill in what is empty, or only suggested so far.

        :param found: recognition.Recognised
        :param file: vpdt.file that it was read in
        """
        if self.source == "axis":  # what the packet says stands; what must not be taken in is looked for all the same
            found = Recognised(refusal=found.refusal)
        kept = dict(self.suggested or {})
        values = {
            name: value
            for name, value in self._suggested_values(found).items()
            if value and self._is_open_to_suggestion(name, kept)
        }
        if values.get("author_id"):
            values.pop("author_name", None)
        elif self.author_id or (self.author_name and "author_name" not in kept):
            values.pop("author_name", None)
        if values:
            recognised = Recognition(file.original_name or file.name)
            self._by_system().with_context(vpdt_recognised=recognised).write(values)
        shown = {name: self._suggestion_kept(name) for name in values}
        if shown or found.refusal:
            self._by_system().write({"suggested": {**kept, **shown}, "recognised_as": found.refusal or False})
            self._tell_screens()

    def _is_open_to_suggestion(self, name, kept):
        if name == "priority":
            return self.priority == "0" or name in kept
        if name in ("author_id", "author_name"):
            empty = not self.author_id and not self.author_name
        else:
            empty = not self[name]
        return empty or (name in kept and kept[name] == self._suggestion_kept(name))

    def _suggestion_kept(self, name):
        """The present value of a field as it is kept in ``suggested`` (JSON)."""
        value = self._fields[name].convert_to_write(self[name], self)
        return fields.Date.to_string(value) if name == "date" else value

    def _suggested_values(self, found):
        values = {
            "number": found.number,
            "notation": found.notation,
            "date": found.date if found.date and found.date <= today() else False,
            "subject": found.subject,
            "signer_name": found.signer_name,
            "signer_title": found.signer_title,
            "priority": found.priority,
            "type_id": self._type_named(found.type).id,
            "author_id": self._organization_named(found.author, found.superior).id,
            "author_name": found.author,
        }
        return {name: values[name] for name in SUGGESTED_FIELDS}

    @api.model
    def _type_named(self, name):
        types = self.env["vpdt.document.type"].search([]) if name else self.env["vpdt.document.type"]
        return types.filtered(lambda kind: fold(kind.name) == fold(name))[:1]

    @api.model
    def _organization_named(self, name, superior):
        """The organization of the directory that a head means, empty when none or several could be meant.

        :param name: of the agency
        :param superior: the name above it, or ""
        """
        Organization = self.env["vpdt.organization"]
        if not name:
            return Organization
        place = superior.partition(" ")[2] if fold(superior).startswith("ubnd ") else ""
        names = [name, f"{name} {place}".strip()]
        names += [_other_way(each) for each in names]
        found = Organization.search(Domain.OR(Domain("name", "=ilike", escape_psql(each)) for each in set(names)))
        above = {fold(superior), fold(_other_way(superior))} - {""}
        below = found.filtered(lambda org: fold(org.parent_id.name or "") in above)
        return below if len(below) == 1 else found if len(found) == 1 else Organization

    @api.depends("suggested")
    def _compute_suggested_words(self):
        for document in self:
            names = [name for name in SUGGESTED_FIELDS if name in (document.suggested or {})]
            labels = dict.fromkeys(self._fields[name]._description_string(self.env) for name in names)
            document.suggested_words = ", ".join(labels) or False

    def look_at_suggestions(self, names=None):
        """The clerk has looked at what was recognised: it is no longer marked.

        :param names: of fields; all when None
        """
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group(CLERK):
            raise AccessError(self.env._("Documents are taken in by the clerk."))
        self._looked_at(SUGGESTED_FIELDS if names is None else names)
        return True

    def action_look_at_suggestions(self):
        """Button: all that was recognised has been looked at."""
        return self.look_at_suggestions()

    def _looked_at(self, names):
        for document in self:
            left = {name: value for name, value in (document.suggested or {}).items() if name not in names}
            if left != (document.suggested or {}):
                document._by_system().suggested = left or False

    # By mail ----------------------------------------------------------------------------------------------------------
    # The mail gateway: one mail to the agency's address is one document to be registered, with its attachments. The
    # same mail twice is one document. What the policy refuses of its attachments is named in the note, nothing of it is
    # dropped in silence; the text of the mail stands in the conversation.

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


def _other_way(name):
    """“UBND tỉnh Gia Lai” for “Ủy ban nhân dân tỉnh Gia Lai”, and the other way round."""
    folded = fold(name)
    if folded.startswith("ubnd "):
        return f"Ủy ban nhân dân {name[5:]}"
    return f"UBND {name[len('Ủy ban nhân dân ') :]}" if folded.startswith("uy ban nhan dan ") else name
