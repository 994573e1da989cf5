"""How long the outbox remembers: a text for a while, the fact that it went for longer.

What lets its reader in, such as a link to a new password, is in no row for longer than
it takes to deliver it. Nothing here touches a letter that is still to be sent.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from outbox.models import (
    Attachment,
    Message,
    MessageQuerySet,
    Postponement,
    ReturnedMail,
)

BATCH = 500
# Longer than any mail server goes on trying to return a mail.
RETURNS_KEPT = timedelta(days=90)


def spent_secrets(at: datetime) -> MessageQuerySet:
    """Settled letters whose secret is of no use any more, or was written days ago."""
    settled = Message.objects.settled().with_words()
    return settled.with_secret().spent(at, settings.OUTBOX_SECRET_DAYS)


def old_words(at: datetime) -> MessageQuerySet:
    """Settled letters whose words are older than they are kept; 0 days keep all."""
    if not settings.OUTBOX_BODY_DAYS:
        return Message.objects.none()
    before = at - timedelta(days=settings.OUTBOX_BODY_DAYS)
    return Message.objects.settled().with_words().written_before(before)


def old_letters(at: datetime) -> MessageQuerySet:
    """Settled letters that are older than the outbox keeps; 0 days keep all."""
    if not settings.OUTBOX_KEPT_DAYS:
        return Message.objects.none()
    before = at - timedelta(days=settings.OUTBOX_KEPT_DAYS)
    return Message.objects.settled().written_before(before)


def blank_letters(*, at: datetime) -> dict[str, int]:
    """Takes the words and files out of settled letters whose time is over.

    Who was told, when, of what and what the mail server said stays.
    """
    return {
        "secrets": _blank(spent_secrets(at), at),
        "words": _blank(old_words(at), at),
    }


def _blank(letters: MessageQuerySet, at: datetime) -> int:
    done = 0
    while keys := _some(letters):
        with transaction.atomic():
            # Asked again: somebody may have put it in line since.
            rows = Message.objects.settled().filter(pk__in=keys).select_for_update()
            held = list(rows.values_list("pk", flat=True))
            Message.objects.filter(pk__in=held).update(text="", html="", blanked_at=at)
            Attachment.objects.filter(message__in=held).delete()
            Postponement.objects.of_messages(held).update(gist="")
        done += len(held)
    return done


def purge_letters(*, at: datetime) -> int:
    """Drops old letters, with all that is known of them."""
    ReturnedMail.objects.received_before(at - RETURNS_KEPT).delete()
    done = 0
    while keys := _some(old_letters(at)):
        gone, by_kind = Message.objects.settled().filter(pk__in=keys).delete()
        done += by_kind.get(Message._meta.label, 0)
        if not gone:
            break
    return done


def _some(letters: MessageQuerySet) -> list[object]:
    return list(letters.order_by("created_at").values_list("pk", flat=True)[:BATCH])
