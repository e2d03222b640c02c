"""Working days that the Government has swapped, as data with the document that says so (`swaps.csv`).

The `holidays` library learns of them with a later version, if at all; a new line here holds at once for everybody.
"""

import csv
from datetime import date
from pathlib import Path
from typing import NamedTuple

from holidays.countries.vietnam import VietnamStaticHolidays

DATA = Path(__file__).with_name("swaps.csv")


class Swap(NamedTuple):
    """A day off that is worked on another day instead; the two may lie in different years."""

    off: date
    worked: date
    source: str


def read(path=DATA):
    """The swaps of a file with the columns off, worked (ISO dates) and source.

    :raises ValueError: a line without two dates or without a source
    """
    swaps = []
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if not (row["source"] or "").strip():
                raise ValueError(f"{row}: a swap needs the document that says so")
            swaps.append(Swap(date.fromisoformat(row["off"]), date.fromisoformat(row["worked"]), row["source"]))
    return tuple(swaps)


SWAPS = read()


def is_decided(year):
    """Whether anything of `year` is known to have been decided; else its days off are computed from the law alone.

    What the library lists for single years counts, too.
    """
    listed = VietnamStaticHolidays.special_public_holidays
    return year in listed or any(year in (swap.off.year, swap.worked.year) for swap in SWAPS)
