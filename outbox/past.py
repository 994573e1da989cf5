"""What was written about one thing, and what became of it: for those it concerns."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery

from outbox.models import Attempt, Message, MessageQuerySet


def letters_about(application: UUID) -> MessageQuerySet:
    """Every letter filed under one application, without its words.

    With `last_outcome`, the last line of its log, which says why one was not sent.
    """
    log = Attempt.objects.filter(message=OuterRef("pk")).order_by("-at", "-id")
    return (
        Message.objects.about(application)
        .defer("text", "html", "references")
        .annotate(last_outcome=Subquery(log.values("outcome")[:1]))
    )


def saying(
    letters: MessageQuerySet, words: str, *, unnamed: Collection[str]
) -> MessageQuerySet:
    """With the words in the subject, the name or the address.

    Nobody is found by a name that is not shown: those of `unnamed` are not looked at.
    """
    if not words:
        return letters
    return letters.filter(Q(subject__icontains=words) | _person(words, unnamed))


def to_somebody(
    letters: MessageQuerySet, words: str, *, unnamed: Collection[str]
) -> MessageQuerySet:
    """To people whose name or address has the words."""
    return letters.filter(_person(words, unnamed)) if words else letters


def _person(words: str, unnamed: Collection[str]) -> Q:
    named = Q(recipient__icontains=words) | Q(recipient_name__icontains=words)
    return named & ~Q(recipient__in=unnamed)
