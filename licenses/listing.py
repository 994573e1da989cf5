"""The list of licenses: what each of its tabs holds, how many, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from companies.models import User
from companies.statements import KeptCounts
from licenses.models import License, LicenseQuerySet
from licenses.rows import ladder
from ui.counting import in_figures

TABS = {
    "": _("All"),
    "ending": _("Ending"),
    "ended": _("Ended"),
    "activate": _("To activate"),
}


def words_in(query: QueryDict) -> str:
    """What is looked for."""
    return query.get("q", "").replace("\x00", "").strip()[:200]


def in_tab(which: str, user: User, today: date, last: date) -> LicenseQuerySet:
    """What a tab holds; customers are asked nothing about Cloud."""
    rows = License.objects.visible_to(user).live()
    if which and not user.is_staff:
        rows = rows.on_premises()
    if which == "ending":
        return rows.ending_between(today, last)
    if which == "ended":
        return rows.ended(today)
    return rows.to_activate() if which == "activate" else rows


def tabs_of(user: User, today: date, last: date) -> dict[str, LicenseQuerySet]:
    return {which: in_tab(which, user, today, last) for which in TABS}


_counts = KeptCounts(tabs_of)


@dataclass(frozen=True)
class Tab:
    code: str
    label: str | Promise
    count: str


@dataclass(frozen=True)
class Listing:
    """The licenses of one reader; `which` is the tab that is open."""

    user: User
    at: datetime
    which: str = ""

    @classmethod
    def of(cls, user: User, query: QueryDict, at: datetime) -> Listing:
        """As the address asks for it; a tab that is none shows all."""
        which = query.get("which", "")
        return cls(user, at, which if which in TABS else "")

    @property
    def order(self) -> tuple[str, ...]:
        """By the end, then by name; what has no end to be shown comes last."""
        if self._hides_ends:
            return ("shown_end", "environment__application__name", "number")
        return ("due_on", "id")

    def rows(self, words: str) -> LicenseQuerySet:
        found = in_tab(self.which, self.user, self._today, self._last)
        found = found.with_shown_end() if self._hides_ends else found
        return (found.matching(words) if words else found).for_rows()

    def tabs(self) -> list[Tab]:
        return [
            Tab(code, label, in_figures(self.counts[code]) if self.counts else "")
            for code, label in TABS.items()
        ]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many each tab holds, in one query; support sees too many to count."""
        if self.user.is_staff:
            return {}
        return _counts(self.user, today=self._today, last=self._last)

    @property
    def total(self) -> int | None:
        return self.counts.get(self.which)

    @property
    def _hides_ends(self) -> bool:
        """Only under All stands Cloud, whose ends are the vendor's business [LI-05]."""
        return not (self.which or self.user.is_staff)

    @cached_property
    def _today(self) -> date:
        """The calendar day of the reader's company; the vendor's own for staff."""
        company = self.user.company
        return company.today(self.at) if company else timezone.localdate(self.at)

    @property
    def _last(self) -> date:
        """Until then a license is one that ends."""
        return self._today + timedelta(days=ladder().renew)
