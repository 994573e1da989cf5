"""Who is kept informed by mail beside the one who asked."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from companies.models import User
from tickets import journal
from tickets.models import Ticket, TicketEvent

Kind = TicketEvent.Kind


@transaction.atomic
def follow(*, ticket: Ticket, person: User, by: User, at: datetime) -> Ticket:
    """From now on this person gets the ticket's mail; who may not see it, may not."""
    journal.lock(ticket)
    add_follower(ticket, person, by=by, at=at)
    return ticket


def add_by_address(*, ticket: Ticket, email: str, by: User, at: datetime) -> Ticket:
    """A colleague is kept informed, named by the address they sign in with.

    Somebody who may not see the ticket is refused in the words for nobody: a customer
    must not learn who else has an account.
    """
    person = User.objects.active().filter(email__iexact=email).first()
    if person is None or person.is_staff or not _may_see(person, ticket):
        raise ValidationError(
            _("Nobody on the app's team signs in as %(email)s."),
            params={"email": email},
        )
    return follow(ticket=ticket, person=person, by=by, at=at)


@transaction.atomic
def unfollow(*, ticket: Ticket, person: User, by: User, at: datetime) -> Ticket:
    journal.lock(ticket)
    if ticket.followers.filter(pk=person.pk).exists():
        ticket.followers.remove(person)
        journal.write_event(ticket, Kind.UNFOLLOWED, by=by, at=at, new=person)
    return ticket


def add_follower(ticket: Ticket, person: User, *, by: User, at: datetime) -> None:
    if not _may_see(person, ticket):
        raise ValidationError(
            _("%(person)s may not see this ticket. Add them to the app's team first."),
            params={"person": person},
        )
    if person.is_staff or ticket.followers.filter(pk=person.pk).exists():
        return
    ticket.followers.add(person)
    journal.write_event(ticket, Kind.FOLLOWED, by=by, at=at, new=person)


def _may_see(person: User, ticket: Ticket) -> bool:
    return Ticket.objects.visible_to(person).filter(pk=ticket.pk).exists()
