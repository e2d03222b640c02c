"""Working days, against the `holidays` library day by day."""

import tempfile
from datetime import date, datetime, timedelta

import holidays
from hypothesis import given
from hypothesis import strategies as st

try:
    from .domain_common import DomainCase, load
except ImportError:
    from domain_common import DomainCase, load

WorkingCalendar = load("deadlines.calendar").WorkingCalendar
clocks = load("deadlines.clocks")
swaps = load("deadlines.swaps")
VIETNAM = load("deadlines.clocks").VIETNAM

FIRST, LAST = date(2018, 1, 1), date(2030, 12, 31)
DAY = timedelta(days=1)
days = st.dates(FIRST, LAST)
exceptions = st.dictionaries(days, st.sampled_from(["off", "working"]), max_size=30)


def walk(calendar, day, count):
    """Go to the count-th working day one day at a time: slow, and plainly right."""
    step = DAY if count > 0 else -DAY
    while count:
        day += step
        if calendar.is_working_day(day):
            count -= 1 if count > 0 else -1
    return day


class TestLibrary(DomainCase):
    def test_every_day_of_2018_to_2030_agrees_but_for_the_decided_swaps(self):
        calendar = WorkingCalendar({swap.off: "working" for swap in swaps.SWAPS if swap.off == date(2026, 1, 2)})
        calendar = WorkingCalendar({**calendar.exceptions, date(2026, 1, 10): "off"})
        library = {y: holidays.country_holidays("VN", years=y) for y in range(2018, 2031)}
        day = FIRST
        while day <= LAST:
            self.assertEqual(calendar.is_working_day(day), library[day.year].is_working_day(day), day)
            day += DAY

    def test_saturdays_worked_in_exchange(self):
        calendar = WorkingCalendar()
        for saturday, day_off in (
            (date(2019, 1, 5), date(2018, 12, 31)),
            (date(2019, 5, 4), date(2019, 4, 29)),
            (date(2024, 5, 4), date(2024, 4, 29)),
            (date(2025, 4, 26), date(2025, 5, 2)),
            (date(2026, 1, 10), date(2026, 1, 2)),
            (date(2026, 8, 22), date(2026, 8, 31)),
        ):
            with self.subTest(saturday=saturday):
                self.assertTrue(calendar.is_working_day(saturday))
                self.assertFalse(calendar.is_working_day(day_off))

    def test_tet_is_one_long_pause(self):
        calendar = WorkingCalendar()
        for last, first in (
            (date(2020, 1, 22), date(2020, 1, 30)),
            (date(2023, 1, 19), date(2023, 1, 27)),
            (date(2025, 1, 24), date(2025, 2, 3)),
            (date(2026, 2, 13), date(2026, 2, 23)),
        ):
            with self.subTest(tet=first.year):
                self.assertEqual(calendar.next_working_day(last), first)

    def test_years_without_a_lunar_calendar_are_refused(self):
        for day in (date(1980, 1, 2), date(2101, 1, 3)):
            with self.subTest(day=day), self.assertRaises(ValueError):
                WorkingCalendar().is_working_day(day)


class TestSwaps(DomainCase):
    def test_each_names_its_source_and_swaps_a_weekday_for_a_weekend(self):
        for swap in swaps.SWAPS:
            with self.subTest(swap.off):
                self.assertTrue(swap.source)
                self.assertLess(swap.off.weekday(), 5)
                self.assertGreater(swap.worked.weekday(), 4)

    def test_both_years_of_a_swap_over_new_year(self):
        calendar = WorkingCalendar()
        self.assertEqual(calendar.next_working_day(date(2018, 12, 28)), date(2019, 1, 2))
        self.assertTrue(calendar.is_working_day(date(2019, 1, 5)))
        made_up = WorkingCalendar({date(2027, 12, 31): "off", date(2028, 1, 8): "working"})
        self.assertEqual(made_up.next_working_day(date(2027, 12, 30)), date(2028, 1, 4))
        self.assertEqual(made_up.working_days_between(date(2027, 12, 30), date(2028, 1, 10)), 6)

    def test_deadlines_reckon_with_them(self):
        arrival = datetime(2025, 12, 31, 9, tzinfo=VIETNAM)
        self.assertEqual(clocks.end_of_next_working_day(arrival).date(), date(2026, 1, 5))
        self.assertEqual(clocks.n_working_days(arrival, 6).date(), date(2026, 1, 10))

    def test_a_line_without_a_source_is_refused(self):
        with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
            file.write("off,worked,source\n2027-12-31,2028-01-08,\n")
            file.flush()
            with self.assertRaisesRegex(ValueError, "source"):
                swaps.read(file.name)

    def test_years_with_computed_days_only(self):
        self.assertTrue(swaps.is_decided(2026))
        self.assertTrue(swaps.is_decided(2019), "the second year of a swap over New Year")
        self.assertFalse(swaps.is_decided(2031))


class TestExceptions(DomainCase):
    def test_an_exception_wins_over_the_library(self):
        calendar = WorkingCalendar({date(2026, 1, 2): "off", date(2026, 1, 10): "working"})
        self.assertFalse(calendar.is_working_day(date(2026, 1, 2)))
        self.assertTrue(calendar.is_working_day(date(2026, 1, 10)))
        self.assertEqual(calendar.next_working_day(date(2026, 1, 1)), date(2026, 1, 5))
        self.assertEqual(calendar.next_working_day(date(2026, 1, 9)), date(2026, 1, 10))

    def test_calendars_do_not_share_exceptions(self):
        WorkingCalendar({date(2026, 1, 5): "off"}).is_working_day(date(2026, 1, 5))
        self.assertTrue(WorkingCalendar().is_working_day(date(2026, 1, 5)))

    def test_the_callers_dict_is_copied(self):
        given_days = {date(2026, 1, 5): "off"}
        calendar = WorkingCalendar(given_days)
        given_days.clear()
        self.assertFalse(calendar.is_working_day(date(2026, 1, 5)))

    def test_nonsense_is_refused(self):
        with self.assertRaises(ValueError):
            WorkingCalendar({date(2026, 1, 5): "half"})
        with self.assertRaises(TypeError):
            WorkingCalendar({datetime(2026, 1, 5): "off"})
        with self.assertRaises(TypeError):
            WorkingCalendar().is_working_day(datetime(2026, 1, 5))

    @given(exceptions, days)
    def test_an_exception_changes_its_own_day_only(self, kinds, day):
        ours, library = WorkingCalendar(kinds), WorkingCalendar()
        expected = kinds[day] == "working" if day in kinds else library.is_working_day(day)
        self.assertEqual(ours.is_working_day(day), expected)


class TestCounting(DomainCase):
    @given(exceptions, days, st.integers(-60, 60).filter(bool))
    def test_adding_is_walking_day_by_day(self, kinds, day, count):
        calendar = WorkingCalendar(kinds)
        self.assertEqual(calendar.add_working_days(day, count), walk(calendar, day, count))

    @given(exceptions, days, st.integers(1, 600))
    def test_between_undoes_adding(self, kinds, day, count):
        calendar = WorkingCalendar(kinds)
        self.assertEqual(calendar.working_days_between(day, calendar.add_working_days(day, count)), count)

    @given(exceptions, days, days, days)
    def test_stretches_add_up(self, kinds, a, b, c):
        between = WorkingCalendar(kinds).working_days_between
        self.assertEqual(between(a, b) + between(b, c), between(a, c))

    @given(exceptions, days)
    def test_next_is_later_and_working_and_nothing_in_between(self, kinds, day):
        calendar = WorkingCalendar(kinds)
        found = calendar.next_working_day(day)
        self.assertGreater(found, day)
        self.assertTrue(calendar.is_working_day(found))
        self.assertEqual(calendar.working_days_between(day, found), 1)

    @given(days)
    def test_zero_stays_on_a_working_day(self, day):
        calendar = WorkingCalendar()
        found = calendar.add_working_days(day, 0)
        self.assertEqual(found == day, calendar.is_working_day(day))
        self.assertTrue(calendar.is_working_day(found))
