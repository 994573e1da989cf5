"""The letters about the planned end of a license, and about taking the plan back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings

from companies.models import User
from companies.notices import Topic, tell_many, tiding
from licenses.models import License
from licenses.offboarding_emails import WHY, readers


def planned(license: License, *, by: User | None, at: datetime) -> None:
    """To contacts, admins and the account executive: from when on it is over."""
    _tell(license, "end_planned", by=by, at=at, on=license.terminates_on)


def unplanned(license: License, *, old: date, by: User, at: datetime) -> None:
    """To the same people: it runs on."""
    _tell(license, "end_unplanned", by=by, at=at, on=old)


def _tell(
    license: License, template: str, *, by: User | None, at: datetime, **facts: Any
) -> None:
    application = license.application
    tell_many(
        tiding(
            reader.user,
            topic=Topic.RENEWAL,
            key=f"{template}:{license.number}:{at.isoformat()}",
            template=f"licenses/emails/{template}",
            context={
                "license": license,
                "environment": license.environment,
                "application": application,
                "company_name": application.company.name,
                "by": str(by or settings.VENDOR_NAME),
                "kept_days": settings.LICENSE_KEPT_DAYS,
                "path": license.get_absolute_url(),
                **facts,
            },
            reply_to=settings.SUPPORT_EMAIL,
            audience=WHY[reader.role],
            about=application.pk,
            thing=license,
            link=license.get_absolute_url(),
        )
        for reader in readers(application, besides=by)
    )
