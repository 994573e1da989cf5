"""The thread of a ticket as one person may read it: messages, and events between."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString

from companies.models import User
from companies.statements import KeptRows
from tickets.models import Attachment, Ticket, TicketEvent, TicketMessage
from tickets.prose import prose
from tickets.sentences import Line, line_of

_events = KeptRows(
    lambda _, ticket: TicketEvent.objects.filter(ticket=ticket).select_related("by")
)
_messages = KeptRows(
    lambda reader, ticket: (
        TicketMessage.objects.filter(ticket=ticket).readable_by(reader).with_authors()
    )
)
_followers = KeptRows(lambda _, ticket: User.objects.filter(tickets_followed=ticket))
_files = KeptRows(lambda _, ticket: Attachment.objects.of_ticket(ticket))


@dataclass(frozen=True)
class Post:
    """One message, ready to be shown."""

    message: TicketMessage
    html: SafeString
    files: list[Attachment]

    @property
    def at(self) -> datetime:
        return self.message.at

    @property
    def is_vendor(self) -> bool:
        return self.message.author.is_staff


@dataclass(frozen=True)
class Thread:
    """Posts and lines in the order of time; the moves are for the clocks."""

    posts: list[Post | Line]
    moves: list[TicketEvent]


def of(ticket: Ticket, reader: User) -> Thread:
    """Three queries, whatever the length of the thread."""
    events = _events(reader, ticket=ticket.pk)
    files = defaultdict(list)
    for file in _files(reader, ticket=ticket.pk):
        files[file.message_id].append(file)
    posts = [
        Post(message, prose(message.text), files[message.pk])
        for message in _messages(reader, ticket=ticket.pk)
    ]
    lines = [
        line_of(event) for event in events if not _goes_without_saying(event, events)
    ]
    return Thread(
        # What was said stands before what followed from it in the same moment.
        posts=sorted([*posts, *lines], key=lambda entry: entry.at),
        moves=[event for event in events if event.kind == TicketEvent.Kind.STATE],
    )


def followers_of(ticket: Ticket, reader: User) -> list[User]:
    """Who gets its mail beside the one who asked."""
    return _followers(reader, ticket=ticket.pk)


def _goes_without_saying(event: TicketEvent, events: list[TicketEvent]) -> bool:
    """Whoever takes a new ticket works on it: one line tells both."""
    begun = (event.old, event.new) == (Ticket.State.NEW, Ticket.State.OPEN)
    return begun and any(
        other.kind == TicketEvent.Kind.OWNER and other.at == event.at
        for other in events
    )
