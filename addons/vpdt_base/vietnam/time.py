"""Moments and days in the zone of people and of the law; the database keeps UTC."""

from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo

# A register's year changes at midnight here.
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


def today():
    """Return the day it is in Viet Nam now, whatever zone a client names."""
    return datetime.now(timezone.utc).astimezone(VIETNAM).date()


def local_day(moment):
    """Return the Vietnamese day (date) of a moment; a date is a Vietnamese day already.

    A naive datetime is taken as UTC; nothing (``False``, ``None``) gives ``None``. Raises `TypeError` for the rest.
    """
    if moment is None or moment is False:
        return None
    # datetime is a subclass of date: ask for it first.
    if isinstance(moment, datetime):
        return to_vietnam(moment).date()
    if isinstance(moment, date):
        return moment
    raise TypeError(f"a date is needed, not {type(moment).__name__}")


def year_of(moment):
    """Return the register year (int) of a moment: the year in Asia/Ho_Chi_Minh.

    Numbers start again at 01 on 1 January, Vietnamese time (Nghị định 30/2020, Điều 15). `moment` as for `local_day`.
    """
    return local_day(moment).year
