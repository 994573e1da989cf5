"""Promises of time: open hours, pauses, and the moment a promise falls due.

A promise is *consumed*: open time counts while the clock runs, and the promise is due
when what has been counted reaches its target. All arithmetic is done on UTC instants,
because Python adds and subtracts wall-clock times within one zone and so loses or
gains an hour twice a year. Knows no models, no settings and no present moment.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
HORIZON = timedelta(days=3 * 366)
FOREVER = datetime.max.replace(tzinfo=UTC)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NOTHING = timedelta()


class Interval(NamedTuple):
    """A stretch of real time, from one instant up to another."""

    start: datetime
    end: datetime


class Hours(NamedTuple):
    """Opening hours in minutes after midnight of the day they belong to.

    They end on the next day when `closes` is not after `opens`.
    """

    opens: int
    closes: int

    @property
    def last_minute(self) -> int:
        over_midnight = self.closes <= self.opens
        return self.closes + DAY_MINUTES if over_midnight else self.closes


ALL_DAY = (Hours(0, DAY_MINUTES),)
Week = tuple[tuple[Hours, ...], ...]


@dataclass(frozen=True)
class Calendar:
    """When somebody works: hours per weekday (Monday first), and other days.

    `exceptions` replaces the hours of single days; none at all is a holiday.
    """

    zone: ZoneInfo
    week: Week
    exceptions: Mapping[date, tuple[Hours, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )

    @classmethod
    def around_the_clock(cls) -> "Calendar":
        return cls(ZoneInfo("UTC"), (ALL_DAY,) * 7)

    def hours_of(self, day: date) -> tuple[Hours, ...]:
        if day in self.exceptions:
            return self.exceptions[day]
        return self.week[day.weekday()]

    def open_between(self, start: datetime, end: datetime) -> Iterator[Interval]:
        """The open time between two instants, in order, nothing counted twice."""
        start, end = in_utc(start), in_utc(end)
        reached = start
        for opening, closing in self._stretches(start, end):
            stretch = Interval(max(opening, reached), min(closing, end))
            if stretch.start < stretch.end:
                yield stretch
                reached = stretch.end

    def holidays_between(self, start: datetime, end: datetime) -> list[date]:
        """Days on which the week would have been open longer than it was."""
        first, last = (at.astimezone(self.zone).date() for at in (start, end))
        return sorted(
            day
            for day, hours in self.exceptions.items()
            if first <= day <= last and _length(hours) < _length(self.week_hours(day))
        )

    def week_hours(self, day: date) -> tuple[Hours, ...]:
        return self.week[day.weekday()]

    def _stretches(self, start: datetime, end: datetime) -> Iterator[Interval]:
        # A night shift that began the evening before may still be open.
        day = start.astimezone(self.zone).date() - timedelta(days=1)
        while True:
            for hours in sorted(self.hours_of(day)):
                opening = instant(day, hours.opens, self.zone)
                if opening >= end:
                    return
                closing = instant(day, hours.last_minute, self.zone, closing=True)
                yield Interval(opening, closing)
            day += timedelta(days=1)
            if instant(day, 0, self.zone) >= end:
                return


def in_utc(at: datetime) -> datetime:
    return at if at.tzinfo is UTC else at.astimezone(UTC)


@lru_cache(maxsize=8192)
def instant(
    day: date, minute: int, zone: ZoneInfo, *, closing: bool = False
) -> datetime:
    """The instant of a wall time, on the two odd days of the year as well.

    In a repeated hour opening takes the first pass and closing the second; a wall
    time that does not exist means the instant at which the gap ends.
    """
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    at = wall.replace(tzinfo=zone, fold=int(closing)).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) == wall:
        return at
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return _offset_changes(before, after, zone)


def _offset_changes(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first second with the later offset, by halving the way."""
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before).total_seconds() // 2)
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def _length(hours: Iterable[Hours]) -> int:
    return sum(each.last_minute - each.opens for each in hours)


@dataclass(frozen=True)
class Promise:
    """So much open time until something is done.

    `pauses` are the stretches in which the clock stands; one without an end lasts
    until further notice. `met_at` is when it was done, if it was.
    """

    calendar: Calendar
    target: timedelta
    started: datetime
    pauses: tuple[Interval, ...] = ()
    met_at: datetime | None = None

    def __post_init__(self) -> None:
        """Local times may come in; only instants stay."""
        pauses = tuple(Interval(*map(in_utc, pause)) for pause in self.pauses)
        object.__setattr__(self, "started", in_utc(self.started))
        object.__setattr__(self, "pauses", pauses)

    @cached_property
    def due(self) -> datetime | None:
        """When the target is used up: exactly at closing time is due then.

        None while a pause has no end, and where three years do not suffice.
        """
        left = self.target
        if left <= NOTHING:
            return self.started
        ends = [pause.end for pause in self.pauses if pause.end < FOREVER]
        for stretch in self.counted(max([self.started, *ends]) + HORIZON):
            if stretch.end - stretch.start >= left:
                return stretch.start + left
            left -= stretch.end - stretch.start
        return None

    def counted(self, until: datetime) -> Iterator[Interval]:
        """The open time that counts: everything but the pauses."""
        for stretch in self.calendar.open_between(self.started, until):
            yield from _without(stretch, self.pauses)

    def used(self, at: datetime) -> timedelta:
        """How much of the target is used up; stands still once the promise is met."""
        until = min(at, self.met_at) if self.met_at else at
        return sum(
            (stretch.end - stretch.start for stretch in self.counted(until)), NOTHING
        )

    def left(self, at: datetime) -> timedelta:
        """What remains of the target; below nothing once it is over."""
        return self.target - self.used(at)

    def is_paused(self, at: datetime) -> bool:
        return any(pause.start <= at < pause.end for pause in self.pauses)


def _without(stretch: Interval, pauses: Sequence[Interval]) -> Iterator[Interval]:
    start = stretch.start
    for pause in pauses:
        if pause.end <= start:
            continue
        if pause.start >= stretch.end:
            break
        if pause.start > start:
            yield Interval(start, pause.start)
        start = pause.end
    if start < stretch.end:
        yield Interval(start, stretch.end)


def pauses_from(moves: Iterable[tuple[datetime, bool]]) -> tuple[Interval, ...]:
    """The pauses in a history of (moment, does the clock run from then on).

    The order of the history does not matter; of several moves in one moment the last
    one told counts. A pause that nobody ended goes on for ever.
    """
    pauses = []
    since: datetime | None = None
    for at, runs in sorted(moves, key=lambda move: move[0]):
        if runs and since is not None:
            if at > since:
                pauses.append(Interval(since, at))
            since = None
        elif not runs and since is None:
            since = at
    if since is not None:
        pauses.append(Interval(since, FOREVER))
    return tuple(pauses)


def open_time(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """How long the calendar is open between two instants."""
    return Promise(calendar, NOTHING, start).used(end) if start < end else NOTHING


def week_from(text: str) -> Week:
    """The week in words: "Mon-Thu 09:00-17:00, Fri 09:00-12:00, Fri 13:00-16:00"."""
    week: list[list[Hours]] = [[] for _ in DAYS]
    for part in text.split(","):
        found = re.fullmatch(
            r"\s*(\w{3})(?:-(\w{3}))?\s+(\d\d):(\d\d)-(\d\d):(\d\d)\s*", part.lower()
        )
        if not found:
            raise ValueError(f"“{part.strip()}” is not like “Mon-Fri 09:00-17:00”.")
        first, last, *clock = found.groups()
        hours = _hours(*(int(number) for number in clock))
        for weekday in _weekdays(first, last or first):
            week[weekday].append(hours)
    return tuple(tuple(hours) for hours in week)


def _weekdays(first: str, last: str) -> range:
    if first not in DAYS or last not in DAYS or DAYS.index(first) > DAYS.index(last):
        raise ValueError(f"“{first}-{last}” are no days of a week.")
    return range(DAYS.index(first), DAYS.index(last) + 1)


def _hours(opens_h: int, opens_m: int, closes_h: int, closes_m: int) -> Hours:
    hours = Hours(opens_h * 60 + opens_m, closes_h * 60 + closes_m)
    if hours.opens >= DAY_MINUTES or hours.closes > DAY_MINUTES:
        raise ValueError("A day has 24 hours.")
    return hours
