from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.vpdt_base.text.signatures import PDF
from odoo.addons.vpdt_base.vietnam import local_day, today, vietnam_day

BROKEN = ("modified", "invalid")


class VpdtIncoming(models.Model):
    """Vào sổ: the number, and the questions before it – has it come before, does its file bear looking at (Điều 22)."""

    _inherit = "vpdt.incoming"

    verdict_note = fields.Char("Why it is registered all the same", readonly=True, copy=False)
    duplicate_accepted = fields.Boolean(readonly=True, copy=False)
    duplicate_id = fields.Many2one("vpdt.incoming", "Came before", compute="_compute_duplicate")
    duplicate_words = fields.Char("Duplicate", compute="_compute_duplicate")
    value_note = fields.Char("Value", compute="_compute_value_note")
    next_number = fields.Integer(compute="_compute_next_number", help="The arrival number that it would get now.")

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
        day = local_day(fields.Datetime.now())
        number = register._take_number(day.year)
        return self._move_to(
            "registered",
            {
                "register_id": register.id,
                "register_year": day.year,
                "arrival_number": number,
            },
        )

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

    def _register_taken_in(self, words):
        """Register what looked like something that is not taken in here, with the word of the clerk."""
        self._check_words(words)
        self._check_move_roles(self._find_move("registered"))
        self._by_system().taken_in_note = words.strip()
        self._journal("entry", {"taken_in": words.strip()})
        return self.action_register()

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
        self._remind_people(self._leads(), self.env._("The reply %s has been issued", outgoing.code))
        self._tell_screens()
