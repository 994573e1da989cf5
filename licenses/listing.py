"""The list of licenses: what each of its tabs holds, how many, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from companies.models import User
from licenses.models import License, LicenseQuerySet
from licenses.rows import ladder
from ui.counting import count_all, in_figures

TABS = {
    "": _("All"),
    "ending": _("Ending"),
    "ended": _("Ended"),
    "activate": _("To activate"),
}


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

    @property
    def order(self) -> tuple[str, ...]:
        """By the end, then by name; what has no end to be shown comes last."""
        if self._hides_ends:
            return ("shown_end", "environment__application__name", "number")
        return ("due_on", "id")

    def rows(self, words: str) -> LicenseQuerySet:
        found = self._holds(self.which)
        found = found.with_shown_end() if self._hides_ends else found
        return (found.matching(words) if words else found).with_company()

    def tabs(self) -> list[Tab]:
        """All counts in one query."""
        counts = count_all(**{f"n_{code}": self._holds(code) for code in TABS})
        return [
            Tab(code, label, in_figures(counts[f"n_{code}"]))
            for code, label in TABS.items()
        ]

    @property
    def _hides_ends(self) -> bool:
        """Only under All stands Cloud, whose ends are the vendor's business [LI-05]."""
        return not (self.which or self.user.is_staff)

    def _holds(self, which: str) -> LicenseQuerySet:
        """What one tab holds; customers are asked nothing about Cloud."""
        licenses = License.objects.visible_to(self.user).live()
        if which and not self.user.is_staff:
            licenses = licenses.on_premises()
        if which == "ending":
            return licenses.ending_within(ladder().renew, self._today)
        if which == "ended":
            return licenses.ended(self._today)
        return licenses.to_activate() if which == "activate" else licenses

    @cached_property
    def _today(self) -> date:
        """The calendar day of the reader's company; the vendor's own for staff."""
        company = self.user.company
        return company.today(self.at) if company else timezone.localdate(self.at)
