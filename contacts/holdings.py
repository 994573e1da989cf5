"""Who holds which right on the environments of one application, and who may change it.

For a page, a file or a verb that looks at many people at once: three queries however
many they are. One question about one person is `contacts.rights.may`.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.models import Application, Environment
from companies.models import User
from contacts.models import Grant, Right, TechnicalContact

# What the API may do for somebody, it does by one of these rights [E24].
USED_BY_API = frozenset({Right.DEPLOY, Right.BACKUPS, Right.MONITORING})
NOTHING: frozenset[Right] = frozenset()


class Lock(models.TextChoices):
    """Why a right cannot be changed by this reader, as the page says it."""

    ROLE = "role", _("goes with the role of technical contact")
    POWERLESS = "powerless", _("a deactivated account holds nothing")
    CONTACT_ONLY = "contact_only", _("only the technical contact gives this right")
    NOT_HELD = "not_held", _("you do not hold this right yourself")
    READER = "reader", _("the technical contact decides, or who manages permissions")


def of_the_role(environment: Environment) -> frozenset[Right]:
    """What the technical contact may by the role: everything, alerts always [TC-31].

    The API of production is off until somebody gives it, to the contact as well.
    """
    if environment.purpose == Environment.Purpose.PRODUCTION:
        return frozenset(Right) - {Right.API}
    return frozenset(Right)


class Holdings:
    """Rights on environments of one application, as they are now."""

    def __init__(
        self,
        contacts: Iterable[uuid.UUID],
        grants: Iterable[tuple[uuid.UUID, uuid.UUID, str]],
    ) -> None:
        self.contacts = frozenset(contacts)
        self._granted: dict[tuple, set[Right]] = defaultdict(set)
        for environment_id, person_id, right in grants:
            self._granted[environment_id, person_id].add(Right(right))

    def granted(self, person: User, environment: Environment) -> frozenset[Right]:
        """What somebody has given, whether or not it counts today."""
        return frozenset(self._granted.get((environment.pk, person.pk), NOTHING))

    def held(self, person: User, environment: Environment) -> frozenset[Right]:
        """What counts: by the role and by grants; nothing when deactivated [PE-03]."""
        if not person.is_active:
            return NOTHING
        granted = self.granted(person, environment)
        if person.pk in self.contacts:
            return granted | of_the_role(environment)
        return granted

    def lock(
        self, by: User, right: Right, person: User, environment: Environment
    ) -> Lock | None:
        """Why `by` may not give this right to `person`, or take it; None if they may.

        The contact decides about all [PE-01]. Who manages permissions decides about
        the rights they hold there, never about managing permissions [E24]. Who has
        access to monitoring ticks alerts for themself [AL-10].
        """
        if person.pk in self.contacts and right in of_the_role(environment):
            return Lock.ROLE
        own = self.held(by, environment)
        if by.is_active and by.pk in self.contacts:
            return None
        is_own_alert = right == Right.ALERTS and by.pk == person.pk
        if is_own_alert and Right.MONITORING in own:
            return None
        if Right.MANAGE_PERMISSIONS not in own:
            return Lock.READER
        if right == Right.MANAGE_PERMISSIONS:
            return Lock.CONTACT_ONLY
        return None if right in own else Lock.NOT_HELD


def rights_of(
    application: Application, environment: Environment | None = None
) -> Holdings:
    """The holdings on all environments of an application, or on one of them."""
    grants = Grant.objects.of(application)
    if environment is not None:
        grants = grants.on(environment)
    team = grants.filter(membership__application=application).order_by()
    contacts = TechnicalContact.objects.of(application).order_by()
    return Holdings(
        contacts.values_list("user", flat=True),
        team.values_list("environment", "membership__user", "right"),
    )


def granted_on(environment: Environment, person: Any) -> frozenset[Right]:
    """What counts of one person's grants on one environment."""
    grants = Grant.objects.in_force().on(environment).held_by(person).order_by()
    return frozenset(Right(right) for right in grants.values_list("right", flat=True))
