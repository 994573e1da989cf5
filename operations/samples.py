"""Letters about planned maintenance, with made-up facts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.samples import TRACK
from companies.made_up import ACME, page
from companies.topics import Topic
from contacts.audience import Role
from operations.models import MaintenanceWindow
from outbox.samples import Sample


def _facts(at: datetime) -> dict[str, Any]:
    starts_at = at.replace(hour=21, minute=0) + timedelta(days=5)
    window = MaintenanceWindow(
        number=381,
        id=UUID(int=50),
        title="Storage upgrade",
        description="We move the storage to faster disks. Your data stays in place.",
        impact="Restarts once, not reachable for ten minutes.",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=4),
        outage_starts_at=starts_at + timedelta(hours=1),
        outage_minutes=10,
    )
    return {
        "window": window,
        "applications": [TRACK],
        "names": TRACK.name,
        "role": Role.CONTACT.value,
        "company_name": ACME.name,
        "window_url": page("operations:maintenance_detail", window.id),
        "contacts_url": page("contacts:for_application", TRACK.pk),
        "old_starts_at": starts_at - timedelta(days=2),
    }


def _letter(name: str, when: str | Promise) -> Sample:
    return Sample(
        template=f"operations/emails/{name}",
        topic=Topic.MAINTENANCE.label,
        when=when,
        to=_("the technical contact of each app, or who stands in"),
        facts=_facts,
    )


SAMPLES = [
    _letter("announced", _("Work is planned, and its day comes near.")),
    _letter("moved", _("Planned work moves.")),
    _letter("cancelled", _("Planned work is cancelled.")),
]
