import io

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.official_pdf.drawings import ArrivalStamp, HandlingSlip, handling_slip
from odoo.addons.vpdt_base.signing import SigningError
from odoo.addons.vpdt_base.text.signatures import PDF
from odoo.addons.vpdt_base.vietnam import local_day, vietnam_day

from ..copying.arrival import stamp_arrival


class VpdtIncoming(models.Model):
    """What is printed of an incoming document: the handling slip (mẫu VII), a row of the follow-up register (mẫu VIII),
    the stamp "ĐẾN" on a copy (mẫu V) (Nghị định 30/2020, Phụ lục IV)."""

    _inherit = "vpdt.incoming"

    def _full_title(self):
        """Type, number and notation, date, author and subject in one text, as slip and follow-up register name it."""
        number = self.code and f"số {self.code}"
        date = self.date and f"ngày {vietnam_day(self.date)}"
        parts = (self._type_name(), number, date, self.author_name and f"của {self.author_name}")
        return " ".join(part for part in parts if part)

    def _official_pdf_handling_slip(self, _data):
        """Phiếu giải quyết văn bản đến, filled from directions, parts and opinions; blanks are left for the hand."""
        stream = io.BytesIO()
        for document in self[:1]:
            handling_slip(stream, document._prepare_slip())
        return stream.getvalue()

    def _prepare_slip(self):
        if self.state in ("arrived", "refused", "void"):
            raise UserError(self.env._("“%s” is not handled here: there is no slip for it.", self.display_name))
        top = self.assignment_ids.filtered(lambda a: not a.parent_id)
        leads = top.filtered(lambda a: a.part == "lead")
        below = leads.child_ids.filtered(lambda a: a.part == "lead")[:1]
        said = self._said_by(leads)
        return HandlingSlip(
            agency=self.company_id.name,
            place=self.company_id.place or "",
            date=self.registered_day or None,
            document=f"{self._full_title()}\n{self.subject}",
            lead=[part._who() for part in leads],
            collaborators=[part._who() for part in top if part.part == "collaborator"],
            deadlines=[f"{part._who()}: {vietnam_day(part.deadline)}" for part in top if part.deadline],
            agency_opinion=self.direction or "",
            agency_date=local_day(self.directed_at),
            assignee=below._who() if below else None,
            assignee_deadline=below.deadline or None,
            unit_opinion=said.get("distribution", ("", None))[0],
            unit_date=said.get("distribution", ("", None))[1],
            proposal=said.get("result", ("", None))[0],
            proposal_date=said.get("result", ("", None))[1],
            qr=self.document_qr(),
        )

    def _said_by(self, leads):
        """The last words of each kind that unit and handler have said: {kind: (text, day)}."""
        last = {}
        for note in self.note_ids.sorted("id"):
            last[note.kind] = (note.text or "", local_day(note.at))
        return last

    def document_qr(self):
        """What the QR of the slip says: number and year of arrival, by which the clerk finds the document."""
        self.check_access("read")
        return f"{self.company_id.name} – {self.arrival_code}/{self.register_year}" if self.arrival_number else ""

    def _follow_up_rows(self):
        """Rows of form VIII, in the order of its columns."""
        for document in self:
            top = document.assignment_ids.filtered(lambda a: not a.parent_id).sorted(lambda a: a.part != "lead")
            replies = ", ".join(document.sudo().reply_ids.filtered("number").mapped("code"))  # numbers of the replies
            yield (
                document._book_number(),
                f"{document._full_title()}: {document.subject}",
                "; ".join(part._who() for part in top) or document.leader_id.name,
                document.due_date,
                document._progress_words(),
                replies,
                document._book_note(),
            )

    def _progress_words(self):
        """How far the work is, in words: state, last progress, and whether it was in time."""
        words = [self._state_label(self.state)]
        progress = self.note_ids.filtered(lambda note: note.kind == "progress")[:1]
        if progress and self.state == "directed":
            words.append(progress.text)
        if self.state == "finished" and self.finished_at:
            words.append(vietnam_day(self.finished_at))
            if self.due_date and local_day(self.finished_at) > self.due_date:
                words.append(self.env._("late"))
        elif self.deadline_level == "late":
            words.append(self.deadline_words)
        return "; ".join(words)

    def _book_note(self):
        """The last column of the registers: what the clerk noted, and why a number is void."""
        words = [self.note]
        if self.state == "void":
            words.append(self.env._("Number void: %s", self.refusal_reason))
        elif self.state == "refused" and self.arrival_number:
            words.append(self.env._("Returned: %s", self.refusal_reason))
        return "; ".join(word for word in words if word)

    # The stamp --------------------------------------------------------------------------------------------------------

    stamped_at = fields.Datetime("Stamped on", readonly=True, copy=False)

    def action_stamp(self):
        """Make the copy with the stamp "ĐẾN" now; a newer one takes the place of the one before."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("vpdt_base.group_clerk"):
            raise UserError(self.env._("The stamp is put on by the clerk."))
        if not self.arrival_number:
            raise UserError(self.env._("Enter it in the register first: the stamp bears its number."))
        if self._file_of_role("main").mimetype != PDF:
            raise UserError(self.env._("There is no PDF to be stamped. Scan the document first."))
        self._file_of_role("main")._check_offered()
        self._stamp_arrival()
        self._tell_screens()
        return True

    def _stamp_arrival(self):
        """Put the stamp on a flat copy of the main file; a job after registration."""
        self.ensure_one()
        main = self._file_of_role("main")
        if main.mimetype != PDF or not self.arrival_number:
            return "nothing to stamp"
        stamp = ArrivalStamp(
            agency=self.company_id.name,
            number=self._book_number(),
            date=vietnam_day(self.arrival_day),
            forwarded_to=", ".join(part._who() for part in self.assignment_ids if part.part == "lead")
            or self.leader_id.name
            or None,
            dossier=None,
        )
        try:
            content = stamp_arrival(main._content(), stamp)
        except SigningError as error:
            return self.env["vpdt.signing.key"]._signing_message(error)
        former = self._file_of_role("stamped")
        self.env["vpdt.file"]._store(self, f"dau-den-{self.arrival_code}.pdf", content, "stamped", former)
        self._by_system().stamped_at = fields.Datetime.now()
        return "stamped"
