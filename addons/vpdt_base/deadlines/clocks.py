"""The clocks of the law: from a moment to the latest moment something must be done.

Moments are aware datetimes of any zone; every answer is aware and in Asia/Ho_Chi_Minh.
A naive moment raises `ValueError` (use `vietnam.to_vietnam` on what comes from the database).
"The end of a day" is 23:59:59, so that the deadline is shown on the day it belongs to.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from .calendar import WorkingCalendar

# The zone of people and of the law.
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

# "Buổi sáng" has no hour in Quyết định 28/2018; noon is our reading of it.
NOON = time(12, 0)
LAST_SECOND = time(23, 59, 59)

_LIBRARY_CALENDAR = WorkingCalendar()


def immediately(moment, calendar=None):
    """Return the moment itself: an urgent document waits for nothing.

    Hỏa tốc, thượng khẩn, khẩn: Nghị định 30/2020, điểm c khoản 2 Điều 4, khoản 1 Điều 18, khoản 1 Điều 23.
    """
    return _local(moment)


def end_of_day(moment, calendar=None):
    """Return the end of the day of `moment`, be it a working day or not.

    "Trong ngày": the notice of receipt, Nghị định 30/2020, điểm c khoản 2 Điều 21.
    """
    return _at(_local(moment).date(), LAST_SECOND)


def next_working_morning(moment, end=NOON, calendar=None):
    """Return `end` (a time of day, noon by default) of the next working day.

    "Chậm nhất là trong buổi sáng của ngày làm việc tiếp theo": sending an electronic
    document, Quyết định 28/2018/QĐ-TTg, khoản 2 Điều 6.
    """
    return _at(_calendar(calendar).next_working_day(_local(moment).date()), end)


def end_of_next_working_day(moment, calendar=None):
    """Return the end of the next working day.

    "Chậm nhất trong ngày làm việc tiếp theo": registering, issuing and forwarding,
    Nghị định 30/2020, điểm c khoản 2 Điều 4, khoản 1 Điều 18, khoản 1 Điều 23.
    """
    return n_working_days(moment, 1, calendar)


def n_working_days(moment, count, calendar=None):
    """Return the end of the `count`-th working day after the day of `moment`.

    The day of `moment` is not counted and the last day runs to its end (Bộ luật Dân sự
    2015, khoản 2 Điều 147, khoản 6 Điều 148). Raises `ValueError` when `count` is below 1.
    """
    _check_count(count)
    return _at(_calendar(calendar).add_working_days(_local(moment).date(), count), LAST_SECOND)


def n_days(moment, count, calendar=None):
    """Return the end of the `count`-th calendar day after the day of `moment`.

    A last day that is not a working day moves to the next one (Bộ luật Dân sự 2015,
    khoản 5 Điều 148). Raises `ValueError` when `count` is below 1.
    """
    _check_count(count)
    last = _local(moment).date() + timedelta(days=count)
    return _at(_calendar(calendar).add_working_days(last, 0), LAST_SECOND)


@dataclass(frozen=True)
class Clock:
    """One deadline of the law as data.

    `function` takes (moment, *, calendar, **params); `starts` says what moment that is.
    """

    code: str
    function: Callable[..., datetime]
    starts: str
    legal_basis: str
    params: dict = field(default_factory=dict)

    def deadline(self, moment, calendar=None, **params):
        """Return the deadline counted from `moment`; `params` override the clock's own."""
        return self.function(moment, calendar=calendar, **{**self.params, **params})


CLOCKS = {
    clock.code: clock
    for clock in (
        Clock(
            "register_incoming",
            end_of_next_working_day,
            "arrival",
            "điểm c khoản 2 Điều 4 Nghị định số 30/2020/NĐ-CP",
        ),
        Clock(
            "register_incoming_urgent",
            immediately,
            "arrival",
            "điểm c khoản 2 Điều 4 Nghị định số 30/2020/NĐ-CP",
        ),
        Clock(
            "receipt_notice",
            end_of_day,
            "arrival",
            "điểm c khoản 2 Điều 21 Nghị định số 30/2020/NĐ-CP",
        ),
        Clock(
            "submit_incoming",
            end_of_next_working_day,
            "arrival",
            "khoản 1 Điều 23 Nghị định số 30/2020/NĐ-CP",
        ),
        Clock(
            "submit_incoming_urgent",
            immediately,
            "arrival",
            "khoản 1 Điều 23 Nghị định số 30/2020/NĐ-CP; khoản 2 Điều 6 Quyết định số 28/2018/QĐ-TTg",
        ),
        Clock(
            "release_electronic",
            next_working_morning,
            "signature",
            "khoản 2 Điều 6 Quyết định số 28/2018/QĐ-TTg",
        ),
        Clock(
            "release_paper",
            end_of_next_working_day,
            "signature",
            "khoản 1 Điều 18 Nghị định số 30/2020/NĐ-CP",
        ),
        Clock(
            "release_urgent",
            immediately,
            "signature",
            "khoản 1 Điều 18 Nghị định số 30/2020/NĐ-CP; khoản 2 Điều 6 Quyết định số 28/2018/QĐ-TTg",
        ),
        Clock(
            "account_request",
            n_working_days,
            "request received",
            "Điều 9, Điều 10, Điều 11 Quy chế kèm theo Quyết định số 04/2026/QĐ-UBND tỉnh Đồng Tháp",
            {"count": 3},
        ),
        Clock(
            "organization_change_notice",
            n_days,
            "decision on the change",
            "khoản 3 Điều 7 Quy chế kèm theo Quyết định số 04/2026/QĐ-UBND tỉnh Đồng Tháp",
            {"count": 15},
        ),
        Clock(
            "disposal",
            n_days,
            "decision on the disposal",
            "Điều 16 Luật Lưu trữ số 33/2024/QH15; Thông tư số 06/2025/TT-BNV",
            {"count": 15},
        ),
    )
}


def deadline(code, moment, calendar=None, **params):
    """Return the deadline of the clock `code` counted from `moment`.

    Raises `KeyError` with the known codes when there is no such clock.
    """
    if code not in CLOCKS:
        raise KeyError(f"no clock {code!r}; known: {', '.join(sorted(CLOCKS))}")
    return CLOCKS[code].deadline(moment, calendar, **params)


@dataclass(frozen=True)
class Remaining:
    """What is left until a deadline, or how long it has passed.

    `unit` is ``'working_days'``, ``'hours'`` or ``'minutes'``; `amount` counts it and is
    never negative; `late` says on which side of the deadline we are.
    """

    unit: str
    amount: int
    late: bool


def remaining(now, due, calendar=None):
    """Return what is left at `now` until `due` as a `Remaining`.

    Counted in working days when at least one lies between the two days, else in whole
    hours of the clock, and in minutes within the last hour. At the very moment of the
    deadline one is not late yet.
    """
    now, due = _local(now), _local(due)
    late = now > due
    earlier, later = (due, now) if late else (now, due)
    days = _calendar(calendar).working_days_between(earlier.date(), later.date())
    if days:
        return Remaining("working_days", days, late)
    minutes = int((later - earlier).total_seconds() // 60)
    if minutes >= 60:
        return Remaining("hours", minutes // 60, late)
    # A deadline missed by seconds is missed: never say "0 minutes late".
    return Remaining("minutes", max(minutes, 1) if late else minutes, late)


# Source words of `say`, one entry for each thing it can say, for the translation files.
SAYINGS = {
    ("working_days", False): ("1 working day left", "%(count)s working days left"),
    ("hours", False): ("1 hour left", "%(count)s hours left"),
    ("minutes", False): ("1 minute left", "%(count)s minutes left"),
    ("working_days", True): ("1 working day late", "%(count)s working days late"),
    ("hours", True): ("1 hour late", "%(count)s hours late"),
    ("minutes", True): ("1 minute late", "%(count)s minutes late"),
}


def say(left):
    """Return a `Remaining` as (template, params): English source words to be translated.

    ``template % params`` gives the sentence; the templates are those of `SAYINGS`.
    """
    one, many = SAYINGS[left.unit, left.late]
    return (one if left.amount == 1 else many), {"count": left.amount}


def _local(moment):
    if moment.utcoffset() is None:
        raise ValueError(f"{moment!r} has no time zone")
    return moment.astimezone(VIETNAM)


def _at(day, clock_time):
    return datetime.combine(day, clock_time, tzinfo=VIETNAM)


def _calendar(calendar):
    return calendar or _LIBRARY_CALENDAR


def _check_count(count):
    if count < 1:
        raise ValueError(f"a deadline of {count} days makes no sense")
