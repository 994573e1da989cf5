"""What stands beside applications in a list: where they run, who answers for them.

Plain values, because a list of fifty reads ten of the seventy columns: three queries,
however many applications there are.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import NamedTuple

from django.db.models import CharField, F, Value
from django.db.models.functions import Coalesce, NullIf

from apps.models import Application, Environment
from apps.support import major_of
from companies.models import User
from companies.statements import KeptRows
from contacts.models import TechnicalContact
from portal.portfolio import handover_to, open_tickets

NAMED = Coalesce(
    NullIf(F("named_contact__name"), Value("")),
    F("named_contact__email"),
    output_field=CharField(),
)


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


_facts = KeptRows(
    lambda reader, keys, at: (
        Application.objects.visible_to(reader)
        .filter(pk__in=keys)
        .values_list(
            "pk", "company__name", NAMED, open_tickets(reader), handover_to(reader, at)
        )
    )
)
_sites = KeptRows(
    lambda reader, keys: (
        Environment.objects.visible_to(reader)
        .filter(application__in=keys, offboarded_at__isnull=True)
        .order_by("created_at", "id")
        .values_list(
            *("application_id", "name", "purpose", "platform_version", "created_at"),
            *(f"license__{name}" for name in Term._fields),
        )
    )
)
# The longest in office first.
_contacts = KeptRows(
    lambda reader, keys: (
        TechnicalContact.objects.visible_to(reader)
        .filter(application__in=keys)
        .order_by("appointed_at", "id")
        .values_list("application_id", "user__name", "user__email")
    )
)


def furnish(
    applications: list[Application], reader: User, at: datetime
) -> list[Application]:
    """The same, each with its company's name, the names of its contacts and of whoever
    is named or offered to be one, its open tickets and its environments that run.
    """
    keys = [application.pk for application in applications]
    facts = {key: facts for key, *facts in _facts(reader, keys=keys, at=at)}
    sites, names = _sites_of(keys, reader), _names_of(keys, reader)
    for application in applications:
        key = application.pk
        company, named, tickets, offered_to = facts[key]
        application.company_name, application.named_contact_name = company, named
        application.open_tickets, application.handover_to = tickets, offered_to
        application.environment_rows = sites[key]
        application.contact_names = names[key]
    return applications


def in_chunks(
    applications: Iterable[Application], reader: User, at: datetime, size: int
) -> Iterator[Application]:
    """All of them, furnished so many at a time."""
    rows = iter(applications)
    while chunk := list(islice(rows, size)):
        yield from furnish(chunk, reader, at)


def _sites_of(keys: list[uuid.UUID], reader: User) -> dict[uuid.UUID, list[Site]]:
    found = defaultdict(list)
    for key, *site, due_on, ends_on, runs_until in _sites(reader, keys=keys):
        term = Term(due_on, ends_on, runs_until) if due_on else None
        found[key].append(Site(*site, term))
    return found


def _names_of(keys: list[uuid.UUID], reader: User) -> dict[uuid.UUID, list[str]]:
    found = defaultdict(list)
    for key, name, email in _contacts(reader, keys=keys):
        found[key].append(name or email)
    return found
