"""Moments of the demo, all counted from one now in the vendor's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

SATURDAY = 5


@dataclass(frozen=True)
class Moments:
    """Days and hours before and after `at`."""

    at: datetime

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(settings.TIME_ZONE)

    @property
    def today(self) -> date:
        return self.at.astimezone(self.zone).date()

    def day(self, days: int) -> date:
        """So many days from today; before it when negative."""
        return self.today + timedelta(days=days)

    def before(self, **span: float) -> datetime:
        """`before(hours=2)`: that long ago, to the minute."""
        return (self.at - timedelta(**span)).replace(second=0, microsecond=0)

    def on(self, day: date, hour: int, minute: int = 0) -> datetime:
        """A wall-clock moment of a day, never later than now."""
        moment = datetime.combine(day, time(hour, minute), self.zone)
        return min(moment, self.at) if day <= self.today else moment

    def ago(self, days: int, hour: int = 9, minute: int = 0) -> datetime:
        """So many days ago, on a working day: weekends move to the Friday before."""
        day = self.day(-days)
        while day.weekday() >= SATURDAY:
            day -= timedelta(days=1)
        return self.on(day, hour, minute)

    def weekend_night(self, weeks: int, hour: int) -> datetime:
        """An hour of a coming Saturday, in two to eight days and so many weeks more."""
        ahead = (SATURDAY - self.today.weekday() - 2) % 7 + 2 + 7 * weeks
        return self.on(self.day(ahead), hour)
