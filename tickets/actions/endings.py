"""How tickets end by themselves: one reminder, then closed [TI-24, TI-27, E28].

How long we wait is policy; the sweep may run late or twice. Each ticket is judged again
under its lock, so that a reply in the same moment wins.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from tickets import emails, journal
from tickets.models import Ticket
from tickets.models.ticket import TicketQuerySet

State = Ticket.State


def remind_waiting(*, at: datetime) -> int:
    """One mail to the customer per question that waits; returns how many were sent."""
    return _each(to_be_reminded(at), lambda ticket: _remind(ticket, at))


def close_unanswered(*, at: datetime) -> int:
    """Tickets that waited for the customer in vain; the customer is told."""
    return _each(unanswered(at), lambda ticket: _close(ticket, at, emails.ticket_moved))


def close_solved(*, at: datetime) -> int:
    """Tickets that stayed solved; nobody needs a mail about that."""
    return _each(long_solved(at), lambda ticket: _close(ticket, at, None))


def to_be_reminded(at: datetime) -> TicketQuerySet:
    """None at all where the vendor has switched reminders off; so with the others."""
    if not (days := settings.TICKET_REMIND_DAYS):
        return Ticket.objects.none()
    return Ticket.objects.waiting_since(at - timedelta(days=days)).not_reminded()


def unanswered(at: datetime) -> TicketQuerySet:
    if not (days := settings.TICKET_CLOSE_UNANSWERED_DAYS):
        return Ticket.objects.none()
    return Ticket.objects.waiting_since(at - timedelta(days=days))


def long_solved(at: datetime) -> TicketQuerySet:
    if not (days := settings.TICKET_CLOSE_SOLVED_DAYS):
        return Ticket.objects.none()
    return Ticket.objects.solved_since(at - timedelta(days=days))


def _each(rows: TicketQuerySet, verb: Callable[[Ticket], None]) -> int:
    """One transaction a ticket; the same question is asked again under its lock."""
    done = 0
    for number in list(rows.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            ticket = Ticket(pk=number)
            journal.lock(ticket)
            if rows.filter(pk=number).exists():
                verb(ticket)
                done += 1
    return done


def _remind(ticket: Ticket, at: datetime) -> None:
    ticket.reminded_at = at
    ticket.save(update_fields=["reminded_at"])
    emails.customer_reminded(ticket, _closing_day(ticket))


def _closing_day(ticket: Ticket) -> datetime | None:
    days = settings.TICKET_CLOSE_UNANSWERED_DAYS
    return ticket.paused_at + timedelta(days=days) if days else None


def _close(ticket: Ticket, at: datetime, tell: Callable[..., None] | None) -> None:
    event = journal.move(ticket, State.CLOSED, by=None, at=at)
    journal.keep(ticket, "state", "solved_at")
    if tell:
        tell(ticket, event)
