"""Time in Viet Nam, and dates and numbers as its documents write them (Nghị định 30/2020, Phụ lục I)."""

from datetime import date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

try:
    from .domain_common import DomainCase, load
except ImportError:
    from domain_common import DomainCase, load

vietnam = load("vietnam")


class TestOfficialDates(DomainCase):
    def test_zero_before_small_days_and_the_first_two_months_only(self):
        for day, parts in {
            date(2020, 1, 5): ("05", "01", "2020"),
            date(2019, 6, 29): ("29", "6", "2019"),
            date(2026, 2, 10): ("10", "02", "2026"),
            date(2026, 3, 9): ("09", "3", "2026"),
            date(2026, 12, 31): ("31", "12", "2026"),
        }.items():
            with self.subTest(day=day):
                self.assertEqual(vietnam.official_date_parts(day), parts)

    def test_nothing_and_text_are_no_day(self):
        for day in (None, False, "2026-01-05"):
            with self.subTest(day=day), self.assertRaises(TypeError):
                vietnam.official_date_parts(day)

    def test_a_moment_is_dated_in_viet_nam(self):
        self.assertEqual(
            vietnam.official_date_parts(datetime(2025, 12, 31, 17, 0, tzinfo=timezone.utc)),
            ("01", "01", "2026"),
        )

    @given(st.dates(date(1, 1, 1), date(9999, 12, 31)))
    def test_the_parts_say_the_day(self, day):
        parts = vietnam.official_date_parts(day)
        self.assertEqual(tuple(map(int, parts)), (day.day, day.month, day.year))
        self.assertEqual(len(parts[0]), 2)
        self.assertEqual(parts[1].startswith("0"), day.month <= 2)


class TestOfficialNumbers(DomainCase):
    def test_zero_below_ten(self):
        written = [vietnam.official_number(n) for n in (1, 5, 9, 10, 128)]
        self.assertEqual(written, ["01", "05", "09", "10", "128"])

    def test_what_is_no_number_is_refused(self):
        for number, error in ((0, ValueError), (-3, ValueError), ("5", TypeError), (True, TypeError)):
            with self.subTest(number=number), self.assertRaises(error):
                vietnam.official_number(number)


class TestRegisterYear(DomainCase):
    def test_the_year_changes_at_midnight_in_viet_nam(self):
        self.assertEqual(vietnam.year_of(datetime(2025, 12, 31, 16, 59, 59)), 2025)
        self.assertEqual(vietnam.year_of(datetime(2025, 12, 31, 17, 0, 0)), 2026)

    def test_any_zone_gives_the_same_year(self):
        moment = datetime(2025, 12, 31, 17, 0, tzinfo=timezone.utc)
        tokyo = moment.astimezone(timezone(timedelta(hours=9)))
        self.assertEqual(vietnam.year_of(tokyo), vietnam.year_of(moment))

    def test_a_day_is_its_own_year(self):
        self.assertEqual(vietnam.year_of(date(2025, 12, 31)), 2025)

    def test_text_is_refused(self):
        with self.assertRaises(TypeError):
            vietnam.year_of("2025-12-31")


class TestConversion(DomainCase):
    @given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)))
    def test_there_and_back(self, utc):
        self.assertEqual(vietnam.to_utc_naive(vietnam.to_vietnam(utc)), utc)

    def test_a_naive_moment_has_no_utc(self):
        with self.assertRaises(ValueError):
            vietnam.to_utc_naive(datetime(2026, 1, 1))

    def test_the_day_of_a_moment_is_that_of_viet_nam(self):
        self.assertEqual(vietnam.local_day(datetime(2025, 12, 31, 17, 0)), date(2026, 1, 1))
        self.assertEqual(vietnam.local_day(date(2025, 12, 31)), date(2025, 12, 31))
        self.assertIsNone(vietnam.local_day(False))

    def test_days_and_moments_as_people_write_them(self):
        self.assertEqual(vietnam.vietnam_day(datetime(2025, 12, 31, 17, 0)), "01/01/2026")
        self.assertEqual(vietnam.vietnam_time(datetime(2025, 12, 31, 17, 0)), "01/01/2026 00:00:00")
        self.assertEqual((vietnam.vietnam_day(None), vietnam.vietnam_time(False)), ("", ""))
