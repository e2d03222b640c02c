from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

NOTE_LETTERS = 500


class VpdtDocumentMixin(models.AbstractModel):
    """Unread, starred and noted: what each person sees of his own on a document."""

    _name = "vpdt.document.mixin"
    _inherit = ["vpdt.document.mixin", "vpdt.deadline.mixin"]

    unread = fields.Boolean(compute="_compute_mark", search="_search_unread", help="You have not opened it yet.")
    starred = fields.Boolean(compute="_compute_mark", search="_search_starred")
    private_note = fields.Char(compute="_compute_mark", help="Seen by you only.")

    @api.depends_context("uid")
    def _compute_mark(self):
        marks = {mark.res_id: mark for mark in self._marks_of(self.env.user)}
        for document in self:
            mark = marks.get(document.id, self.env["vpdt.mark"])
            document.unread = not mark.read_at
            document.starred = mark.starred
            document.private_note = mark.note

    def _marks_of(self, users):
        """Marks of ``users`` on these documents, past the rule that each sees his own."""
        return self.env["vpdt.mark"].sudo().search(
            [("user_id", "in", users.ids), ("res_model", "=", self._name), ("res_id", "in", self.ids)]
        )  # fmt: skip

    @api.model
    def _search_unread(self, operator, value):
        return self._search_mark(operator, value, SQL("read_at IS NOT NULL"), wanted=False)

    @api.model
    def _search_starred(self, operator, value):
        return self._search_mark(operator, value, SQL("starred"), wanted=True)

    @api.model
    def _search_mark(self, operator, value, condition, wanted):
        if operator != "in":
            return NotImplemented
        marked = SQL(
            "(SELECT res_id FROM vpdt_mark WHERE user_id = %s AND res_model = %s AND %s)",
            self.env.uid, self._name, condition,
        )  # fmt: skip
        return Domain("id", "in" if (True in value) == wanted else "not in", marked)

    def mark_read(self):
        """Note that the current user has opened this document; a second time changes nothing."""
        self.ensure_one()
        self.check_access("read")
        mark = self._own_mark()
        if mark.read_at:
            return False
        mark.read_at = fields.Datetime.now()
        self._effect_read()
        return True

    def _effect_read(self):
        """Hook: the current user has opened this document for the first time."""

    def set_star(self, starred):
        """Put the current user's star on this document, or take it off."""
        self.ensure_one()
        self.check_access("read")
        self._own_mark().starred = bool(starred)
        self.invalidate_recordset(["starred"])
        return True

    def set_private_note(self, note):
        """Keep a note that only the current user sees.

        :param str note: at most NOTE_LETTERS letters; empty takes it away
        """
        self.ensure_one()
        self.check_access("read")
        self._own_mark().note = str(note or "").strip()[:NOTE_LETTERS] or False
        self.invalidate_recordset(["private_note"])
        return True

    def set_mute(self, muted):
        """Keep reminders of this document from the current user, or let them come again; what waits for a step of his,
        and a chaser (đôn đốc), reach him all the same."""
        self.ensure_one()
        self.check_access("read")
        self._own_mark().muted = bool(muted)
        return True

    def _remind_people(self, users, summary, activity_type="mail.mail_activity_data_todo", event="news", **values):
        if not values.get("settled_by_step") and not self.env.context.get("vpdt_loud"):
            # of a record at a time, as everywhere here
            users -= self._marks_of(users).filtered("muted").user_id
        return super()._remind_people(users, summary, activity_type, event, **values)

    def own_marks(self):
        """What the current user has noted here, and who has opened it.

        :return: ``{"starred", "muted": bool, "note": str, "readers": readers()}``
        """
        self.ensure_one()
        self.check_access("read")
        mark = self._marks_of(self.env.user)
        return {
            "starred": mark.starred,
            "muted": mark.muted,
            "note": mark.note or "",
            "readers": self.readers(),
        }

    def _own_mark(self):
        """The mark of the current user on this document, made when there is none; two tabs at once give one."""
        self.env["vpdt.mark"].flush_model()
        self.env.cr.execute(
            SQL(
                "INSERT INTO vpdt_mark (user_id, res_model, res_id, company_id, create_uid, create_date)"
                " VALUES (%s, %s, %s, %s, %s, now() at time zone 'UTC') ON CONFLICT DO NOTHING",
                self.env.uid, self._name, self.id, self.sudo().company_id.id, self.env.uid,  # its agency
            )
        )  # fmt: skip
        return self._marks_of(self.env.user)

    def readers(self):
        """Who has opened this document and when, newest first, for everybody who may read it.

        :return: ``[{"who": str, "at": UTC text}]``
        """
        self.ensure_one()
        self.check_access("read")
        domain = [("res_model", "=", self._name), ("res_id", "=", self.id), ("read_at", "!=", False)]
        marks = self.env["vpdt.mark"].sudo().search(domain, order="read_at DESC")  # when, never star and note
        return [{"who": mark.user_id.name, "at": fields.Datetime.to_string(mark.read_at)} for mark in marks]
