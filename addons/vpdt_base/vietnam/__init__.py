"""Time as the law and people in Viet Nam count it, and dates and numbers as its documents write them.

No ORM, no database, no other package of the product. The domain packages that run alone (`deadlines`, `signing`, …)
name the zone themselves; everything with the ORM takes time, days and numbers from here.
"""

from .time import VIETNAM, local_day, to_utc_naive, to_vietnam, today, year_of
from .titles import title_before
from .writing import official_date_parts, official_number, vietnam_day, vietnam_time

__all__ = [
    "VIETNAM",
    "local_day",
    "official_date_parts",
    "official_number",
    "to_utc_naive",
    "title_before",
    "to_vietnam",
    "today",
    "vietnam_day",
    "vietnam_time",
    "year_of",
]
