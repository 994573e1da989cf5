"""The letters to whoever asked for the archive of a company's data."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from companies.models import Archive
from companies.notices import Topic, tell


def ready(archive: Archive, *, at: datetime) -> None:
    """Where to download it, and until when."""
    _tell(archive, "companies/emails/archive_ready", at=at)


def failed(archive: Archive, *, at: datetime) -> None:
    """That there is none, and what to do."""
    _tell(archive, "companies/emails/archive_failed", at=at)


def _tell(archive: Archive, template: str, *, at: datetime) -> None:
    """Nobody is told who may no longer have it."""
    person, page = archive.asked_by, reverse("companies:archive")
    if not (person.is_company_admin and person.company_id == archive.company_id):
        return
    tell(
        person,
        topic=Topic.COMPANY,
        key=f"archive:{archive.pk}:{archive.state}",
        template=template,
        context={
            "archive": archive,
            "company": archive.company,
            "link": settings.PUBLIC_URL + page,
        },
        link=page,
        at=at,
        audience=_("the company admin who asked for it"),
    )
