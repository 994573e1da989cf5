"""When a window is announced: arithmetic of working days, no clock, no database."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

SATURDAY = 5
ANNOUNCING_HOUR = time(9, 0)


def announcement(starts_at: datetime, working_days: int, zone: ZoneInfo) -> datetime:
    """Nine in the morning, so many working days (Monday to Friday) before the start.

    Counted on the calendar of `zone`, the vendor's; a window in the small hours of
    Sunday counts from Saturday's evening side, so nobody gets a day less [MA-18].
    """
    day = starts_at.astimezone(zone).date()
    left = working_days
    while left:
        day -= timedelta(days=1)
        if day.weekday() < SATURDAY:
            left -= 1
    return datetime.combine(day, ANNOUNCING_HOUR, tzinfo=zone)
