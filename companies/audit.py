"""Who did what: one text-only entry per act, written in the act's transaction."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from companies.models import ActivityEntry, ActivityQuerySet, Company
from companies.verbs import Verb

BATCH = 2_000
MOST_AT_ONCE = 100_000


def record(
    *,
    company: Company | None,
    by: Any,
    verb: Verb,
    thing: Any,
    old: Any = "",
    new: Any = "",
    about: uuid.UUID | None = None,
    at: datetime | None = None,
) -> ActivityEntry:
    """Write down that `by` did `verb` to `thing`; `by` None is the portal itself.

    Values are kept as text, cut to what the column holds, so the entry stays true
    when the rows change or go.
    """
    return ActivityEntry.objects.create(
        company=company,
        at=at or timezone.now(),
        actor=str(by or settings.VENDOR_NAME)[:120],
        actor_id_text=str(by.pk) if by else "",
        verb=verb,
        thing=str(thing)[:200],
        old=str(old)[:200],
        new=str(new)[:200],
        about=about,
    )


def log_of(thing_id: uuid.UUID) -> ActivityQuerySet:
    """The entries about one application, for whoever may see the application."""
    return ActivityEntry.objects.about(thing_id)


def purge(*, at: datetime) -> int:
    """Remove what is older than the log is kept, in batches; says how much went.

    The oldest first, each batch a transaction of its own: nobody waits for it, and
    what is left over goes the next day.
    """
    if not settings.ACTIVITY_KEPT_DAYS:
        return 0
    kept_since = at - timedelta(days=settings.ACTIVITY_KEPT_DAYS)
    old = ActivityEntry.objects.before(kept_since).order_by("at", "id")
    gone = 0
    while gone < MOST_AT_ONCE:
        batch = list(old.values_list("pk", flat=True)[:BATCH])
        gone += ActivityEntry.objects.filter(pk__in=batch).delete()[0]
        if len(batch) < BATCH:
            break
    return gone
