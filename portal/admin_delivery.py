"""The desk's page about the post: what waits, what is stuck, and whether anybody works.

"No mail came because the clock stood still" is said here, and on the desk's first page,
before anything else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.formats import number_format
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from companies.models import User
from outbox import figures, posting
from outbox.models import Message
from portal import pulse
from portal.models import ErrandRun
from portal.pulse import Pulse
from portal.schedule import DAY, ERRANDS, FIGURES, HOUR, MINUTE, Errand
from ui.counting import count_all, in_figures

TEST = "outbox/emails/test"
CHART_HEIGHT = 96


def exactly(number: int) -> str:
    """12; 1,200"""
    return number_format(number, force_grouping=True)


@dataclass(frozen=True)
class ErrandLine:
    """One errand as the table shows it."""

    name: str
    errand: Errand
    run: ErrandRun | None
    next_at: datetime | None
    is_late: bool
    plan: dict[str, int]

    @property
    def every(self) -> str:
        return interval(self.errand.every)

    @property
    def took(self) -> str:
        return seconds(self.run.took) if self.run and self.run.took else ""

    @property
    def has_failed(self) -> bool:
        return self.run is not None and self.run.outcome == ErrandRun.Outcome.FAILED

    @property
    def did(self) -> str:
        """What the last run did, in words."""
        if self.run is None:
            return _("never ran")
        if self.has_failed:
            return _("broke off: %(words)s") % {"words": self.run.words}
        if self.run.outcome == ErrandRun.Outcome.RUNNING:
            return _("not ended yet")
        return in_words(self.run.figures) or _("nothing was due")

    @property
    def would_do(self) -> str:
        return in_words(self.plan, in_figures) or _("nothing")


@dataclass(frozen=True)
class Bar:
    """A minute of the chart; the figures are attributes of an SVG rectangle."""

    x: str
    y: int
    height: int


@dataclass(frozen=True)
class Chart:
    """Letters per minute, the last hour from left to right."""

    counts: list[int]

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def most(self) -> int:
        return max(self.counts, default=0)

    @property
    def finding(self) -> str:
        words = ngettext(
            "%(total)s letter left in the last hour, at most %(most)s in a minute.",
            "%(total)s letters left in the last hour, at most %(most)s in a minute.",
            self.total,
        )
        return words % {
            "total": exactly(self.total),
            "most": exactly(self.most),
        }

    @cached_property
    def bars(self) -> list[Bar]:
        """Only minutes with mail, each at least two pixels high."""
        width = 100 / len(self.counts)
        return [
            self._bar(f"{place * width:.3f}%", count)
            for place, count in enumerate(self.counts)
            if count
        ]

    def _bar(self, x: str, count: int) -> Bar:
        height = max(2, round(count / self.most * CHART_HEIGHT))
        return Bar(x, CHART_HEIGHT - height, height)

    @property
    def table(self) -> list[tuple[str, int]]:
        """The same in figures, ten minutes together."""
        parts = range(0, len(self.counts), 10)
        spans = [(len(self.counts) - start, start) for start in parts]
        return [
            (
                _("%(from)d to %(to)d minutes ago") % {"from": ago, "to": ago - 10},
                sum(self.counts[start : start + 10]),
            )
            for ago, start in spans
        ]


def context(user: User, at: datetime) -> dict[str, Any]:
    """A fixed number of questions, however long the queue."""
    felt = pulse.feel(at)
    depths = figures.depths(at)
    return {
        "at": at,
        "alarms": felt.alarms,
        "depths": depths,
        "due": sum(depth.due for depth in depths),
        "oldest_at": min(
            (depth.oldest_at for depth in depths if depth.oldest_at), default=None
        ),
        "chart": Chart(figures.sent_per_minute(at)),
        "chart_height": CHART_HEIGHT,
        "lanes": [(lane, lane.is_closed(at)) for lane in figures.troubled_lanes()],
        "troubles": figures.troubles_by_domain(at),
        "bounced": figures.bounced_addresses(),
        "errands": errand_lines(felt),
        "tests": test_letters(user),
    }


def errand_lines(felt: Pulse) -> list[ErrandLine]:
    """Every errand; what all of them would do is counted in one statement."""
    plans = {
        name: import_string(errand.outlook)(felt.at) for name, errand in ERRANDS.items()
    }
    asked = {
        f"{place}_{key}": rows
        for place, plan in enumerate(plans.values())
        for key, rows in plan.items()
        if not isinstance(rows, int)
    }
    counted = count_all(**{f"n_{key}": rows for key, rows in asked.items()})
    return [
        ErrandLine(
            name,
            ERRANDS[name],
            felt.runs.get(name),
            felt.next_at(name),
            felt.is_late(name),
            {key: counted.get(f"n_{place}_{key}", rows) for key, rows in plan.items()},
        )
        for place, (name, plan) in enumerate(plans.items())
    ]


def in_words(figures: dict[str, int], write: Callable[[int], str] = exactly) -> str:
    """reminders 12, licenses 9; what is nothing is left out."""
    return ", ".join(
        f"{FIGURES.get(name, name)} {write(number)}"
        for name, number in figures.items()
        if number
    )


def interval(every: int) -> str:
    """every minute; every 15 minutes; every hour; every day"""
    if every % DAY == 0:
        count = every // DAY
        return ngettext("every day", "every %(count)d days", count) % {"count": count}
    if every % HOUR == 0:
        count = every // HOUR
        return ngettext("every hour", "every %(count)d hours", count) % {"count": count}
    count = every // MINUTE
    words = ngettext("every minute", "every %(count)d minutes", count)
    return words % {"count": count}


def seconds(span: timedelta) -> str:
    """0.4 s"""
    return _("%(count)s s") % {"count": number_format(span.total_seconds(), 1)}


# The test letter


@transaction.atomic
def send_test_letter(*, person: User, at: datetime) -> Message | None:
    """One letter to whoever asks, by the same way as all others."""
    return posting.post(
        key=f"test:{uuid4()}",
        to=person.email,
        reader=person,
        template=TEST,
        context={"at": at},
        audience=_("whoever asked for a test letter"),
        thing=person,
        priority=Message.Priority.URGENT,
    )


def test_letters(person: User) -> list[Message]:
    """The latest of this person, each with its log."""
    mine = Message.objects.concerning(person).filter(template=TEST)
    return list(mine.prefetch_related("attempts").order_by("-created_at")[:3])
