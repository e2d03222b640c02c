"""The clocks of the law; the examples are dates a clerk meets."""

from datetime import date, datetime, time, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

try:
    from .domain_common import DomainCase, load
except ImportError:
    from domain_common import DomainCase, load

clocks = load("deadlines.clocks")
WorkingCalendar = load("deadlines.calendar").WorkingCalendar
VIETNAM = load("deadlines.clocks").VIETNAM

moments = st.datetimes(datetime(2018, 1, 1), datetime(2030, 12, 1), timezones=st.just(timezone.utc))


def at(text):
    """Return a moment in Viet Nam: ``at("2026-03-06 16:40")``."""
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


class TestClocks(DomainCase):
    def check(self, code, start, expected, **kwargs):
        found = clocks.deadline(code, at(start), **kwargs)
        self.assertEqual(found, at(expected))
        self.assertEqual(found.tzinfo, VIETNAM)

    def test_electronic_release_by_the_next_working_morning(self):
        self.check("release_electronic", "2026-03-05 08:00", "2026-03-06 12:00")
        self.check("release_electronic", "2026-03-06 16:40", "2026-03-09 12:00")

    def test_before_tet_the_next_working_day_is_far(self):
        self.check("release_electronic", "2026-02-13 16:00", "2026-02-23 12:00")
        self.check("release_paper", "2026-02-13 16:00", "2026-02-23 23:59:59")

    def test_a_saturday_worked_in_exchange_is_a_working_day(self):
        self.check("release_electronic", "2026-08-21 16:00", "2026-08-22 12:00")
        self.check("release_electronic", "2026-08-28 16:00", "2026-09-03 12:00")

    def test_the_agencys_own_day_off_counts(self):
        calendar = WorkingCalendar({date(2026, 3, 6): "off"})
        self.check("release_electronic", "2026-03-05 08:00", "2026-03-09 12:00", calendar=calendar)

    def test_the_hour_that_ends_the_morning_can_be_set(self):
        self.check("release_electronic", "2026-03-05 08:00", "2026-03-06 11:30", end=time(11, 30))

    def test_receipt_is_told_within_the_day_even_on_sunday(self):
        self.check("receipt_notice", "2026-03-08 21:15", "2026-03-08 23:59:59")

    def test_registered_and_submitted_by_the_next_working_day(self):
        for code in ("register_incoming", "submit_incoming"):
            self.check(code, "2026-03-06 16:59", "2026-03-09 23:59:59")

    def test_urgent_documents_wait_for_nothing(self):
        for code in ("release_urgent", "register_incoming_urgent", "submit_incoming_urgent"):
            self.check(code, "2026-03-08 02:00", "2026-03-08 02:00")

    def test_account_requests_take_three_working_days(self):
        self.check("account_request", "2026-04-24 09:00", "2026-05-04 23:59:59")

    def test_fifteen_days_end_on_a_working_day(self):
        self.check("organization_change_notice", "2026-03-02 09:00", "2026-03-17 23:59:59")
        self.check("disposal", "2026-03-06 09:00", "2026-03-23 23:59:59")

    def test_the_day_is_the_day_in_viet_nam(self):
        late_evening_utc = datetime(2026, 3, 5, 17, 30, tzinfo=timezone.utc)  # 00:30 on the 6th
        self.assertEqual(clocks.deadline("receipt_notice", late_evening_utc), at("2026-03-06 23:59:59"))

    def test_a_moment_without_zone_is_refused(self):
        for code in clocks.CLOCKS:
            with self.subTest(code=code), self.assertRaises(ValueError):
                clocks.deadline(code, datetime(2026, 3, 5, 8, 0))

    def test_an_unknown_clock_names_the_known_ones(self):
        with self.assertRaisesRegex(KeyError, "release_paper"):
            clocks.deadline("release", at("2026-03-05 08:00"))

    def test_less_than_one_day_is_refused(self):
        for function in (clocks.n_days, clocks.n_working_days):
            with self.subTest(function=function), self.assertRaises(ValueError):
                function(at("2026-03-05 08:00"), 0)

    def test_every_clock_names_its_law(self):
        for code, clock in clocks.CLOCKS.items():
            with self.subTest(code=code):
                self.assertEqual(clock.code, code)
                self.assertRegex(clock.legal_basis, r"Điều \d+")

    @given(moments, st.sampled_from(sorted(clocks.CLOCKS)))
    def test_no_deadline_is_in_the_past_or_goes_back(self, moment, code):
        due = clocks.deadline(code, moment)
        self.assertGreaterEqual(due, moment.replace(microsecond=0))
        self.assertGreaterEqual(clocks.deadline(code, moment + timedelta(hours=7)), due)

    @given(moments, st.integers(1, 40))
    def test_n_working_days_end_on_a_working_day(self, moment, count):
        due, calendar = clocks.n_working_days(moment, count), WorkingCalendar()
        self.assertTrue(calendar.is_working_day(due.date()))
        start = moment.astimezone(VIETNAM).date()
        self.assertEqual(calendar.working_days_between(start, due.date()), count)


class TestRemaining(DomainCase):
    def said(self, now, due, calendar=None):
        template, params = clocks.say(clocks.remaining(at(now), at(due), calendar))
        return template % params

    def test_what_a_clerk_reads(self):
        for now, due, words in (
            ("2026-03-05 08:00", "2026-03-09 12:00", "2 working days left"),
            ("2026-03-06 16:00", "2026-03-09 12:00", "1 working day left"),
            ("2026-03-09 08:00", "2026-03-09 12:00", "4 hours left"),
            ("2026-03-09 10:30", "2026-03-09 12:00", "1 hour left"),
            ("2026-03-09 11:18", "2026-03-09 12:00", "42 minutes left"),
            ("2026-03-09 12:00", "2026-03-09 12:00", "0 minutes left"),
            ("2026-03-09 12:00:01", "2026-03-09 12:00", "1 minute late"),
            ("2026-03-09 15:00", "2026-03-09 12:00", "3 hours late"),
            ("2026-03-10 08:00", "2026-03-09 12:00", "1 working day late"),
            ("2026-02-23 08:00", "2026-02-12 12:00", "2 working days late"),
        ):
            with self.subTest(now=now, due=due):
                self.assertEqual(self.said(now, due), words)

    def test_a_day_off_is_no_day_left(self):
        calendar = WorkingCalendar({date(2026, 3, 6): "off"})
        self.assertEqual(self.said("2026-03-05 08:00", "2026-03-09 12:00", calendar), "1 working day left")

    @given(moments, moments)
    def test_late_is_after_the_deadline(self, now, due):
        left = clocks.remaining(now, due)
        self.assertEqual(left.late, now > due)
        self.assertGreaterEqual(left.amount, 0)
        self.assertIn((left.unit, left.late), clocks.SAYINGS)
