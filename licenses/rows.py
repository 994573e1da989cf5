"""Licenses as pages show them: rows of the runway."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from licenses.models import License
from licenses.reminders import Thresholds, thresholds
from licenses.standing import Standing


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

    @property
    def url(self) -> str:
        return self.license.get_absolute_url()

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
    return [
        _row(
            license,
            at=at,
            is_staff=is_staff,
            title=license.application.name,
            words=[
                capfirst(license.environment.name),
                _users(license),
                license.company.name if is_staff else "",
            ],
        )
        for license in licenses
    ]


def within_application(
    licenses: Iterable[License], *, at: datetime, is_staff: bool
) -> list[Row]:
    """Rows of one application in which each names its environment."""
    return [
        _row(
            license,
            at=at,
            is_staff=is_staff,
            title=capfirst(license.environment.name),
            words=[str(license), _users(license)],
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


def _row(
    license: License, *, at: datetime, is_staff: bool, title: str, words: list[str]
) -> Row:
    """Customers have nothing to do for Cloud; staff renew it and see the end."""
    standing = license.standing(license.company.today(at))
    is_ours = license.application.is_cloud and not is_staff
    if is_ours:
        words = [*words, _("renewed by %(vendor)s") % {"vendor": settings.VENDOR_NAME}]
    if license.terminates_on:
        words = [*words, _("not renewed")]
    return Row(
        license=license,
        standing=standing,
        title=title,
        sub=", ".join(filter(None, words)),
        ends_on=None if is_ours else license.due_on,
        renewed_until=license.ends_on if license.is_renewed_not_activated else None,
        grace_days=license.days_of_grace,
    )


def _users(license: License) -> str:
    count = license.covered_users
    if count is None:
        return ""
    return ngettext("%(count)d user", "%(count)d users", count) % {"count": count}
