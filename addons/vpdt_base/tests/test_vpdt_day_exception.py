"""Exceptional days: written from the library, edited by people, given to the clocks of the law."""

from datetime import date, datetime, timedelta

import holidays
from freezegun import freeze_time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from psycopg2 import IntegrityError

from ..deadlines import CLOCKS, WorkingCalendar
from ..deadlines.swaps import SWAPS
from ..vietnam import to_vietnam
from .common import VpdtCase

YEARS = range(2018, 2031)
days = st.dates(date(2018, 1, 1), date(2030, 12, 31))


@tagged("post_install", "-at_install")
class TestDayException(VpdtCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Day = cls.env["vpdt.day.exception"]
        cls.admin = cls._make_user("unit_admin", cls.agency, "group_unit_admin")
        for year in YEARS:
            cls.Day._generate(year)

    def add(self, day, kind, **values):
        return self.Day.create({"date": day, "kind": kind, "name": "Thử", **values})

    def of_day(self, day):
        return self.Day.search([("date", "=", day), ("company_id", "=", False)])

    # Generating --------------------------------------------------------------------------------------------------

    def test_holidays_and_swapped_saturdays_are_written(self):
        for day, kind in (("2026-09-02", "off"), ("2026-02-17", "off"), ("2026-08-22", "working")):
            with self.subTest(day=day):
                found = self.of_day(day)
                self.assertEqual((found.kind, found.generated), (kind, True))
        self.assertFalse(self.of_day("2026-03-04"))
        self.assertIn("Quốc khánh", self.of_day("2026-09-02").name)

    def test_written_once(self):
        self.assertEqual(self.Day._generate(2026), 0)

    def test_the_job_writes_this_year_and_the_next(self):
        with freeze_time("2040-12-31 18:00:00"):  # the 1st of January 2041 in Viet Nam
            self.Day._cron_generate()
        years = {day.year for day in self.Day.search([("date", ">=", "2040-01-01")]).mapped("date")}
        self.assertEqual(years, {2041, 2042})

    def test_what_people_changed_stays(self):
        found = self.of_day("2026-09-02")
        found.write({"kind": "working", "source": "01/CT-TTg"})
        self.Day._generate(2026)
        self.assertEqual(self.of_day("2026-09-02").kind, "working")

    def test_a_decided_swap_is_written_with_its_source(self):
        for day, kind in (
            ("2026-01-02", "off"),
            ("2026-01-10", "working"),
            ("2018-12-31", "off"),
            ("2019-01-05", "working"),
        ):
            with self.subTest(day=day):
                found = self.of_day(day)
                self.assertEqual((found.kind, found.generated), (kind, True))
                self.assertIn("VPCP-KGVX", found.source)

    # December --------------------------------------------------------------------------------------------------------

    def asked(self, year=2041):
        rows = self.Day.search([("date", ">=", f"{year}-01-01"), ("date", "<=", f"{year}-12-31")])
        return rows.activity_ids

    def test_december_asks_for_the_days_of_a_year_that_is_only_computed(self):
        system_admin = self._make_user("system_admin", self.agency, "group_system_admin")
        with freeze_time("2040-11-30 16:59:00"):
            self.Day._cron_generate()
        self.assertFalse(self.asked())
        with freeze_time("2040-11-30 17:01:00"):  # the 1st of December in Viet Nam
            self.Day._cron_generate()
            self.Day._cron_generate()
        asked = self.asked()
        self.assertEqual(len(set(asked.mapped("res_id"))), 1)
        for person in (self.admin, system_admin):
            self.assertEqual(len(asked.filtered(lambda activity, person=person: activity.user_id == person)), 1)
        self.assertNotIn(self.clerk, asked.user_id)
        self.assertIn("2041", asked[0].summary)

    def test_a_decided_day_answers_the_question(self):
        with freeze_time("2040-12-10 05:00:00"):
            self.Day._cron_generate()
            self.assertTrue(self.asked())
            self.add("2041-01-04", "off", source="Văn bản 1/VPCP-KGVX")
            self.Day._cron_generate()
            self.assertFalse(self.asked())

    def test_a_year_with_known_swaps_is_not_asked_for(self):
        with freeze_time("2025-12-10 05:00:00"):
            self.Day._cron_generate()
        self.assertFalse(self.asked(2026))

    # Importing -------------------------------------------------------------------------------------------------------

    def load_list(self, rows, columns=("date", "kind", "name"), user=None, **context):
        Day = self.Day.with_user(user or self._make_user("system_admin", self.agency, "group_system_admin"))
        result = Day.with_context(**context).load(list(columns), [list(row) for row in rows])
        self.assertFalse(result["messages"])
        return result

    def test_a_list_of_swaps_over_new_year_is_imported_and_counts_in_both_years(self):
        rows = (("2018-12-31", "off", "swap"), ("2027-12-31", "off", "swap"), ("2028-01-08", "work", "swap"))
        self.load_list(rows)
        calendar = self.Day._calendar()
        self.assertEqual(calendar.next_working_day(date(2027, 12, 30)), date(2028, 1, 4))
        self.assertTrue(calendar.is_working_day(date(2028, 1, 8)))

    def test_a_second_import_changes_nothing_and_days_entered_already_are_changed(self):
        rows = (("2026-09-02", "Working Day", "Trực"), ("2031-03-08", "làm bù", "Trực"))
        admin = self._make_user("system_admin", self.agency, "group_system_admin")
        for _time in range(2):
            self.load_list(rows, user=admin)
            self.assertEqual((self.of_day("2026-09-02").kind, self.of_day("2026-09-02").generated), ("working", True))
            self.assertEqual(self.of_day("2031-03-08").kind, "working")

    def test_a_unit_administrators_import_is_his_agencys(self):
        context = {"default_company_id": self.agency.id, "allowed_company_ids": self.agency.ids}
        self.load_list((("2026-09-02", "work", "Trực"),), user=self.admin, **context)
        self.assertEqual(self.of_day("2026-09-02").kind, "off")
        self.assertTrue(self.Day._calendar(self.agency).is_working_day(date(2026, 9, 2)))
        self.assertFalse(self.Day._calendar(self.other_agency).is_working_day(date(2026, 9, 2)))

    # The calendar ---------------------------------------------------------------------------------------------------

    def test_the_rows_say_what_the_library_says(self):
        library = WorkingCalendar()
        calendar = self.Day._calendar()
        day = date(YEARS[0], 1, 1)
        while day.year in YEARS:
            self.assertEqual(calendar.is_working_day(day), library.is_working_day(day), day)
            day += timedelta(days=1)

    def test_the_rows_are_all_that_differs_from_the_weekday(self):
        known = {row.date: row.kind for row in self.Day.search([("company_id", "=", False)])}
        swapped = {swap.off: False for swap in SWAPS} | {swap.worked: True for swap in SWAPS}
        for year in YEARS:
            library = holidays.country_holidays("VN", years=year)
            day = date(year, 1, 1)
            while day.year == year:
                expected = known[day] == "working" if day in known else day.weekday() < 5
                self.assertEqual(swapped.get(day, library.is_working_day(day)), expected, day)
                day += timedelta(days=1)

    def test_an_exception_counts_at_once(self):
        saturday = date(2031, 3, 8)
        self.assertFalse(self.Day._calendar(self.agency).is_working_day(saturday))
        exception = self.add(saturday, "working", company_id=self.agency.id)
        self.assertTrue(self.Day._calendar(self.agency).is_working_day(saturday))
        self.assertFalse(self.Day._calendar(self.other_agency).is_working_day(saturday))
        self.assertFalse(self.Day._calendar().is_working_day(saturday))
        exception.kind = "off"
        self.assertFalse(self.Day._calendar(self.agency).is_working_day(saturday))
        exception.unlink()
        self.assertFalse(self.Day._calendar(self.agency).is_working_day(saturday))

    def test_the_agencys_own_day_wins(self):
        day = date(2026, 9, 2)
        self.add(day, "working", company_id=self.agency.id)
        self.assertTrue(self.Day._calendar(self.agency).is_working_day(day))
        self.assertFalse(self.Day._calendar(self.other_agency).is_working_day(day))

    def test_one_row_a_day_and_agency(self):
        for company in (False, self.agency.id):
            self.add("2031-03-08", "working", company_id=company)
            with (
                self.subTest(company=company),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
                self.assertLogs("odoo.sql_db", "ERROR"),
            ):
                self.add("2031-03-08", "off", company_id=company)

    def test_years_that_the_calendar_does_not_know_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "1990 to 2100"):
            self.add("2101-01-03", "off")

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(start=days, changed=st.dictionaries(days, st.sampled_from(["off", "working"]), max_size=4))
    def test_deadlines_reckon_with_the_exceptions(self, start, changed):
        with self.env.cr.savepoint() as savepoint:
            for day, kind in changed.items():
                self.add(day, kind, company_id=self.agency.id)
            expected = WorkingCalendar(changed)
            arrival = datetime(start.year, start.month, start.day, 8, 30)
            for code in ("register_incoming", "release_electronic", "receipt_notice", "account_request"):
                due = to_vietnam(self.Day._deadline(code, arrival, self.agency))
                self.assertEqual(due, CLOCKS[code].deadline(to_vietnam(arrival), expected), (code, start))
            savepoint.rollback()
            self.env.registry.clear_cache()

    # Who writes ------------------------------------------------------------------------------------------------------

    def test_a_public_holiday_is_changed_not_deleted(self):
        found = self.of_day("2026-09-02")
        with self.assertRaisesRegex(UserError, "not deleted"):
            found.unlink()
        system_admin = self._make_user("system_admin", self.agency, "group_system_admin")
        with self.assertRaisesRegex(UserError, "keeps its day"):
            found.with_user(system_admin).date = "2026-09-03"
        found.with_user(system_admin).write({"kind": "working", "source": "01/CT-TTg"})

    def test_people_do_not_pass_rows_off_as_generated(self):
        Day = self.Day.with_user(self.admin).with_context(allowed_company_ids=self.agency.ids)
        values = {"name": "Thử", "date": "2031-03-08", "company_id": self.agency.id, "generated": True}
        with self.assertRaisesRegex(AccessError, "From the calendar"):
            Day.create(values)
        del values["generated"]
        self.assertFalse(Day.with_context(default_generated=True).create(values).generated)

    def test_the_unit_administrator_keeps_his_agencys_only(self):
        Day = self.Day.with_user(self.admin).with_context(allowed_company_ids=self.agency.ids)
        for company in (False, self.other_agency.id):
            with self.subTest(company=company), self.assertRaises(AccessError):
                Day.create({"name": "Thử", "date": "2031-03-08", "company_id": company})
