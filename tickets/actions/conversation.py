"""What is said: a ticket is opened, replied to, answered, noted on."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NotRequired, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from apps.models import Application, Environment, search_text_of
from companies.models import Company, User
from companies.verbs import Verb
from tickets import emails, journal
from tickets.actions import moves
from tickets.actions.following import add_follower
from tickets.models import Ticket, TicketEvent, TicketMessage
from tickets.priority import priority_of

State = Ticket.State
SAID = ("last_message_at", "last_message_by")
SEARCH_LENGTH = Ticket._meta.get_field("search_text").max_length


class Facts(TypedDict):
    """What a ticket is about, as its form asks for it."""

    kind: str
    subject: str
    impact: int
    urgency: int
    application: NotRequired[Application | None]
    environment: NotRequired[Environment | None]
    follows: NotRequired[Ticket | None]


@transaction.atomic
def open_ticket(
    *,
    company: Company,
    by: User,
    text: str,
    at: datetime,
    followers: Iterable[User] = (),
    files: Iterable[File] = (),
    form_token: uuid.UUID | None = None,
    entered_by: User | None = None,
    **facts: Unpack[Facts],
) -> Ticket:
    """A customer puts a question, an incident or a change to support.

    The priority follows from impact and urgency, and the clocks start with it. The
    asker and whoever is to be kept informed get a receipt, the support desk the text.
    The same form sent again gives the same ticket, and no second mail. Support may
    have entered it for them; the log names who did.
    """
    actor = entered_by or by
    _refuse_strange_environment(facts.get("application"), facts.get("environment"))
    ticket, is_new = Ticket.objects.get_or_create(
        company=company,
        form_token=form_token or uuid.uuid4(),
        defaults=_first_values(facts, by, at),
    )
    if not is_new:
        return ticket
    message, _is_new = journal.write_message(
        ticket, by=by, text=text, at=at, files=files
    )
    journal.write_priority_event(ticket, TicketEvent.Kind.OPENED, by=actor, at=at)
    for person in followers:
        add_follower(ticket, person, by=actor, at=at)
    journal.keep(ticket)
    journal.note_down(ticket, Verb.TICKET_OPENED, by=actor, at=at)
    emails.ticket_opened(ticket, message)
    return ticket


@transaction.atomic
def open_for_customer(
    *, email: str, has_called: bool, by: User, at: datetime, **facts: Any
) -> Ticket:
    """Support enters what a customer said on the phone or wrote by e-mail [TI-02].

    It is the customer's ticket, as if they had opened it; a call is logged with it.
    """
    person = User.objects.active().filter(email__iexact=email, is_staff=False).first()
    application = facts["application"]
    apps = Application.objects.filter(pk=application.pk)
    if person is None or not apps.visible_to(person).exists():
        raise ValidationError(
            {
                "asked_by": _("%(email)s is not on the team of %(app)s.")
                % {"email": email, "app": application}
            }
        )
    ticket = open_ticket(
        company=application.company, by=person, entered_by=by, at=at, **facts
    )
    if has_called and ticket.called_at is None:
        moves.log_call(ticket=ticket, by=by, at=at)
    return ticket


def _first_values(facts: Facts, by: User, at: datetime) -> dict[str, Any]:
    words = (facts["subject"], by.name, facts.get("application"))
    return {
        **facts,
        "search_text": search_text_of(*words)[:SEARCH_LENGTH],
        "priority": priority_of(facts["impact"], facts["urgency"]),
        "opened_by": by,
        "opened_at": at,
        "last_message_at": at,
        "last_message_by": by,
    }


def reply(
    *,
    ticket: Ticket,
    by: User,
    text: str,
    at: datetime,
    files: Iterable[File] = (),
    form_token: uuid.UUID | None = None,
) -> TicketMessage:
    """The customer adds to the thread.

    A reply brings a ticket that waits for the customer back to support, and reopens a
    solved one; a closed one stays closed [TI-24, TI-26, TI-27]. The vendor's side and
    the others who follow get mail.
    """
    return _reply(ticket, State.OPEN, (by, text, at), files, form_token)


def reply_and_solve(
    *,
    ticket: Ticket,
    by: User,
    text: str,
    at: datetime,
    files: Iterable[File] = (),
    form_token: uuid.UUID | None = None,
) -> TicketMessage:
    """The customer's last word: it is solved [TI-26]. One mail tells both."""
    return _reply(ticket, State.SOLVED, (by, text, at), files, form_token)


@transaction.atomic
def _reply(
    ticket: Ticket,
    wanted: str,
    said: tuple[User, str, datetime],
    files: Iterable[File],
    form_token: uuid.UUID | None,
) -> TicketMessage:
    by, text, at = said
    journal.lock(ticket)
    _refuse_closed(ticket)
    message, is_new = journal.write_message(
        ticket, by=by, text=text, at=at, files=files, form_token=form_token
    )
    if not is_new:
        return message
    before = ticket.state
    if wanted == State.SOLVED or before in (State.PENDING, State.SOLVED):
        journal.move(ticket, wanted, by=by, at=at)
    _said(ticket, message)
    journal.keep(ticket, "state", "solved_at", *SAID)
    if ticket.state == State.SOLVED != before:
        journal.note_down(ticket, Verb.TICKET_SOLVED, by=by, at=at)
    emails.customer_replied(ticket, message, before)
    return message


@transaction.atomic
def answer(
    *,
    ticket: Ticket,
    by: User,
    text: str,
    at: datetime,
    state: str = "",
    files: Iterable[File] = (),
    form_token: uuid.UUID | None = None,
) -> TicketMessage:
    """Support answers, so that the customer can read it, and may move the ticket.

    The first answer keeps the promise of a response. Whoever answers a ticket without
    an owner owns it. Without a state, a new ticket is in progress from now on; a
    solved one stays solved [E28]. The customer's side gets one mail each.
    """
    journal.lock(ticket)
    _refuse_closed(ticket)
    message, is_new = journal.write_message(
        ticket, by=by, text=text, at=at, files=files, form_token=form_token
    )
    if not is_new:
        return message
    before = ticket.state
    journal.move(
        ticket,
        state or (State.OPEN if before == State.NEW else before),
        by=by,
        at=at,
    )
    if ticket.owner is None:
        journal.give_to(ticket, by, by=by, at=at)
    ticket.responded_at = ticket.responded_at or at
    _said(ticket, message)
    journal.keep(ticket, "state", "solved_at", "owner", "responded_at", *SAID)
    if ticket.state == State.SOLVED != before:
        journal.note_down(ticket, Verb.TICKET_SOLVED, by=by, at=at)
    emails.support_answered(ticket, message, before)
    return message


@transaction.atomic
def note(
    *,
    ticket: Ticket,
    by: User,
    text: str,
    at: datetime,
    files: Iterable[File] = (),
    form_token: uuid.UUID | None = None,
) -> TicketMessage:
    """Support writes something down for itself; no customer reads or hears of it.

    It is no answer: clocks, state and owner stay [E30].
    """
    journal.lock(ticket)
    message, is_new = journal.write_message(
        ticket,
        by=by,
        text=text,
        at=at,
        files=files,
        form_token=form_token,
        is_internal=True,
    )
    if is_new:
        emails.support_noted(ticket, message)
    return message


def ask_customer(*, ticket: Ticket, by: User, text: str, at: datetime) -> TicketMessage:
    """An answer that asks back: the clock stands until the customer replies."""
    return answer(ticket=ticket, by=by, text=text, at=at, state=State.PENDING)


def _said(ticket: Ticket, message: TicketMessage) -> None:
    ticket.last_message_at, ticket.last_message_by = message.at, message.author


def _refuse_closed(ticket: Ticket) -> None:
    if ticket.is_closed:
        raise ValidationError(
            _("Ticket #%(number)s is closed. Open a new ticket that follows it."),
            params={"number": ticket.pk},
        )


def _refuse_strange_environment(
    application: Application | None, environment: Environment | None
) -> None:
    if environment and (
        application is None or environment.application_id != application.pk
    ):
        raise ValidationError(_("Choose an environment of the app."))
