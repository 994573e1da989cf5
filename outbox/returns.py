"""Mail that comes back: reports about our letters, and what they say of an address.

Only a report that came to the signed address of a letter is believed. Everything else
is harmless: it is logged and forgotten.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from outbox.models import AddressStanding, Attempt, Message
from outbox.reports import Report, addresses_of, parsed, report_of
from outbox.return_address import letter_of

BELIEVED_FOR = timedelta(days=30)
State = Message.State
Outcome = Attempt.Outcome

logger = logging.getLogger(__name__)


class Verdict(StrEnum):
    """What was made of one incoming mail."""

    BOUNCED = "the letter came back"
    DELAYED = "the letter is held up on the way"
    ARRIVED = "the report says that the letter arrived"
    REPEATED = "reported before"
    STALE = "the letter is too old for its report to be believed"
    UNKNOWN = "no such letter"
    UNSIGNED = "not addressed to a letter of ours"
    NO_REPORT = "no delivery report"
    UNREADABLE = "not a mail"
    TOO_EARLY = "the letter is still on its way out; deliver this again later"


def receive(raw: bytes, *, at: datetime, recipient: str = "") -> Verdict:
    """Take one incoming mail; `recipient` is the envelope's, when it is known."""
    mail = parsed(raw)
    if mail is None:
        return _logged(Verdict.UNREADABLE)
    letters = map(letter_of, [recipient, *addresses_of(mail)])
    letter = next((one for one in letters if one), None)
    if letter is None:
        return _logged(Verdict.UNSIGNED)
    report = report_of(mail)
    if report is None:
        return _logged(Verdict.NO_REPORT, letter)
    return _logged(believe(report, letter, at=at), letter)


@transaction.atomic
def believe(report: Report, letter: UUID, *, at: datetime) -> Verdict:
    """Write down what a genuine report says; the same a second time changes nothing.

    A failure turns the letter to bounced. If it is for good, the address is marked too.
    """
    message = Message.objects.select_for_update().filter(pk=letter).first()
    if message is None:
        return Verdict.UNKNOWN
    if message.state == State.SENDING:
        return Verdict.TOO_EARLY
    if message.sent_at is None or message.sent_at < at - BELIEVED_FOR:
        return Verdict.STALE
    if report.is_failure:
        return _bounce(message, report, at)
    if report.is_delay:
        return _delay(message, report, at)
    return Verdict.ARRIVED


def _bounce(message: Message, report: Report, at: datetime) -> Verdict:
    if message.state != State.SENT:
        return Verdict.REPEATED
    message.state = State.BOUNCED
    message.last_words = report.words
    message.save(update_fields=["state", "last_words"])
    _note(message, Outcome.BOUNCED, report, at)
    if report.is_permanent:
        AddressStanding.objects.note_bounce(message.recipient, report.words, at)
    return Verdict.BOUNCED


def _delay(message: Message, report: Report, at: datetime) -> Verdict:
    if message.attempts.filter(outcome=Outcome.DELAYED).exists():
        return Verdict.REPEATED
    _note(message, Outcome.DELAYED, report, at)
    return Verdict.DELAYED


def _note(message: Message, outcome: str, report: Report, at: datetime) -> None:
    Attempt.objects.create(
        message=message, outcome=outcome, code=report.code, words=report.words, at=at
    )


def _logged(verdict: Verdict, letter: UUID | None = None) -> Verdict:
    logger.info("outbox: incoming mail about %s: %s", letter or "nothing", verdict)
    return verdict
