"""The list of rights for auditors: environments, people, what each may [TC-32]."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from apps.models import Application, ApplicationQuerySet, Environment, Membership
from contacts.holdings import Holdings, of_the_role
from contacts.models import Grant, Right, TechnicalContact

CHUNK = 100


def rows(applications: ApplicationQuerySet) -> Iterator[list[Any]]:
    """The head, then a line for each environment and person of the team.

    Five queries for every hundred applications. On-Premises the list says who is on the
    team and who is contact; rights are of the Cloud.
    """
    yield _head()
    found = applications.select_related("company").order_by("name", "id")
    found = found.iterator(chunk_size=CHUNK)
    while chunk := list(islice(found, CHUNK)):
        yield from _Chunk(chunk).lines()


def _head() -> list[Any]:
    return [
        _("App"),
        _("Company"),
        _("Hosting"),
        _("Environment"),
        _("Purpose"),
        _("Person"),
        _("E-mail"),
        _("Company of the person"),
        _("Account"),
        _("Role on the team"),
        _("Technical contact"),
        *(right.label for right in Right),
    ]


class _Chunk:
    """Some applications with everything that their lines say."""

    def __init__(self, applications: list[Application]) -> None:
        self.applications = applications
        self.places: dict[uuid.UUID, list[Environment]] = defaultdict(list)
        self.seats: dict[uuid.UUID, list[Membership]] = defaultdict(list)
        contacts: dict[uuid.UUID, list] = defaultdict(list)
        grants: dict[uuid.UUID, list] = defaultdict(list)
        these = {"application__in": applications}
        for row in Environment.objects.live().filter(**these).order_by("created_at"):
            self.places[row.application_id].append(row)
        for row in Membership.objects.filter(**these).with_people():
            self.seats[row.application_id].append(row)
        held = TechnicalContact.objects.filter(**these).order_by()
        for application_id, person_id in held.values_list("application", "user"):
            contacts[application_id].append(person_id)
        given = Grant.objects.filter(environment__application__in=applications)
        facts = ["membership__application", "environment", "membership__user", "right"]
        for application_id, *grant in given.order_by().values_list(*facts):
            grants[application_id].append(grant)
        self.holdings = {
            row.pk: Holdings(contacts[row.pk], grants[row.pk]) for row in applications
        }

    def lines(self) -> Iterator[list[Any]]:
        for application in self.applications:
            for place in self.places[application.pk] or [None]:
                for seat in self.seats[application.pk]:
                    yield self._line(application, place, seat)

    def _line(
        self, application: Application, place: Environment | None, seat: Membership
    ) -> list[Any]:
        person, holdings = seat.user, self.holdings[application.pk]
        return [
            application.name,
            application.company.name,
            application.get_hosting_display(),
            place.name if place else "",
            place.get_purpose_display() if place else "",
            person.name,
            person.email,
            person.company.name if person.company else "",
            _account(seat),
            seat.get_role_display(),
            _("yes") if person.pk in holdings.contacts else "",
            *(self._word(application, place, seat, right) for right in Right),
        ]

    def _word(
        self,
        application: Application,
        place: Environment | None,
        seat: Membership,
        right: Right,
    ) -> str:
        """How somebody comes by a right; empty where they have it not."""
        if place is None or not application.is_cloud:
            return ""
        person, holdings = seat.user, self.holdings[application.pk]
        if right in holdings.held(person, place):
            is_contact = person.pk in holdings.contacts
            by_role = is_contact and right in of_the_role(place)
            return _("by the role") if by_role else _("granted")
        if right in holdings.granted(person, place):
            return _("granted, without effect")
        return ""


def _account(seat: Membership) -> str:
    if not seat.user.is_active:
        return _("deactivated")
    return _("active") if seat.user.registered_at else _("no account yet")
