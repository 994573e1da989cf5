"""One search over everything somebody may see: apps, licenses, tickets, people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.models import Application
from companies.models import User
from licenses.models import License, LicenseKey
from portal.portfolio import found_by
from tickets.models import Ticket
from ui import times
from ui.states import STATES, State
from ui.words import inside

LIMIT = 10
SHORTEST = 2


@dataclass(frozen=True)
class Hit:
    """One thing found: what it is called, what tells it from others, its state."""

    title: str
    url: str
    note: str
    state: State | None = None


@dataclass(frozen=True)
class Group:
    """What was found of one kind; `more` leads to the whole list, filtered."""

    label: str | Promise
    icon: str
    hits: list[Hit]
    more: str = ""


def search(words: str, user: User, at: datetime) -> list[Group]:
    """At most LIMIT of each kind; kinds without a hit are left out.

    Four bounded queries, whatever is found; nothing for a single letter.
    """
    if len(words) < SHORTEST and not words.isdecimal():
        return []
    groups = [
        _applications(words, user),
        _licenses(words, user, at),
        _tickets(words, user),
        _people(words, user),
    ]
    return [group for group in groups if group.hits]


def _group(
    label: Promise, icon: str, hits: list[Hit], address: str, words: str
) -> Group:
    more = f"{reverse(address)}?{urlencode({'q': words})}" if len(hits) > LIMIT else ""
    return Group(label, icon, hits[:LIMIT], more)


def _applications(words: str, user: User) -> Group:
    rows = Application.objects.visible_to(user).filter(found_by(words, user))
    first = rows.select_related("company").order_by("name", "id")[: LIMIT + 1]
    hits = [
        Hit(
            title=row.name,
            url=row.get_absolute_url(),
            note=_whose(row, user, row.get_hosting_display()),
            state=STATES[f"application.{row.state}"],
        )
        for row in first
    ]
    return _group(gettext_lazy("Apps"), "box", hits, "application_list", words)


def _licenses(words: str, user: User, at: datetime) -> Group:
    rows = License.objects.visible_to(user).filter(_license(words, user))
    first = rows.with_company().order_by("due_on", "id")[: LIMIT + 1]
    hits = [
        Hit(
            title=_("%(number)s, %(app)s") % {"number": row, "app": row.application},
            url=row.get_absolute_url(),
            note=_whose(row.application, user, _license_note(row)),
            state=STATES[row.standing(row.company.today(at)).state_code],
        )
        for row in first
    ]
    return _group(gettext_lazy("Licenses"), "key-round", hits, "licenses:list", words)


def _license(words: str, user: User) -> Q:
    """By number, by app, by serial number, by the server ID of a key."""
    keys = LicenseKey.objects.visible_to(user).filter(server_id__icontains=words)
    found = License.objects.visible_to(user).matching(words).values("pk")
    return (
        Q(pk__in=found) | Q(serial__icontains=words) | Q(pk__in=keys.values("license"))
    )


def _license_note(license: License) -> str:
    words = {"environment": license.environment.name, "day": times.day(license.due_on)}
    return _("%(environment)s, until %(day)s") % words


def _tickets(words: str, user: User) -> Group:
    rows = Ticket.objects.visible_to(user).matching(words)
    first = rows.select_related("application__company").order_by("-number")
    hits = [
        Hit(
            title=row.subject,
            url=row.get_absolute_url(),
            note=_ticket_note(row),
            state=STATES[f"ticket.{row.state}"],
        )
        for row in first[: LIMIT + 1]
    ]
    return _group(gettext_lazy("Tickets"), "life-buoy", hits, "tickets:list", words)


def _ticket_note(ticket: Ticket) -> str:
    words = {
        "number": ticket.number,
        "kind": inside(ticket.get_kind_display()),
        "app": ticket.application or _("general matters"),
        "day": times.day(timezone.localtime(ticket.opened_at)),
    }
    return _("#%(number)s, %(kind)s, %(app)s, opened %(day)s") % words


def _people(words: str, user: User) -> Group:
    rows: QuerySet[Any] = User.objects.visible_to(user).active()
    rows = rows.filter(Q(name__icontains=words) | Q(email__icontains=words))
    first = rows.select_related("company").order_by("name", "id")[: LIMIT + 1]
    hits = [
        Hit(str(row), row.get_absolute_url(), _person_note(row, user)) for row in first
    ]
    return _group(gettext_lazy("People"), "users", hits, "companies:people", words)


def _person_note(person: User, user: User) -> str:
    parts = [person.email, person.job_title]
    if user.is_staff and person.company:
        parts.append(person.company.name)
    return ", ".join(part for part in parts if part)


def _whose(application: Application, user: User, note: str) -> str:
    """Names the company where it is not the reader's own."""
    if application.company_id == user.company_id:
        return note
    words = {"company": application.company, "note": note}
    return _("%(company)s, %(note)s") % words
