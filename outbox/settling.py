"""What an answer means for its letter, and writing that down for several at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, OuterRef, Subquery

from outbox.backoff import wait_after
from outbox.lines import Refused, Reply, Unsendable, Verdict
from outbox.models import AddressStanding, Attempt, Message

State = Message.State
Outcome = Attempt.Outcome


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


class NotOurs(Exception):  # noqa: N818 - no error: others went on with our letters
    """Somebody else has taken a letter over, or this was written down before."""


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
    """Rows and log of all of them in one transaction; the same again changes nothing.

    A letter the server has taken is sent, even if the lease was lost meanwhile;
    anything else is said only by whoever still holds it.
    """
    try:
        with transaction.atomic():
            _write_together(settlements, lease)
    except NotOurs:
        for settlement in settlements:
            with transaction.atomic():
                _write_alone(settlement, lease)


def _write_together(settlements: Sequence[Settlement], lease: UUID) -> None:
    Attempt.objects.bulk_create(settlement.attempt for settlement in settlements)
    held = Message.objects.filter(lease=lease)
    sent = [one for one in settlements if one.state == State.SENT]
    if sent:
        # The words differ from letter to letter; they are in the log already.
        log = Attempt.objects.filter(message=OuterRef("pk")).order_by("-id")
        facts = _facts(sent[-1]) | {"last_words": Subquery(log.values("words")[:1])}
        rows = held.filter(pk__in=[one.message.pk for one in sent])
        if rows.update(**facts) != len(sent):
            raise NotOurs
    for one in settlements:
        if one.state == State.SENT:
            continue
        if not held.filter(pk=one.message.pk).update(**_facts(one)):
            raise NotOurs
    _learn(settlements)


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
        _learn([settlement])


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


def _learn(settlements: Sequence[Settlement]) -> None:
    """What the answers say of the addresses."""
    delivered = [one for one in settlements if one.outcome == Outcome.ACCEPTED]
    if delivered:
        AddressStanding.objects.note_deliveries(
            [one.message.recipient for one in delivered], delivered[-1].at
        )
    for one in settlements:
        if isinstance(one.answer, Refused) and one.answer.blames_address:
            AddressStanding.objects.note_bounce(
                one.message.recipient, one.answer.words, one.at
            )
