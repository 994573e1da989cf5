"""What the clock does for maintenance."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from operations import actions


@shared_task
def announce_due() -> dict[str, int]:
    """Announce the windows whose lead time has begun."""
    return {"announced": actions.announce_due(at=timezone.now())}
