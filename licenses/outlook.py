"""What the errands about licenses would do now, for the page about errands."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings

from licenses import emails, reminders
from licenses.actions.keeping import old_files
from licenses.actions.reminders import LICENSES_PER_LETTER, zones_by_day
from licenses.actions.signs_of_life import silent_servers
from licenses.models import License, LicenseQuerySet

MOST = 1_000


def remind_of_renewal(at: datetime) -> dict[str, Any]:
    """How many letters the sweep would write, to whom, about how many licenses.

    Reads the first thousand licenses that wait, and writes nothing.
    """
    groups: dict[tuple, int] = defaultdict(int)
    waiting = list(_awaiting(at).with_people().by_end()[:MOST])
    readers = emails.readers_of({license.application for license in waiting})
    for license in waiting:
        groups[license.application.pk, license.due_on, license.is_to_end] += 1
    letters, people = 0, set()
    for (application, *_same), number in groups.items():
        told = readers.get(application, [])
        parts = -(-number // LICENSES_PER_LETTER)
        letters += parts * max(len(told), 1)  # else to the support desk
        people |= {reader.user.pk for reader in told}
    return {"letters": letters, "people": len(people), "licenses": len(waiting)}


def drop_silent_servers(at: datetime) -> dict[str, Any]:
    return {"servers": silent_servers(at)}


def purge_files(at: datetime) -> dict[str, Any]:
    return {"purged": old_files(at)}


def run_planned_ends(at: datetime) -> dict[str, Any]:
    """Whose planned last day is over, where their company is."""
    due = (
        License.objects.live().planned_to_end(today).in_zones(zones)
        for today, zones in zones_by_day(at).items()
    )
    return {"ended": reduce(or_, due, License.objects.none())}


def _awaiting(at: datetime) -> LicenseQuerySet:
    """What every step of the ladder waits for, wherever the day is; asked at once."""
    rungs = reminders.steps(settings.RENEWAL_REMINDER_DAYS, settings.LICENSE_GRACE_DAYS)
    waiting = (
        License.objects.live()
        .awaiting_reminder(step.days, *step.window(today))
        .in_zones(zones)
        for today, zones in zones_by_day(at).items()
        for step in rungs
    )
    return reduce(or_, waiting, License.objects.none())
