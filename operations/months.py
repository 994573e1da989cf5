"""The weeks ahead as rows of days, for the small calendar beside the list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone

from operations.models import MaintenanceWindow

WEEKS = 6


@dataclass
class Day:
    """One cell of the calendar and the windows that touch it."""

    on: date
    is_today: bool
    is_past: bool
    windows: list[MaintenanceWindow] = field(default_factory=list)


def weeks_from(today: date, windows: Iterable[MaintenanceWindow]) -> list[list[Day]]:
    """Six weeks, Monday first, from the week of `today`, in the reader's zone."""
    monday = today - timedelta(days=today.weekday())
    days = [
        Day(on, is_today=on == today, is_past=on < today)
        for on in (monday + timedelta(days=n) for n in range(7 * WEEKS))
    ]
    by_date = {day.on: day for day in days}
    for window in windows:
        on = timezone.localdate(window.starts_at)
        last = timezone.localdate(window.ends_at - timedelta(microseconds=1))
        while on <= last:
            if on in by_date:
                by_date[on].windows.append(window)
            on += timedelta(days=1)
    return [days[start : start + 7] for start in range(0, len(days), 7)]
