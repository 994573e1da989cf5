"""Who was told something without a letter."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from companies.models import Notice, NoticeQuerySet


def notices_about(application: UUID) -> NoticeQuerySet:
    """What people read in the portal alone, having switched its e-mail off."""
    notices = Notice.objects.about(application).in_portal_only()
    return notices.select_related("person")


def saying(
    notices: NoticeQuerySet, words: str, *, unnamed: Collection[str]
) -> NoticeQuerySet:
    """As `outbox.past.saying` for letters."""
    if not words:
        return notices
    return notices.filter(Q(title__icontains=words) | _person(words, unnamed))


def to_somebody(
    notices: NoticeQuerySet, words: str, *, unnamed: Collection[str]
) -> NoticeQuerySet:
    return notices.filter(_person(words, unnamed)) if words else notices


def _person(words: str, unnamed: Collection[str]) -> Q:
    named = Q(person__email__icontains=words) | Q(person__name__icontains=words)
    return named & ~Q(person__email__in=unnamed)
