"""What support wants to know beside a ticket, without leaving its page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from contacts.models import TechnicalContact
from licenses.models import License
from tickets.models import Ticket
from ui.states import State, state_of

SHOWN = 5


@dataclass(frozen=True)
class Beside:
    """The licenses and how they stand, who looks after the app, and what else is open.

    On a general matter there is no app: then only what else the company has open.
    """

    others: list[Ticket]
    licenses: list[tuple[License, State]] = field(default_factory=list)
    contacts: list[TechnicalContact] = field(default_factory=list)


def of(ticket: Ticket, at: datetime) -> Beside:
    """At most three queries."""
    open_ones = Ticket.objects.open().exclude(pk=ticket.pk).in_queue()
    if ticket.application is None:
        return Beside(list(open_ones.filter(company=ticket.company)[:SHOWN]))
    return Beside(
        list(open_ones.of(ticket.application)[:SHOWN]),
        _licenses(ticket, at),
        list(TechnicalContact.objects.of(ticket.application).with_people()[:SHOWN]),
    )


def _licenses(ticket: Ticket, at: datetime) -> list[tuple[License, State]]:
    """Of the environment, or of the whole app where none is named."""
    rows = License.objects.of(ticket.application).with_company().by_end()
    if ticket.environment:
        rows = rows.filter(environment=ticket.environment)
    return [
        (row, state_of(row.standing(row.company.today(at)).state_code))
        for row in rows[:SHOWN]
    ]
