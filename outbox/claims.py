"""Who holds which letter: taking due ones for a while, keeping them, giving them back.

A round of the postman holds its letters under one lease. While it lives it renews the
lease; when it dies the lease runs out and somebody else takes the letters over. What
was in the hand of a worker that died is suspected of having killed it, so it travels
in smaller company each time, in the end alone, until it is given up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Prefetch, prefetch_related_objects

from outbox import pacing
from outbox.models import Attempt, Message, MessageQuerySet

BATCH = 100
# In how large a company letters travel that no, one, more workers died with.
COMPANY = (BATCH, 10, 1)
CRASHES_ALLOWED = 4

State = Message.State


class Hold:
    """The letters of one round, under one lease."""

    def __init__(self, at: datetime) -> None:
        self.lease = uuid4()
        self.renewed_at = at

    @property
    def until(self) -> datetime:
        """Until then nobody else takes them."""
        return self.renewed_at + lease_time()

    def letters(self) -> MessageQuerySet:
        return Message.objects.held_by(self.lease)

    def claim(
        self, at: datetime, *, more_urgent_than: int | None = None, in_company: bool
    ) -> list[Message]:
        """Takes the most urgent due letters that may travel together now.

        `in_company` says that this round holds others already: then a suspect is not
        taken, nor anything less urgent, so that its turn comes when they are gone.
        """
        due = Message.objects.due(at).most_urgent_first().knowing_of_files()
        if more_urgent_than is not None:
            due = due.filter(priority__lt=more_urgent_than)
        taken: list[Message] = []
        found = True
        while found and not taken:
            with transaction.atomic():
                found = _without_killers(_first_come(due), at)
                fitting = _fit_together(found, in_company=in_company)
                if found and not fitting:
                    break
                taken = self._take(pacing.allowed(fitting, at), at)
        _fetch_files(taken)
        return taken

    def _take(self, letters: Sequence[Message], at: datetime) -> list[Message]:
        rows = Message.objects.filter(pk__in=[letter.pk for letter in letters])
        dropped = [letter.pk for letter in letters if letter.lease]
        if dropped:
            rows.filter(pk__in=dropped).update(crashes=F("crashes") + 1)
        due_at = max(self.until, at + lease_time() / 2)
        rows.update(state=State.SENDING, lease=self.lease, due_at=due_at)
        return list(letters)

    def renew(self, at: datetime, letters: Iterable[Message]) -> set[UUID]:
        """Holds on for another lease; returns which of `letters` are still ours."""
        kept = self.letters().update(due_at=at + lease_time())
        self.renewed_at = at
        wanted = {letter.pk for letter in letters}
        if kept >= len(wanted):
            return wanted
        return wanted & set(self.letters().values_list("pk", flat=True))

    def is_half_over(self, at: datetime) -> bool:
        return at >= self.renewed_at + lease_time() / 2

    def give_back(
        self, letters: Iterable[Message], due_at: datetime | None = None
    ) -> None:
        """They wait again, without having been counted as tried.

        Each goes back to the moment it was due, so that trouble does not make old
        letters look young; or it is put off until `due_at`, behind those before it.
        """
        back = list(letters)
        for number, letter in enumerate(back):
            letter.state, letter.lease = State.WAITING, None
            if due_at is not None:
                letter.due_at = due_at + timedelta(microseconds=number)
        fields = ["state", "lease", "due_at"]
        self.letters().bulk_update(back, fields, batch_size=BATCH)

    def let_go(self, at: datetime, *, but: Iterable[Message]) -> None:
        """Whatever is under this lease otherwise: a claim whose answer got lost."""
        strays = self.letters().exclude(pk__in=[letter.pk for letter in but])
        strays.update(state=State.WAITING, lease=None, due_at=at)


def _first_come(rows: MessageQuerySet) -> list[Message]:
    """The first rows nobody else is taking at this moment.

    The one place where the databases differ: PostgreSQL skips what another worker has
    locked; SQLite lets one writer in at a time, so there is nothing to skip.
    """
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    return list(rows[:BATCH])


def _fetch_files(letters: Sequence[Message]) -> None:
    """Now and for all of them: carriers do not talk to the database."""
    for letter in letters:
        if not letter.has_files:
            letter.files = []
    laden = [letter for letter in letters if letter.has_files]
    prefetch_related_objects(laden, Prefetch("attachments", to_attr="files"))


def _without_killers(found: Sequence[Message], at: datetime) -> list[Message]:
    """Ends the letters that went down with every worker that held them."""
    killers = [letter.pk for letter in found if _crashes(letter) > CRASHES_ALLOWED]
    words = f"{CRASHES_ALLOWED + 1} workers ended while they held this letter."
    _end(killers, State.FAILED, Attempt.Outcome.UNSENDABLE, words, at)
    return [letter for letter in found if letter.pk not in killers]


def _fit_together(found: Sequence[Message], *, in_company: bool) -> list[Message]:
    """The first of them, and those that are as little or as much suspected."""
    if not found:
        return []
    rank = _suspicion(found[0])
    if rank and in_company:
        return []
    return [letter for letter in found if _suspicion(letter) == rank][: COMPANY[rank]]


def _suspicion(letter: Message) -> int:
    return min(_crashes(letter), len(COMPANY) - 1)


def _crashes(letter: Message) -> int:
    """How many workers ended with it; a lease that has run out is one more."""
    return letter.crashes + (letter.lease is not None)


def cancel_outlived(at: datetime) -> int:
    """Ends the waiting letters that lost their meaning; returns how many."""
    ended = 0
    while True:
        with transaction.atomic():
            pks = [letter.pk for letter in _first_come(Message.objects.outlived(at))]
            _end(pks, State.CANCELLED, Attempt.Outcome.OUTLIVED, "", at)
        ended += len(pks)
        if len(pks) < BATCH:
            return ended


def _end(
    pks: Sequence[UUID], state: str, outcome: str, words: str, at: datetime
) -> None:
    if not pks:
        return
    Message.objects.filter(pk__in=pks).update(state=state, lease=None, due_at=None)
    if words:
        Message.objects.filter(pk__in=pks).update(last_words=words)
    Attempt.objects.bulk_create(
        Attempt(message_id=pk, outcome=outcome, words=words, at=at) for pk in pks
    )


def lease_time() -> timedelta:
    return timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
