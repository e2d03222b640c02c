"""Days, moments and numbers as documents and people write them."""

from .time import local_day, to_vietnam


def official_date_parts(day):
    """Return (day, month, year) as written in a document: ``('05', '01', '2020')``.

    A zero stands before days below 10 and before months 1 and 2 only (Nghị định
    30/2020, Phụ lục I, Phần I, mục II.4): ``('29', '6', '2019')``. `day` is a date, or a
    datetime that is brought to Asia/Ho_Chi_Minh (naive = UTC). Raises `TypeError` for anything else.
    """
    if day is None or day is False:
        raise TypeError("a date is needed, not nothing")
    day = local_day(day)
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"{day.day:02d}", month, str(day.year)


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


def vietnam_time(moment):
    """Give a datetime (naive ones are UTC) as ``dd/mm/yyyy hh:mm:ss``, Vietnamese time; an empty string for none."""
    return to_vietnam(moment).strftime("%d/%m/%Y %H:%M:%S") if moment else ""


def vietnam_day(day):
    """Give a date, or the Vietnamese day of a datetime, as ``dd/mm/yyyy``; an empty string for none."""
    return local_day(day).strftime("%d/%m/%Y") if day else ""
