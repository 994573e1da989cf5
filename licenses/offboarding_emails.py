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
from contacts.emails import AS_ADMIN, AS_CONTACT, everybody
from licenses.expansion_emails import AS_EXECUTIVE

AS_MANAGER = _("You get this because you look after this customer.")


def offboarded(environment: Environment, *, by: User | None, is_last: bool) -> None:
    """To the other contacts, the company's admins and the account executive.

    When the app ends with it, its people have the letter about the app, and one is
    enough; the executive has no other.
    """
    people = readers(environment.application, besides=by)
    if is_last:
        people = (one for one in people if one[1] in {AS_EXECUTIVE, AS_MANAGER})
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
) -> Iterator[tuple[User, Any]]:
    """Whom the end of an environment concerns, and why each of them."""
    found = everybody(application, besides=[besides])
    yield from ((person, AS_CONTACT) for person in found.contacts)
    yield from ((person, AS_ADMIN) for person in found.admins)
    for reader in audience.commercial_readers(application.company):
        if reader.user != besides:
            is_executive = reader.role == audience.Role.ACCOUNT_EXECUTIVE
            yield reader.user, AS_EXECUTIVE if is_executive else AS_MANAGER


def _tell(
    environment: Environment,
    people: Iterator[tuple[User, Any]],
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
            person,
            topic=Topic.CONTACT if why is AS_CONTACT else Topic.COMPANY,
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
            audience=why,
            about=application.pk,
            thing=environment,
            link=page.get_absolute_url(),
        )
        for person, why in people
    )
