"""Until when the vendor supports a major version: dates in, dates out [PS].

No models, no clock. `releases` are any rows with `.major`, `.available_on` and
`.is_planned`; a day on which support ends is the first day without it [PS-06].
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

MAJORS_BEHIND = 3
MONTHS_AT_LEAST = 24


class Release(Protocol):
    """One major version and the day everybody may have it; a plan may still move."""

    major: int
    available_on: date
    is_planned: bool


class State(StrEnum):
    CURRENT = "current"
    SUPPORTED = "supported"
    ENDING = "ending"
    UNSUPPORTED = "unsupported"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Support:
    """What is true of one version on one day.

    `ends_on` is empty while nobody can say: then support lasts until `until_major` is
    released, and not before `not_before`. `is_forecast` says that the day rests on a
    plan. `days_left` is counted to `ends_on`; `warning` is the step of the ladder that
    was reached last.
    """

    state: State
    major: int | None = None
    ends_on: date | None = None
    is_forecast: bool = False
    not_before: date | None = None
    days_left: int | None = None
    warning: int | None = None

    @property
    def is_supported(self) -> bool:
        return self.state in {State.CURRENT, State.SUPPORTED, State.ENDING}

    @property
    def until_major(self) -> int | None:
        """The major whose release ends the support of this one [PS-01]."""
        return None if self.major is None else self.major + MAJORS_BEHIND


UNKNOWN = Support(State.UNKNOWN)


def support_of(
    version: str,
    releases: Iterable[Release],
    today: date,
    *,
    warning_days: Iterable[int],
    extended_months: int = 0,
) -> Support:
    """How a version such as "11.6.2" is supported today.

    Unknown without a version, and for a major that is not released yet or not known.
    `warning_days` is the ladder of days before the end [PS-11]; `extended_months` is
    what was bought beyond it [PS-09].
    """
    major = major_of(version)
    known = {release.major: release for release in releases}
    out = {number for number, row in known.items() if is_out(row, today)}
    if major not in out:
        return UNKNOWN if major is None else Support(State.UNKNOWN, major)
    floor = months_after(known[major].available_on, MONTHS_AT_LEAST)
    end = end_of_support(major, _dates(known.values(), today))
    if end is None:
        state = State.CURRENT if major == max(out) else State.SUPPORTED
        return Support(state, major, not_before=floor)
    ends_on = months_after(end, extended_months)
    third_is_plan = major + MAJORS_BEHIND not in out
    days_left = (ends_on - today).days
    warning = min((days for days in warning_days if days_left <= days), default=None)
    return Support(
        _state(major == max(out), days_left, warning),
        major,
        ends_on=ends_on,
        is_forecast=third_is_plan,
        not_before=floor if third_is_plan else None,
        days_left=days_left,
        warning=warning,
    )


def end_of_support(major: int, available: Mapping[int, date]) -> date | None:
    """The first day without support, or None while nobody knows it [PS-05].

    The later of the third later major's release and 24 months after its own, so fast
    releases never shorten it; planned days may be among those given.
    """
    third = available.get(major + MAJORS_BEHIND)
    if third is None or major not in available:
        return None
    return max(third, months_after(available[major], MONTHS_AT_LEAST))


def major_of(version: str) -> int | None:
    """ "11.6.2" is 11; None for what is no version."""
    found = re.match(r"\d+", version.strip(), re.ASCII)
    return int(found.group()) if found else None


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last day where there is none."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _dates(releases: Iterable[Release], today: date) -> dict[int, date]:
    """A plan whose day has passed without a release says nothing about the future."""
    return {
        release.major: release.available_on
        for release in releases
        if is_out(release, today) or release.available_on > today
    }


def is_out(release: Release, today: date) -> bool:
    """Released for everybody; a plan whose day has passed is still only a plan."""
    return release.available_on <= today and not release.is_planned


def _state(is_newest: bool, days_left: int, warning: int | None) -> State:
    if days_left <= 0:
        return State.UNSUPPORTED
    if warning is not None:
        return State.ENDING
    return State.CURRENT if is_newest else State.SUPPORTED
