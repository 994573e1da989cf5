"""The queue of the support desk: its tabs, and which ticket comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from companies.models import User
from tickets.models import Ticket

TABS = [
    (_("Open"), {}),
    (_("Mine"), {"owner": "me"}),
    (_("Nobody's"), {"owner": "nobody"}),
    (_("Waiting for the customer"), {"state": Ticket.State.PENDING}),
    (Ticket.State.SOLVED.label, {"state": Ticket.State.SOLVED}),
    (_("All"), {"state": "all"}),
]
NARROWING = ("owner", "state")


@dataclass(frozen=True)
class Tab:
    """One click that narrows the queue; `address` is the query of the list."""

    title: str | Promise
    address: str
    is_current: bool


def tabs(asked: Mapping[str, str]) -> list[Tab]:
    """All of them; the one that is asked for is current."""
    now = {name: asked[name] for name in NARROWING if asked.get(name)}
    return [Tab(title, f"?{urlencode(way)}", way == now) for title, way in TABS]


def next_for(person: User, ticket: Ticket) -> Ticket | None:
    """Which ticket this person of support opens after that one.

    While that one still waits for support, the next in the queue; otherwise, and at the
    end of the queue, its head. Tickets of colleagues are passed by.
    """
    waiting = Ticket.objects.waiting_for_support().within_reach_of(person)
    others = waiting.exclude(pk=ticket.pk).in_queue()
    following = None
    if ticket.state in Ticket.RUNNING_STATES:
        following = others.behind(ticket).first()
    return following or others.first()
