import re
from string import ascii_lowercase

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.vpdt_base.mixins.gate import by_system
from odoo.addons.vpdt_base.text.signatures import PDF
from odoo.addons.vpdt_base.vietnam import local_day, today, vietnam_day

from ..mixins.vpdt_document_mixin import Correction
from .vpdt_incoming import BOOK_FIELDS, CLERK

BROKEN = ("modified", "invalid")
_CODE = re.compile(r"(?P<number>\d{1,7})(?P<letter>[a-z]?)")
REGISTERED = ("registered", "submitted", "directed", "finished")


def book_values(record):
    """What stands in the book, or is to stand there, as JSON and write() take it: name → text, id or False.

    :param record: an incoming document, or the dialog of its correction
    """
    values = {name: record._fields[name].convert_to_write(record[name], record) for name in BOOK_FIELDS}
    return {name: fields.Date.to_string(value) if name == "date" else value or False for name, value in values.items()}


class VpdtIncoming(models.Model):
    """Vào sổ: the number, and the questions before it – has it come before, does its file bear looking at (Điều 22)."""

    _inherit = "vpdt.incoming"

    verdict_note = fields.Char("Why it is registered all the same", readonly=True, copy=False)
    duplicate_accepted = fields.Boolean(readonly=True, copy=False)
    duplicate_id = fields.Many2one("vpdt.incoming", "Came before", compute="_compute_duplicate")
    duplicate_words = fields.Char("Duplicate", compute="_compute_duplicate")
    value_note = fields.Char("Value", compute="_compute_value_note")
    next_number = fields.Integer(compute="_compute_next_number", help="The arrival number that it would get now.")

    arrival_suffix = fields.Char("Letter behind the number", size=1, readonly=True, copy=False)
    arrival_code = fields.Char(
        "Arrival number", compute="_compute_arrival_code", search="_search_arrival_code", help="With its letter: 155a."
    )

    @api.model
    def default_get(self, fields):
        """In the form of a clerk, what he has entered last is offered: type, leader, way of arrival."""
        values = super().default_get(fields)
        if not self.env.context.get("vpdt_offer") or not self.env.user.has_group("vpdt_base.group_clerk"):
            return values
        own = [("create_uid", "=", self.env.uid), ("source", "!=", "axis"), ("company_id", "=", self.env.company.id)]
        last = self.search([*own, ("state", "!=", "arrived")], order="id DESC", limit=1)
        offered = {"type_id": last.type_id.id, "leader_id": last.leader_id.filtered("active").id}
        return {**{name: value for name, value in offered.items() if name in fields and value}, **values}

    @api.depends("state", "type_id", "register_id")
    def _compute_next_number(self):
        for document in self:
            company = document.company_id or self.env.company
            register = document.register_id or company._register_of("incoming", document.type_id)
            waits = document.state == "arrived" and register
            document.next_number = register._next_number_hint(register, today().year) if waits else 0

    @api.model
    def next_to_register(self, ids):
        """The first of these documents that waits to be registered, for going through a list by keys.

        :param ids: in the order of the list
        :return: id or False
        """
        waiting = self.search([("id", "in", list(ids)), ("state", "=", "arrived")])
        return next((each for each in ids if each in waiting._ids), False)

    def action_register(self):
        """Vào sổ: the next arrival number of the register, today's date; asks first where something is to be said.

        :return: True; False when it has been registered before; an action that opens the question
        """
        self.ensure_one()
        self._lock_row()
        if self.state != "arrived":
            return False
        register = self.register_id or self.company_id._register_of("incoming", self.type_id)
        if not register:
            raise UserError(self.env._("There is no register of incoming documents yet. Make one under Registers."))
        self._check_move_roles(self._find_move("registered"))
        self._check_complete()
        if not self.env.su and (question := self._question_before_register()):
            return question
        self._fill_in_deadline()
        return self._move_to("registered", self._prepare_number_vals(register, local_day(fields.Datetime.now())))

    def _fill_in_deadline(self):
        """The usual time of handling, where neither sender nor clerk has said one."""
        days = 0 if self.due_date else self.env["vpdt.handling.period"]._days_of(self)
        if days:
            calendar = self.env["vpdt.day.exception"]._calendar(self.sudo().company_id)  # its working days
            self._by_system().due_date = calendar.add_working_days(today(), days)

    def _check_complete(self):
        if not (self.author_name and self.subject):
            raise UserError(self.env._("Fill in author and subject first."))

    def _effect_registered(self):
        """What registering brings about, also when it comes back from the leader (the exchange reports status 03)."""
        self._done_activities()
        self.env["vpdt.organization.use"]._record(self.company_id, self.author_id)
        if self._file_of_role("main").mimetype == PDF:
            self.with_delay(description=f"Stamp of arrival {self.arrival_number}")._stamp_arrival()

    def _question_before_register(self):
        """A dialog that must be answered first, or None.

        :raises UserError: it came on an earlier day, and nobody has said why it is entered only now
        """
        self._check_move_roles(self._find_move("registered"))
        late = self.entered_at and local_day(self.arrived_at) < local_day(self.entered_at)
        if self.source == "paper" and late and not self.arrival_reason:
            raise UserError(
                self.env._(
                    "It arrived on %s and is entered later: write why, for example that the system was down.",
                    vietnam_day(self.arrived_at),
                )
            )
        if self.recognised_as and not self.taken_in_note:
            return self._open_dialog("taken_in", self._words_of_the_door())
        if self.duplicate_id and not self.duplicate_accepted:
            return self._open_comparison()
        if self.main_verdict in BROKEN and not self.verdict_note:
            words = dict(self._fields["main_verdict"]._description_selection(self.env))[self.main_verdict]
            return self._open_dialog("broken", self.env._("%s: say why it is registered all the same.", words))
        return None

    def _words_of_the_door(self):
        """What is not taken in here, and the way it goes instead."""
        if self.recognised_as == "secret":
            return self.env._(
                "The page bears the stamp of a state secret: do not register it. Report it with “Report a state "
                "secret”; it is handled on paper. If it is no secret, write why."
            )
        return self.env._(
            "It looks like a complaint or denunciation: do not register it, hand it to whoever receives citizens. "
            "If it is none, write why."
        )

    def _keep_taken_in(self, words):
        """What looked like something that is not taken in here is none, by the word of the clerk; what waits for its
        number gets it.

        :raises AccessError: no clerk
        :raises UserError: no words, or there is nothing to be said
        """
        self._check_words(words)
        if not self.env.user.has_group(CLERK):
            raise AccessError(self.env._("Documents are taken in by the clerk."))
        if not self.recognised_as or self.taken_in_note:
            raise UserError(self.env._("There is nothing left to do here: somebody has settled it meanwhile."))
        self._by_system().taken_in_note = words.strip()
        self._journal("entry", {"taken_in": words.strip()})
        return self.action_register()

    def action_open_taken_in(self):
        """Ask why a registered document is no secret, or no complaint, though its page looks like one."""
        return self._open_dialog("taken_in", self._words_of_the_door())

    def _register_broken(self, words):
        """Register a document whose file was changed or is not valid, with the word of the clerk."""
        self._check_words(words)
        self._check_move_roles(self._find_move("registered"))
        self._by_system().verdict_note = words.strip()
        return self.action_register()

    @api.depends("number", "notation", "author_id", "author_name", "date", "company_id")
    def _compute_duplicate(self):
        for document in self:
            other = document._same_as_before()[:1] if document.state == "arrived" else document.browse()
            document.duplicate_id = other
            document.duplicate_words = document._duplicate_sentence(other) if other else False

    def _same_as_before(self):
        """Documents of the agency with the same number, notation, author and year (vpdt.incoming, newest first)."""
        if not (self.number and self.date and self.author_name):
            return self.browse()
        author = Domain("author_name", "=ilike", self.author_name)
        if self.author_id:
            author |= Domain("author_id", "=", self.author_id.id)
        year = self.date.year
        domain = author & Domain([
            ("company_id", "=", self.company_id.id),
            ("number", "=ilike", self.number),
            ("notation", "=ilike" if self.notation else "=", self.notation),
            ("date", ">=", f"{year}-01-01"),
            ("date", "<=", f"{year}-12-31"),
            ("state", "!=", "void"),
            ("id", "not in", self.ids),
        ])  # fmt: skip
        return self.search(domain, order="id DESC", limit=5)

    def _duplicate_sentence(self, other):
        if other.arrival_number:
            return self.env._(
                "The same number, author and year is in the register already: arrival number %(number)s of %(day)s.",
                number=other.arrival_code,
                day=vietnam_day(other.arrival_day),
            )
        return self.env._("The same number, author and year arrived already on %s.", vietnam_day(other.arrived_at))

    @api.depends("source", "main_verdict")
    def _compute_value_note(self):
        for document in self:
            unsigned = document.source != "paper" and document.main_verdict == "not_signed"
            document.value_note = unsigned and self.env._(
                "Without a digital signature: for information only (Quyết định số 28/2018/QĐ-TTg, Điều 4)."
            )

    # The answer -------------------------------------------------------------------------------------------------------

    def action_reply(self):
        """Soạn trả lời: a draft to the author, with reference and deadline filled in; both know of each other."""
        self.ensure_one()
        self._check_may(bool(self._own_part()) or self.env.user in self._leads() or self._may_direct())
        Outgoing = self.env["vpdt.outgoing"]
        Outgoing.check_access("create")
        letter = self.env["vpdt.document.type"].search([("has_title", "=", False)], limit=1)
        subject = self.env._("Reply to document No. %(code)s of %(author)s", code=self.code, author=self.author_name)
        draft = Outgoing.create(
            {
                "type_id": letter.id,
                "subject": subject[:500],
                "recipient_ids": [(0, 0, {"organization_id": self.author_id.id})] if self.author_id else [],
                "due_date": self.answer_by,
                "answers_id": self.id,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reply"),
            "res_model": "vpdt.outgoing",
            "res_id": draft.id,
            "views": [(False, "form")],
        }

    def _answered_by(self, outgoing):
        """A reply was issued: its number stands in the follow-up register, and the lead is told."""
        self._say("progress", self.env._("Answered by document No. %s", outgoing.code))
        self._remind_people(self._leads(), self.env._("The reply %s has been issued", outgoing.code), event="answered")
        self._tell_screens()

    def _open_comparison(self):
        # made by the button; its step looks at the rights again
        dialog = self.env["vpdt.duplicate.dialog"].sudo().create(
            {"incoming_id": self.id, "other_id": self.duplicate_id.id, "sentence": self.duplicate_words}
        )  # fmt: skip
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Has this document come before?"),
            "res_model": dialog._name,
            "res_id": dialog.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _accept_duplicate(self):
        """The clerk has compared the two and says that they are two."""
        self._check_move_roles(self._find_move("registered"))
        self._journal("entry", {"not_a_duplicate_of": self.duplicate_id.id})
        self._by_system().duplicate_accepted = True

    # Late, under a sub-number -----------------------------------------------------------------------------------------
    # What came on an earlier day and is entered only now, under that day's last number and a letter (155a). The book
    # stays in the order of arrival without a number being given twice; the true day of arrival and the reason stand
    # with it (Nghị định 30/2020, khoản 2 Điều 22; Gia Lai 2016, khoản 2 Điều 4).

    @api.depends("arrival_number", "arrival_suffix")
    def _compute_arrival_code(self):
        for document in self:
            number = str(document.arrival_number) if document.arrival_number else ""
            document.arrival_code = number and number + (document.arrival_suffix or "")

    @api.model
    def _search_arrival_code(self, operator, value):
        """By the number as people say it: “155” finds 155 and 155a, “155a” that one only."""
        if operator not in ("=", "ilike", "in"):
            return NotImplemented
        return Domain.OR(self._domain_of_code(text) for text in ([value] if isinstance(value, str) else value))

    @api.model
    def _domain_of_code(self, text):
        found = _CODE.fullmatch(str(text or "").strip().lower())
        if not found:
            return Domain.FALSE
        domain = Domain("arrival_number", "=", int(found["number"]))
        return domain & Domain("arrival_suffix", "=", found["letter"]) if found["letter"] else domain

    def _book_number(self):
        """The number as the book writes it: int, or text with its letter."""
        return self.arrival_code if self.arrival_suffix else self.arrival_number

    def _came_earlier(self):
        return bool(self.arrived_at) and local_day(self.arrived_at) < today()

    def action_open_sub_number(self):
        """Ask why it was not entered on its day, then register it under that day's last number and a letter."""
        hint = ""
        if self._came_earlier():
            before, letter = self._free_sub_number()
            hint = self.env._(
                "It came on %(day)s and gets the number %(number)s%(letter)s.",
                day=vietnam_day(self.arrived_at),
                number=before.arrival_number,
                letter=letter,
            )
        return self._open_dialog("sub_number", hint, text=self.arrival_reason)

    def _free_sub_number(self):
        """(the last document that had arrived by then, the next free letter behind its number).

        :raises UserError: the register has no number of that day or before, or no letter is left
        """
        self.ensure_one()
        day = local_day(self.arrived_at)
        register = self.register_id or self.company_id._register_of("incoming", self.type_id)
        domain = [("register_id", "=", register.id), ("register_year", "=", day.year), ("arrival_number", ">", 0)]
        # which numbers were given, nothing of the documents
        Books = self.sudo()
        before = Books.search([*domain, ("arrival_day", "<=", day)], order="arrival_number DESC", limit=1)
        if not before:
            raise UserError(
                self.env._(
                    "The register has no number of %s or before that a letter could stand behind: enter it under the "
                    "next number.",
                    vietnam_day(day),
                )
            )
        if volume := before._closed_volume():
            raise UserError(
                self.env._(
                    "“%s” is closed and bound: no letter is added to its numbers. Enter it under the next number.",
                    volume.display_name,
                )
            )
        same = Books.search([*domain, ("arrival_number", "=", before.arrival_number)])
        taken = set(same.mapped("arrival_suffix"))
        letter = next((letter for letter in ascii_lowercase if letter not in taken), "")
        if not letter:
            raise UserError(self.env._("Every letter behind the number %s has been given.", before.arrival_number))
        return before.with_env(self.env), letter

    def _register_sub(self, reason):
        """Register under the last number of the true day of arrival and a letter.

        :param reason: why it was not entered on its day
        :return: True; False when it has been registered before
        :raises UserError: it came today, no reason, or something is to be answered first
        """
        self._check_words(reason)
        self._lock_row()
        if self.state != "arrived":
            return False
        self._check_move_roles(self._find_move("registered"))
        self._check_complete()
        if not self._came_earlier():
            raise UserError(
                self.env._("State the day on which it really arrived: letters are for what came on an earlier day.")
            )
        self._by_system().arrival_reason = reason.strip()
        if not self.env.su and self._question_before_register():
            raise UserError(
                self.env._("Press “Enter in register” first and answer what is asked about it; then come back here.")
            )
        self._fill_in_deadline()
        before, letter = self._free_sub_number()
        return self._move_to(
            "registered",
            {
                "register_id": before.sudo().register_id.id,  # of the own agency
                "register_year": before.sudo().register_year,
                "arrival_number": before.sudo().arrival_number,
                "arrival_suffix": letter,
            },
        )

    # Corrections ------------------------------------------------------------------------------------------------------
    # What stands in the register is corrected with a reason, and old and new stay in the journal (Điều 22).

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
