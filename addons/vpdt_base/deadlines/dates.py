"""Dates and numbers as an official document writes them (Nghị định 30/2020, Phụ lục I)."""

from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo

# The zone of people and of the law. A register's year changes at midnight here.
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def to_vietnam(moment):
    """Return `moment` as an aware datetime in Asia/Ho_Chi_Minh.

    A naive datetime is taken as UTC, which is what the database stores. Raises
    `TypeError` for anything but a datetime.
    """
    if not isinstance(moment, datetime):
        raise TypeError(f"a datetime is needed, not {type(moment).__name__}")
    if moment.utcoffset() is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return moment.astimezone(VIETNAM)


def to_utc_naive(moment):
    """Return the aware `moment` as a naive UTC datetime, the form the database stores.

    Raises `ValueError` for a naive datetime: nobody can know its zone any more.
    """
    if moment.utcoffset() is None:
        raise ValueError(f"{moment!r} has no time zone")
    return moment.astimezone(timezone.utc).replace(tzinfo=None)


def year_of(moment_utc):
    """Return the register year (int) of a moment: the year in Asia/Ho_Chi_Minh.

    Numbers start again at 01 on 1 January, Vietnamese time (Nghị định 30/2020, Điều 15).
    A naive datetime is taken as UTC; a `date` is a Vietnamese day already.
    """
    return _official_day(moment_utc).year


def official_date_parts(day):
    """Return (day, month, year) as written in a document: ``('05', '01', '2020')``.

    A zero stands before days below 10 and before months 1 and 2 only (Nghị định
    30/2020, Phụ lục I, Phần I, mục II.4): ``('29', '6', '2019')``. `day` is a date, or a
    datetime that is brought to Asia/Ho_Chi_Minh (naive = UTC).
    """
    day = _official_day(day)
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"{day.day:02d}", month, str(day.year)


def official_date(day, place):
    """Return place and date of a document: "Gia Lai, ngày 05 tháng 01 năm 2026".

    `day` as for `official_date_parts`. Raises `ValueError` when `place` is blank, since
    the place is a mandatory part of the line (Nghị định 30/2020, Điều 8).
    """
    if not place or not place.strip():
        raise ValueError("the place of issue is missing")
    day_text, month, year = official_date_parts(day)
    return f"{place.strip()}, ngày {day_text} tháng {month} năm {year}"


def official_number(number):
    """Return a document number as written: ``5`` → ``'05'``, ``128`` → ``'128'``.

    Arabic digits, a zero before numbers below 10 (Nghị định 30/2020, Phụ lục I, mục
    II.3). Raises `ValueError` below 1 and `TypeError` for anything but an int.
    """
    if isinstance(number, bool) or not isinstance(number, int):
        raise TypeError(f"a whole number is needed, not {number!r}")
    if number < 1:
        raise ValueError(f"a document number starts at 1, not {number}")
    return f"{number:02d}"


def _official_day(value):
    """Return the Vietnamese day of a date or datetime."""
    # datetime is a subclass of date: ask for it first.
    if isinstance(value, datetime):
        return to_vietnam(value).date()
    if isinstance(value, date):
        return value
    raise TypeError(f"a date is needed, not {type(value).__name__}")
