import string

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.vpdt_base.mixins.gate import by_system
from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move
from odoo.addons.vpdt_base.vietnam import official_number, today, vietnam_day

from ..volume_locks import lock_numbers

CLERK = "vpdt_base.group_clerk"
#: States in which a document may take the number.
FREE = ("held", "returned")


class VpdtRegisterNumber(models.Model):
    """A number of a register that no document bears: kept for somebody (*giữ số*), given back, or void.

    The number is taken as any other, in one short transaction, so that the series has neither gap nor duplicate
    (Nghị định 30/2020, Điều 15). One that is void keeps its reason and is never given again; the printed register shows
    them all. A sub-number (15a) stands behind a number that has been given.
    """

    _name = "vpdt.register.number"
    _description = "Number without a document"
    _inherit = ["vpdt.text.mixin", "vpdt.move.mixin", "vpdt.history.mixin"]
    _order = "year DESC, number DESC, suffix DESC"
    _check_company_auto = True

    register_id = fields.Many2one(
        "vpdt.register",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('direction', '=', 'outgoing')]",
        default=lambda self: self._default_register(),
    )
    company_id = fields.Many2one(related="register_id.company_id", store=True, index=True)
    year = fields.Integer(readonly=True, default=lambda self: today().year)
    number = fields.Integer(readonly=True)
    suffix = fields.Char("Behind the number", size=1, readonly=True)
    number_text = fields.Char("No.", compute="_compute_number_text", store=True)
    beside = fields.Integer(
        "Sub-number of", help="Empty: the next number. 15: the next free one of 15a, 15b …, when 15 has been given."
    )
    user_id = fields.Many2one("res.users", "Kept for", check_company=True)
    note = fields.Char("For what")
    state = fields.Selection(
        [("held", "Kept"), ("used", "Used"), ("returned", "Given back"), ("void", "Void")],
        default=lambda self: "held",
        required=True,
        readonly=True,
        index=True,
    )
    reason_draft = fields.Text("Reason for giving it back or making it void")
    reason = fields.Text("Because", readonly=True)
    of_document = fields.Char("Document", readonly=True, help="That used it, or that it was taken away from.")
    held_by_id = fields.Many2one("res.users", "Kept by", readonly=True, default=lambda self: self.env.user)
    held_at = fields.Datetime("Kept on", readonly=True, default=fields.Datetime.now)
    ended_by_id = fields.Many2one("res.users", "Ended by", readonly=True)
    ended_at = fields.Datetime("Ended on", readonly=True)

    _number_unique = models.UniqueIndex(
        "(register_id, year, number, COALESCE(suffix, ''))", "This number has been kept already."
    )

    def init(self):
        """Freeze what stands in a closed volume."""
        result = super().init()
        lock_numbers(self.env.cr)
        return result

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (
            Move(("held", "returned"), "used", "", groups=(CLERK,)),
            Move(
                ("held",),
                "returned",
                self.env._("Give back"),
                "action_give_back",
                (CLERK,),
                "_check_reason",
                danger=True,
                asks="reason_draft",
                confirmation=self.env._(
                    "Another document may take the number then; until it does, the register shows it as given back."
                ),
            ),
            Move(
                ("held", "returned", "used"),
                "void",
                self.env._("Make void"),
                "action_make_void",
                (CLERK,),
                "_check_void",
                danger=True,
                asks="reason_draft",
                confirmation=self.env._("The number stays in the register with the reason and is never given again."),
            ),
        )

    def _steps_of_user(self):
        # a number that a document bears is made void with that document
        steps = super()._steps_of_user()
        return [step for step in steps if step["action"] != "action_make_void" or self._is_free()]

    @api.model
    def _default_register(self):
        return self.env["vpdt.register"].search(
            [("direction", "=", "outgoing"), ("company_id", "=", self.env.company.id)], limit=1
        )

    @api.depends("number", "suffix")
    def _compute_number_text(self):
        for record in self:
            record.number_text = record.number and f"{official_number(record.number)}{record.suffix or ''}"

    @api.depends("number_text", "year", "user_id", "note")
    def _compute_display_name(self):
        for record in self:
            about = " – ".join(filter(None, (record.sudo().user_id.name, record.note)))  # a name in the own agency
            record.display_name = f"{record.number_text or ''}/{record.year}" + (f" ({about})" if about else "")

    # Taking it --------------------------------------------------------------------------------------------------------

    @api.model
    def _first_fields(self):
        return super()._first_fields() | {"register_id", "user_id", "note", "beside"}

    def _editable_fields(self):
        names = super()._editable_fields()
        more = {"held": {"note", "reason_draft"}, "returned": {"reason_draft"}}
        return names | more.get(self.state, set())

    @api.model_create_multi
    def create(self, vals_list):
        """Keep the next number, or the next sub-number, for the person named."""
        numbers = super().create(vals_list)
        for number in numbers.filtered(lambda number: not number.number):
            number._take()
        return numbers

    def _take(self):
        register = self.register_id
        if register.direction != "outgoing":
            raise UserError(self.env._("Numbers are kept in registers of outgoing documents only."))
        if not self.user_id:
            raise UserError(self.env._("Write for whom the number is kept."))
        if not by_system(self.env) and register.company_id not in self.env.companies:
            raise AccessError(self.env._("The register “%s” belongs to another agency.", register.name))
        year = today().year
        values = {"year": year}
        if self.beside:
            values |= {"number": self.beside, "suffix": register._take_suffix(year, self.beside)}
        else:
            values["number"] = register._take_number(year)
        self._by_system().write(values)
        self.flush_recordset()  # the next letter behind the same number is looked for in the database
        self._journal("move", {"kept": self.number_text, "for": self.user_id.login, "note": self.note or ""})

    # Ending it --------------------------------------------------------------------------------------------------------

    def action_give_back(self):
        """Give the number back: it is free for another document. Again changes nothing.

        :raises UserError: without a reason
        """
        return self._end("returned")

    def action_make_void(self):
        """Make the number void for ever, with the reason. Again changes nothing.

        :raises UserError: without a reason, or a document bears it
        """
        self.ensure_one()
        if self.state == "used":
            raise UserError(self.env._("A document bears the number “%s”.", self.number_text))
        return self._end("void")

    def _end(self, state):
        self.ensure_one()
        ended = {"ended_by_id": self.env.uid, "ended_at": fields.Datetime.now()}
        return self._move_to(state, {"reason": (self.reason_draft or "").strip(), **ended})

    def _check_reason(self):
        if not (self.reason_draft or "").strip():
            raise UserError(self.env._("Write why; the register shows the reason."))

    def _check_void(self):
        self._check_reason()

    def _is_free(self):
        return self.state in FREE

    def _take_for(self, document):
        """Give this number to a document, which is being numbered.

        :param document: vpdt.outgoing, locked
        :return: int, the number; what stands behind it is ``suffix``
        :raises UserError: it has been used, is of another year or register, or is kept for somebody else
        """
        self.ensure_one()
        self._lock_row()
        if not self._is_free():
            raise UserError(
                self.env._(
                    "The number %(number)s is “%(state)s”: choose another one, or none.",
                    number=self.number_text,
                    state=self._state_label(self.state),
                )
            )
        if self.year != today().year:
            raise UserError(self.env._("The number %s was kept in another year: make it void.", self.number_text))
        people = document.drafter_id | document.signer_id | document.reviewer_id
        if self.state == "held" and self.user_id not in people:
            raise UserError(
                self.env._(
                    "The number %(number)s is kept for %(person)s, who has no part in this document. Give it back "
                    "first.",
                    number=self.number_text,
                    person=self.user_id.name,
                )
            )
        ended = {"ended_by_id": self.env.uid, "ended_at": fields.Datetime.now()}
        self._move_to("used", {"of_document": document.display_name, **ended})
        self.flush_recordset()  # the database lets no document have a number that is kept apart
        return self.number

    @api.model
    def _make_void(self, register, year, number, suffix, values):
        """The number of a document that loses it, or of a gap, becomes void (superuser mode: by the steps only).

        :param values: dict with ``reason`` and, where there was one, ``of_document``
        """
        ended = {"ended_by_id": self.env.uid, "ended_at": fields.Datetime.now(), "reason_draft": values["reason"]}
        kept = self.sudo().search(
            [
                ("register_id", "=", register.id),
                ("year", "=", year),
                ("number", "=", number),
                ("suffix", "=", suffix or False),
            ]
        )
        if not kept:
            place = {"register_id": register.id, "year": year, "number": number, "suffix": suffix or False}
            kept = self.sudo().create({**place, "held_at": False, "held_by_id": False})
        kept.reason_draft = values["reason"]
        kept._move_to("void", {**values, **ended})
        kept.flush_recordset()
        return kept

    # In the register --------------------------------------------------------------------------------------------------

    def _key(self):
        """As `vpdt.numbered.mixin._register_key`."""
        return self.number, self.suffix or ""

    def _row_in_register(self, model):
        """The row of this number in the columns of the form of a register.

        :param model: empty recordset of what the register numbers
        """
        row = [""] * len(model._register_form.columns)
        number, words = model._register_columns
        row[number], row[words] = self.number_text, self._in_words()
        return tuple(row)

    def _in_words(self):
        if self.state == "void":
            about = f" – {self.of_document}" if self.of_document else ""
            return self.env._("Number void: %s", self.reason) + about
        if self.state == "returned":
            return self.env._("Kept and given back: %s", self.reason)
        kept = {"person": self.user_id.name, "day": vietnam_day(self.held_at)}
        words = self.env._("Kept for %(person)s on %(day)s", **kept)
        return f"{words}: {self.note}" if self.note else words


class VpdtRegister(models.Model):
    """Sub-numbers: the letter behind a number that has been given."""

    _inherit = "vpdt.register"

    def _take_suffix(self, year, number):
        """The next letter behind ``number``: a, b, c …; the counter is locked as for a number (`_take_number`).

        :param year: int
        :param number: int, given already
        :return: str
        :raises UserError: the number has not been given, or has no letter left
        """
        self.ensure_one()
        if not self.active:
            raise UserError(self.env._("The register “%s” is closed.", self.name))
        self._check_not_held()
        cr = self.env.cr if self._is_new_in_transaction() else self._counter_cursor()
        cr.execute(
            "SELECT last_number FROM vpdt_register_counter WHERE register_id = %s AND year = %s FOR UPDATE",
            [self.id, year],
        )
        last = (cr.fetchone() or [0])[0]
        if not 0 < number <= last:
            raise UserError(self.env._("The number %s has not been given yet: there is nothing behind it.", number))
        given = self._suffixes(cr, year, number)
        free = [letter for letter in string.ascii_lowercase if letter > max(given, default="")]
        if not free:
            raise UserError(self.env._("There is no letter left behind the number %s.", number))
        return free[0]

    def _suffixes(self, cr, year, number):
        """Letters behind ``number`` that are kept or used, as this and as the second connection see them (set)."""
        query = "SELECT suffix FROM vpdt_register_number WHERE register_id = %s AND year = %s AND number = %s"
        found = set()
        for cursor in {cr, self.env.cr}:
            cursor.execute(query, [self.id, year, number])
            found |= {row[0] for row in cursor.fetchall() if row[0]}
        return found
