"""Letters that wait for a quiet time or a digest, and how they go on.

A letter that waits is a row like any other, due at the end of its wait. One that is
meant for a digest is due a little later: should nobody write the digest, it goes alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Min

from outbox import tasks
from outbox.models import Attempt, Message, Postponement

BATCH = 200
# So long a letter waits for its digest to be written.
PATIENCE = timedelta(minutes=30)
State = Message.State


@dataclass(frozen=True, kw_only=True)
class Postponed:
    """What the letterbox is told of a letter that is not to go at once."""

    reader: UUID
    until: datetime
    in_digest: bool = False
    link: str = ""

    def due_at(self, expires_at: datetime | None) -> datetime:
        """When the postman takes it, if nobody has taken it into a digest."""
        late = self.until + PATIENCE
        if not self.in_digest or (expires_at and late >= expires_at):
            return self.until
        return late


# Given a letter's end and whether it has files: how it waits, or None for at once.
Plan = Callable[[datetime | None, bool], Postponed | None]


def readers_of_due_digests(at: datetime) -> Iterator[UUID]:
    """Whose digest is to be written now, each once, some of them read at a time.

    The next begin behind the last, so whoever's digest fails stands in nobody's way.
    """
    due = Postponement.objects.for_digests(at).values_list("reader", flat=True)
    readers = list(due.order_by("reader").distinct()[:BATCH])
    while readers:
        yield from readers
        rest = due.filter(reader__gt=readers[-1])
        readers = list(rest.order_by("reader").distinct()[:BATCH])


class Queue(NamedTuple):
    """How many letters wait for somebody, and until when the first does."""

    count: int
    until: datetime


def waiting_for(reader: UUID, at: datetime) -> Queue | None:
    """What waits for this reader's own hours; None when nothing does."""
    waiting = Postponement.objects.untried().of(reader).after(at)
    facts = waiting.aggregate(count=Count("message"), until=Min("until"))
    return Queue(**facts) if facts["count"] else None


def letters_for_digest(reader: UUID, at: datetime) -> list[Postponement]:
    """What goes into one digest, locked until the transaction ends."""
    due = Postponement.objects.for_digests(at).of(reader)
    return list(due.with_message().oldest_first().locked()[:BATCH])


def fold(letters: Sequence[Postponement], *, into: Message, at: datetime) -> None:
    """The digest says what these letters say; they are settled with it."""
    keys = [letter.message_id for letter in letters]
    _settle(keys, State.FOLDED, Attempt.Outcome.FOLDED, at)
    Postponement.objects.of_messages(keys).update(digest=into)


def release(letters: Sequence[Postponement], *, at: datetime) -> None:
    """They go now, each on its own."""
    keys = [letter.message_id for letter in letters]
    Message.objects.filter(pk__in=keys).update(due_at=at)
    Postponement.objects.of_messages(keys).delete()
    if keys:
        tasks.nudge_after_commit()


def drop(letters: Sequence[Postponement], *, at: datetime) -> None:
    """Nobody is there any more to read them."""
    keys = [letter.message_id for letter in letters]
    _settle(keys, State.CANCELLED, Attempt.Outcome.UNWANTED, at)


@transaction.atomic
def drop_all(reader: UUID, *, at: datetime) -> None:
    """Whatever waits for this reader is not sent."""
    waiting = Postponement.objects.untried().of(reader).with_message()
    drop(list(waiting.locked()), at=at)


@transaction.atomic
def plan_anew(reader: UUID, plan: Plan, *, at: datetime) -> None:
    """The reader has chosen another time: everything that waits follows."""
    waiting = Postponement.objects.untried().of(reader).after(at)
    at_once = []
    for letter in waiting.with_message().locked():
        expires_at = letter.message.expires_at
        postponed = plan(expires_at, letter.has_files)
        if postponed is None:
            at_once.append(letter)
            continue
        letter.until, letter.in_digest = postponed.until, postponed.in_digest
        letter.save(update_fields=["until", "in_digest"])
        due_at = postponed.due_at(expires_at)
        Message.objects.filter(pk=letter.message_id).update(due_at=due_at)
    release(at_once, at=at)


def _settle(keys: Sequence[UUID], state: str, outcome: str, at: datetime) -> None:
    Message.objects.filter(pk__in=keys).update(state=state, due_at=None)
    Attempt.objects.bulk_create(
        Attempt(message_id=key, outcome=outcome, at=at) for key in keys
    )
