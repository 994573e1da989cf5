"""Letters about tickets, with made-up facts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.samples import DEPOT, PRODUCTION
from companies.made_up import ACME, BOB, PRIYA, STELLA, page
from companies.models import User
from companies.topics import Topic
from outbox.samples import Sample
from tickets.emails import Role
from tickets.models import Ticket, TicketEvent, TicketMessage
from tickets.prose import prose

QUESTION = (
    "Since the update of the scanners at dock 4 the list of parcels stays empty.\n\n"
    "* dock 4\n* dock 5"
)
ANSWER = "Version 4.2 of the firmware mends it. Does the list fill again?"


def _ticket(at: datetime, **facts: Any) -> Ticket:
    known = {
        "number": 10417,
        "company": ACME,
        "application": DEPOT,
        "environment": PRODUCTION,
        "kind": Ticket.Kind.INCIDENT,
        "subject": "Parcel list stays empty & nobody can load",
        "impact": 2,
        "urgency": 2,
        "priority": 3,
        "state": Ticket.State.OPEN,
        "opened_by": BOB,
        "owner": STELLA,
        "due_at": at + timedelta(hours=8),
        "paused_at": at - timedelta(days=7),
    }
    return Ticket(**known | facts)


def _said(at: datetime, author: User, text: str, **facts: Any) -> dict[str, Any]:
    message = TicketMessage(author=author, text=text, at=at)
    return {"message": message, "prose": prose(text), "files": [], **facts}


def _happened(at: datetime, by: User, old: str, new: str, **facts: Any) -> dict:
    return {"event": TicketEvent(by=by, old=old, new=new, at=at), **facts}


def _url(is_vendor: bool) -> str:
    if is_vendor:
        return page("admin:tickets_ticket_change", 10417)
    return page("tickets:detail", 10417)


def _letter(
    name: str,
    when: str | Promise,
    role: Role,
    facts: Callable[[datetime], dict[str, Any]],
    **ticket: Any,
) -> Sample:
    is_vendor = role in (Role.OWNER, Role.DESK)
    readers = {Role.ASKER: BOB.name, Role.FOLLOWER: PRIYA.name, Role.OWNER: STELLA.name}
    return Sample(
        template=f"tickets/emails/{name}",
        topic=Topic.TICKET.label,
        when=when,
        to=role.label,
        name=readers.get(role, ""),
        facts=lambda at: {
            "ticket": _ticket(at, **ticket),
            "role": role.value,
            "is_vendor": is_vendor,
            "company_name": ACME.name,
            "url": _url(is_vendor),
            **facts(at),
        },
    )


SAMPLES = [
    _letter(
        "opened_customer",
        _("A ticket is opened: the receipt."),
        Role.ASKER,
        lambda at: _said(at, BOB, QUESTION),
        state=Ticket.State.NEW,
    ),
    _letter(
        "opened_support",
        _("A ticket is opened."),
        Role.DESK,
        lambda at: _said(at, BOB, QUESTION, files=["dock-4.log"]),
        state=Ticket.State.NEW,
    ),
    _letter(
        "assigned",
        _("A ticket gets an owner."),
        Role.OWNER,
        lambda at: _happened(at, STELLA, "", STELLA.name),
    ),
    _letter(
        "answered",
        _("Support answers."),
        Role.ASKER,
        lambda at: _said(at, STELLA, ANSWER, has_moved=True),
        state=Ticket.State.PENDING,
        responded_at=None,
    ),
    _letter(
        "replied",
        _("The customer replies."),
        Role.FOLLOWER,
        lambda at: _said(at, BOB, "Version 4.1, all of them.", has_moved=True),
    ),
    _letter(
        "noted",
        _("A colleague writes an internal note."),
        Role.OWNER,
        lambda at: _said(at, STELLA, "The index looks broken."),
    ),
    _letter(
        "priority",
        _("Support sets the priority."),
        Role.ASKER,
        lambda at: _happened(at, STELLA, "3", "2", needs_call=False),
        priority=2,
    ),
    _letter(
        "moved",
        _("A ticket changes its state without a word."),
        Role.ASKER,
        lambda at: _happened(at, STELLA, "open", "on_hold"),
        state=Ticket.State.ON_HOLD,
    ),
    _letter(
        "reminder",
        _("A ticket has waited for the customer for days."),
        Role.ASKER,
        lambda at: {"closes_at": at + timedelta(days=7)},
        state=Ticket.State.PENDING,
    ),
]
