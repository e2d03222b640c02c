import re
from string import ascii_lowercase

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.vpdt_base.vietnam import local_day, today, vietnam_day

CLERK = "vpdt_base.group_clerk"
_CODE = re.compile(r"(?P<number>\d{1,7})(?P<letter>[a-z]?)")


class VpdtIncoming(models.Model):
    """What came on an earlier day and is entered only now, under that day's last number and a letter (155a).

    The book stays in the order of arrival without a number being given twice; the true day of arrival and the reason
    stand with it (Nghị định 30/2020, khoản 2 Điều 22; Gia Lai 2016, Điều 4.2).
    """

    _inherit = "vpdt.incoming"

    arrival_suffix = fields.Char("Letter behind the number", size=1, readonly=True, copy=False)
    arrival_code = fields.Char(
        "Arrival number", compute="_compute_arrival_code", search="_search_arrival_code", help="With its letter: 155a."
    )

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
