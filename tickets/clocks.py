"""The clocks of a ticket: from its rows to `sla`, and the outcome back into the row.

What was promised follows from the company's service level and the priority; whether
anything was, from the license [TI-09]. `wind` is the only place that writes clocks.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
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


def wind(ticket: Ticket) -> None:
    """Computes the clocks anew from the events and puts them on the ticket.

    Called after every verb; time used so far is kept, since it is counted from the
    events and not from a deadline. The caller saves CLOCK_FIELDS.
    """
    wind_all([ticket])


def wind_all(tickets: Sequence[Ticket]) -> list[Ticket]:
    """The same for many, in four queries; returns those whose clocks have changed."""
    calendar, figures = business_hours(), Figures.for_tickets(tickets)
    moves: dict[int, list[TicketEvent]] = {}
    for event in TicketEvent.objects.moves().filter(ticket__in=tickets):
        moves.setdefault(event.ticket_id, []).append(event)
    changed = []
    for ticket in tickets:
        before = [getattr(ticket, name) for name in CLOCK_FIELDS]
        _set(ticket, figures.target_of(ticket), moves.get(ticket.pk, []), calendar)
        if before != [getattr(ticket, name) for name in CLOCK_FIELDS]:
            changed.append(ticket)
    return changed


def _set(
    ticket: Ticket,
    target: ServiceTarget | None,
    moves: Iterable[TicketEvent],
    calendar: sla.Calendar,
) -> None:
    ticket.response_minutes = target.response_minutes if target else None
    ticket.resolution_minutes = target.resolution_minutes if target else None
    ticket.around_the_clock = target.around_the_clock if target else False
    clocks = read(ticket, moves, calendar)
    ticket.response_due_at = clocks.response.due if clocks.response else None
    ticket.resolution_due_at = clocks.resolution.due if clocks.resolution else None
    ticket.paused_at = clocks.paused_at
    ticket.due_at = _next_due(ticket)


@dataclass(frozen=True)
class Figures:
    """What the service levels promise, and when which company was licensed."""

    targets: dict[tuple[int, int], ServiceTarget]
    terms: dict[uuid.UUID, list[tuple[date | None, date]]]

    @classmethod
    def for_tickets(cls, tickets: Iterable[Ticket]) -> Figures:
        companies = {ticket.company for ticket in tickets}
        levels = {company.service_level_id for company in companies}
        targets = ServiceTarget.objects.filter(service_level__in=levels - {None})
        return cls(
            {(row.service_level_id, row.priority): row for row in targets},
            _terms(companies),
        )

    def target_of(self, ticket: Ticket) -> ServiceTarget | None:
        """What is promised for this ticket; nothing to a customer without a license.

        Whether there was one is asked for the day on which the ticket was opened, so
        that a promise does not vanish while it is being kept.
        """
        company = ticket.company
        if not _covers(self.terms.get(company.pk, []), company.today(ticket.opened_at)):
            return None
        return self.targets.get((company.service_level_id, ticket.priority))


def is_licensed(company: Company, at: datetime) -> bool:
    """A contract that covers this day: the company is a licensed customer [TI-09]."""
    return _covers(_terms([company]).get(company.pk, []), company.today(at))


def _terms(
    companies: Iterable[Company],
) -> dict[uuid.UUID, list[tuple[date | None, date]]]:
    """First and last days of the companies' licenses that are not off-boarded."""
    licenses = License.objects.live().filter(
        environment__application__company__in=companies
    )
    terms: dict[uuid.UUID, list[tuple[date | None, date]]] = {}
    columns = ("environment__application__company", "starts_on", "ends_on")
    for company, starts_on, ends_on in licenses.values_list(*columns).distinct():
        terms.setdefault(company, []).append((starts_on, ends_on))
    return terms


def _covers(terms: Iterable[tuple[date | None, date]], day: date) -> bool:
    return any(
        (starts_on is None or starts_on <= day) and day <= ends_on
        for starts_on, ends_on in terms
    )


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
