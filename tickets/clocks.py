"""The clocks of a ticket: from its rows to `sla`, and the outcome back into the row.

What was promised follows from the company's service level and the priority; whether
anything was, from the license [TI-09]. `wind` is the only place that writes clocks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from companies.models import Company
from licenses.models import License
from tickets import sla
from tickets.models import Holiday, ServiceTarget, Ticket, TicketEvent

CLOCK_FIELDS = (
    "response_minutes",
    "resolution_minutes",
    "around_the_clock",
    "response_due_at",
    "resolution_due_at",
    "due_at",
    "paused_at",
)


@dataclass(frozen=True)
class Clocks:
    """Both promises of one ticket; None where nothing is promised.

    `paused_at` is since when we wait for the customer.
    """

    response: sla.Promise | None
    resolution: sla.Promise | None
    paused_at: datetime | None


def business_hours() -> sla.Calendar:
    """The support desk's own: its week, its zone, its holidays. One query."""
    return sla.Calendar(
        ZoneInfo(settings.TIME_ZONE),
        sla.week_from(settings.SUPPORT_HOURS),
        {holiday.day: _hours_of(holiday) for holiday in Holiday.objects.all()},
    )


def _hours_of(holiday: Holiday) -> tuple[sla.Hours, ...]:
    if holiday.opens_at is None or holiday.closes_at is None:
        return ()
    return (sla.Hours(_minute(holiday.opens_at), _minute(holiday.closes_at)),)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def wind(ticket: Ticket, *, calendar: sla.Calendar | None = None) -> None:
    """Computes the clocks anew from the events and puts them on the ticket.

    Called after every verb and after every change of what is promised; time used so
    far is kept, since it is counted from the events and not from a deadline. The
    caller saves CLOCK_FIELDS.
    """
    target = target_of(ticket)
    ticket.response_minutes = target.response_minutes if target else None
    ticket.resolution_minutes = target.resolution_minutes if target else None
    ticket.around_the_clock = target.around_the_clock if target else False
    clocks = read(ticket, ticket.events.moves(), calendar or business_hours())
    ticket.response_due_at = clocks.response.due if clocks.response else None
    ticket.resolution_due_at = clocks.resolution.due if clocks.resolution else None
    ticket.paused_at = clocks.paused_at
    ticket.due_at = _next_due(ticket)


def target_of(ticket: Ticket) -> ServiceTarget | None:
    """What is promised for this ticket; nothing to a customer without a license.

    Whether there was one is asked for the day on which the ticket was opened, so that
    a promise does not vanish while it is being kept.
    """
    if not is_licensed(ticket.company, ticket.opened_at):
        return None
    targets = ServiceTarget.objects.agreed_with(ticket.company)
    return targets.filter(priority=ticket.priority).first()


def is_licensed(company: Company, at: datetime) -> bool:
    """A contract that covers this day: the company is a licensed customer [TI-09]."""
    day = company.today(at)
    licenses = License.objects.live().exclude(starts_on__gt=day)
    return licenses.filter(
        environment__application__company=company, ends_on__gte=day
    ).exists()


def read(
    ticket: Ticket, moves: Iterable[TicketEvent], calendar: sla.Calendar
) -> Clocks:
    """The promises kept on the ticket, with the pauses from its events."""
    pauses = _pauses(ticket, moves)
    if ticket.around_the_clock:
        calendar = sla.Calendar.around_the_clock()

    def promise(minutes: int | None, met_at: datetime | None) -> sla.Promise | None:
        if minutes is None:
            return None
        target = timedelta(minutes=minutes)
        return sla.Promise(calendar, target, ticket.opened_at, pauses, met_at)

    return Clocks(
        response=promise(ticket.response_minutes, ticket.responded_at),
        resolution=promise(ticket.resolution_minutes, ticket.solved_at),
        paused_at=pauses[-1].start if _is_waiting(ticket, pauses) else None,
    )


def _pauses(ticket: Ticket, moves: Iterable[TicketEvent]) -> tuple[sla.Interval, ...]:
    """Where the clock stands: waiting for the customer, or solved and then reopened.

    A solved ticket's last pause ends when it was solved: so its promise has a due
    moment to be compared with, as if the work had gone on.
    """
    runs = Ticket.RUNNING_STATES
    pauses = sla.pauses_from((move.at, move.new in runs) for move in moves)
    if not pauses or pauses[-1].end != sla.FOREVER or ticket.solved_at is None:
        return pauses
    last = sla.Interval(pauses[-1].start, ticket.solved_at)
    return (*pauses[:-1], last) if last.start < last.end else pauses[:-1]


def _is_waiting(ticket: Ticket, pauses: tuple[sla.Interval, ...]) -> bool:
    return ticket.is_open and bool(pauses) and pauses[-1].end == sla.FOREVER


def _next_due(ticket: Ticket) -> datetime | None:
    """The next promise to fall due: the answer first, then the solution."""
    if not ticket.is_open or ticket.is_paused:
        return None
    moments = [ticket.resolution_due_at]
    if ticket.responded_at is None:
        moments.append(ticket.response_due_at)
    return min((at for at in moments if at), default=None)
