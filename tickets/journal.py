"""Writes what was said and done on a ticket: messages, files, events, states.

The hands of the verbs in `actions.py`; each expects the ticket to be locked and leaves
saving the ticket to `keep`.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext as _

from companies.audit import record
from companies.models import User
from companies.verbs import Verb
from tickets import clocks
from tickets.models import Attachment, Ticket, TicketEvent, TicketMessage
from ui.words import inside

NAME_LENGTH = 200


def lock(ticket: Ticket) -> None:
    """Nobody else may judge or change this ticket until the transaction ends.

    Locked first and read afterwards: a locking read that had to wait for somebody
    would show their new owner's id beside the joined row of the old one.
    """
    list(Ticket.objects.filter(pk=ticket.pk).select_for_update().values_list("pk"))
    rows = Ticket.objects.select_related(
        "company", "application", "environment", "opened_by", "owner"
    )
    ticket.refresh_from_db(from_queryset=rows)


def keep(ticket: Ticket, *fields: str) -> None:
    """Winds the clocks and saves them together with the fields a verb has changed."""
    clocks.wind(ticket)
    ticket.save(update_fields=[*clocks.CLOCK_FIELDS, *fields])


def write_message(
    ticket: Ticket,
    *,
    by: User,
    text: str,
    at: datetime,
    files: Iterable[File] = (),
    form_token: uuid.UUID | None = None,
    is_internal: bool = False,
) -> tuple[TicketMessage, bool]:
    """The message, and whether it is new: a form sent twice is one message."""
    message, is_new = TicketMessage.objects.get_or_create(
        ticket=ticket,
        form_token=form_token or uuid.uuid4(),
        defaults={"author": by, "text": text, "is_internal": is_internal, "at": at},
    )
    if is_new:
        for file in files:
            name = str(file.name or _("file"))[-NAME_LENGTH:]
            Attachment.objects.create(
                message=message, name=name, file=file, size=file.size
            )
    return message, is_new


def write_event(
    ticket: Ticket,
    kind: TicketEvent.Kind,
    *,
    by: User | None,
    at: datetime,
    old: Any = "",
    new: Any = "",
    **facts: Any,
) -> TicketEvent:
    return TicketEvent.objects.create(
        ticket=ticket,
        kind=kind,
        by=by,
        at=at,
        old=str(old)[:120],
        new=str(new)[:120],
        **facts,
    )


def move(
    ticket: Ticket, state: str, *, by: User | None, at: datetime
) -> TicketEvent | None:
    """Another state, told by an event; None where the ticket is in it already."""
    if ticket.state == state:
        return None
    if not ticket.can_move_to(state):
        raise ValidationError(
            _("Ticket #%(number)s is %(state)s. It cannot become %(wanted)s."),
            params={
                "number": ticket.pk,
                "state": inside(ticket.get_state_display()),
                "wanted": inside(Ticket.State(state).label),
            },
        )
    event = write_event(
        ticket, TicketEvent.Kind.STATE, by=by, at=at, old=ticket.state, new=state
    )
    ticket.state = state
    # Closed without having been solved: then it came to rest now.
    ticket.solved_at = None if ticket.is_open else ticket.solved_at or at
    return event


def give_to(ticket: Ticket, owner: User, *, by: User, at: datetime) -> TicketEvent:
    """Another owner, told by an event."""
    event = write_event(
        ticket, TicketEvent.Kind.OWNER, by=by, at=at, old=ticket.owner or "", new=owner
    )
    ticket.owner = owner
    return event


def write_priority_event(
    ticket: Ticket,
    kind: TicketEvent.Kind,
    *,
    by: User,
    at: datetime,
    old: int | str = "",
) -> TicketEvent:
    return write_event(
        ticket,
        kind,
        by=by,
        at=at,
        old=old,
        new=ticket.priority,
        impact=ticket.impact,
        urgency=ticket.urgency,
    )


def note_down(ticket: Ticket, verb: Verb, *, by: User | None, at: datetime) -> None:
    record(
        company=ticket.company,
        by=by,
        verb=verb,
        thing=ticket,
        about=ticket.application_id,
        at=at,
    )
