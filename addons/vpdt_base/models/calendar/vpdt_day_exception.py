from datetime import date

import holidays
from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...deadlines import CLOCKS, WorkingCalendar
from ...deadlines.calendar import FIRST_YEAR, LAST_YEAR, OFF, WORKING
from ...deadlines.swaps import SWAPS, is_decided
from ...text import fold
from ...vietnam import to_utc_naive, to_vietnam, today, vietnam_day

# Words of a list that is imported → kind, besides the labels of the field
_KINDS = {"work": WORKING, "worked": WORKING, "lam viec": WORKING, "lam bu": WORKING, "nghi": OFF, "ngay nghi": OFF}


class VpdtDayException(models.Model):
    """A day that is off though it would be worked, or worked though it would be off (ngày nghỉ, nghỉ bù, làm bù).

    The public holidays of Viet Nam, the days off in lieu and the Saturdays worked in exchange are written here once a
    year from the `holidays` library, so that they are seen and can be put right when the authority decides otherwise
    (Bộ luật Lao động 2019, Điều 112; days off in lieu: khoản 3 Điều 111). A row of an agency wins over the row of
    everybody, and both over the library.
    Working days that the Government swaps for one year are known by name (`deadlines/swaps.csv`); in December the
    administrators are asked for those of the next year when none are known.
    """

    _name = "vpdt.day.exception"
    _description = "Exceptional day"
    _inherit = ["vpdt.search.mixin", "mail.thread", "mail.activity.mixin"]  # an activity is told through the thread
    _order = "date"
    _search_text_fields = ("name", "source")

    name = fields.Char("Reason", required=True, help="For example Tết Nguyên đán.")
    date = fields.Date(required=True, index=True)
    kind = fields.Selection([(OFF, "Day off"), (WORKING, "Working day")], required=True, default=OFF)
    source = fields.Char("Source document", help="The decision or notice, with number and date.")
    company_id = fields.Many2one("res.company", "Agency", index=True, help="Empty: for every agency.")
    generated = fields.Boolean(
        "From the calendar of Viet Nam", readonly=True, help="Written by the system from the public holidays."
    )

    _date_unique = models.UniqueIndex(
        "(date, COALESCE(company_id, 0))", "There is an exception for this day already; change that one."
    )

    @api.depends("name", "date")
    def _compute_display_name(self):
        for exception in self:
            exception.display_name = exception.name

    @api.constrains("date")
    def _check_date(self):
        for exception in self:
            if not FIRST_YEAR <= exception.date.year <= LAST_YEAR:
                raise ValidationError(
                    self.env._("The calendar runs from %(first)s to %(last)s.", first=FIRST_YEAR, last=LAST_YEAR)
                )

    @api.model
    def _first_fields(self):
        return super()._first_fields() | {"name", "date", "kind", "source", "company_id"}

    def _editable_fields(self):
        names = super()._editable_fields() | {"name", "kind", "source"}
        return names if self.generated else names | {"date"}

    # Writing: every change makes the kept calendars void --------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env.registry.clear_cache()
        return records

    def write(self, vals):
        if not self.env.su and {"generated", "company_id"} & vals.keys():
            raise UserError(self.env._("The agency of an exceptional day is not changed; delete it and enter another."))
        day = fields.Date.to_date(vals.get("date"))
        if not self.env.su and day and any(row.generated and row.date != day for row in self):
            raise UserError(self.env._("A public holiday keeps its day; change whether it is worked instead."))
        if day and all(row.date == day for row in self):  # a list that is imported again names the day that it is about
            vals = {name: value for name, value in vals.items() if name != "date"}
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_own_only(self):
        if any(exception.generated for exception in self):
            raise UserError(
                self.env._(
                    "A public holiday is not deleted: if it is worked, change it to “Working day” with the source."
                )
            )

    # Importing -----------------------------------------------------------------------------------------------

    @api.model
    def load(self, fields, data):
        """As the core; a list of days may say "work" and "off", and a day that is entered already is changed.

        A second import of the same list changes nothing.
        """
        rows = [dict(zip(fields, row, strict=False)) for row in data]
        if not rows or "date" not in fields or {"id", ".id"} & set(fields):
            return super().load(fields, data)
        for row in rows:
            if "kind" in row:
                row["kind"] = _KINDS.get(fold(row["kind"] or "").strip(), row["kind"])
            row.setdefault("name", row.get("source") or "")
        if not {"company_id", "company_id/id", "company_id/.id"} & set(fields):
            known = self._rows_by_date(self.env.context.get("default_company_id", False))
            for row in rows:
                row[".id"] = known.get(str(row["date"])[:10], "")
        columns = list(rows[0])
        return super().load(columns, [[row[column] for column in columns] for row in rows])

    @api.model
    def _rows_by_date(self, company_id):
        """{ISO date: id as text} of the rows of an agency, or of everybody, that the user may change."""
        rows = self.search([("company_id", "=", company_id)])._filtered_access("write")
        return {row.date.isoformat(): str(row.id) for row in rows}

    # Generating ----------------------------------------------------------------------------------------------

    @api.model
    def _cron_generate(self):
        """Write the exceptional days of this year and the next; days that are there already stay as they are.

        Days in lieu are decreed late in the year before and come with a new version of the library, so this runs every
        month and adds what is new.
        """
        day = today()
        self._generate(day.year)
        self._generate(day.year + 1)
        if day.month == 12:
            self._ask_for_decided_days(day.year + 1)

    @api.model
    def _ask_for_decided_days(self, year):
        """Ask the administrators, once each, for the swaps of ``year`` while its days off are computed only; take the
        question back when something decided is there."""
        # Everybody's calendar is the system's, and so is who administers what.
        new_year = self.sudo().search([("date", "=", date(year, 1, 1)), ("company_id", "=", False)], limit=1)
        if not new_year:  # 1 January on a weekend is no exceptional day; the first one of the year stands for it
            new_year = self.sudo().search(
                self._domain_of_year(year) & Domain("company_id", "=", False), limit=1, order="date"
            )
        asked = new_year.activity_ids.filtered("automated")
        if self._is_decided(year):
            asked.unlink()
            return
        people = self.env.ref("vpdt_base.group_unit_admin").sudo().all_user_ids
        for person in people.filtered(lambda user: user.active and not user.share) - asked.user_id:
            new_year.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=date(year - 1, 12, 31),
                user_id=person.id,
                summary=self.env._("Working days of %s: only computed so far", year),
                note=self.env._(
                    "No swap of working days decided for %s is known yet: deadlines are reckoned from the public "
                    "holidays alone. Enter the decided days off and the Saturdays worked instead, with the source "
                    "document.",
                    year,
                ),
            )

    @api.model
    def _is_decided(self, year):
        """Whether anything of ``year`` is known to be decided: a swap, or a row that names its source."""
        sourced = Domain("company_id", "=", False) & Domain("source", "not in", (False, ""))
        return is_decided(year) or bool(self.sudo().search_count(self._domain_of_year(year) & sourced, limit=1))

    @api.model
    def _generate(self, year):
        """Write the exceptional days of ``year`` from the library; idempotent.

        :return: number of days added
        """
        exceptions = self.sudo()  # the calendar of everybody belongs to the system
        known = set(exceptions.search(self._domain_of_year(year) & Domain("company_id", "=", False)).mapped("date"))
        found = [vals for vals in _library_days(year) if vals["date"] not in known]
        exceptions.create([{**vals, "generated": True} for vals in found])
        return len(found)

    @api.model
    def _domain_of_year(self, year):
        return Domain([("date", ">=", date(year, 1, 1)), ("date", "<=", date(year, 12, 31))])

    # Asking ----------------------------------------------------------------------------------------------------

    @api.model
    def _calendar(self, company=None):
        """The working days of an agency.

        :param company: res.company; None for what holds for everybody
        :return: :class:`..deadlines.WorkingCalendar`, kept until an exception changes
        """
        return self._calendar_of(company.id if company else False)

    @api.model
    @tools.ormcache("company_id")
    def _calendar_of(self, company_id):
        domain = Domain("company_id", "in", [False, company_id] if company_id else [False])
        rows = self.sudo().search_read(domain, ["date", "kind", "company_id"])  # which days are worked is no secret
        rows.sort(key=lambda row: bool(row["company_id"]))  # the agency's own come last and win
        return WorkingCalendar({row["date"]: row["kind"] for row in rows})

    @api.model
    def _deadline(self, code, moment, company=None, **params):
        """The deadline of a clock of the law on an agency's calendar.

        :param code: key of :data:`..deadlines.CLOCKS`
        :param moment: naive UTC datetime, as the database has it
        :return: naive UTC datetime
        """
        due = CLOCKS[code].deadline(to_vietnam(moment), self._calendar(company), **params)
        return to_utc_naive(due)

    #: So many working days before a deadline it is called near.
    _SOON = 2

    @api.model
    def _say_deadline(self, day, company=None):
        """What is left until the end of ``day``, in words of the user and as a level (see `vpdt.deadline.mixin`).

        :param day: date
        :param company: res.company whose working days count
        :return: (text, "late" | "today" | "soon" | "ahead"); a day outside of the calendar gives its date
        """
        now = today()
        if day == now:
            return self.env._("due today"), "today"
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            return vietnam_day(day), "late" if day < now else "ahead"
        left = self._calendar(company).working_days_between(min(day, now), max(day, now))
        if day < now:
            return (self.env._("%s working days late", left) if left > 1 else self.env._("1 day late")), "late"
        if not left:
            return self.env._("less than a working day left"), "soon"
        words = self.env._("%s working days left", left) if left > 1 else self.env._("1 working day left")
        return words, "soon" if left <= self._SOON else "ahead"


def _library_days(year):
    """Yield the days of ``year`` that are different from their weekday: off on Monday to Friday, or worked on Saturday
    or Sunday; the decided swaps first, with their source."""
    decided = {}
    for swap in SWAPS:
        decided[swap.off] = {
            "kind": OFF,
            "name": f"Nghỉ, làm bù ngày {vietnam_day(swap.worked)}",
            "source": swap.source,
        }
        decided[swap.worked] = {"kind": WORKING, "name": f"Làm bù ngày {vietnam_day(swap.off)}", "source": swap.source}
    yield from ({"date": day, **vals} for day, vals in decided.items() if day.year == year)
    library = holidays.country_holidays("VN", years=year, language="vi")
    for day, name in sorted(library.items()):
        if day.year == year and day.weekday() < 5 and day not in decided:
            yield {"date": day, "kind": OFF, "name": name}
    for day in sorted(library.weekend_workdays):
        if day.year == year and day not in decided:
            yield {"date": day, "kind": WORKING, "name": "Làm bù"}
