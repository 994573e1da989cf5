"""Who has the ticket and how urgent it is: states, owner, priority, phone calls."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from companies.models import User
from companies.verbs import Verb
from tickets import clocks, emails, journal
from tickets.models import Ticket, TicketEvent
from tickets.priority import priority_of
from ui.words import inside

State = Ticket.State
Kind = TicketEvent.Kind
BATCH = 500


def put_on_hold(*, ticket: Ticket, by: User, at: datetime) -> Ticket:
    """Engineering has it; the clock runs on, and the customer is told [TI-25]."""
    return _move(ticket, State.ON_HOLD, by=by, at=at)


def resume(*, ticket: Ticket, by: User, at: datetime) -> Ticket:
    """Back in the hands of support; reopens a solved ticket."""
    return _move(ticket, State.OPEN, by=by, at=at)


def solve(*, ticket: Ticket, by: User, at: datetime) -> Ticket:
    """The customer or support says that it is solved; the other side gets mail."""
    return _move(ticket, State.SOLVED, by=by, at=at)


def close(*, ticket: Ticket, by: User | None, at: datetime) -> Ticket:
    """For good: from now on only a new ticket can follow this one [TI-27]."""
    return _move(ticket, State.CLOSED, by=by, at=at)


@transaction.atomic
def _move(ticket: Ticket, state: str, *, by: User | None, at: datetime) -> Ticket:
    journal.lock(ticket)
    if ticket.state == state:
        raise ValidationError(
            _("Ticket #%(number)s is %(state)s already."),
            params={
                "number": ticket.pk,
                "state": inside(ticket.get_state_display()),
            },
        )
    event = journal.move(ticket, state, by=by, at=at)
    journal.keep(ticket, "state", "solved_at")
    if state == State.SOLVED:
        journal.note_down(ticket, Verb.TICKET_SOLVED, by=by, at=at)
    emails.ticket_moved(ticket, event)
    return ticket


@transaction.atomic
def assign(*, ticket: Ticket, owner: User, by: User, at: datetime) -> Ticket:
    """Somebody of the vendor's staff looks after the ticket from now on.

    A new ticket is thereby in progress. The new owner gets mail, unless it is `by`.
    """
    journal.lock(ticket)
    if not owner.is_staff or not owner.is_active:
        raise ValidationError(_("Only active support staff can own a ticket."))
    if ticket.owner_id == owner.pk:
        return ticket
    event = journal.give_to(ticket, owner, by=by, at=at)
    if ticket.state == State.NEW:
        journal.move(ticket, State.OPEN, by=by, at=at)
    journal.keep(ticket, "state", "solved_at", "owner")
    if owner != by:
        emails.ticket_assigned(ticket, event)
    return ticket


def take(*, ticket: Ticket, by: User, at: datetime) -> Ticket:
    return assign(ticket=ticket, owner=by, by=by, at=at)


@transaction.atomic
def judge_priority(
    *,
    ticket: Ticket,
    by: User,
    impact: int,
    urgency: int,
    at: datetime,
    has_workaround: bool = False,
) -> Ticket:
    """Support checks what the reporter said, and whether there is a way around it.

    Time used so far stays used, the target is another. Raising a ticket to critical
    asks for a phone call like opening one [TI-03, E26]; the customer is told of every
    other priority.
    """
    journal.lock(ticket)
    old, had_workaround = ticket.priority, ticket.has_workaround
    ticket.impact, ticket.urgency = impact, urgency
    ticket.has_workaround = has_workaround
    ticket.priority = priority_of(impact, urgency, has_workaround=has_workaround)
    ticket.validated_at = at
    if has_workaround != had_workaround:
        kind = Kind.WORKAROUND if has_workaround else Kind.NO_WORKAROUND
        journal.write_event(ticket, kind, by=by, at=at)
    if ticket.priority != old:
        event = journal.write_priority_event(
            ticket, Kind.PRIORITY, by=by, at=at, old=old
        )
    journal.keep(
        ticket, "impact", "urgency", "has_workaround", "priority", "validated_at"
    )
    if ticket.priority != old:
        emails.priority_changed(ticket, event)
    return ticket


@transaction.atomic
def log_call(*, ticket: Ticket, by: User, at: datetime) -> Ticket:
    """The customer has called: a critical ticket needs that [TI-03, E26]."""
    journal.lock(ticket)
    if ticket.called_at is None:
        ticket.called_at = at
        ticket.save(update_fields=["called_at"])
    journal.write_event(ticket, Kind.CALLED, by=by, at=at)
    return ticket


def rewind_clocks() -> int:
    """What is promised may have changed: level, targets or holidays [E29].

    Goes through the open tickets in batches and returns how many clocks were wrong.
    Solved ones keep what they were measured by.
    """
    numbers = list(Ticket.objects.open().order_by("pk").values_list("pk", flat=True))
    batches = range(0, len(numbers), BATCH)
    return sum(_rewind(numbers[first : first + BATCH]) for first in batches)


@transaction.atomic
def _rewind(numbers: list[int]) -> int:
    rows = Ticket.objects.open().filter(pk__in=numbers).order_by("pk")
    tickets = rows.select_related("company").select_for_update(of=("self",))
    changed = clocks.wind_all(tickets)
    Ticket.objects.bulk_update(changed, clocks.CLOCK_FIELDS)
    return len(changed)
