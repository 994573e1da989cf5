"""How fast one mail domain gets its letters, when the vendor bounds it.

What is too much for this minute is put off to the next ones, visibly, so that it stands
in nobody's way. Urgent letters count, and are never put off.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Count
from django.db.models.functions import TruncMinute

from outbox.models import DomainPace, Message

# How many letters of a domain are put off at a time, and by one statement.
AHEAD = 1_000
STEP = 250
# So many minutes to come are looked at for room, beyond those that AHEAD fills.
OUTLOOK = 60


def allowed(letters: Sequence[Message], at: datetime) -> list[Message]:
    """Those that may go in this minute; the rest of their domain becomes due later.

    Called in the transaction that claims them.
    """
    bound = settings.OUTBOX_DOMAIN_PER_MINUTE
    if not bound or not letters:
        return list(letters)
    by_domain = defaultdict(list)
    for letter in letters:
        by_domain[letter.domain].append(letter)
    minute = at.replace(second=0, microsecond=0)
    paces = _held(by_domain, minute)
    going = set()
    for pace in paces:
        chosen = _within(by_domain[pace.domain], bound - pace.taken)
        pace.taken += len(chosen)
        going.update(letter.pk for letter in chosen)
        if len(chosen) < len(by_domain[pace.domain]):
            _put_off(pace.domain, going, minute, bound, at)
    DomainPace.objects.bulk_update(paces, ["minute", "taken"])
    return [letter for letter in letters if letter.pk in going]


def _held(domains: Iterable[str], minute: datetime) -> list[DomainPace]:
    """The domains' rows, locked in one order for everybody, counted for this minute."""
    DomainPace.objects.bulk_create(
        [DomainPace(domain=domain, minute=minute) for domain in sorted(domains)],
        ignore_conflicts=True,
    )
    rows = DomainPace.objects.filter(domain__in=list(domains)).order_by("domain")
    if connection.features.has_select_for_update:
        rows = rows.select_for_update()
    paces = list(rows)
    for pace in paces:
        if pace.minute < minute:
            pace.minute, pace.taken = minute, 0
    return paces


def _within(letters: Sequence[Message], room: int) -> list[Message]:
    """What must not wait, and of the rest as many as there is room for.

    First come, first served: a letter written later may be due before one that was put
    off into this minute.
    """
    pressing = [letter for letter in letters if _is_pressing(letter)]
    patient = [letter for letter in letters if not _is_pressing(letter)]
    patient.sort(key=lambda letter: (letter.priority, letter.created_at))
    return pressing + patient[: max(room - len(pressing), 0)]


def _is_pressing(letter: Message) -> bool:
    """Urgent, or left behind by a worker that died: it has waited enough."""
    return letter.priority <= Message.Priority.URGENT or letter.lease is not None


def _put_off(
    domain: str, going: set, minute: datetime, bound: int, at: datetime
) -> None:
    """Gives each minute to come its share of what waits for this domain now.

    In their order, and behind those that were put off before.
    """
    rest = (
        Message.objects.due(at)
        .filter(domain=domain, state=Message.State.WAITING)
        .filter(priority__gt=Message.Priority.URGENT)
        .exclude(pk__in=going)
        .most_urgent_first()
        .only("priority", "due_at")
    )
    if connection.features.has_select_for_update_skip_locked:
        rest = rest.select_for_update(skip_locked=True)
    late = list(rest[:AHEAD])
    calendar = Calendar(domain, minute, bound)
    for letter in late:
        letter.due_at = calendar.book(letter.priority)
    Message.objects.bulk_update(late, ["due_at"], batch_size=STEP)


class Calendar:
    """The minutes to come of one domain, and how many letters wait for each already."""

    def __init__(self, domain: str, minute: datetime, bound: int) -> None:
        self.minute, self.bound = minute, bound
        self.nth = 1
        self.booked: defaultdict[int, Counter[int]] = defaultdict(Counter)
        rows = Message.objects.filter(domain=domain, state=Message.State.WAITING)
        span = timedelta(minutes=AHEAD // bound + OUTLOOK)
        later = rows.filter(due_at__gte=self._moment(), due_at__lt=minute + span)
        by_minute = later.order_by().values_list(
            TruncMinute("due_at", tzinfo=UTC), "priority"
        )
        for due, priority, number in by_minute.annotate(number=Count("pk")):
            nth = (due - minute) // timedelta(minutes=1)
            self.booked[nth][priority] = number

    def book(self, priority: int) -> datetime:
        """The first minute with room beside what is as urgent; there, behind it.

        Asked for the most urgent first, so that it never has to go back.
        """
        while (before := self._before(priority)) >= self.bound:
            self.nth += 1
        self.booked[self.nth][priority] += 1
        return self._moment() + timedelta(microseconds=before)

    def _before(self, priority: int) -> int:
        there = self.booked[self.nth].items()
        return sum(number for other, number in there if other <= priority)

    def _moment(self) -> datetime:
        return self.minute + timedelta(minutes=self.nth)
