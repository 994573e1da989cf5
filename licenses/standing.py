"""Where a license stands on a day: arithmetic with days, no models and no clock.

All days are calendar days of the company: a license ends at the end of its last valid
day in the company's own zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

NEEDS_SOMEBODY = {
    "license.expiring",
    "license.renewed",
    "license.grace",
    "license.expired",
    "license.suspended",
}


@dataclass(frozen=True)
class Standing:
    """One license on one day; `state_code` names its look and its word."""

    state_code: str
    days_left: int
    due_on: date
    grace_until: date

    @property
    def has_ended(self) -> bool:
        return self.days_left < 0

    @property
    def is_in_grace(self) -> bool:
        return self.state_code == "license.grace"

    @property
    def needs_somebody(self) -> bool:
        """Ends soon, has ended, or waits for its new key."""
        return self.state_code in NEEDS_SOMEBODY


def standing_of(
    *,
    starts_on: date | None,
    ends_on: date,
    due_on: date,
    today: date,
    ending_days: int,
    grace_days: int,
    kept_days: int,
    is_offboarded: bool = False,
    is_suspended: bool = False,
    is_revoked: bool = False,
) -> Standing:
    """The state by LI-20 and LI-28: day 0 is the last valid day.

    `ending_days` before it the license ends soon. `grace_days` is how long an app runs
    on after it, 0 for none. After `kept_days` nothing is left of what had expired.
    """
    left = (due_on - today).days
    return Standing(
        state_code="license."
        + _state(
            left=left,
            starts_in=(starts_on - today).days if starts_on else 0,
            is_renewed=due_on < ends_on,
            ending_days=ending_days,
            grace_days=grace_days,
            kept_days=kept_days,
            is_offboarded=is_offboarded,
            is_suspended=is_suspended,
            is_revoked=is_revoked,
        ),
        days_left=left,
        due_on=due_on,
        grace_until=due_on + timedelta(days=grace_days),
    )


def _state(
    *,
    left: int,
    starts_in: int,
    is_renewed: bool,
    ending_days: int,
    grace_days: int,
    kept_days: int,
    is_offboarded: bool,
    is_suspended: bool,
    is_revoked: bool,
) -> str:
    if is_revoked:
        return "revoked"
    if is_offboarded or -left > max(kept_days, grace_days):
        return "ended"
    if is_suspended:
        return "suspended"
    if left < 0:
        return "grace" if -left <= grace_days else "expired"
    if starts_in > 0:
        return "pending"
    if is_renewed:
        return "renewed"
    return "expiring" if left <= ending_days else "active"
