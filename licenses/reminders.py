"""The ladder of renewal reminders: which step speaks on which day.

Arithmetic only. A step is a number of days before the end, negative after it. Each step
speaks from its own day until the day before the next one, so a missed day is caught up
with the latest step and never with two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Step:
    """One rung: `days` names it; it speaks from `first` down to `last` days left."""

    days: int
    first: int
    last: int

    def window(self, today: date) -> tuple[date, date]:
        """The end dates, earliest and latest, of which this step speaks today."""
        return today + timedelta(days=self.last), today + timedelta(days=self.first)


@dataclass(frozen=True)
class Thresholds:
    """From how many days before the end a license is to renew, ends soon, ends now."""

    renew: int
    soon: int
    now: int


def thresholds(ladder: Sequence[int]) -> Thresholds:
    """The first three rungs before the end; a shorter ladder repeats its last one."""
    rungs = sorted({rung for rung in ladder if rung > 0}, reverse=True)[:3] or [0]
    return Thresholds(*(rungs + rungs[-1:] * 2)[:3])


def steps(ladder: Sequence[int], grace_days: int) -> list[Step]:
    """The rungs from the earliest to the last.

    The last one speaks until the end, or until the end of the grace if it comes after
    the end.
    """
    rungs = sorted(set(ladder), reverse=True)
    if not rungs:
        return []
    floor = 0 if rungs[-1] >= 0 else min(-grace_days, rungs[-1])
    ends = [following + 1 for following in rungs[1:]] + [floor]
    return [Step(rung, rung, end) for rung, end in zip(rungs, ends, strict=True)]


def step_for(days_left: int, rungs: Sequence[Step]) -> Step | None:
    """The rung that speaks with so many days left, if any does."""
    return next((rung for rung in rungs if rung.last <= days_left <= rung.first), None)


def next_reminder_on(due_on: date, step: Step, rungs: Sequence[Step]) -> date | None:
    """The day of the rung after this one."""
    later = [rung for rung in rungs if rung.days < step.days]
    return due_on - timedelta(days=later[0].days) if later else None


def first_reminder_on(due_on: date, rungs: Sequence[Step]) -> date:
    return due_on - timedelta(days=rungs[0].days)
