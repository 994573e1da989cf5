"""What technical contacts are told about planned work."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from apps.models import Application, Environment
from companies.models import User
from companies.notices import Topic, tell_many, tiding
from contacts import audience
from operations import calendars
from operations.models import MaintenanceWindow
from outbox.models import Message

SUPPORT = "support"
# Longer than any quiet hours last.
SOON = timedelta(days=1)


@dataclass
class _Letter:
    """What one person is told: which applications, and in which role."""

    reader: User | None
    role: str
    applications: list[Application] = field(default_factory=list)

    def told_as(self) -> str:
        """For the record: in which role somebody was told, and of what."""
        role = audience.Role(self.role).label if self.reader else _("support desk")
        words = {"role": role, "applications": _names(self.applications)}
        return _("%(role)s, %(applications)s") % words


def window_changed(
    window: MaintenanceWindow,
    *,
    what: str,
    at: datetime,
    old_starts_at: datetime | None = None,
) -> dict[uuid.UUID, list[str]]:
    """Tell everybody the window touches, as they are now [E18].

    Returns who was told, by application: a window spans companies, and none of them
    reads the names of another. `what` is "announced", "moved" or "cancelled". One
    letter per person, revision and kind, whatever the number of applications. An
    application that nobody looks after is told to the support desk.
    """
    attachment = (
        calendars.file_name(window),
        "text/calendar",
        calendars.calendar_file(window, at=at),
    )
    letters = _letters(touched_environments(window))
    priority = _priority(min(window.starts_at, old_starts_at or window.starts_at), at)
    tell_many(
        tiding(
            letter.reader,
            topic=Topic.MAINTENANCE,
            key=f"maintenance:{window.id}:{window.revision}:{what}",
            to=address,
            template=f"operations/emails/{what}",
            context=_facts(window, letter) | {"old_starts_at": old_starts_at},
            reply_to=settings.SUPPORT_EMAIL,
            thread=f"maintenance-{window.id}",
            attachments=[attachment],
            audience=lazy(letter.told_as, str)(),
            about=letter.applications[0].pk,
            link=window.get_absolute_url(),
            priority=priority,
        )
        for address, letter in letters.items()
    )
    return _names_by_application(letters.values())


def touched_environments(window: MaintenanceWindow) -> list[Environment]:
    """The window's environments that are live and on Cloud at this moment."""
    return list(
        Environment.objects.live()
        .on_cloud()
        .filter(pk__in=window.touched.values("environment"))
        .select_related(
            "application__company__account_executive",
            "application__company__customer_success_manager",
            "application__company__service_level",
        )
        .order_by("application__name", "name")
    )


def _priority(starts_at: datetime, at: datetime) -> int:
    """What begins soon comes at any hour."""
    is_soon = starts_at - at < SOON
    return Message.Priority.URGENT if is_soon else Message.Priority.NORMAL


def _facts(window: MaintenanceWindow, letter: _Letter) -> dict[str, object]:
    applications = letter.applications
    with translation.override(getattr(letter.reader, "language", None)):
        names = _names(applications)
    contacts = reverse("contacts:for_application", args=[applications[0].pk])
    return {
        "window": window,
        "applications": applications,
        "names": names,
        "role": letter.role,
        "company_name": applications[0].company.name,
        "window_url": settings.PUBLIC_URL + window.get_absolute_url(),
        "contacts_url": settings.PUBLIC_URL + contacts,
    }


def _names(applications: list[Application]) -> str:
    """“Driver App”, “Driver App and Claims Desk”, “Driver App and 3 more apps”."""
    first, *others = (application.name for application in applications)
    if not others:
        return first
    if len(others) == 1:
        return _("%(first)s and %(second)s") % {"first": first, "second": others[0]}
    return _("%(first)s and %(rest)d more apps") % {"first": first, "rest": len(others)}


def _names_by_application(letters: Iterable[_Letter]) -> dict[uuid.UUID, list[str]]:
    told: dict[uuid.UUID, list[str]] = {}
    for letter in letters:
        for application in letter.applications:
            name = str(letter.reader or settings.SUPPORT_EMAIL)
            told.setdefault(application.pk, []).append(name)
    return told


def readers_of(
    applications: Iterable[Application],
) -> dict[uuid.UUID, list[audience.Reader]]:
    """Who is told about planned work [TC-11]: the contacts, or who stands in."""
    return audience.technical_readers(applications)


def _letters(environments: Iterable[Environment]) -> dict[str, _Letter]:
    applications: dict[uuid.UUID, Application] = {
        environment.application_id: environment.application
        for environment in environments
    }
    readers = readers_of(applications.values())
    letters: dict[str, _Letter] = {}
    for application in applications.values():
        for reader in readers[application.pk]:
            letters.setdefault(
                reader.user.email, _Letter(reader.user, reader.role.value)
            ).applications.append(application)
        if not readers[application.pk]:
            letters.setdefault(
                settings.SUPPORT_EMAIL, _Letter(None, SUPPORT)
            ).applications.append(application)
    return letters
