"""What the page of a new ticket offers to whom: apps, environments, team, promises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from apps.models import Application, Environment
from companies.access import fetch_visible
from companies.models import Company, User
from tickets import clocks
from tickets.models import ServiceTarget, Ticket
from tickets.sentences import span_in_words

# More than that is no select box any more, but a search.
MOST_CHOICES = 200
MOST_FOUND = 20
MOST_TEAM = 12
GENERAL = "general"


@dataclass(frozen=True)
class Promise:
    """What is promised for one priority, in words."""

    target: ServiceTarget

    @property
    def priority(self) -> int:
        return self.target.priority

    @property
    def response_words(self) -> str:
        return span_in_words(self.target.response_minutes)

    @property
    def resolution_words(self) -> str:
        minutes = self.target.resolution_minutes
        return span_in_words(minutes) if minutes else ""


@dataclass(frozen=True)
class Offer:
    """The choices of the form, narrowed when the address names an app."""

    user: User
    applications: QuerySet[Application]
    environments: QuerySet[Environment]
    chosen: Application | None = None
    follows: Ticket | None = None
    team: list[User] = field(default_factory=list)
    must_search: bool = False
    is_general: bool = False

    @property
    def allows_general(self) -> bool:
        """A matter of no app; who has no company can only ask about an app."""
        return self.chosen is None and self.user.company is not None

    @property
    def is_for_customer(self) -> bool:
        """Support enters what a customer said."""
        return self.user.is_staff

    @property
    def general_choice(self) -> str:
        return GENERAL if self.is_general else ""

    @property
    def company(self) -> Company | None:
        """Whose service level is promised."""
        return self.chosen.company if self.chosen else self.user.company

    def promises(self, at: datetime) -> list[Promise]:
        """Per priority, worst first; nothing for a customer without a license."""
        if self.company is None or not clocks.is_licensed(self.company, at):
            return []
        return [
            Promise(target)
            for target in ServiceTarget.objects.agreed_with(self.company)
        ]

    def found(self, words: str) -> list[Application]:
        """The apps of the search step."""
        rows = self.applications.named_like(words) if words else self.applications
        return list(rows[:MOST_FOUND])


def offer_to(user: User, address: Mapping[str, str]) -> Offer:
    """From `?application=` and `?follows=`; what somebody may not see is not found."""
    applications = (
        Application.objects.visible_to(user)
        .live()
        .select_related("company__service_level")
        .order_by("name", "pk")
    )
    follows = _followed(user, address.get("follows", ""))
    wanted = address.get("application", "")
    if not wanted and follows and follows.application_id:
        wanted = str(follows.application_id)
    if wanted and wanted != GENERAL:
        return _about(user, applications, wanted, follows)
    environments = Environment.objects.visible_to(user).live()
    if wanted == GENERAL:
        applications, environments = applications.none(), environments.none()
    elif applications[: MOST_CHOICES + 1].count() > MOST_CHOICES:
        return Offer(user, applications, environments.none(), must_search=True)
    elif environments[: MOST_CHOICES + 1].count() > MOST_CHOICES:
        environments = environments.none()
    return Offer(
        user,
        applications,
        _named(environments),
        follows=follows,
        is_general=wanted == GENERAL,
    )


def _about(
    user: User, applications: QuerySet, wanted: str, follows: Ticket | None
) -> Offer:
    """One app: its environments, and the others of its team to be kept informed."""
    chosen = _fetch(applications, user, wanted)
    team = User.objects.active().filter(memberships__application=chosen)
    others = list(team.exclude(pk=user.pk).order_by("name", "pk")[: MOST_TEAM + 1])
    environments = Environment.objects.visible_to(user).live()
    return Offer(
        user,
        applications.filter(pk=chosen.pk),
        _named(environments.filter(application=chosen)),
        chosen=chosen,
        follows=follows,
        team=others if len(others) <= MOST_TEAM else [],
    )


def _fetch(applications: QuerySet, user: User, wanted: str) -> Application:
    try:
        return fetch_visible(applications, user, pk=wanted)
    except ValidationError:
        return fetch_visible(applications.none(), user)


def _followed(user: User, number: str) -> Ticket | None:
    """The closed ticket that the new one carries on [TI-27]."""
    if not number.isascii() or not number.isdigit() or len(number) > 15:
        return None
    return fetch_visible(Ticket, user, pk=number)


def _named(environments: QuerySet) -> QuerySet:
    return environments.select_related("application").order_by(
        "application__name", "name"
    )
