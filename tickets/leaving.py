"""Whom support still waits for, or works for: tickets that are not solved [CO-10]."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from companies.leaving import Obstacle, elsewhere, marked
from companies.models import User
from tickets.models import Ticket


def obstacles(person: User, reader: User) -> Iterator[Obstacle]:
    """Tickets this person has asked or, as one of the desk, owns, not solved [E7]."""
    asked = Ticket.objects.open().concerning(person).order_by("number")
    for ticket in marked(asked, reader):
        if not ticket.is_seen:
            yield elsewhere(
                _("%(person)s has an unsolved ticket with another company.")
                % {"person": person}
            )
            continue
        words = {"number": ticket.pk, "subject": ticket.subject}
        yield Obstacle(
            _("Ticket #%(number)s is not solved: %(subject)s") % words,
            reverse("tickets:solve", args=[ticket.pk]),
            _("Solve the ticket"),
        )
