"""Licenses as rows of a runway, and the legend of what the rows show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from licenses.models import License
from portal.standing import ladder
from ui import symbols


@dataclass(frozen=True)
class Row:
    """One license on the axis; without `ends_on` the vendor renews it."""

    title: str
    sub: str = ""
    url: str = ""
    ends_on: date | None = None
    renewed_until: date | None = None
    grace_days: int = 0


def ladder_steps() -> dict[str, int]:
    """The thresholds that `{% runway_row %}` draws with."""
    steps = ladder()
    return {
        "renew": steps.renew,
        "soon": steps.soon,
        "now": steps.now,
    }


def of_environment(license: License) -> Row:
    """On an application's own page: "Production", "LIC-20417, 300 users"."""
    return _row(license, capfirst(license.environment.name), str(license))


def of_application(license: License) -> Row:
    """Among all: "Depot Control", "Production, 300 users"."""
    environment = license.environment
    return _row(license, environment.application.name, capfirst(environment.name))


def _row(license: License, title: str, first: str) -> Row:
    users = _users(license.covered_users)
    return Row(
        title=title,
        sub=_("%(first)s, %(users)s") % {"first": first, "users": users}
        if users
        else first,
        url=license.get_absolute_url(),
        ends_on=license.due_on,
        renewed_until=license.ends_on if license.due_on < license.ends_on else None,
        grace_days=license.days_of_grace,
    )


def _users(count: int | None) -> str:
    if count is None:
        return ""
    return ngettext("%(count)d user", "%(count)d users", count) % {"count": count}


def legend(rows: Sequence[Row], today: date) -> SafeString:
    """The fills that these rows use, each with its word."""
    steps = ladder()
    left = [(row.ends_on - today).days for row in rows if row.ends_on]
    used = {
        "licensed": any(days > steps.renew for days in left),
        "renew": any(days > steps.soon for days in left),
        "soon": any(steps.now < days <= steps.soon for days in left),
        "now": any(0 <= days <= steps.now for days in left),
        "renewed": any(row.renewed_until for row in rows),
        "grace": any(days < 0 for days in left),
        "vendor": any(row.ends_on is None for row in rows),
    }
    return symbols.legend(name for name, is_used in used.items() if is_used)
