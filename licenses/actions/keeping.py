"""How long the portal remembers which files it gave out: longer than they work."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from licenses.models import IssuedFile
from licenses.models.issued import IssuedFileQuerySet

BATCH = 2_000
MOST_AT_ONCE = 100_000


def old_files(at: datetime) -> IssuedFileQuerySet:
    """Those that ended longer ago than they are kept; 0 days keep all."""
    if not settings.LICENSE_FILES_KEPT_DAYS:
        return IssuedFile.objects.none()
    kept_since = at - timedelta(days=settings.LICENSE_FILES_KEPT_DAYS)
    return IssuedFile.objects.ended_before(kept_since)


def purge_files(*, at: datetime) -> int:
    """Forget files that ended long ago, in batches; says how many.

    A file that still works is never forgotten: it holds the place of its server. The
    first to end go first, each batch in a transaction of its own, and what is left
    over goes the next day.
    """
    old = old_files(at).order_by("expires_at").values_list("pk", flat=True)
    gone = 0
    while gone < MOST_AT_ONCE:
        batch = list(old[:BATCH])
        gone += IssuedFile.objects.filter(pk__in=batch).delete()[0]
        if len(batch) < BATCH:
            break
    return gone
