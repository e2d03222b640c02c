"""Moments as people write them."""

from .dates import to_vietnam


def vietnam_time(moment):
    """Give a datetime (naive ones are UTC) as ``dd/mm/yyyy hh:mm:ss``, Vietnamese time; an empty string for none."""
    return to_vietnam(moment).strftime("%d/%m/%Y %H:%M:%S") if moment else ""


def vietnam_day(day):
    """Give a date as ``dd/mm/yyyy``; an empty string for none."""
    return day.strftime("%d/%m/%Y") if day else ""
