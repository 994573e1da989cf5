"""One thing that needs somebody, and the order in which things hurt.

Nothing here knows a license or a ticket: the modules beside this one turn rows into
needs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.numbers import in_words
from ui import times
from ui.clocks import Face

SOON = timedelta(days=14)
SHOWN = 12


@dataclass(frozen=True)
class Act:
    """The one thing to do about a need: a verb and where to do it."""

    label: str
    url: str


@dataclass(frozen=True)
class Need:
    """A line of the overview.

    `hurts_at` is when it begins to hurt; None for what has no such moment, which
    comes last. `tone` is a class suffix, `glyph` the shape that says the same.
    """

    tone: str
    glyph: str
    title: str
    where: str
    clock: Face
    act: Act
    hurts_at: datetime | None
    url: str


@dataclass(frozen=True)
class Group:
    """Needs that hurt in the same stretch of time."""

    title: str | Promise
    needs: list[Need]

    @property
    def shown(self) -> list[Need]:
        """Those that hurt first; a page is read, not scrolled."""
        return self.needs[:SHOWN]

    @property
    def rest(self) -> int:
        return len(self.needs) - len(self.shown)


@dataclass(frozen=True)
class Attention:
    """Everything that needs one person, ordered by when it hurts.

    `is_capped` when a source had more than we read.
    """

    needs: list[Need]
    at: datetime
    is_capped: bool = False
    tomorrow: datetime = field(init=False)

    def __post_init__(self) -> None:
        day = timezone.localtime(self.at).replace(hour=0, minute=0, second=0)
        object.__setattr__(self, "tomorrow", day + timedelta(days=1))

    @cached_property
    def today(self) -> list[Need]:
        return [need for need in self.needs if self._hurts_before(need, self.tomorrow)]

    @cached_property
    def groups(self) -> list[Group]:
        """Today, within 14 days, later; those that have something to say."""
        horizon = self.tomorrow + SOON
        later = [need for need in self.needs if not self._hurts_before(need, horizon)]
        soon = [
            need for need in self.needs if need not in self.today and need not in later
        ]
        groups = [
            Group(gettext_lazy("Today"), self.today),
            Group(gettext_lazy("Within 14 days"), soon),
            Group(gettext_lazy("Later"), later),
        ]
        return [group for group in groups if group.needs]

    def _hurts_before(self, need: Need, moment: datetime) -> bool:
        return need.hurts_at is not None and need.hurts_at < moment

    @property
    def sentence(self) -> str:
        """ "Eight things need you, three of them today" """
        count, today = len(self.needs), len(self.today)
        if not count:
            return _("Nothing needs you")
        words = {"count": capfirst(in_words(count)), "today": in_words(today)}
        if self.is_capped:
            return _("More than %(count)s things need you") % {"count": count}
        if today == count:
            return self._all_today(count) % words
        if not today:
            return (
                ngettext(
                    "%(count)s thing needs you", "%(count)s things need you", count
                )
                % words
            )
        return (
            ngettext(
                "%(count)s thing needs you, %(today)s of them today",
                "%(count)s things need you, %(today)s of them today",
                count,
            )
            % words
        )

    def _all_today(self, count: int) -> str:
        return ngettext(
            "%(count)s thing needs you today",
            "%(count)s things need you, all of them today",
            count,
        )


def ordered(needs: Iterable[Need]) -> list[Need]:
    """What hurts first stands first; what has no moment comes last."""
    return sorted(
        needs,
        key=lambda need: (
            (need.hurts_at is None, need.hurts_at, need.title)
            if need.hurts_at
            else (True, need.title)
        ),
    )


def days_clock(due: datetime, at: datetime, *, of: int, tone: str, note: str) -> Face:
    """A ring of days: how much is left of so many."""
    left = (timezone.localtime(due).date() - timezone.localtime(at).date()).days
    words = _("today") if left == 0 else times.days_in_words(left)
    return Face(tone, words, note, share=max(0.0, min(1.0, left / of)))


def when(moment: datetime, at: datetime) -> str:
    """Only the time if it is today, else the day with it."""
    is_today = timezone.localtime(moment).date() == timezone.localtime(at).date()
    return times.clock_time(moment) if is_today else times.brief(moment, at)


def rounded(span: timedelta) -> str:
    """Whole days once it is one; a list has no room for the hours."""
    return times.days_in_words(span.days) if span.days else times.duration(span)
