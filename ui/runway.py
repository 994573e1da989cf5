"""The runway: one row per license on one shared axis of months.

Pure geometry in percent of the axis. Days begin at midnight; now is exact to the
minute. Nothing here knows a license, only days and thresholds.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property


@dataclass(frozen=True)
class Ladder:
    """Days before the end from which a bar is hatched, amber and red."""

    renew: int = 90
    soon: int = 30
    now: int = 15

    def tone(self, left: int) -> str:
        """The class suffix for so many days left."""
        if left <= self.now:
            return "danger"
        return "warn" if left <= self.soon else ""


@dataclass(frozen=True)
class Bar:
    """A stretch of the axis, in percent, and the class or pattern that fills it."""

    x: float
    width: float
    kind: str
    hatch: bool = False


@dataclass(frozen=True)
class Stretch:
    """Everything drawn for one license: bars, then the caps at their ends."""

    bars: list[Bar] = field(default_factory=list)
    caps: list[tuple[float, str]] = field(default_factory=list)
    tone: str = ""
    left: int = 0


@dataclass(frozen=True)
class Axis:
    """From the first of a month to the first of another, with a line for now."""

    at: datetime
    months: int = 12
    back: int = 0

    @cached_property
    def start(self) -> date:
        return month_after(self.at.date().replace(day=1), -self.back)

    @cached_property
    def days(self) -> int:
        return (month_after(self.start, self.months) - self.start).days

    def x(self, on: date) -> float:
        """Where a day begins, in percent; outside days stay outside."""
        return (on - self.start).days / self.days * 100

    @cached_property
    def now(self) -> float:
        midnight = datetime.combine(self.start, time(), self.at.tzinfo)
        # Same zone on both sides compares wall clocks, so days keep 24 hours here.
        return (self.at - midnight) / timedelta(days=self.days) * 100

    @cached_property
    def ticks(self) -> list[tuple[float, date]]:
        """The grid: every month up to a year, every second one beyond."""
        step = 1 if self.months <= 12 else 2
        firsts = (month_after(self.start, n) for n in range(step, self.months, step))
        return [(self.x(first), first) for first in firsts]

    @cached_property
    def labels(self) -> list[tuple[float, date]]:
        """Ticks with room for a word beside the word "today"."""
        return [tick for tick in self.ticks if not -6 < tick[0] - self.now < 5]


def month_after(first: date, count: int) -> date:
    """The first of the month so many months away."""
    years, month = divmod(first.month - 1 + count, 12)
    return first.replace(year=first.year + years, month=month + 1)


def stretch(
    axis: Axis,
    ends_on: date,
    *,
    ladder: Ladder,
    renewed_until: date | None = None,
    grace_days: int = 0,
) -> Stretch:
    """What is left, what is renewed but not active yet, or what grace remains."""
    left = (ends_on - axis.at.date()).days
    end = axis.x(ends_on)
    tone = ladder.tone(left)
    bars = [_bar(0, end, "base")]
    caps = [(end, tone)]
    if left < 0:
        bars.append(_bar(end, axis.x(ends_on + timedelta(grace_days)), "danger", True))
    elif tone:
        bars.append(_bar(axis.now, end, tone))
    else:
        hatched = max(axis.now, axis.x(ends_on - timedelta(ladder.renew)))
        bars.append(_bar(axis.now, hatched, ""))
        bars.append(_bar(hatched, end, "bar", True))
    if renewed_until:
        until = axis.x(renewed_until)
        bars.append(_bar(max(end, axis.now), until, "accent", True))
        caps.append((until, "accent"))
    return Stretch(
        bars=[bar for bar in bars if bar.width > 0],
        caps=[cap for cap in caps if 0 <= cap[0] <= 100],
        tone=tone,
        left=left,
    )


def _bar(begin: float, end: float, kind: str, hatch: bool = False) -> Bar:
    """A bar clipped to the axis."""
    begin, end = max(0.0, min(begin, 100.0)), max(0.0, min(end, 100.0))
    return Bar(begin, end - begin, kind, hatch)
