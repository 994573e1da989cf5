"""Who did what: one text-only entry per act, written in the act's transaction."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from companies.models import ActivityEntry, ActivityQuerySet, Company
from companies.verbs import Verb


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
