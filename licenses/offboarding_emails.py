"""The letters about the end of one environment, and about taking it back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.models import Application, Environment
from companies.models import User
from companies.notices import Topic, tell_many, tiding
from contacts import audience
from contacts.audience import Reader, Role
from contacts.emails import AS_ADMIN, AS_CONTACT, everybody
from licenses.expansion_emails import AS_EXECUTIVE

AS_MANAGER = _("You get this because you look after this customer.")
WHY = {
    Role.CONTACT: AS_CONTACT,
    Role.COMPANY_ADMIN: AS_ADMIN,
    Role.ACCOUNT_EXECUTIVE: AS_EXECUTIVE,
    Role.SUCCESS_MANAGER: AS_MANAGER,
}
VENDOR = {Role.ACCOUNT_EXECUTIVE, Role.SUCCESS_MANAGER}


def offboarded(environment: Environment, *, by: User | None, is_last: bool) -> None:
    """To the other contacts, the company's admins and the account executive.

    When the app ends with it, its people have the letter about the app, and one is
    enough; the executive has no other.
    """
    people = readers(environment.application, besides=by)
    if is_last:
        people = (reader for reader in people if reader.role in VENDOR)
    ended_at = environment.offboarded_at
    key = f"environment:{environment.pk}:offboarded:{ended_at.isoformat()}"
    _tell(environment, people, "environment_offboarded", key, by=by, is_last=is_last)


def brought_back(environment: Environment, *, ended_at: datetime, by: User) -> None:
    """To whoever was told of the end."""
    people = readers(environment.application, besides=by)
    key = f"environment:{environment.pk}:back:{ended_at.isoformat()}"
    _tell(environment, people, "environment_brought_back", key, by=by)


def readers(
    application: Application, *, besides: User | None = None
) -> Iterator[Reader]:
    """Whom the end of an environment concerns, each in their role."""
    found = everybody(application, besides=[besides])
    yield from (Reader(person, Role.CONTACT) for person in found.contacts)
    yield from (Reader(person, Role.COMPANY_ADMIN) for person in found.admins)
    for reader in audience.commercial_readers(application.company):
        if reader.user != besides:
            yield reader


def topic_of(reader: Reader) -> Topic:
    return Topic.CONTACT if reader.role == Role.CONTACT else Topic.COMPANY


def _tell(
    environment: Environment,
    people: Iterator[Reader],
    template: str,
    key: str,
    *,
    by: User | None,
    **facts: Any,
) -> None:
    application = environment.application
    license = getattr(environment, "license", None)
    page = license or application
    tell_many(
        tiding(
            reader.user,
            topic=topic_of(reader),
            key=key,
            template=f"licenses/emails/{template}",
            context={
                "environment": environment,
                "application": application,
                "company_name": application.company.name,
                "license": license,
                "by": str(by or settings.VENDOR_NAME),
                "kept_days": settings.LICENSE_KEPT_DAYS,
                "path": page.get_absolute_url(),
                **facts,
            },
            reply_to=settings.SUPPORT_EMAIL,
            audience=WHY[reader.role],
            about=application.pk,
            thing=environment,
            link=page.get_absolute_url(),
        )
        for reader in people
    )
