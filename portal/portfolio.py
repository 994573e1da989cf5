"""The list of applications: which ones somebody asked for, and what stands beside each.

The address is the state of the list; everything here is read from its query string.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.models import Application, Environment
from companies.models import User
from contacts.models import Handover, TechnicalContact
from licenses.models import License, LicenseKey
from tickets.models import Ticket

TABS = {
    "": _("All"),
    "cloud": _("Cloud"),
    "on_premises": _("On-Premises"),
    "archived": _("Archived"),
}
STATES = {
    "": _("Any state"),
    "setup": _("Being set up"),
    "ending": _("License ends in 30 days"),
    "keys": _("Keys to activate"),
    "tickets": _("Open tickets"),
}
FEW = 10_000
ORDERS = {"name": ("name", "id"), "-name": ("-name", "-id")}


@dataclass(frozen=True)
class Wish:
    """What somebody wants to see of the applications they may see."""

    user: User
    at: datetime
    tab: str = ""
    words: str = ""
    version: str = ""
    state: str = ""
    sort: str = "name"

    @classmethod
    def of(cls, user: User, query: QueryDict, at: datetime) -> Wish:
        """The wish an address expresses; what it cannot mean is left out."""
        version = query.get("version", "")
        return cls(
            user=user,
            at=at,
            tab=_known(query.get("hosting", ""), TABS, ""),
            words=query.get("q", "").replace("\x00", "").strip()[:100],
            version=version if version.isdecimal() and len(version) < 5 else "",
            state=_known(query.get("state", ""), STATES, ""),
            sort=_known(query.get("sort", ""), ORDERS, "name"),
        )

    @property
    def order(self) -> tuple[str, ...]:
        return ORDERS[self.sort]

    @property
    def is_narrow(self) -> bool:
        """Something beside the tab is asked for."""
        return bool(self.words or self.version or self.state)

    @property
    def today(self) -> date:
        return timezone.localdate(self.at)

    def applications(self) -> QuerySet:
        """The applications wished for, without what stands beside them."""
        rows = in_tab(self.tab, self.user)
        if self.words:
            rows = rows.filter(found_by(self.words, self.user))
        if self.version:
            rows = rows.filter(pk__in=self._on_version())
        if self.state:
            rows = rows.filter(self._in_state())
        return rows

    def _on_version(self) -> QuerySet:
        exact = Q(platform_version=self.version)
        minor = Q(platform_version__startswith=f"{self.version}.")
        mine = Environment.objects.visible_to(self.user).live()
        return mine.filter(exact | minor).values("application")

    def _in_state(self) -> Q:
        mine = License.objects.visible_to(self.user).live().on_premises()
        of_license = "environment__application"
        # Cut, so that the database begins with these few and not with all apps.
        keys = mine.renewed_not_activated()
        return {
            "setup": Q(delivered_at__isnull=True),
            "ending": Q(pk__in=mine.ending_within(30, self.today).values(of_license)),
            "keys": Q(pk__in=keys.values(of_license)[:FEW]),
            "tickets": Q(
                pk__in=Ticket.objects.visible_to(self.user)
                .open()
                .filter(application__isnull=False)
                .values("application")
            ),
        }[self.state]


def in_tab(tab: str, user: User) -> QuerySet:
    """What a tab holds: those that run, of one hosting or of both, or the others."""
    mine = Application.objects.visible_to(user)
    if tab == "archived":
        return mine.archived()
    if tab == "cloud":
        return mine.live().cloud()
    return mine.live().on_premises() if tab else mine.live()


def tabs_of(user: User) -> dict[str, QuerySet]:
    """Every tab's applications, by name."""
    return {tab: in_tab(tab, user) for tab in TABS}


def _known(word: str, words: dict[str, Any], otherwise: str) -> str:
    return word if word in words else otherwise


def found_by(words: str, user: User) -> Q:
    """Applications by name, by id, by a server ID of theirs or by a contact."""
    found = Q(search_text__contains=words.casefold())
    with suppress(ValueError):
        found |= Q(pk=uuid.UUID(words))
    keys = LicenseKey.objects.visible_to(user).current()
    servers = keys.filter(server_id__icontains=words)
    contacts = TechnicalContact.objects.visible_to(user).filter(
        Q(user__name__icontains=words) | Q(user__email__icontains=words)
    )
    found |= Q(pk__in=servers.values("license__environment__application"))
    return found | Q(pk__in=contacts.values("application"))


def open_tickets(user: User) -> Coalesce:
    """How many open tickets each application has."""
    mine = Ticket.objects.visible_to(user).open().order_by()
    counted = mine.filter(application=OuterRef("pk")).values("application")
    return Coalesce(Subquery(counted.values(count=Count("pk"))), 0)


def handover_to(user: User, at: datetime) -> Subquery:
    """To whom the role of technical contact is being handed over, by name."""
    offers = Handover.objects.visible_to(user).pending(at).order_by("offered_at")
    return Subquery(
        offers.filter(application=OuterRef("pk")).values("to_user__name")[:1]
    )
