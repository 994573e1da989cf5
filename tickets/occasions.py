"""Who would be told now about a ticket, by the functions that its letters use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from apps.models import Application
from contacts.occasions import Addressee, Occasion
from tickets import emails
from tickets.models import Ticket


def occasions(application: Application, at: datetime) -> Iterator[Occasion]:
    """The answer to the ticket that is open and was opened last."""
    tickets = Ticket.objects.open().filter(application=application)
    ticket = tickets.with_people().order_by("-number").first()
    if ticket:
        yield Occasion(
            "ticket_answered",
            _("Support answers ticket #%(number)d") % {"number": ticket.number},
            [
                Addressee(reader.person, reader.role.label, emails.topic_of(ticket))
                for reader in emails.customers_of(ticket)
            ],
        )
