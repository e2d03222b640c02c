"""Working days and the clocks of the law; no ORM, no database.

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

__all__ = [
    "CLOCKS",
    "SAYINGS",
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
    "remaining",
    "say",
]
