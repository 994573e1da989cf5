"""Whom a team cannot lose yet: its only scrum master [CO-10]."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.models import Application, Membership, MembershipQuerySet
from companies.leaving import Obstacle, elsewhere, marked
from companies.models import User


def hold_teams(person: User) -> None:
    """Keep the teams that this person leads as scrum master as they are.

    Two scrum masters who are deactivated at the same moment would otherwise leave none.
    In the order of their ids, and before any person is locked, as every other verb.
    """
    led = _led_by(person).values("application")
    teams = Application.objects.filter(pk__in=led).order_by("pk")
    list(teams.select_for_update(no_key=True).values_list("pk"))


def obstacles(person: User, reader: User) -> Iterator[Obstacle]:
    """Apps on whose team nobody else who is active is scrum master [E7]."""
    others = Membership.objects.scrum_masters().active().exclude(user=person)
    alone = _led_by(person).exclude(
        Exists(others.filter(application=OuterRef("application")).order_by())
    )
    for membership in marked(alone, reader):
        if not membership.is_seen:
            yield elsewhere(
                _("%(person)s is the only scrum master of an app of another company.")
                % {"person": person}
            )
            continue
        yield Obstacle(
            _("%(person)s is the only scrum master of %(app)s.")
            % {"person": person, "app": membership.application},
            reverse("applications:access", args=[membership.application_id]),
            _("Give somebody else the role"),
        )


def _led_by(person: User) -> MembershipQuerySet:
    return Membership.objects.of_person(person).scrum_masters().in_live_apps()
