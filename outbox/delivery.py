"""The postman: claims due letters, hands them over one by one, notes every answer.

At least once. A letter is claimed for the time of a lease, sent outside any
transaction, and marked right after the server's 250. A worker that dies leaves its
claims to run out; only the one letter that was under way can arrive twice, and then
with the same Message-ID.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import SystemRandom
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from outbox import lanes
from outbox.backoff import wait_after
from outbox.envelopes import pack
from outbox.lines import CutOff, Deferred, LineDown, Refused, Reply, Verdict, open_line
from outbox.models import AddressStanding, Attempt, Message, MessageQuerySet
from outbox.reports import is_permanent

BATCH = 100
CUT_OFFS_THAT_CLOSE = 2

Clock = Callable[[], datetime]
State = Message.State
Outcome = Attempt.Outcome

logger = logging.getLogger(__name__)


@dataclass
class Report:
    """What one round did; `more` says that time ran out before the letters did."""

    sent: int = 0
    failed: int = 0
    deferred: int = 0
    outlived: int = 0
    more: bool = False
    trouble: str = ""

    def __str__(self) -> str:
        return (
            f"sent {self.sent}, failed {self.failed}, deferred {self.deferred}, "
            f"outlived {self.outlived}"
            + (f", trouble: {self.trouble}" if self.trouble else "")
        )


def deliver(*, clock: Clock, budget: float | None = None) -> Report:
    """Sends what is due, until nothing is or `budget` seconds have passed."""
    at = clock()
    report = Report()
    lane = lanes.mail_lane()
    if lane.is_closed(at):
        report.trouble = lane.words
        return report
    until = at + timedelta(seconds=budget) if budget is not None else None
    postman = Postman(clock=clock, until=until, report=report)
    try:
        while postman.is_on_duty():
            report.outlived += cancel_outlived(clock())
            if not (batch := claim(clock())):
                break
            postman.work_through(batch)
    finally:
        postman.line.hang_up()
    return report


def cancel_outlived(at: datetime) -> int:
    """Ends the waiting letters that lost their meaning; returns how many."""
    ended = 0
    while True:
        with transaction.atomic():
            gone = list(_first_come(Message.objects.outlived(at)))
            Message.objects.filter(pk__in=gone).update(
                state=State.CANCELLED, due_at=None
            )
            Attempt.objects.bulk_create(
                Attempt(message_id=pk, outcome=Outcome.OUTLIVED, at=at) for pk in gone
            )
        ended += len(gone)
        if len(gone) < BATCH:
            return ended


@dataclass
class Batch:
    """Letters one worker holds until its lease ends, in the order to send them.

    `due_since` is when the first of them became due: what is given back untried goes
    back to that moment, so that trouble does not make old letters look young.
    """

    lease: UUID
    renewed_at: datetime
    due_since: datetime | None = None
    messages: list[Message] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.messages)

    def held(self) -> MessageQuerySet:
        return Message.objects.held_by(self.lease)

    def give_back(self) -> None:
        """What is not settled yet waits again, without having been counted as tried."""
        self.held().update(state=State.WAITING, lease=None, due_at=self.due_since)


def claim(at: datetime) -> Batch:
    """Takes the most urgent due letters for the time of one lease."""
    batch = Batch(lease=uuid4(), renewed_at=at)
    with transaction.atomic():
        due = _first_come(Message.objects.due(at).most_urgent_first())
        if not due:
            return batch
        batch.due_since = min(due.values())
        Message.objects.due(at).filter(pk__in=due).update(
            state=State.SENDING, lease=batch.lease, due_at=at + lease_time()
        )
    held = {message.pk: message for message in batch.held().with_attachments()}
    batch.messages = [held[pk] for pk in due if pk in held]
    return batch


def _first_come(rows: MessageQuerySet) -> dict[UUID, datetime]:
    """The first rows nobody else is taking at this moment, and when they became due.

    The one place where the databases differ: PostgreSQL skips what another worker has
    locked; SQLite lets one writer in at a time, so there is nothing to skip.
    """
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    return dict(rows.values_list("pk", "due_at")[:BATCH])


def oldest_due(at: datetime) -> datetime | None:
    """Since when the longest waiting letter is due; None when none is."""
    first = Message.objects.due(at).longest_due_first().values_list("due_at", flat=True)
    return first.first()


def lease_time() -> timedelta:
    return timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)


class Postman:
    """One worker's round over one line."""

    def __init__(self, *, clock: Clock, until: datetime | None, report: Report) -> None:
        self.clock = clock
        self.until = until
        self.report = report
        self.line = open_line()
        self.jitter = SystemRandom().random
        self.cut_offs = 0
        self.lane_is_proven = False

    def is_on_duty(self) -> bool:
        if self.report.trouble:
            return False
        if self.until is not None and self.clock() >= self.until:
            self.report.more = True
        return not self.report.more

    def work_through(self, batch: Batch) -> None:
        """Sends the batch; what is left, for whatever reason, goes back uncounted."""
        try:
            for message in self._still_held(batch):
                if not self.is_on_duty():
                    break
                self._deliver(message, batch)
        finally:
            batch.give_back()

    def _still_held(self, batch: Batch) -> Iterator[Message]:
        """Renews the lease at half-time, and drops what somebody else took over."""
        held = {message.pk for message in batch.messages}
        for message in batch.messages:
            now = self.clock()
            if now >= batch.renewed_at + lease_time() / 2:
                batch.held().update(due_at=now + lease_time())
                batch.renewed_at = now
                held = set(batch.held().values_list("pk", flat=True))
            if message.pk in held:
                yield message

    def _deliver(self, message: Message, batch: Batch) -> None:
        if message.has_outlived_its_meaning(self.clock()):
            return  # goes back with the rest, and is ended before the next claim
        try:
            reply = self.line.send(pack(message))
        except LineDown as verdict:
            self._close_lane(verdict)
        except Refused as verdict:
            self._fail(message, batch, Outcome.REFUSED, verdict)
        except Deferred as verdict:
            self._put_off(message, batch, Outcome.DEFERRED, verdict)
        except CutOff as verdict:
            self._cut_off(message, batch, verdict)
        except Exception as fault:  # what is wrong with this row is its own affair
            logger.exception("outbox: letter %s cannot be sent", message.pk)
            self.line.hang_up()
            self._fail(message, batch, Outcome.UNSENDABLE, Refused(repr(fault)))
        else:
            self._sent(message, batch, reply)

    def _sent(self, message: Message, batch: Batch, reply: Reply) -> None:
        self._settle(message, batch, State.SENT, Outcome.ACCEPTED, reply)
        self.report.sent += 1
        self.cut_offs = 0
        if not self.lane_is_proven:
            lanes.open_lane()
            self.lane_is_proven = True

    def _fail(
        self, message: Message, batch: Batch, outcome: str, verdict: Verdict
    ) -> None:
        self._settle(message, batch, State.FAILED, outcome, verdict)
        self.report.failed += 1

    def _put_off(
        self, message: Message, batch: Batch, outcome: str, verdict: Verdict
    ) -> None:
        """Back in line after a wait, or given up when the ladder has ended."""
        wait = wait_after(message.tries + 1, self.jitter())
        if wait is None:
            self._fail(message, batch, Outcome.GIVEN_UP, verdict)
            return
        self._settle(
            message, batch, State.WAITING, outcome, verdict, due_at=self.clock() + wait
        )
        self.report.deferred += 1

    def _cut_off(self, message: Message, batch: Batch, verdict: CutOff) -> None:
        """Perhaps this letter broke the line, perhaps the server is in trouble.

        The letter waits its turn; when the next one is cut off as well, it was the
        server.
        """
        self._put_off(message, batch, Outcome.CUT_OFF, verdict)
        self.cut_offs += 1
        if self.cut_offs >= CUT_OFFS_THAT_CLOSE:
            self._close_lane(verdict)

    def _close_lane(self, verdict: Verdict) -> None:
        lanes.close_lane(words=verdict.words, at=self.clock(), jitter=self.jitter())
        self.report.trouble = verdict.words
        logger.warning("outbox: the mail server is in trouble (%s)", verdict.words)

    def _settle(
        self,
        message: Message,
        batch: Batch,
        state: str,
        outcome: str,
        answer: Reply | Verdict,
        *,
        due_at: datetime | None = None,
    ) -> None:
        """Writes what became of the letter, and the log's line, in one transaction.

        A letter the server has taken is sent, even if the lease was lost meanwhile;
        anything else is said only by whoever still holds it.
        """
        at = self.clock()
        sent = state == State.SENT
        row = Message.objects.filter(pk=message.pk) if sent else batch.held()
        with transaction.atomic():
            row.filter(pk=message.pk).update(
                state=state,
                lease=None,
                due_at=due_at,
                tries=F("tries") + 1,
                last_words=answer.words,
                sent_at=at if sent else None,
            )
            Attempt.objects.create(
                message=message,
                outcome=outcome,
                code=answer.code,
                words=answer.words,
                at=at,
            )
            _learn_of(message.recipient, outcome, answer, at)


def _learn_of(
    address: str, outcome: str, answer: Reply | Verdict, at: datetime
) -> None:
    """What the answer to one letter says of its address."""
    if outcome == Outcome.ACCEPTED:
        AddressStanding.objects.note_delivery(address, at)
    elif outcome == Outcome.REFUSED and is_permanent(answer.words):
        AddressStanding.objects.note_bounce(address, answer.words, at)
