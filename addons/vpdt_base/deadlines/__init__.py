"""Working days, the clocks of the law and official dates; no ORM, no database.

Everything here is a pure function of its arguments: moments go in and come out as
aware datetimes, days as `datetime.date`, and a calendar is passed where it matters.
"""

from .calendar import WorkingCalendar
from .clocks import (
    CLOCKS,
    SAYINGS,
    Clock,
    Remaining,
    deadline,
    end_of_day,
    end_of_next_working_day,
    immediately,
    n_days,
    n_working_days,
    next_working_morning,
    remaining,
    say,
)
from .dates import (
    VIETNAM,
    official_date,
    official_date_parts,
    official_number,
    to_utc_naive,
    to_vietnam,
    year_of,
)

__all__ = [
    "CLOCKS",
    "SAYINGS",
    "VIETNAM",
    "Clock",
    "Remaining",
    "WorkingCalendar",
    "deadline",
    "end_of_day",
    "end_of_next_working_day",
    "immediately",
    "n_days",
    "n_working_days",
    "next_working_morning",
    "official_date",
    "official_date_parts",
    "official_number",
    "remaining",
    "say",
    "to_utc_naive",
    "to_vietnam",
    "year_of",
]
