"""Who would be told now about a ticket, by the functions that its letters use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from apps.models import Application
from contacts.occasions import Addressee, Occasion
from tickets import emails
from tickets.models import Ticket

LETTERS = {
    "ticket_answered": ["answered", "moved", "priority", "reminder"],
    "ticket_replied": ["replied"],
}
UNFORESEEN = {
    "opened_customer": "to whoever opens the ticket, and whom they let follow it",
    "opened_support": "stays with the vendor's own people",
    "assigned": "stays with the vendor's own people",
    "noted": "stays with the vendor's own people",
}


def occasions(application: Application, at: datetime) -> Iterator[Occasion]:
    """What may come next of the ticket that is open and was opened last."""
    tickets = Ticket.objects.open().filter(application=application)
    ticket = tickets.with_people().order_by("-number").first()
    if ticket is None:
        return
    facts = {"number": ticket.number}
    customers = emails.customers_of(ticket)
    yield Occasion(
        "ticket_answered",
        _("Support answers ticket #%(number)d") % facts,
        _told(ticket, customers),
    )
    yield Occasion(
        "ticket_replied",
        _("Somebody on the team replies in ticket #%(number)d") % facts,
        _told(ticket, [*emails.desk_of(ticket), *customers]),
    )


def _told(ticket: Ticket, readers: Iterable[emails.Addressee]) -> list[Addressee]:
    topic = emails.topic_of(ticket)
    return [Addressee(one.person, one.role.label, topic) for one in readers]
