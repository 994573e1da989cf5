"""Mail that comes back: reports about our letters, and what they say of an address.

Only a report that came to the signed address of a letter, or names it, is believed.
Everything else is harmless: it is noted and changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from email.message import Message as Mail
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from outbox.complaints import Complaint, complaint_of
from outbox.models import AddressStanding, Attempt, Message, ReturnedMail, Verdict
from outbox.reports import Report, addresses_of, parsed, report_of, said
from outbox.return_address import letter_of

BELIEVED_FOR = timedelta(days=30)
State = Message.State
Outcome = Attempt.Outcome

logger = logging.getLogger(__name__)


def receive(raw: bytes, *, at: datetime, recipient: str = "") -> Verdict:
    """Take one incoming mail; `recipient` is the envelope's, when it is known.

    The same bytes a second time change nothing, whatever happened in between.
    """
    row, is_new = take(raw, at=at, recipient=recipient)
    return Verdict(row.verdict) if is_new else Verdict.REPEATED


@transaction.atomic
def take(raw: bytes, *, at: datetime, recipient: str = "") -> tuple[ReturnedMail, bool]:
    """What was made of a mail, and whether that was just now.

    One that comes too early leaves no trace: it is to come again.
    """
    fingerprint = sha256(raw).hexdigest()
    row = ReturnedMail.objects.filter(pk=fingerprint).first()
    if row is not None:
        return row, False
    mail = parsed(raw)
    verdict, letter = _judge(mail, recipient, at)
    logger.info("outbox: incoming mail about %s: %s", letter or "nothing", verdict)
    row = ReturnedMail(
        fingerprint=fingerprint, verdict=verdict, received_at=at, **_face_of(mail)
    )
    if verdict != Verdict.TOO_EARLY:
        row.message = Message.objects.filter(pk=letter).first() if letter else None
        row.save(force_insert=True)
    return row, True


def set_aside(raw: bytes, *, at: datetime) -> ReturnedMail:
    """Note a mail that nothing can be made of, so that somebody looks at it.

    Should somebody else have made something of it at the same moment, that counts.
    """
    fingerprint = sha256(raw).hexdigest()
    row, _is_new = ReturnedMail.objects.get_or_create(
        fingerprint=fingerprint,
        defaults={"verdict": Verdict.UNREADABLE, "received_at": at},
    )
    return row


def _face_of(mail: Mail | None) -> dict[str, str]:
    if mail is None:
        return {}
    return {"sender": said(mail, "From")[:250], "subject": said(mail, "Subject")[:250]}


def _judge(
    mail: Mail | None, recipient: str, at: datetime
) -> tuple[Verdict, UUID | None]:
    if mail is None:
        return Verdict.UNREADABLE, None
    complaint = complaint_of(mail)
    named = complaint.addresses if complaint else ()
    letter = _letter_among([recipient, *addresses_of(mail), *named])
    if letter is None:
        return Verdict.UNSIGNED, None
    report = complaint or report_of(mail)
    if report is None:
        return Verdict.NO_REPORT, letter
    return believe(report, letter, at=at), letter


def _letter_among(addresses: Iterable[str]) -> UUID | None:
    return next((one for one in map(letter_of, addresses) if one), None)


@transaction.atomic
def believe(report: Report | Complaint, letter: UUID, *, at: datetime) -> Verdict:
    """Write down what a genuine report says; the same a second time changes nothing.

    A failure turns the letter to bounced. If it speaks of the address, that is marked
    too. When its reader complains, letters of its kind end, as far as they may.
    """
    message = Message.objects.select_for_update().filter(pk=letter).first()
    if message is None:
        return Verdict.UNKNOWN
    if message.state == State.SENDING:
        return Verdict.TOO_EARLY
    if message.sent_at is None or message.sent_at < at - BELIEVED_FOR:
        return Verdict.STALE
    if isinstance(report, Complaint):
        return _complain(message, report, at)
    if report.is_failure:
        return _bounce(message, report, at)
    if report.is_delay:
        return _delay(message, report, at)
    if report.is_delivery:
        AddressStanding.objects.note_proof(message.recipient, at, since=message.sent_at)
    return Verdict.ARRIVED


def _bounce(message: Message, report: Report, at: datetime) -> Verdict:
    if message.state != State.SENT:
        return Verdict.REPEATED
    message.state = State.BOUNCED
    message.last_words = report.words
    message.save(update_fields=["state", "last_words"])
    _note(message, Outcome.BOUNCED, report, at)
    if report.blames_address:
        AddressStanding.objects.note_report(message.recipient, report.words, at)
    return Verdict.BOUNCED


def _delay(message: Message, report: Report, at: datetime) -> Verdict:
    if message.attempts.filter(outcome=Outcome.DELAYED).exists():
        return Verdict.REPEATED
    _note(message, Outcome.DELAYED, report, at)
    return Verdict.DELAYED


def _complain(message: Message, complaint: Complaint, at: datetime) -> Verdict:
    """The letter arrived: it says nothing against the address, now or later.

    Whoever can leave the letter's list is taken off it, as if they had asked for that
    themselves; what nobody can switch off goes on.
    """
    if complaint.is_praise:
        return Verdict.ARRIVED
    if message.attempts.filter(outcome=Outcome.COMPLAINED).exists():
        return Verdict.REPEATED
    _note(message, Outcome.COMPLAINED, complaint, at)
    if message.unsubscribe_url:
        import_string(settings.OUTBOX_UNSUBSCRIBE)(message.unsubscribe_url, at=at)
    return Verdict.COMPLAINED


def _note(
    message: Message, outcome: str, report: Report | Complaint, at: datetime
) -> None:
    Attempt.objects.create(
        message=message, outcome=outcome, code=report.code, words=report.words, at=at
    )
