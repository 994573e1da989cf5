"""What stands beside applications in a list: where they run, who answers for them.

Plain values, because a list of fifty reads eight of the sixty columns: two queries,
however many applications there are.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import NamedTuple

from apps.models import Application, Environment
from apps.support import major_of
from companies.models import User
from contacts.models import TechnicalContact


class Term(NamedTuple):
    """The days of a license."""

    due_on: date
    ends_on: date
    runs_until: date | None


class Site(NamedTuple):
    """An environment that runs, as `portal.standing` reads it."""

    name: str
    purpose: str
    platform_version: str
    created_at: datetime
    license: Term | None

    @property
    def platform_major(self) -> int | None:
        return major_of(self.platform_version)


def furnish(applications: list[Application], reader: User) -> list[Application]:
    """The same, each with its `environment_rows` and the names in `contact_names`."""
    keys = [application.pk for application in applications]
    sites, names = _sites(keys, reader), _contact_names(keys, reader)
    for application in applications:
        application.environment_rows = sites[application.pk]
        application.contact_names = names[application.pk]
    return applications


def in_chunks(
    applications: Iterable[Application], reader: User, size: int
) -> Iterator[Application]:
    """All of them, furnished so many at a time."""
    rows = iter(applications)
    while chunk := list(islice(rows, size)):
        yield from furnish(chunk, reader)


def _sites(keys: list[uuid.UUID], reader: User) -> dict[uuid.UUID, list[Site]]:
    rows = Environment.objects.visible_to(reader).filter(application__in=keys)
    columns = ("application_id", "name", "purpose", "platform_version", "created_at")
    days = (f"license__{name}" for name in Term._fields)
    found = defaultdict(list)
    for key, *site, due_on, ends_on, runs_until in (
        rows.filter(offboarded_at__isnull=True)
        .order_by("created_at", "id")
        .values_list(*columns, *days)
    ):
        term = Term(due_on, ends_on, runs_until) if due_on else None
        found[key].append(Site(*site, term))
    return found


def _contact_names(keys: list[uuid.UUID], reader: User) -> dict[uuid.UUID, list[str]]:
    """The longest in office first."""
    rows = TechnicalContact.objects.visible_to(reader).filter(application__in=keys)
    columns = ("application_id", "user__name", "user__email")
    found = defaultdict(list)
    for key, name, email in rows.order_by("appointed_at", "id").values_list(*columns):
        found[key].append(name or email)
    return found
