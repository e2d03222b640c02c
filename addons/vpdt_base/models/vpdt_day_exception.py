from datetime import date

import holidays
from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..deadlines import CLOCKS, WorkingCalendar, to_utc_naive, to_vietnam
from ..deadlines.calendar import FIRST_YEAR, LAST_YEAR, OFF, WORKING


class VpdtDayException(models.Model):
    """A day that is off though it would be worked, or worked though it would be off (ngày nghỉ, nghỉ bù, làm bù).

    The public holidays of Viet Nam, the days off in lieu and the Saturdays worked in exchange are written here once a
    year from the `holidays` library, so that they are seen and can be put right when the authority decides otherwise
    (Bộ luật Lao động 2019, Điều 112). A row of an agency wins over the row of everybody, and both over the library.
    """

    _name = "vpdt.day.exception"
    _description = "Exceptional day"
    _inherit = ["vpdt.search.mixin"]
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
        if not self.env.su and "date" in vals and any(exception.generated for exception in self):
            raise UserError(self.env._("A public holiday keeps its day; change whether it is worked instead."))
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

    # Generating ----------------------------------------------------------------------------------------------

    @api.model
    def _cron_generate(self):
        """Write the exceptional days of this year and the next; days that are there already stay as they are.

        Days in lieu are decreed late in the year before and come with a new version of the library, so this runs every
        month and adds what is new.
        """
        year = to_vietnam(fields.Datetime.now()).year
        self._generate(year)
        self._generate(year + 1)

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


def _library_days(year):
    """Yield the days of ``year`` that the library makes different from its weekday: off on Monday to Friday, or
    worked on Saturday or Sunday."""
    library = holidays.country_holidays("VN", years=year, language="vi")
    for day, name in sorted(library.items()):
        if day.year == year and day.weekday() < 5:
            yield {"date": day, "kind": OFF, "name": name}
    for day in sorted(library.weekend_workdays):
        if day.year == year:
            yield {"date": day, "kind": WORKING, "name": "Làm bù"}
