"""Those who carry letters: each a thread with one connection to the mail server.

They share a tray with the postman, who alone talks to the database. A carrier hands
nothing over before its letter before that is written down as sent: whatever kills the
process, one letter of each connection may arrive twice, and no more.
"""

from __future__ import annotations

import heapq
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from threading import Condition, Lock, Thread
from time import monotonic
from uuid import UUID

from django.db import connections

from outbox.envelopes import pack
from outbox.lines import CalledOff, LineDown, Reply, Unsendable, Verdict, open_line
from outbox.models import Message

Clock = Callable[[], datetime]
LINGER_SECONDS = 0.001

logger = logging.getLogger(__name__)


@dataclass
class Result:
    """What a carrier heard about one letter, and whether that is written down.

    `taken_before` is how many letters the server had taken when this one began;
    `took` is counted from then to the answer, by a clock that nobody sets.
    """

    message: Message
    answer: Reply | Verdict
    at: datetime
    taken_before: int
    server: str = ""
    took: timedelta | None = None
    is_settled: bool = False

    @property
    def is_about_the_letter(self) -> bool:
        """Otherwise nothing became of it, and it may take another line."""
        return not isinstance(self.answer, LineDown | CalledOff)


class Tray:
    """What postman and carriers hand each other, all of it under one lock."""

    def __init__(self) -> None:
        self.taken = 0
        self.lines = 1
        self.until: datetime | None = None
        self.is_closed = False
        lock = Lock()
        self._changed = Condition(lock)  # carriers wait for this
        self._heard = Condition(lock)  # and the postman for that
        self._waiting: list[tuple[int, bool, int, Message]] = []
        self._under_way: dict[UUID, Message] = {}
        self._results: list[Result] = []
        self._lost: set[UUID] = set()
        self._order = count()

    # The postman's side

    def add(self, messages: Iterable[Message]) -> None:
        """The most urgent goes first, and before one that has been in trouble."""
        with self._changed:
            for letter in messages:
                place = (letter.priority, letter.tries > 0, next(self._order), letter)
                heapq.heappush(self._waiting, place)
            self._changed.notify_all()

    def size(self) -> int:
        """How many no carrier has taken up yet."""
        return len(self._waiting)

    def is_busy(self) -> bool:
        return bool(self._waiting or self._under_way)

    def least_urgent(self) -> int | None:
        with self._changed:
            return max((place[0] for place in self._waiting), default=None)

    def letters(self) -> list[Message]:
        with self._changed:
            return [place[-1] for place in self._waiting] + [*self._under_way.values()]

    def collect(self, timeout: float) -> list[Result]:
        """What was heard since the last time; waits a moment for the first."""
        with self._heard:
            self._heard.wait_for(lambda: self._results, timeout)
            self._heard.wait_for(self._all_have_spoken, LINGER_SECONDS)
            results, self._results = self._results, []
            return results

    def _all_have_spoken(self) -> bool:
        """Who waits a moment for the other lines writes once for all of them."""
        return len(self._results) >= min(self.lines, len(self._under_way))

    def settle(self, results: Iterable[Result]) -> None:
        """They are written down (or their letters given back): carriers may go on."""
        with self._changed:
            for result in results:
                self._under_way.pop(result.message.pk, None)
                result.is_settled = True
            self._changed.notify_all()

    def keep(self, held: set[UUID], until: datetime) -> None:
        """Our lease on these was renewed; the others belong to somebody else now."""
        with self._changed:
            self.until = until
            self._waiting = [place for place in self._waiting if place[-1].pk in held]
            heapq.heapify(self._waiting)
            self._lost = self._under_way.keys() - held
            self._changed.notify_all()

    def take_out(self, domain: str | None = None) -> list[Message]:
        """The letters that wait here, in order: all, or those to one mail domain."""
        with self._changed:
            out = [
                place
                for place in self._waiting
                if domain is None or place[-1].domain == domain
            ]
            gone = {place[2] for place in out}
            self._waiting = [place for place in self._waiting if place[2] not in gone]
            heapq.heapify(self._waiting)
            return [place[-1] for place in sorted(out)]

    def close(self) -> list[Message]:
        """Nothing more is handed over; returns what nobody has taken up."""
        with self._changed:
            self.is_closed = True
            self._changed.notify_all()
        return self.take_out()

    # The carriers' side

    def take(self, last: Result | None) -> Message | None:
        """The next letter, as soon as there is one; None when there will be none.

        Whoever was not rid of the last one waits for what the postman makes of it.
        """
        is_free = last is None or isinstance(last.answer, Reply)
        with self._changed:
            self._changed.wait_for(
                lambda: (
                    self.is_closed or (self._waiting and (is_free or last.is_settled))
                )
            )
            if self.is_closed:
                return None
            letter = heapq.heappop(self._waiting)[-1]
            self._under_way[letter.pk] = letter
            return letter

    def hand_in(self, result: Result) -> None:
        with self._heard:
            self.taken += isinstance(result.answer, Reply)
            self._results.append(result)
            self._heard.notify()

    def may_hand_over(self, letter: Message, last: Result | None, clock: Clock) -> bool:
        """Waits until the carrier's last letter is written down and the lease holds."""

        def is_time() -> bool:
            at = clock()
            is_held = self.until is None or at < self.until
            return self.is_closed or (is_held and (last is None or last.is_settled))

        with self._changed:
            while not is_time():
                self._changed.wait(1)
            at = clock()
            is_ours = letter.pk not in self._lost
            outlived = letter.has_outlived_its_meaning(at)
            return not self.is_closed and is_ours and not outlived


class Carrier(Thread):
    """Takes letters over one line, until none come or the line is down."""

    def __init__(self, tray: Tray, clock: Clock) -> None:
        super().__init__(name="carrier", daemon=True)
        self.tray = tray
        self.clock = clock
        self.last: Result | None = None
        self.is_at_work = True

    def run(self) -> None:
        self.line = open_line()
        try:
            while (letter := self.tray.take(self.last)) is not None:
                taken_before, began = self.tray.taken, monotonic()
                answer = self._carry(letter)
                took = timedelta(seconds=monotonic() - began)
                about = (taken_before, self.line.server, took)
                self.last = Result(letter, answer, self.clock(), *about)
                self.is_at_work = not isinstance(answer, LineDown)
                self.tray.hand_in(self.last)
                if not self.is_at_work:
                    break
        finally:
            self.line.hang_up()
            connections.close_all()

    def _carry(self, letter: Message) -> Reply | Verdict:
        try:
            parcel = pack(letter)
            return self.line.send(
                parcel,
                lambda: self.tray.may_hand_over(letter, self.last, self.clock),
            )
        except Verdict as verdict:
            return verdict
        except Exception as fault:  # what is wrong with this row is its own affair
            logger.exception("outbox: letter %s cannot be sent", letter.pk)
            self.line.hang_up()
            return Unsendable(repr(fault))
