import re

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.mixins.gate import by_system
from odoo.addons.vpdt_base.vietnam import local_day, today, vietnam_day, vietnam_time

EARLIEST_YEAR = 1945  # of a document that an office of the present state may receive
_SPACES = re.compile(r"\s+")
_LABEL = re.compile(r"^\s*số\s*[:.]?\s*", re.IGNORECASE)


class VpdtIncoming(models.Model):
    """Arrival: when it came, and what cannot be meant of what was typed (Nghị định 30/2020, Điều 21)."""

    _inherit = "vpdt.incoming"

    register_by = fields.Datetime(
        compute="_compute_register_by",
        help="Nghị định 30/2020/NĐ-CP, điểm c khoản 2 Điều 4: on the day of arrival, or the next working day.",
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
            document._ask(clerks - self.env.user, self.env._("Arrived: enter in register"))
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
