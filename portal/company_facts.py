"""What the page of a company says: who is in it, what runs, until when [CO-19]."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.externals import externals_of
from companies.models import Company, SecurityContact, User
from licenses.models import License
from portal.context import place_queries
from portal.figures import Stat, VersionLine
from portal.overview import Overview
from tickets.models import ServiceTarget
from tickets.sentences import span_in_words
from ui.counting import count_all, in_figures

CONTRACTS = 5
SOON_DAYS = 90


@dataclass(frozen=True)
class Promise:
    """One line of the service level: how fast tickets of a priority go."""

    priority: int
    name: str
    answer: str
    solution: str
    around_the_clock: bool


@dataclass(frozen=True)
class Contract:
    """One license as a contract: where it stands, its end, and what is left of it."""

    license: License
    state_code: str
    ends_on: date


class CompanyFacts:
    """The page of one reader at one moment; each part is read once.

    Roles, contracts and the security contact are for the company's admins [CO-06].
    """

    def __init__(self, company: Company, reader: User, at: datetime) -> None:
        self.company = company
        self.reader = reader
        self.at = at
        self.today = company.today(at)

    @cached_property
    def counts(self) -> dict[str, int]:
        """With those of the sidebar, so that one question answers both."""
        people = User.objects.visible_to(self.reader).of(self.company)
        contracts = License.objects.visible_to(self.reader).live()
        contracts = contracts.of_company(self.company)
        return count_all(
            **place_queries(self.reader),
            members=people.active(),
            admins=people.admins_of(self.company),
            closed=people.in_state("closed"),
            externals=externals_of(self.reader),
            contracts=contracts,
            ending=contracts.ending_within(SOON_DAYS, self.today),
            ended=contracts.ended(self.today),
        )

    @property
    def stats(self) -> list[Stat]:
        """The people in numbers, each with the list it counts."""
        people, figure = reverse("companies:people"), self._figure
        stats = [
            figure(
                _("Members"),
                "members",
                f"{people}?state=active",
                pgettext("people", "active"),
            ),
            figure(
                _("Externals"),
                "externals",
                f"{people}?state=external",
                _("of other companies, on your teams"),
            ),
        ]
        if self.reader.sees_roles:
            words = _("decide about people and facts")
            stats.insert(1, figure(_("Company admins"), "admins", "#admins", words))
            words = _("cannot sign in")
            url, closed = f"{people}?state=closed", pgettext("people", "Deactivated")
            stats.append(figure(closed, "closed", url, words))
        return stats

    def _figure(self, label: str, name: str, url: str, note: str) -> Stat:
        return Stat(
            label=label, value=in_figures(self.counts[name]), note=note, url=url
        )

    @cached_property
    def promises(self) -> list[Promise]:
        level = self.company.service_level
        return [_promise(target) for target in level.targets.all()] if level else []

    @cached_property
    def admins(self) -> list[User]:
        if not self.reader.sees_roles:
            return []
        return list(User.objects.visible_to(self.reader).admins_of(self.company))

    @cached_property
    def security_contacts(self) -> list[SecurityContact]:
        rows = SecurityContact.objects.visible_to(self.reader).of(self.company)
        return list(rows.confirmed_first()) if self.is_admin else []

    @property
    def is_admin(self) -> bool:
        return self.reader.is_company_admin

    @cached_property
    def contracts(self) -> list[Contract]:
        """Those that end first."""
        if not self.is_admin:
            return []
        rows = License.objects.visible_to(self.reader).live().with_company()
        rows = rows.of_company(self.company)
        return [
            Contract(license, license.standing(self.today).state_code, license.ends_on)
            for license in rows.by_end()[:CONTRACTS]
        ]

    @property
    def contract_words(self) -> str:
        words = {
            "all": in_figures(self.counts["contracts"]),
            "soon": in_figures(self.counts["ending"]),
            "over": in_figures(self.counts["ended"]),
        }
        return (
            _("%(all)s in all, ending within 90 days: %(soon)s, over: %(over)s") % words
        )

    @cached_property
    def version_lines(self) -> list[VersionLine]:
        return Overview(self.reader, self.at).version_lines if self.is_admin else []


def _promise(target: ServiceTarget) -> Promise:
    """Open time is never told in days: a day of support is shorter than a day."""
    minutes = target.resolution_minutes
    return Promise(
        priority=target.priority,
        name=target.get_priority_display(),
        answer=span_in_words(target.response_minutes),
        solution=span_in_words(minutes) if minutes else "",
        around_the_clock=target.around_the_clock,
    )
