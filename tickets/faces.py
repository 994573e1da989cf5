"""How the clocks of a ticket look: the ring of a list, the bars of its page.

And why a promise falls due when it does, told to everybody alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies.models import User
from tickets import sla
from tickets.clocks import Clocks
from tickets.models import Ticket
from tickets.sentences import span_in_words
from ui import symbols, times
from ui.clocks import Clock, Face
from ui.states import STATES, State

STRETCHES_TOLD = 10
NONE = SafeString()
ALWAYS = sla.Calendar.around_the_clock()
FOR_THE_DESK = replace(
    STATES["ticket.pending"], word=gettext_lazy("Waiting for the customer")
)


def state_for(reader: User, state: str) -> State:
    """The state in the words of who reads: "you" is the customer."""
    if reader.is_staff and state == Ticket.State.PENDING:
        return FOR_THE_DESK
    return STATES[f"ticket.{state}"]


def ring(ticket: Any, at: datetime, calendar: sla.Calendar) -> SafeString:
    """The clock of a ticket or a row; empty where nothing is promised. No query."""
    if ticket.paused_at:
        since = _("since %(day)s") % {"day": times.weekday(ticket.paused_at)}
        return symbols.clock(Face("paused", _("Paused"), since, glyph="pause"))
    if ticket.state in Ticket.OPEN_STATES:
        running_out = ticket.due_at is not None
        return symbols.clock(running(ticket, at, calendar)) if running_out else NONE
    if ticket.resolution_due_at is None or ticket.solved_at is None:
        return NONE
    return symbols.clock(
        Clock(
            ticket.opened_at, ticket.resolution_due_at, at, met_at=ticket.solved_at
        ).face()
    )


def running(ticket: Any, at: datetime, calendar: sla.Calendar) -> Face:
    """How much open time is left of the promise that falls due next."""
    answers = ticket.responded_at is None and ticket.due_at == ticket.response_due_at
    minutes = ticket.response_minutes if answers else ticket.resolution_minutes
    if ticket.around_the_clock:
        calendar = ALWAYS
    clock = Clock(
        ticket.opened_at,
        ticket.due_at,
        at,
        left=_left(calendar, at, ticket.due_at),
        total=timedelta(minutes=minutes or 0),
    )
    due = {"time": times.nearby(clock.due, at)}
    if clock.tone == "danger":
        return replace(clock.face(), note=_("was due %(time)s") % due)
    left = _("%(time)s left") % {"time": times.duration(clock.remaining)}
    words = _("answer by %(time)s") if answers else _("solve by %(time)s")
    return Face(clock.tone, left, words % due, share=clock.share_left)


def _left(calendar: sla.Calendar, at: datetime, due: datetime) -> timedelta | None:
    """Open time until then; once over, the ring counts real time instead."""
    return sla.open_time(calendar, at, due) if at < due else None


@dataclass(frozen=True)
class Explained:
    """One promise of the ticket's page: its bar, and the sum behind it."""

    bar: SafeString
    sum: list[str]


def explained(clocks: Clocks, at: datetime) -> list[Explained]:
    """Both promises, with "why is it due then?" answered step by step."""
    named = [
        (_("First response"), clocks.response),
        (_("Resolution"), clocks.resolution),
    ]
    return [
        Explained(_bar(label, promise, at), list(_sum(promise, at)))
        for label, promise in named
        if promise
    ]


def _bar(label: str, promise: sla.Promise, at: datetime) -> SafeString:
    left = promise.left(at)
    waits = promise.is_paused(at) and not promise.met_at and left >= sla.NOTHING
    words = _("waits for the customer, %(time)s left") % {"time": span_in_words(left)}
    due = _due_or_if_resumed_now(promise, at)
    clock = Clock(
        promise.started,
        due,
        at,
        met_at=promise.met_at,
        waits_for=words if waits else "",
        left=left if at < due else None,
        total=promise.target,
    )
    pauses = [(start, min(end, at)) for start, end in promise.pauses if start < at]
    return symbols.sla(clock, label, pauses)


def _due_or_if_resumed_now(promise: sla.Promise, at: datetime) -> datetime:
    """A paused promise has no due moment; its bar ends as if the wait ended now."""
    if promise.due:
        return promise.due
    pauses = tuple(sla.Interval(start, min(end, at)) for start, end in promise.pauses)
    return replace(promise, pauses=pauses).due or at + promise.target


def _sum(promise: sla.Promise, at: datetime) -> Iterator[str]:
    """Target, what was counted, what was not: the same for customer and agent."""
    until = min(moment for moment in (at, promise.due, promise.met_at) if moment)
    yield _("agreed: %(time)s") % {"time": span_in_words(promise.target)}
    counted = _joined(promise.counted(until))
    if counted:
        yield _("counted: %(periods)s") % {"periods": _periods(counted)}
    pauses = [
        sla.Interval(pause.start, min(pause.end, until))
        for pause in promise.pauses
        if pause.start < until
    ]
    if pauses:
        yield _("paused, waiting for the customer: %(periods)s") % {
            "periods": _periods(pauses)
        }
    closed = promise.calendar.holidays_between(promise.started, until)
    if closed:
        days = ", ".join(times.weekday(day) for day in closed)
        yield _("closed: %(days)s") % {"days": days}


def _joined(stretches: Iterable[sla.Interval]) -> list[sla.Interval]:
    joined: list[sla.Interval] = []
    for stretch in stretches:
        if joined and joined[-1].end == stretch.start:
            joined[-1] = sla.Interval(joined[-1].start, stretch.end)
        else:
            joined.append(stretch)
    return joined


def _periods(stretches: list[sla.Interval]) -> str:
    told = [times.period(*stretch) for stretch in stretches[-STRETCHES_TOLD:]]
    if len(stretches) > STRETCHES_TOLD:
        more = len(stretches) - STRETCHES_TOLD
        told.insert(0, _("%(count)d earlier ones") % {"count": more})
    return "; ".join(told)
