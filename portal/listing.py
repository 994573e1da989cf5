"""What the page of applications shows around and in its rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.rights import may_order
from companies.models import User
from companies.statements import KeptCounts
from portal.beside import furnish
from portal.context import place_queries
from portal.numbers import in_words
from portal.portfolio import STATES, TABS, Wish, tabs_of
from portal.rows import Drawing, Row
from portal.versions import SupportTable
from ui.counting import CAP, in_figures
from ui.pages import keyset


def counted(user: User) -> dict[str, QuerySet]:
    """Beside the places and beside the tabs."""
    tabs = {f"n_{name}": rows for name, rows in tabs_of(user).items() if name}
    return place_queries(user) | tabs


COUNTS = KeptCounts(counted)


@dataclass(frozen=True)
class Tab:
    label: str | Promise
    url: str
    count: str
    current: bool


class Listing:
    """The page around the rows: tabs, filters, the sentence under the title."""

    def __init__(self, wish: Wish, request: HttpRequest) -> None:
        self.wish = wish
        self.query = request.GET
        self.versions = SupportTable.load(wish.today)
        self.counts = COUNTS(wish.user)
        self.page = keyset(
            wish.applications(),
            request,
            order=wish.order,
            total=None if wish.is_narrow else self._count(wish.tab),
        )

    def _count(self, tab: str) -> int:
        return self.counts[f"n_{tab}" if tab else "apps"]

    @cached_property
    def rows(self) -> list[Row]:
        reader, at = self.wish.user, self.wish.at
        rows = furnish(self.page.rows, reader, at)
        return Drawing(reader, self.versions).rows(rows)

    @cached_property
    def tabs(self) -> list[Tab]:
        return [
            Tab(
                label=label,
                url=self._address(hosting=name),
                count=in_figures(self._count(name)),
                current=name == self.wish.tab,
            )
            for name, label in TABS.items()
        ]

    def _address(self, **changed: str) -> str:
        """The list again with something changed, from its first page."""
        query = self.query.copy()
        for name in ("after", "before", *changed):
            query.pop(name, None)
        query.update({name: value for name, value in changed.items() if value})
        address = reverse("application_list")
        return f"{address}?{query.urlencode()}" if query else address

    @property
    def states(self) -> list[tuple[str, Any]]:
        return list(STATES.items())

    @property
    def other_way_round(self) -> str:
        """The address of the heading that turns the order."""
        return self._address(sort="" if self.wish.sort == "-name" else "-name")

    @property
    def may_order(self) -> bool:
        return may_order(self.wish.user)

    @property
    def is_falling(self) -> bool:
        return self.wish.sort == "-name"

    @property
    def everything(self) -> str:
        """The tab without any filter."""
        return self._address(q="", version="", state="")

    @property
    def export(self) -> str:
        query = self._address().partition("?")[2]
        address = reverse("application_export")
        return f"{address}?{query}" if query else address

    @property
    def result(self) -> str:
        """ "9 apps, sorted by name" """
        total = self.page.total
        count = in_figures(total)
        return ngettext(
            "%(count)s app, sorted by name", "%(count)s apps, sorted by name", total
        ) % {"count": count}

    @property
    def summary(self) -> str:
        """ "Nine apps: four in the Aldwick Cloud, five on your own servers." """
        cloud, own = self.counts["n_cloud"], self.counts["n_on_premises"]
        if self.wish.user.is_staff or self.counts["apps"] > CAP:
            return _("The apps of every company you may see.")
        words = {
            "apps": _apps(cloud + own),
            "cloud": in_words(cloud),
            "own": in_words(own),
            "vendor": settings.VENDOR_NAME,
        }
        if not cloud:
            return _("%(apps)s on your own servers.") % words
        if not own:
            return _("%(apps)s in the %(vendor)s Cloud.") % words
        return (
            _("%(apps)s: %(cloud)s in the %(vendor)s Cloud, %(own)s on your servers.")
            % words
        )


def _apps(total: int) -> str:
    words = {"count": capfirst(in_words(total))}
    return ngettext("%(count)s app", "%(count)s apps", total) % words
