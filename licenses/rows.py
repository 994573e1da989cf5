"""Licenses as pages show them: rows of the runway."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from licenses.models import License
from licenses.reminders import Thresholds, thresholds
from licenses.standing import Standing

# An id to take an address apart with.
NOWHERE = uuid.UUID(int=0)


@dataclass(frozen=True)
class Row:
    """One license on one day; `ends_on` is empty where there is nothing to do."""

    license: License
    standing: Standing
    title: str
    sub: str
    ends_on: date | None
    renewed_until: date | None
    grace_days: int
    url: str

    @property
    def is_stopped(self) -> bool:
        """By the vendor, before its end."""
        return self.standing.state_code in {"license.suspended", "license.revoked"}

    @property
    def needs_somebody(self) -> bool:
        return self.standing.needs_somebody


def across_applications(
    licenses: Iterable[License], *, at: datetime, is_staff: bool
) -> list[Row]:
    """Rows of a list in which each names its app, and for staff its customer."""

    def words(license: License) -> list[str]:
        company = license.company.name if is_staff else ""
        return [capfirst(license.environment.name), _users(license), company]

    drawing = _Drawing(at, is_staff=is_staff)
    return [
        drawing.row(license, license.application.name, words(license))
        for license in licenses
    ]


def within_application(
    licenses: Iterable[License], *, at: datetime, is_staff: bool
) -> list[Row]:
    """Rows of one application in which each names its environment."""
    drawing = _Drawing(at, is_staff=is_staff)
    return [
        drawing.row(
            license,
            capfirst(license.environment.name),
            [str(license), _users(license)],
        )
        for license in licenses
    ]


def limits_of(license: License) -> list[tuple[str, int]]:
    """How many users of each kind it covers, under the names of these kinds."""
    return [
        (capfirst(License._meta.get_field(kind).verbose_name), count)
        for kind, count in license.limits.items()
    ]


def most_urgent(rows: Iterable[Row]) -> Row | None:
    """The first that ends or has ended, of which somebody has to take notice."""
    urgent = (row for row in rows if row.ends_on and row.needs_somebody)
    return next((row for row in urgent if not row.is_stopped), None)


def stopped(rows: Iterable[Row]) -> list[Row]:
    """Those that the vendor has suspended or revoked, each with its reason."""
    return [row for row in rows if row.is_stopped]


def ladder() -> Thresholds:
    return thresholds(settings.RENEWAL_REMINDER_DAYS)


class _Drawing:
    """Draws rows for one reader at one moment; what they share is asked once."""

    def __init__(self, at: datetime, *, is_staff: bool) -> None:
        self.at, self.is_staff = at, is_staff
        self.before, self.behind = reverse("licenses:detail", args=[NOWHERE]).split(
            str(NOWHERE)
        )

    def row(self, license: License, title: str, words: list[str]) -> Row:
        """Customers have nothing to do for Cloud; staff renew it and see the end."""
        is_ours = license.application.is_cloud and not self.is_staff
        if is_ours:
            vendor = {"vendor": settings.VENDOR_NAME}
            words = [*words, _("renewed by %(vendor)s") % vendor]
        if license.terminates_on:
            words = [*words, _("not renewed")]
        is_waiting = license.is_renewed_not_activated
        return Row(
            license=license,
            standing=license.standing(license.company.today(self.at)),
            title=title,
            sub=", ".join(filter(None, words)),
            ends_on=None if is_ours else license.due_on,
            renewed_until=license.ends_on if is_waiting else None,
            grace_days=license.days_of_grace,
            url=f"{self.before}{license.pk}{self.behind}",
        )


def _users(license: License) -> str:
    count = license.covered_users
    if count is None:
        return ""
    return ngettext("%(count)d user", "%(count)d users", count) % {"count": count}
