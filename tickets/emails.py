"""Who hears of what happens to a ticket, and by which letter.

The customer's side is the asker and whoever follows, as long as they may still see the
ticket; the vendor's side is the owner, else the support desk. Whoever did it is not
told, and everybody gets one letter of an event at most [E30].
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import UUIDField, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from companies.models import User
from companies.notices import Topic, tell_many, tiding
from outbox.models import Message
from tickets.models import Priority, Ticket, TicketEvent, TicketMessage
from tickets.prose import prose


class Role(models.TextChoices):
    """Why somebody gets the mail of a ticket."""

    ASKER = "asker", _("the one who opened the ticket")
    FOLLOWER = "follower", _("following the ticket")
    OWNER = "owner", _("the owner of the ticket")
    DESK = "desk", _("the support desk")


@dataclass(frozen=True)
class Addressee:
    """Somebody to be told, and why; the support desk is nobody in particular."""

    role: Role
    person: User | None

    @property
    def address(self) -> str:
        return self.person.email if self.person else settings.SUPPORT_EMAIL

    @property
    def is_vendor(self) -> bool:
        return self.role in (Role.OWNER, Role.DESK)


def ticket_opened(ticket: Ticket, message: TicketMessage) -> None:
    """A receipt to the customer's side, the question itself to the vendor's."""
    key = f"ticket:{ticket.pk}:opened"
    facts = _said(message)
    _post(
        ticket,
        customers_of(ticket),
        key,
        "opened_customer",
        facts,
        kind=Message.Kind.RECEIPT,
    )
    _post(ticket, desk_of(ticket), key, "opened_support", facts)


def customer_replied(ticket: Ticket, message: TicketMessage, before: str) -> None:
    """The vendor's side, and who else follows, get what the customer wrote."""
    readers = [*desk_of(ticket), *customers_of(ticket, besides=message.author)]
    facts = _said(message) | {"has_moved": ticket.state != before}
    _post(ticket, readers, _key(message), "replied", facts, kind=Message.Kind.ANSWER)


def support_answered(ticket: Ticket, message: TicketMessage, before: str) -> None:
    """The customer's side gets the answer, and what becomes of the ticket."""
    facts = _said(message) | {"has_moved": ticket.state != before}
    _post(
        ticket,
        customers_of(ticket, besides=message.author),
        _key(message),
        "answered",
        facts,
        kind=Message.Kind.ANSWER,
    )


def support_noted(ticket: Ticket, message: TicketMessage) -> None:
    """Only the vendor's side, and only if somebody else owns the ticket [E30]."""
    readers = [reader for reader in desk_of(ticket) if reader.person != message.author]
    _post(ticket, readers, _key(message), "noted", _said(message))


def ticket_moved(ticket: Ticket, event: TicketEvent) -> None:
    """A change of state without a message: the other side hears of it."""
    _post(ticket, _others(ticket, event), _key(event), "moved", {"event": event})


def customer_reminded(ticket: Ticket, closes_at: datetime | None) -> None:
    """Once per question: we still wait, and what happens if nobody replies [TI-24]."""
    key = f"ticket:{ticket.pk}:reminder:{ticket.paused_at:%Y%m%d%H%M%S}"
    _post(ticket, customers_of(ticket), key, "reminder", {"closes_at": closes_at})


def priority_changed(ticket: Ticket, event: TicketEvent) -> None:
    """The customer's side hears what support made of the priority [TI-21]."""
    facts = {
        "event": event,
        "needs_call": event.raises_to_critical and ticket.needs_call,
    }
    readers = customers_of(ticket, besides=event.by)
    _post(ticket, readers, _key(event), "priority", facts)


def ticket_assigned(ticket: Ticket, event: TicketEvent) -> None:
    """The new owner hears that the ticket is theirs."""
    _post(ticket, desk_of(ticket), _key(event), "assigned", {"event": event})


def customers_of(ticket: Ticket, besides: User | None = None) -> list[Addressee]:
    """The asker and the followers who may still see the ticket, each once."""
    followers = ticket.followers.order_by("name", "pk")
    people = {ticket.opened_by: Role.ASKER}
    people |= {person: Role.FOLLOWER for person in followers if person not in people}
    wanted = [one for one in people if one != besides and not one.is_staff]
    seeing = who_may_see(ticket, wanted)
    return [Addressee(people[one], one) for one in wanted if one.pk in seeing]


def desk_of(ticket: Ticket) -> list[Addressee]:
    """The owner while they work here, else the support desk."""
    owner = ticket.owner
    if owner and owner.is_active and owner.is_staff:
        return [Addressee(Role.OWNER, owner)]
    return [Addressee(Role.DESK, None)]


def who_may_see(ticket: Ticket, people: Sequence[User]) -> set[uuid.UUID]:
    """Asked at the moment of sending, all at once: access may be lost since [E30]."""
    row = Ticket.objects.filter(pk=ticket.pk).order_by()
    asked = [
        row.visible_to(person)
        .annotate(reader=Value(person.pk, output_field=UUIDField()))
        .values_list("reader", flat=True)
        for person in people
    ]
    return set(asked[0].union(*asked[1:], all=True)) if asked else set()


def topic_of(ticket: Ticket) -> Topic:
    """What stands still is told whatever else somebody has switched off."""
    is_urgent = ticket.is_open and ticket.priority == Priority.CRITICAL
    return Topic.CRITICAL if is_urgent else Topic.TICKET


def _others(ticket: Ticket, event: TicketEvent) -> Iterator[Addressee]:
    yield from customers_of(ticket, besides=event.by)
    if event.by and not event.by.is_staff:
        yield from desk_of(ticket)


def _said(message: TicketMessage) -> dict[str, Any]:
    return {
        "message": message,
        "prose": prose(message.text),
        "files": [file.name for file in message.attachments.all()],
    }


def _key(thing: TicketMessage | TicketEvent) -> str:
    return f"ticket:{thing.ticket_id}:{thing._meta.model_name}:{thing.pk}"


def _post(
    ticket: Ticket,
    readers: Iterable[Addressee],
    key: str,
    template: str,
    facts: dict[str, Any],
    kind: str = Message.Kind.NOTICE,
) -> None:
    topic = topic_of(ticket)
    urgent = topic == Topic.CRITICAL
    tell_many(
        tiding(
            reader.person,
            topic=topic,
            key=key,
            to=reader.address,
            template=f"tickets/emails/{template}",
            context={**facts, "ticket": ticket, "role": reader.role.value}
            | _places(ticket, reader),
            audience=reader.role.label,
            kind=kind,
            priority=Message.Priority.URGENT if urgent else Message.Priority.NORMAL,
            reply_to=settings.SUPPORT_EMAIL,
            thread=f"ticket:{ticket.pk}",
            about=ticket.application_id,
            link=_path(ticket, reader),
        )
        for reader in readers
    )


def _places(ticket: Ticket, reader: Addressee) -> dict[str, Any]:
    return {
        "url": settings.PUBLIC_URL + _path(ticket, reader),
        "is_vendor": reader.is_vendor,
        "company_name": ticket.company.name,
    }


def _path(ticket: Ticket, reader: Addressee) -> str:
    """Where the button leads: staff work in the admin, customers in the portal."""
    if reader.is_vendor:
        return reverse("admin:tickets_ticket_change", args=[ticket.pk])
    return ticket.get_absolute_url()
