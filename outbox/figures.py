"""How the post does: what waits, how fast it leaves, what did not get through.

Questions of the support desk's page. Each is one statement, or two, however much there
is, and each is answered by an index.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Q
from django.db.models.functions import TruncMinute

from outbox.models import AddressStanding, Attempt, Lane, Message
from outbox.models.attempt import LOST, PUT_OFF

HOUR = timedelta(hours=1)
LATELY = timedelta(days=1)
MINUTES = 60
MOST = 10

State = Message.State


@dataclass(frozen=True)
class Depth:
    """The letters of one priority that are not delivered yet."""

    priority: int
    due: int = 0
    later: int = 0
    in_hand: int = 0
    oldest_at: datetime | None = None

    @property
    def label(self) -> str:
        return Message.Priority(self.priority).label

    @property
    def total(self) -> int:
        return self.due + self.later + self.in_hand


@dataclass(frozen=True)
class DomainTrouble:
    """What did not get through to one mail domain, and what was said last."""

    domain: str
    lost: int
    put_off: int
    last: Attempt


def depths(at: datetime) -> list[Depth]:
    """One for each priority, the most urgent first, also where nothing waits.

    Due, waiting for a later try, and in a worker's hand; since when the oldest of them
    is written.
    """
    waiting = Q(state=State.WAITING)
    rows = (
        Message.objects.waiting()
        .order_by()
        .values("priority")
        .annotate(
            due=Count("pk", filter=waiting & Q(due_at__lte=at)),
            later=Count("pk", filter=waiting & Q(due_at__gt=at)),
            in_hand=Count("pk", filter=Q(state=State.SENDING)),
            oldest_at=Min("created_at"),
        )
    )
    found = {row["priority"]: Depth(**row) for row in rows}
    return [found.get(number, Depth(number)) for number in Message.Priority.values]


def sent_per_minute(at: datetime) -> list[int]:
    """How many letters a mail server took in each of the last sixty minutes."""
    first = at.replace(second=0, microsecond=0) - timedelta(minutes=MINUTES - 1)
    taken = Attempt.objects.accepted().since(first).order_by()
    rows = taken.values(minute=TruncMinute("at")).annotate(number=Count("pk"))
    counts = {row["minute"]: row["number"] for row in rows}
    return [counts.get(first + timedelta(minutes=one), 0) for one in range(MINUTES)]


def troubles_by_domain(at: datetime) -> list[DomainTrouble]:
    """Where letters of the last day did not get through, the most first."""
    lately = Attempt.objects.troubled().since(at - LATELY).order_by()
    rows = list(
        lately.values("message__domain")
        .annotate(
            lost=Count("pk", filter=Q(outcome__in=LOST)),
            put_off=Count("pk", filter=Q(outcome__in=PUT_OFF)),
            last=Max("pk"),
        )
        .order_by("-lost", "-put_off", "message__domain")[:MOST]
    )
    words = Attempt.objects.in_bulk([row["last"] for row in rows])
    return [
        DomainTrouble(
            row["message__domain"], row["lost"], row["put_off"], words[row["last"]]
        )
        for row in rows
    ]


def bounced_addresses() -> list[AddressStanding]:
    """The addresses that bounced last, and have not been seen well since."""
    return list(AddressStanding.objects.bounced().order_by("-last_bounced_at")[:MOST])


def troubled_lanes() -> list[Lane]:
    """The ways out that are shut for a while, or open only to be tried."""
    return list(Lane.objects.filter(troubles__gt=0).order_by("name"))
