"""How the inbox is laid out: one group for each day of the reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _

from companies.models import Notice
from ui import times


@dataclass(frozen=True)
class Day:
    """What came on one day, newest first."""

    on: date
    label: str
    notices: list[Notice]


def by_day(notices: Iterable[Notice], *, at: datetime) -> list[Day]:
    """The days of the zone that is on at the moment: that of the reader."""
    today = timezone.localdate(at)
    groups = groupby(notices, key=lambda row: timezone.localdate(row.created_at))
    return [Day(on, label(on, today), list(rows)) for on, rows in groups]


def label(on: date, today: date) -> str:
    """Today; Yesterday; Sat 21 Nov; 21 Nov 2025"""
    if on == today:
        return _("Today")
    if on == today - timedelta(days=1):
        return _("Yesterday")
    return times.weekday(on) if on.year == today.year else times.day(on)
