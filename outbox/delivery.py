"""The postman: a round in which due letters are claimed, carried, and written down.

At least once. A letter is claimed for the time of a lease, handed over outside any
transaction, and marked after the server's 250. Carriers do the talking, over several
connections at once; this thread alone talks to the database, and writes down what they
heard in one transaction for all of them. A worker that dies leaves its claims to run
out; what was under way may arrive twice, and then with the same Message-ID.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from outbox import claims, lanes, settling
from outbox.backoff import rest_after
from outbox.carriers import Carrier, Clock, Result, Tray
from outbox.lines import (
    CalledOff,
    CutOff,
    Deferred,
    LineDown,
    RefusedAddress,
    Reply,
    Verdict,
    most_lines,
)
from outbox.models import Message
from outbox.settling import Settlement

# Claim more when fewer than so many wait to be taken up.
LOW = claims.BATCH // 2
LOOK_SECONDS = 1.0
PAUSE_SECONDS = 0.25
HURRY_SECONDS = 0.01
TURN_SECONDS = 0.0005
DATABASE_PATIENCE_SECONDS = 30.0

logger = logging.getLogger(__name__)


@dataclass
class Report:
    """What one round did; `more` says that time ran out before the letters did.

    In trouble, `again_at` is when the lane will have rested.
    """

    sent: int = 0
    failed: int = 0
    deferred: int = 0
    outlived: int = 0
    more: bool = False
    trouble: str = ""
    again_at: datetime | None = None

    def count(self, settled: Sequence[Settlement]) -> None:
        states = [one.state for one in settled]
        self.sent += states.count(Message.State.SENT)
        self.failed += states.count(Message.State.FAILED)
        self.deferred += states.count(Message.State.WAITING)

    def __str__(self) -> str:
        return (
            f"sent {self.sent}, failed {self.failed}, deferred {self.deferred}, "
            f"outlived {self.outlived}"
            + (f", trouble: {self.trouble}" if self.trouble else "")
        )


def deliver(
    *,
    clock: Clock,
    budget: float | None = None,
    call_help: Callable[[], None] = lambda: None,
) -> Report:
    """Sends what is due, until nothing is or `budget` seconds have passed.

    Calls for help, once, when more is due than it can hold at a time.
    """
    at = clock()
    lane = lanes.mail_lane()
    if lane.is_closed(at):
        return Report(trouble=lane.words, again_at=lane.closed_until)
    until = at + timedelta(seconds=budget) if budget is not None else None
    postman = Postman(
        clock=clock, until=until, is_scout=lane.troubles > 0, call_help=call_help
    )
    with quick_turns():
        return postman.walk()


@contextmanager
def quick_turns() -> Iterator[None]:
    """Whoever hears from the database gets its turn at once.

    By default a thread that packs letters may keep all others waiting for 5 ms, and so
    several times for each transaction.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(TURN_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def oldest_due(at: datetime) -> datetime | None:
    """Since when the longest waiting letter is due; None when none is."""
    first = Message.objects.due(at).longest_due_first().values_list("due_at", flat=True)
    return first.first()


class Postman:
    """One worker's round: claims, hands out to carriers, writes down what they heard.

    After trouble it goes as a scout, with a single line until a letter was taken.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        until: datetime | None = None,
        is_scout: bool = False,
        call_help: Callable[[], None] = lambda: None,
    ) -> None:
        self.clock = clock
        self.until = until
        self.call_help: Callable[[], None] | None = call_help
        self.report = Report()
        self.hold = claims.Hold(clock())
        self.tray = Tray()
        self.crew: list[Carrier] = []
        self.lines_allowed = 1 if is_scout else most_lines()
        self.omens = lanes.Omens(is_scout=is_scout)
        self.resting: dict[str, datetime] = {}
        self.jitter = SystemRandom().random
        self.next_claim = self.next_look = 0.0

    def walk(self) -> Report:
        try:
            while self._goes_on():
                self._note(self.tray.collect(PAUSE_SECONDS))
        finally:
            self._come_home()
        return self.report

    def _goes_on(self) -> bool:
        """Fetches what it may; False when nothing is left, or nothing may be done."""
        if self.report.trouble:
            return False
        if self.until is not None and self.clock() >= self.until:
            self.report.more = True
            return False
        self._renew()
        now = time.monotonic()
        has_little = self.tray.size() < LOW and now >= self.next_claim
        if has_little or not self.tray.is_busy():
            self._fetch()
        elif now >= self.next_look:
            self._fetch(more_urgent_than=self.tray.least_urgent())
        return self.tray.is_busy()

    def _fetch(self, more_urgent_than: int | None = None) -> None:
        """Letters for the tray, again while all that was found is put off."""
        while self._claim(more_urgent_than) and not self.tray.is_busy():
            pass

    def _claim(self, more_urgent_than: int | None) -> bool:
        """Letters for the tray, and carriers for them; False when none were due."""
        at = self.clock()
        is_idle = not self.tray.is_busy()
        if is_idle:
            self.report.outlived += patiently(claims.cancel_outlived, at)
        letters = patiently(
            self.hold.claim,
            at,
            more_urgent_than=more_urgent_than,
            in_company=not is_idle,
        )
        self.tray.until = self.hold.until
        self.tray.add(self._without_the_resting(letters, at))
        self._call_carriers()
        if len(letters) == claims.BATCH and self.call_help is not None:
            self.call_help()
            self.call_help = None
        now = time.monotonic()
        self.next_look = now + LOOK_SECONDS
        if len(letters) < LOW:
            self.next_claim = now + LOOK_SECONDS
        return bool(letters)

    def _without_the_resting(
        self, letters: Sequence[Message], at: datetime
    ) -> list[Message]:
        """Those to domains that asked for time are put off until it is over."""
        for domain, until in self.resting.items():
            late = [letter for letter in letters if letter.domain == domain]
            if late and at < until:
                patiently(self.hold.give_back, late, until)
                letters = [letter for letter in letters if letter.domain != domain]
        return list(letters)

    def _call_carriers(self) -> None:
        """As many as there are letters for, within what is allowed."""
        wanted = min(len(self.tray.letters()), self.lines_allowed)
        while len(self.crew) < wanted:
            self.crew.append(Carrier(self.tray, self.clock))
            self.crew[-1].start()
        self.tray.lines = len(self.crew)

    def _renew(self) -> None:
        """Half-way the lease is made longer; letters we lost are let go."""
        at = self.clock()
        if self.hold.is_half_over(at):
            held = patiently(self.hold.renew, at, self.tray.letters())
            self.tray.keep(held, self.hold.until)

    def _note(self, results: Sequence[Result]) -> None:
        """Writes down what was heard, lets the carriers go on, and learns from it."""
        told = [one for one in results if one.is_about_the_letter]
        untold = [one for one in results if not one.is_about_the_letter]
        settled = [
            replace(
                settling.judge(
                    one.message, self._weighed(one), at=one.at, jitter=self.jitter
                ),
                server=one.server,
                took=one.took,
            )
            for one in told
        ]
        if settled:
            patiently(settling.write, settled, self.hold.lease)
            self.report.count(settled)
        for result in told:
            self._heed(result)
        self.tray.settle(results)
        for result in untold:
            self._heed(result)

    def _weighed(self, result: Result) -> Reply | Verdict:
        """What was heard, or less: a server that refuses us may not mean the letter."""
        match result.answer:
            case RefusedAddress(refuses_us=True) as verdict:
                if self.omens.doubt(result, self.tray.taken):
                    return Deferred(verdict.words, verdict.code)
        return result.answer

    def _heed(self, result: Result) -> None:
        """What one answer means for the letters to come."""
        match result.answer:
            case Reply():
                self._prove_lane()
            case CalledOff():
                self._return([result.message])
            case LineDown() as verdict:
                self._lose_line(result.message, verdict)
            case Verdict():
                self._read_omen(result)

    def _read_omen(self, result: Result) -> None:
        """Whether the same would befall other letters, here and to this domain."""
        match result.answer:
            case CutOff() as verdict:
                if self.omens.cut_off(result, self.tray.taken):
                    self._close_lane(verdict)
            case RefusedAddress(refuses_us=True) as verdict:
                if self.omens.are_barred():
                    self._close_lane(verdict)
            case Deferred(is_too_fast=True) as verdict:
                self._rest(result.message.domain)
                if self.omens.slowed_down(result, self.tray.taken):
                    self._close_lane(verdict)

    def _prove_lane(self) -> None:
        if not self.omens.are_good:
            patiently(lanes.open_lane)
            self.lines_allowed = max(self.lines_allowed, most_lines())
            self._call_carriers()
        self.omens.clear()

    def _lose_line(self, letter: Message, verdict: Verdict) -> None:
        """The letter takes another line; when none is left, the lane is closed."""
        self.crew = [one for one in self.crew if one.is_at_work]
        self.lines_allowed = len(self.crew)
        if self.crew:
            self.tray.add([letter])
            return
        self._return([letter])
        self._close_lane(verdict)

    def _close_lane(self, verdict: Verdict) -> None:
        if self.report.trouble:
            return
        at = self.clock()
        lane = patiently(
            lanes.close_lane, words=verdict.words, at=at, jitter=self.jitter()
        )
        self._return(self.tray.close())
        self.report.trouble = verdict.words
        self.report.again_at = lane.closed_until
        logger.warning("outbox: the mail server is in trouble (%s)", verdict.words)

    def _rest(self, domain: str) -> None:
        """It gets nothing more for a while; what was meant for it becomes due later."""
        at = self.clock()
        self.resting[domain] = at + rest_after(self.jitter())
        late = self.tray.take_out(domain)
        patiently(self.hold.give_back, late, self.resting[domain])

    def _return(self, letters: Sequence[Message]) -> None:
        patiently(self.hold.give_back, letters)
        at = self.clock()
        if any(letter.has_outlived_its_meaning(at) for letter in letters):
            self.report.outlived += patiently(claims.cancel_outlived, at)

    def _come_home(self) -> None:
        """Carriers finish what they hand over; what was not begun waits again.

        Whoever does not come back in time keeps the letter until the lease ends.
        """
        self._return(self.tray.close())
        give_up_at = time.monotonic() + 2 * (settings.EMAIL_TIMEOUT or 0) + 5
        while any(one.is_alive() for one in self.crew):
            self._renew()
            self._note(self.tray.collect(HURRY_SECONDS))
            if time.monotonic() > give_up_at:
                break
        self._note(self.tray.collect(0))
        patiently(self.hold.let_go, self.clock(), but=self.tray.letters())


def patiently(step: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """Does a step with the database, again if it was away for a moment.

    What carriers heard would be forgotten otherwise, and those letters sent twice.
    """
    give_up_at = time.monotonic() + DATABASE_PATIENCE_SECONDS
    while True:
        try:
            return step(*args, **options)
        except (InterfaceError, OperationalError) as trouble:
            if connection.in_atomic_block or time.monotonic() > give_up_at:
                raise
            logger.warning("outbox: the database is away (%s)", trouble)
            connection.close()
            time.sleep(PAUSE_SECONDS)
