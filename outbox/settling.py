"""What an answer means for its letter, and writing that down for several at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from outbox.backoff import wait_after
from outbox.lines import Refused, Reply, Unsendable, Verdict
from outbox.models import AddressStanding, Attempt, Message
from outbox.models.standing import small_letters

State = Message.State
Outcome = Attempt.Outcome

TOGETHER = """
WITH told AS (
    SELECT * FROM unnest(
        %s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::smallint[],
        %s::text[], %s::timestamptz[], %s::interval[], %s::timestamptz[]
    ) AS told (id, address, state, outcome, server, code, words, at, took, due_at)
), settled AS (
    UPDATE outbox_message AS letter
    SET state = told.state, lease = NULL, due_at = told.due_at,
        tries = letter.tries + 1, crashes = 0, last_words = told.words,
        sent_at = CASE WHEN told.state = 'sent' THEN told.at END
    FROM told WHERE letter.id = told.id AND letter.lease = %s
    RETURNING told.*
), log AS (
    INSERT INTO outbox_attempt (message_id, outcome, server, code, words, at, took)
    SELECT id, outcome, server, code, words, at, took FROM settled
), learned AS (
    INSERT INTO outbox_addressstanding AS known
        (address, last_delivered_at, is_reported, words)
    SELECT address, max(at), FALSE, '' FROM settled WHERE outcome = 'accepted'
    GROUP BY address ORDER BY address
    ON CONFLICT (address) DO UPDATE SET last_delivered_at = excluded.last_delivered_at
)
SELECT id FROM settled
"""


@dataclass(frozen=True)
class Settlement:
    """What becomes of one letter, and the line the log gets."""

    message: Message
    state: str
    outcome: str
    answer: Reply | Verdict
    at: datetime
    due_at: datetime | None = None
    server: str = ""
    took: timedelta | None = None

    @property
    def is_bounce(self) -> bool:
        """Refused in words that say of the address that no letter reaches it."""
        return isinstance(self.answer, Refused) and self.answer.blames_address

    @property
    def attempt(self) -> Attempt:
        return Attempt(
            message_id=self.message.pk,
            outcome=self.outcome,
            server=self.server,
            took=self.took,
            code=self.answer.code,
            words=self.answer.words,
            at=self.at,
        )


def judge(
    message: Message,
    answer: Reply | Verdict,
    *,
    at: datetime,
    jitter: Callable[[], float],
) -> Settlement:
    """Sent, failed for good, or back in line until the ladder of waits has ended."""
    if isinstance(answer, Reply):
        return Settlement(message, State.SENT, Outcome.ACCEPTED, answer, at)
    if isinstance(answer, Unsendable):
        return Settlement(message, State.FAILED, Outcome.UNSENDABLE, answer, at)
    if isinstance(answer, Refused):
        return Settlement(message, State.FAILED, Outcome.REFUSED, answer, at)
    wait = wait_after(message.tries + 1, jitter())
    if wait is None:
        return Settlement(message, State.FAILED, Outcome.GIVEN_UP, answer, at)
    outcome = Outcome(answer.outcome)
    return Settlement(message, State.WAITING, outcome, answer, at, at + wait)


def write(settlements: Sequence[Settlement], lease: UUID) -> None:
    """Rows and log of all of them; the same again changes nothing.

    A letter the server has taken is sent, even if the lease was lost meanwhile;
    anything else is said only by whoever still holds it.
    """
    written = _write_together(settlements, lease)
    for settlement in settlements:
        if settlement.message.pk not in written:
            with transaction.atomic():
                _write_alone(settlement, lease)


def _write_together(settlements: Sequence[Settlement], lease: UUID) -> set[UUID]:
    """One statement, and so one transaction, for what we hold; returns what it was.

    It stands in the way of every letter, so it says once, in the words of PostgreSQL,
    what `_write_alone` says step by step; a test holds them together.
    """
    told = [one for one in settlements if not one.is_bounce]
    if not told or connection.vendor != "postgresql":
        return set()
    columns = zip(*(_told(one) for one in told), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(TOGETHER, [*map(list, columns), lease])
        return {pk for (pk,) in cursor.fetchall()}


def _told(one: Settlement) -> tuple[Any, ...]:
    """What the columns of `told` hold of one letter."""
    return (
        one.message.pk,
        small_letters(one.message.recipient),
        one.state,
        one.outcome,
        one.server,
        one.answer.code,
        one.answer.words,
        one.at,
        one.took,
        one.due_at,
    )


def _write_alone(settlement: Settlement, lease: UUID) -> None:
    """Word for word there already: the answer to an earlier commit was lost."""
    attempt = settlement.attempt
    written = Attempt.objects.filter(
        message_id=attempt.message_id, outcome=attempt.outcome, at=attempt.at
    )
    if written.exists():
        return
    rows = Message.objects.filter(pk=attempt.message_id)
    if settlement.state != State.SENT:
        rows = rows.filter(lease=lease)
    if rows.update(**_facts(settlement)):
        attempt.save()
        _learn(settlement)


def _facts(settlement: Settlement) -> dict[str, Any]:
    return {
        "state": settlement.state,
        "lease": None,
        "due_at": settlement.due_at,
        "tries": F("tries") + 1,
        "crashes": 0,
        "last_words": settlement.answer.words,
        "sent_at": settlement.at if settlement.state == State.SENT else None,
    }


def _learn(settlement: Settlement) -> None:
    """What the answer says of the address."""
    address = settlement.message.recipient
    if settlement.outcome == Outcome.ACCEPTED:
        AddressStanding.objects.note_delivery(address, settlement.at)
    if settlement.is_bounce:
        words = settlement.answer.words
        AddressStanding.objects.note_bounce(address, words, settlement.at)
