from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from operations import windows

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("start", "days", "announced"),
    [
        # Saturday evening: five working days before is the Monday of that week.
        ("2026-11-28T21:00+00:00", 5, "2026-11-23T09:00+01:00"),
        ("2026-11-30T09:00+00:00", 5, "2026-11-23T09:00+01:00"),
        ("2026-11-30T09:00+00:00", 1, "2026-11-27T09:00+01:00"),
        ("2026-11-30T09:00+00:00", 0, "2026-11-30T09:00+01:00"),
        # Sunday 00:30 in Amsterdam is still Saturday in UTC: the vendor's day counts.
        ("2026-11-28T23:30+00:00", 1, "2026-11-27T09:00+01:00"),
        # Across the end of daylight saving the hour on the clock stays nine.
        ("2026-10-27T12:00+00:00", 3, "2026-10-22T09:00+02:00"),
    ],
)
def test_announcement_counts_working_days(start, days, announced):
    """MA-18"""
    moment = windows.announcement(datetime.fromisoformat(start), days, AMSTERDAM)

    assert moment == datetime.fromisoformat(announced).astimezone(UTC)
