"""What the errands about companies would do now, for the page about errands."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from companies.models import (
    ActivityEntry,
    AddressChange,
    Archive,
    Invitation,
    Notice,
    SecurityContact,
)
from outbox.models import Postponement


def lapse_invitations(at: datetime) -> dict[str, Any]:
    return {"lapsed": Invitation.objects.overdue(at)}


def remind_of_invitations(at: datetime) -> dict[str, Any]:
    return {"reminded": Invitation.objects.due_for_reminder(at)}


def lapse_security_contacts(at: datetime) -> dict[str, Any]:
    return {"lapsed": SecurityContact.objects.lapsed(at)}


def finish_addresses(at: datetime) -> dict[str, Any]:
    changes = AddressChange.objects
    return {"changed": changes.due(at), "dropped": changes.lapsed(at)}


def make_archives(at: datetime) -> dict[str, Any]:
    return {"archives": Archive.objects.unfinished()}


def purge_archives(at: datetime) -> dict[str, Any]:
    return {"purged": Archive.objects.over(at)}


def purge_activity(at: datetime) -> dict[str, Any]:
    if not settings.ACTIVITY_KEPT_DAYS:
        return {"purged": 0}
    kept_since = at - timedelta(days=settings.ACTIVITY_KEPT_DAYS)
    return {"purged": ActivityEntry.objects.before(kept_since)}


def purge_notices(at: datetime) -> dict[str, Any]:
    kept_since = at - timedelta(days=settings.NOTICES_KEPT_DAYS)
    return {"purged": Notice.objects.read_before(kept_since)}


def write_digests(at: datetime) -> dict[str, Any]:
    return {"folded": Postponement.objects.for_digests(at)}
