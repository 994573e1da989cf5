"""When somebody's mail comes: at once or once a day, and never in the quiet hours.

Arithmetic of wall clocks in the reader's zone. A clock that is put forward skips
times of day, one that is put back shows some twice: a digest still comes once a day,
and quiet hours end at the first moment at which they are over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Wait:
    """Until when a letter waits, and whether it then comes in the digest."""

    until: datetime
    in_digest: bool = False


@dataclass(frozen=True)
class Rhythm:
    """What one person has chosen. No `daily_at` is at once, no `quiet_from` always."""

    zone: ZoneInfo
    daily_at: time | None = None
    quiet_from: time | None = None
    quiet_until: time | None = None

    def wait(
        self, at: datetime, *, expires_at: datetime | None = None, alone: bool = False
    ) -> Wait | None:
        """What a letter that can wait does at this moment; None is to go at once.

        `alone` is for what a digest cannot carry. Nothing waits until it has lost its
        meaning.
        """
        for wait in self._waits(at, alone):
            if expires_at is None or wait.until < expires_at:
                return wait
        return None

    def is_quiet(self, at: datetime) -> bool:
        if self.quiet_from is None or self.quiet_until is None:
            return False
        clock = at.astimezone(self.zone).time()
        if self.quiet_from < self.quiet_until:
            return self.quiet_from <= clock < self.quiet_until
        return clock >= self.quiet_from or clock < self.quiet_until

    def _waits(self, at: datetime, alone: bool) -> Iterator[Wait]:
        if self.daily_at is not None and not alone:
            yield Wait(self._not_quiet(self._next_digest(at)), in_digest=True)
        if self.is_quiet(at):
            yield Wait(self._not_quiet(at))

    def _not_quiet(self, at: datetime) -> datetime:
        """That moment, or the end of the quiet hours it lies in."""
        if not self.is_quiet(at) or self.quiet_until is None:
            return at
        return next(one for one in self._shown(self.quiet_until, at) if one > at)

    def _next_digest(self, at: datetime) -> datetime:
        """Of a time that comes twice the first counts: one digest a day."""
        days: dict[date, datetime] = {}
        for moment in self._shown(self.daily_at or time(), at):
            days.setdefault(moment.astimezone(self.zone).date(), moment)
        return next(moment for moment in days.values() if moment > at)

    def _shown(self, clock: time, at: datetime) -> Iterator[datetime]:
        """The moments of these days at which the clock shows this time, in order."""
        today = at.astimezone(self.zone).date()
        for days in range(3):
            yield from _moments(today + timedelta(days=days), clock, self.zone)


def _moments(day: date, clock: time, zone: ZoneInfo) -> list[datetime]:
    """One moment; two when the clock is put back; after the jump when it is skipped."""
    wall = datetime.combine(day, clock)
    both = [wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    real = [one for one in both if one.astimezone(zone).replace(tzinfo=None) == wall]
    return sorted(set(real)) or both[:1]
