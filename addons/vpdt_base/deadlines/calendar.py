"""Working days of Viet Nam: the `holidays` library, weekends, decided swaps, and our own exceptions."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType

import holidays

from .swaps import SWAPS

# The library knows the lunar calendar (Tết, Giỗ Tổ) for these years; outside of them it
# would answer with an empty list of holidays, which is worse than an error.
FIRST_YEAR, LAST_YEAR = 1990, 2100

OFF, WORKING = "off", "working"


@lru_cache(maxsize=64)
def _library_working_days(year):
    """Return the working days of `year` as sorted ordinals, by the library and the decided swaps."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"the calendar runs from {FIRST_YEAR} to {LAST_YEAR}, not to {year}")
    library = holidays.country_holidays("VN", years=year)
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    days = {ordinal for ordinal in range(first, last + 1) if library.is_working_day(date.fromordinal(ordinal))}
    days |= {swap.worked.toordinal() for swap in SWAPS if swap.worked.year == year}
    days -= {swap.off.toordinal() for swap in SWAPS if swap.off.year == year}
    return tuple(sorted(days))


class WorkingCalendar:
    """The working days of Viet Nam with the days an authority has decided otherwise.

    Saturday and Sunday are off; holidays, days off in lieu and Saturdays worked in
    exchange come from `holidays` ("VN") and from `swaps`. `exceptions` maps a date to ``'off'`` or
    ``'working'`` and always wins. A calendar never changes: make a new one when the
    exceptions change. Days outside 1990–2100 raise `ValueError`.
    """

    def __init__(self, exceptions: Mapping[date, str] | None = None):
        exceptions = dict(exceptions or {})
        for day, kind in exceptions.items():
            _check_day(day)
            if kind not in (OFF, WORKING):
                raise ValueError(f"{day}: {kind!r} is neither 'off' nor 'working'")
        self.exceptions = MappingProxyType(exceptions)
        self._years = {}

    def is_working_day(self, day):
        """Return whether `day` (a date) is a working day."""
        _check_day(day)
        days, ordinal = self._working_days(day.year), day.toordinal()
        index = bisect_left(days, ordinal)
        return index < len(days) and days[index] == ordinal

    def next_working_day(self, day):
        """Return the first working day after `day`, never `day` itself."""
        return self.add_working_days(day, 1)

    def add_working_days(self, day, count):
        """Return the `count`-th working day after `day`, or before it if `count` < 0.

        The day itself is not counted (Bộ luật Dân sự 2015, khoản 2 Điều 147). A count of
        0 gives `day` if it is a working day, else the next one.
        """
        _check_day(day)
        if count == 0:
            return day if self.is_working_day(day) else self.next_working_day(day)
        return self._forward(day, count) if count > 0 else self._backward(day, -count)

    def working_days_between(self, start, end):
        """Return how many working days lie after `start` up to and including `end`.

        Negative when `end` is before `start`. It undoes `add_working_days`:
        ``working_days_between(d, add_working_days(d, n)) == n`` for every n > 0.
        """
        _check_day(start)
        _check_day(end)
        if end < start:
            return -self.working_days_between(end, start)
        return self._count_until(end, start.year) - self._count_until(start, start.year)

    def _forward(self, day, count):
        year = day.year
        days = self._working_days(year)
        index = bisect_right(days, day.toordinal()) + count - 1
        while index >= len(days):
            index -= len(days)
            year += 1
            days = self._working_days(year)
        return date.fromordinal(days[index])

    def _backward(self, day, count):
        year = day.year
        days = self._working_days(year)
        index = bisect_left(days, day.toordinal()) - count
        while index < 0:
            year -= 1
            days = self._working_days(year)
            index += len(days)
        return date.fromordinal(days[index])

    def _count_until(self, day, first_year):
        """Return the working days from 1 January of `first_year` to `day`, both included."""
        whole_years = sum(len(self._working_days(y)) for y in range(first_year, day.year))
        return whole_years + bisect_right(self._working_days(day.year), day.toordinal())

    def _working_days(self, year):
        """Return the working days of `year`, exceptions applied, as sorted ordinals."""
        if year not in self._years:
            self._years[year] = self._apply_exceptions(year, _library_working_days(year))
        return self._years[year]

    def _apply_exceptions(self, year, days):
        mine = {day: kind for day, kind in self.exceptions.items() if day.year == year}
        if not mine:
            return days
        added = {day.toordinal() for day, kind in mine.items() if kind == WORKING}
        removed = {day.toordinal() for day, kind in mine.items() if kind == OFF}
        return tuple(sorted(added.union(days) - removed))


def _check_day(day):
    # A datetime is a date to Python, but compares and hashes differently: it would
    # silently miss every exception.
    if isinstance(day, datetime) or not isinstance(day, date):
        raise TypeError(f"a date is needed, not {day!r}")
